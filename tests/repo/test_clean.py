from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import GitRepository
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.repo import clean, git
from nbpeer.repo.clean import clean_tree


def state(repo: GitRepository) -> tuple[str, str, str, bytes]:
    """What must not change: status, branches, work trees, and the index byte for byte."""
    index = (repo.path / ".git/index").read_bytes()
    return (
        repo.git("status", "--porcelain", "--ignored", "--untracked-files=all"),
        repo.git("for-each-ref"),
        repo.git("worktree", "list"),
        index,
    )


@pytest.fixture
def data(repo: GitRepository) -> GitRepository:
    """One commit, then an edit, a removal, a new file, and data that git ignores."""
    repo.write(".gitignore", "data/\n.venv/\n.nbpeer/\n")
    repo.write("a.txt", "first\n")
    repo.write("gone.txt", "here\n")
    repo.commit()
    repo.write("a.txt", "second\n")
    (repo.path / "gone.txt").unlink()
    repo.write("deep/new.txt", "new\n")
    repo.write("data/raw.csv", "1\n")
    repo.write("data/cache/__pycache__/x.pyc", "")
    repo.write(".venv/lib/module.py", "")
    repo.write(".nbpeer/runs/a.ipynb", "{}")
    return repo


def test_a_commit_is_checked_out_apart_and_leaves_no_trace(data: GitRepository) -> None:
    before = state(data)
    with clean_tree(data.path, git.resolve(data.path, "HEAD")) as tree:
        assert (tree.root / "a.txt").read_text() == "first\n"
        assert (tree.root / "gone.txt").is_file()
        assert not (tree.root / "deep").exists()
        assert git.find_root(tree.root) == tree.root
        holder = tree.root
    assert not holder.exists()
    assert state(data) == before


def test_the_working_tree_is_copied_as_git_would_commit_it(data: GitRepository) -> None:
    with clean_tree(data.path, WORKTREE) as tree:
        assert (tree.root / "a.txt").read_text() == "second\n"
        assert not (tree.root / "gone.txt").exists()
        assert (tree.root / "deep/new.txt").is_file()


def test_ignored_data_are_there_and_writing_to_them_does_not_reach_the_users(data: GitRepository) -> None:
    with clean_tree(data.path, git.resolve(data.path, "HEAD")) as tree:
        assert (tree.root / "data/raw.csv").read_text() == "1\n"
        assert not (tree.root / ".venv").exists()
        assert not (tree.root / ".nbpeer").exists()
        assert not (tree.root / "data/cache").exists()
        (tree.root / "data/raw.csv").write_text("2\n")
        (tree.root / "data/new.csv").write_text("")
        assert tree.disturbed() == ()
    assert (data.path / "data/raw.csv").read_text() == "1\n"
    assert not (data.path / "data/new.csv").exists()


def test_a_large_file_is_shared_and_a_write_to_it_is_found(
    data: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean, "MOST_COPIED", 1)
    with clean_tree(data.path, git.resolve(data.path, "HEAD")) as tree:
        assert (tree.root / "data/raw.csv").is_symlink()
        assert tree.disturbed() == ()
        (tree.root / "data/raw.csv").write_text("longer\n")
        assert tree.disturbed() == (data.path.resolve() / "data/raw.csv",)


def test_copies_stay_within_a_sum(data: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    data.write("data/second.csv", "2\n")
    monkeypatch.setattr(clean, "MOST_COPIED_IN_ALL", 3)
    with clean_tree(data.path, git.resolve(data.path, "HEAD")) as tree:
        linked = [(tree.root / "data" / name).is_symlink() for name in ("raw.csv", "second.csv")]
    assert linked == [False, True]


def test_relative_paths_out_of_the_repository_lead_where_they_did(data: GitRepository) -> None:
    (data.path.parent / "beside").mkdir()
    (data.path.parent / "beside/o.csv").write_text("o")
    with clean_tree(data.path, git.resolve(data.path, "HEAD")) as tree:
        assert (tree.root / "../beside/o.csv").read_text() == "o"
        assert tree.root.name == data.path.name


def test_no_hook_runs_and_a_hooks_index_is_left_alone(data: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = data.write(".git/hooks/post-checkout", "#!/bin/sh\ntouch hook-ran\n")
    hook.chmod(0o755)
    monkeypatch.setenv("GIT_INDEX_FILE", str(data.path / ".git/index"))
    before = (data.path / ".git/index").read_bytes()
    with clean_tree(data.path, git.resolve(data.path, "HEAD")) as tree:
        assert not (tree.root / "hook-ran").exists()
        assert (tree.root / "gone.txt").is_file()
    assert (data.path / ".git/index").read_bytes() == before


def test_a_folder_made_read_only_goes_too(data: GitRepository) -> None:
    with clean_tree(data.path, WORKTREE) as tree:
        locked = tree.root / "locked"
        (locked / "inside").mkdir(parents=True)
        locked.chmod(0o500)
    assert not tree.root.exists()


def test_an_error_inside_leaves_no_trace(data: GitRepository) -> None:
    before = state(data)
    with pytest.raises(RuntimeError), clean_tree(data.path, WORKTREE) as tree:
        raise RuntimeError
    assert not tree.root.exists()
    assert state(data) == before


def test_what_a_killed_process_left_is_taken_away_by_the_next(data: GitRepository) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from nbpeer.repo.clean import clean_tree\nfrom nbpeer.model.change import WORKTREE\n"
        "with clean_tree(pathlib.Path(sys.argv[1]), WORKTREE) as tree:\n"
        "    print(tree.root, flush=True)\n    os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", program, str(data.path)]
    left = Path(subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip())
    assert left.is_dir()
    with clean_tree(data.path, WORKTREE):
        assert not left.exists()
    assert str(left) not in data.git("worktree", "list")


def test_the_tree_of_a_process_that_lives_is_left_alone(data: GitRepository) -> None:
    with clean_tree(data.path, WORKTREE) as one:
        with clean_tree(data.path, WORKTREE):
            pass
        assert one.root.is_dir()
        assert str(os.getpid()) in str(one.root)


def test_a_repository_without_a_commit_is_refused(repo: GitRepository) -> None:
    with pytest.raises(NbpeerError, match="no commit yet"), clean_tree(repo.path, WORKTREE):
        pass
