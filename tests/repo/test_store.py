from __future__ import annotations

import os
from pathlib import Path

import pytest

import making
from conftest import GitRepository
from nbpeer.errors import NbpeerError
from nbpeer.model.change import INDEX, WORKTREE, Version
from nbpeer.model.result import Certificate, NamedResult, ResultsFile, encode_results
from nbpeer.model.review import SignOff
from nbpeer.repo import git, store

FOUND = ResultsFile(Certificate("sha256:1"), {"n": NamedResult("n", "number", 1.5)})


def sign_off(reviewer: str = "reviewer@example.org", content: str = "sha256:" + "a" * 64, comment: str = "") -> SignOff:
    return SignOff(
        analysis="a.ipynb",
        content=content,
        source="sha256:1",
        results=None,
        reviewer=reviewer,
        checklist="ab_test",
        checklist_version="1.1",
        tier="low",
        answers=(),
        decision="approve",
        time="2027-01-01T00:00:00Z",
        comment=comment,
    )


def head(repo: GitRepository) -> Version:
    return git.resolve(repo.path, "HEAD")


def test_a_notebook_is_read_from_commit_index_and_working_tree(repo: GitRepository) -> None:
    for text in ("committed = 1", "staged = 1", "written = 1"):
        repo.write("sub/a.ipynb", making.notebook(making.code(text)))
        if text.startswith("c"):
            repo.commit()
        elif text.startswith("s"):
            repo.git("add", "-A")
    for version, text in ((head(repo), "committed = 1"), (INDEX, "staged = 1"), (WORKTREE, "written = 1")):
        notebook = store.read_notebook(repo.path, version, "sub/a.ipynb")
        assert notebook is not None
        assert (notebook.path, notebook.cells[1].source) == ("sub/a.ipynb", text)
        assert store.read_notebook(repo.path, version, "sub/b.ipynb") is None


def test_a_broken_notebook_is_named(repo: GitRepository) -> None:
    repo.write("a.ipynb", "{")
    with pytest.raises(NbpeerError, match=r"a\.ipynb is not JSON"):
        store.read_notebook(repo.path, WORKTREE, "a.ipynb")


def test_results_are_read_beside_the_notebook_in_every_version(repo: GitRepository) -> None:
    repo.write("sub/a.results.json", encode_results(FOUND))
    assert store.read_results_file(repo.path, WORKTREE, "sub/a.ipynb") == FOUND
    repo.commit()
    (repo.path / "sub/a.results.json").unlink()
    assert store.read_results_file(repo.path, head(repo), "sub/a.ipynb") == FOUND
    assert store.read_results_file(repo.path, WORKTREE, "sub/a.ipynb") is None


def test_broken_results_are_named_by_their_own_file(repo: GitRepository) -> None:
    repo.write("a.results.json", "[]")
    with pytest.raises(NbpeerError, match=r"a\.results\.json is not a valid results file"):
        store.read_results_file(repo.path, WORKTREE, "a.ipynb")


def test_sign_offs_are_read_from_commit_index_and_working_tree(repo: GitRepository) -> None:
    made = [sign_off(f"{name}@example.org") for name in ("one", "two", "three")]
    for number, made_one in enumerate(made):
        path = store.write_sign_off(repo.path, made_one)
        assert path == f".nbpeer/signoffs/aaaaaaaaaaaaaaaa-{('one', 'two', 'three')[number]}@example.org.json"
        if number == 0:
            repo.commit()
        elif number == 1:
            repo.git("add", "-A")
    assert store.read_sign_offs(repo.path, head(repo)) == (made[0],)
    assert set(store.read_sign_offs(repo.path, INDEX)) == {made[0], made[1]}
    assert set(store.read_sign_offs(repo.path, WORKTREE)) == set(made)


def test_signing_again_replaces_the_same_reviewers_sign_off_on_the_same_content(repo: GitRepository) -> None:
    store.write_sign_off(repo.path, sign_off())
    store.write_sign_off(repo.path, sign_off(comment="again"))
    store.write_sign_off(repo.path, sign_off(content="sha256:" + "b" * 64))
    assert sorted(found.comment for found in store.read_sign_offs(repo.path, WORKTREE)) == ["", "again"]


def test_a_repository_without_sign_offs_has_none(repo: GitRepository) -> None:
    repo.write("a.txt", "a")
    repo.commit()
    for version in (head(repo), INDEX, WORKTREE):
        assert store.read_sign_offs(repo.path, version) == ()


def test_a_broken_sign_off_is_named_and_other_files_are_let_be(repo: GitRepository) -> None:
    repo.write(".nbpeer/signoffs/README.md", "read me")
    assert store.read_sign_offs(repo.path, WORKTREE) == ()
    repo.write(".nbpeer/signoffs/a.json", "{}")
    with pytest.raises(NbpeerError, match=r"\.nbpeer/signoffs/a\.json is not a valid sign-off"):
        store.read_sign_offs(repo.path, WORKTREE)


def test_executed_notebooks_are_kept_under_the_same_path(repo: GitRepository) -> None:
    assert store.executed_path(repo.path, "sub/a.ipynb") == repo.path / ".nbpeer/runs/sub/a.ipynb"
    assert store.read_executed(repo.path, "sub/a.ipynb") is None
    repo.write(".nbpeer/runs/sub/a.ipynb", b"content")
    assert store.read_executed(repo.path, "sub/a.ipynb") == b"content"


def test_runs_are_kept_by_the_digest_of_their_source(repo: GitRepository) -> None:
    one, other = "sha256:" + "1" * 64, "sha256:" + "2" * 64
    assert store.read_run(repo.path, one) is None
    assert not store.holds_runs(repo.path)
    store.keep_run(repo.path, one, b"first")
    store.keep_run(repo.path, other, b"second")
    store.keep_run(repo.path, one, b"again")
    store.keep_run(repo.path, "../../escape", b"no digest")
    assert store.holds_runs(repo.path)
    assert (store.read_run(repo.path, one), store.read_run(repo.path, other)) == (b"again", b"second")
    assert repo.git("status", "--porcelain", "--untracked-files=all") == ""


def test_of_kept_runs_the_oldest_go_first(repo: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_MOST_RUNS", 3)
    digests = ["sha256:" + str(number) * 64 for number in range(6)]

    def kept() -> list[int]:
        return [number for number, digest in enumerate(digests) if store.read_run(repo.path, digest)]

    for number, digest in enumerate(digests[:5]):
        store.keep_run(repo.path, digest, b"x" * 10)
        os.utime(repo.path / ".nbpeer/cache/outputs" / f"{digest[7:]}.ipynb", (number, number))
    assert kept() == [2, 3, 4]
    monkeypatch.setattr(store, "_MOST_BYTES", 25)
    store.keep_run(repo.path, digests[5], b"x" * 10)
    assert kept() == [4, 5]
    store.keep_run(repo.path, digests[0], b"x" * 26)
    assert kept() == [4, 5]


def test_a_folder_where_a_file_should_be_is_no_file(repo: GitRepository) -> None:
    Path(repo.path / "a.ipynb").mkdir()
    assert store.read_notebook(repo.path, WORKTREE, "a.ipynb") is None
