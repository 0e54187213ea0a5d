from __future__ import annotations

from pathlib import Path

import pytest

from conftest import GitRepository
from nbpeer.errors import NbpeerError
from nbpeer.model.change import INDEX, WORKTREE, Version
from nbpeer.repo import git
from nbpeer.repo.process import GitRefusedError, git_bytes, name_commits, reading


def test_one_process_reads_what_single_reads_give(repo: GitRepository) -> None:
    names = {"ä b.bin": b"a\r\n\xff\n\n", "empty": b"", "new\nline": b"x", "large": bytes(range(256)) * 4000}
    for name, content in names.items():
        repo.write(name, content)
    repo.commit()
    repo.write("large", b"changed")
    head = git.resolve(repo.path, "HEAD")
    with reading(repo.path) as read:
        for version in (head, INDEX, WORKTREE, head):
            for name in [*names, "gone", "empty"]:
                assert read(version, name) == git.read(repo.path, version, name)
        assert read(head, "large") == names["large"]


def test_a_folder_is_not_a_file(repo: GitRepository) -> None:
    repo.write("folder/a", "a")
    head = Version("commit", repo.commit())
    with reading(repo.path) as read:
        assert read(head, "folder") is None
        assert read(WORKTREE, "folder") is None
        assert read(head, "folder/a") == b"a"


def test_many_names_are_looked_up_at_once(repo: GitRepository) -> None:
    repo.write("a", "a")
    commit = repo.commit()
    repo.git("tag", "-a", "v1", "-m", "one")
    names = ["nosuch", "main", "v1", "HEAD:a", "", "two\nlines", commit[:7], "--help"]
    assert name_commits(repo.path, names) == [None, commit, commit, None, None, None, commit, None]


def test_what_git_refuses_is_an_error_with_what_it_said(repo: GitRepository) -> None:
    with pytest.raises(GitRefusedError, match="git cat-file failed") as caught:
        git_bytes(repo.path, "cat-file", "blob", "nosuch")
    assert "nosuch" in caught.value.stderr


def test_a_missing_git_is_said(repo: GitRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NbpeerError, match="git is not installed"):
        git_bytes(repo.path, "version")
    with pytest.raises(NbpeerError, match="git is not installed"), reading(repo.path) as read:
        read(INDEX, "a")
