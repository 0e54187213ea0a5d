from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import making
from conftest import GitRepository
from nbpeer.errors import NbpeerError
from nbpeer.model.change import INDEX, WORKTREE, ChangedPath
from nbpeer.repo import git

ONE, TWO = making.notebook(making.code("x = 1")), making.notebook(making.code("x = 2"))
LONG = making.notebook(*[making.code(f"value_{number} = load({number})") for number in range(20)])


def clone(repo: GitRepository, to: Path, *options: str) -> GitRepository:
    subprocess.run(["git", "clone", "--quiet", *options, repo.path.as_uri(), str(to)], check=True, capture_output=True)
    return GitRepository(to)


def changed(repo: GitRepository, *sides: object) -> list[tuple[str, str, str]]:
    before, after = (git.resolve(repo.path, side) if isinstance(side, str) else side for side in sides)
    found = git.changed_notebooks(repo.path, before, after)  # type: ignore[arg-type]
    return [(change.path, change.status, change.before) for change in found]


def test_the_root_is_found_from_a_folder_a_file_and_a_path_that_is_gone(repo: GitRepository) -> None:
    file = repo.write("sub/a.ipynb", ONE)
    for path in (repo.path, file.parent, file, repo.path / "gone" / "b.ipynb"):
        assert git.find_root(path) == repo.path


def test_outside_a_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(NbpeerError, match="is not inside a git repository"):
        git.find_root(tmp_path)


def test_paths_are_relative_to_the_root_with_slashes(repo: GitRepository, tmp_path: Path) -> None:
    assert git.relative(repo.path, repo.path / "sub" / ".." / "a.ipynb") == "a.ipynb"
    link = tmp_path / "link"
    link.symlink_to(repo.path)
    assert git.relative(repo.path, link / "a.ipynb") == "a.ipynb"
    with pytest.raises(NbpeerError, match="is outside the repository"):
        git.relative(repo.path, tmp_path / "a.ipynb")


def test_a_revision_is_a_commit_with_the_label_people_typed(repo: GitRepository) -> None:
    assert not git.has_commits(repo.path)
    commit = repo.commit()
    repo.git("tag", "-a", "v1", "-m", "one")
    assert git.has_commits(repo.path)
    for name in ("HEAD", "main", "v1", commit[:8]):
        found = git.resolve(repo.path, name)
        assert (found.kind, found.commit, found.label) == ("commit", commit, name)


@pytest.mark.parametrize("name", ["nosuch", "--help", "", "HEAD:a.txt", "HEAD~9"])
def test_a_name_git_does_not_know_is_said(repo: GitRepository, name: str) -> None:
    repo.write("a.txt", "a")
    repo.commit()
    with pytest.raises(NbpeerError, match="git knows no revision"):
        git.resolve(repo.path, name)


def test_an_unborn_branch_is_said(repo: GitRepository) -> None:
    with pytest.raises(NbpeerError, match="has no commit yet"):
        git.resolve(repo.path, "HEAD")
    with pytest.raises(NbpeerError, match="has no commit yet"):
        git.default_base(repo.path, "")


def test_a_shallow_clone_says_what_it_lacks(repo: GitRepository, tmp_path: Path) -> None:
    repo.commit("one")
    repo.git("checkout", "--quiet", "-b", "work")
    repo.commit("two")
    shallow = clone(repo, tmp_path / "shallow", "--depth", "1", "--branch", "work")
    assert git.is_shallow(shallow.path)
    assert not git.is_shallow(repo.path)
    with pytest.raises(NbpeerError, match="not in this shallow clone") as caught:
        git.resolve(shallow.path, "origin/main")
    assert "--unshallow" in caught.value.hint
    with pytest.raises(NbpeerError, match="main is not in this clone") as caught:
        git.default_base(shallow.path, "main")
    assert "--unshallow" in caught.value.hint


def test_histories_that_share_nothing_are_said(repo: GitRepository) -> None:
    repo.commit("one")
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.commit("two")
    with pytest.raises(NbpeerError, match="main and HEAD share no history"):
        git.merge_base(repo.path, git.resolve(repo.path, "main"), git.resolve(repo.path, "HEAD"))


def test_the_base_is_the_pull_requests_then_what_is_configured_then_the_remotes_then_main(
    repo: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("one")
    repo.git("branch", "release")
    assert git.default_base(repo.path, "").label == "main"
    assert git.default_base(repo.path, "release").label == "release"
    copy = clone(repo, tmp_path / "copy")
    assert git.default_base(copy.path, "").label == "origin/HEAD"
    monkeypatch.setenv("GITHUB_BASE_REF", "release")
    assert git.default_base(copy.path, "main").label == "origin/release"
    with pytest.raises(NbpeerError, match="the base origin/gone is not in this clone"):
        monkeypatch.setenv("GITHUB_BASE_REF", "gone")
        git.default_base(copy.path, "main")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_BASE_REF", "release"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "release"),
        ("BITBUCKET_PR_DESTINATION_BRANCH", "release"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/release"),
        ("CHANGE_TARGET", "release"),
    ],
)
def test_every_ci_service_says_where_its_pull_request_goes(
    repo: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    commit = repo.commit("one")
    repo.git("branch", "release")
    copy = clone(repo, tmp_path / "copy")
    monkeypatch.setenv(name, value)
    assert git.default_base(copy.path, "").label == "origin/release"
    monkeypatch.setenv(name, "gone")
    monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", commit)
    assert git.default_base(copy.path, "").commit == commit


def test_without_any_base_branch_it_has_to_be_named(repo: GitRepository) -> None:
    repo.git("checkout", "--quiet", "-b", "trunk")
    repo.commit()
    with pytest.raises(NbpeerError, match="no base branch was found") as caught:
        git.default_base(repo.path, "")
    assert "--base" in caught.value.hint


def test_files_are_read_byte_for_byte(repo: GitRepository) -> None:
    content = b"a\r\n\xff\n\n"
    repo.write("ä b.bin", content)
    repo.commit()
    repo.write("ä b.bin", b"other")
    assert git.read(repo.path, git.resolve(repo.path, "HEAD"), "ä b.bin") == content
    assert git.read(repo.path, INDEX, "ä b.bin") == content
    assert git.read(repo.path, WORKTREE, "ä b.bin") == b"other"
    for version in (git.resolve(repo.path, "HEAD"), INDEX, WORKTREE):
        assert git.read(repo.path, version, "gone") is None


def test_the_files_of_a_folder_are_listed_in_each_version(repo: GitRepository) -> None:
    repo.write("keep/a*.json", "a")
    repo.write("keeper.json", "not inside")
    repo.commit()
    repo.write("keep/ä.json", "b")
    repo.git("add", "-A")
    repo.write("keep/sub/c.json", "c")
    assert git.files(repo.path, git.resolve(repo.path, "HEAD"), "keep") == ("keep/a*.json",)
    assert git.files(repo.path, INDEX, "keep") == ("keep/a*.json", "keep/ä.json")
    assert git.files(repo.path, WORKTREE, "keep") == ("keep/a*.json", "keep/sub/c.json", "keep/ä.json")
    assert git.files(repo.path, WORKTREE, "nosuch") == ()


def test_analyses_are_the_notebooks_git_does_not_ignore_and_the_globs_choose(repo: GitRepository) -> None:
    for name in ("a.ipynb", "sub/b.ipynb", "sub/.ipynb_checkpoints/b.ipynb", "ignored.ipynb", "sub/c.txt"):
        repo.write(name, ONE)
    repo.write(".gitignore", "ignored.ipynb\n")
    exclude = ("**/.ipynb_checkpoints/**",)
    assert git.notebooks(repo.path, ("**/*.ipynb",), exclude) == ("a.ipynb", "sub/b.ipynb")
    repo.commit()
    assert git.notebooks(repo.path, ("sub/**",), exclude) == ("sub/b.ipynb",)


def test_changed_notebooks_between_commits(repo: GitRepository) -> None:
    for name, content in {"same": ONE, "edited": ONE, "gone": TWO, "old name": LONG}.items():
        repo.write(f"{name}.ipynb", content)
    repo.commit()
    repo.write("edited.ipynb", TWO)
    repo.write("added.ipynb", making.notebook(*[making.markdown(f"# {number}" * 9) for number in range(30)]))
    repo.write("other.txt", "x")
    (repo.path / "gone.ipynb").unlink()
    repo.git("mv", "old name.ipynb", "néw.ipynb")
    repo.commit()
    assert changed(repo, "HEAD~1", "HEAD") == [
        ("added.ipynb", "added", ""),
        ("edited.ipynb", "changed", "edited.ipynb"),
        ("gone.ipynb", "removed", "gone.ipynb"),
        ("néw.ipynb", "renamed", "old name.ipynb"),
    ]
    assert changed(repo, "HEAD", "HEAD") == []


def test_changed_notebooks_up_to_the_index_and_the_working_tree(repo: GitRepository) -> None:
    for name in "abc":
        repo.write(f"{name}.ipynb", ONE)
    repo.commit()
    repo.write("a.ipynb", TWO)
    repo.git("add", "-A")
    repo.write("b.ipynb", TWO)
    repo.write("untracked.ipynb", TWO)
    assert [path for path, *_ in changed(repo, "HEAD", INDEX)] == ["a.ipynb"]
    assert [path for path, *_ in changed(repo, INDEX, WORKTREE)] == ["b.ipynb", "untracked.ipynb"]
    assert [path for path, *_ in changed(repo, "HEAD", WORKTREE)] == ["a.ipynb", "b.ipynb", "untracked.ipynb"]


def test_a_changed_results_file_changes_its_analysis(repo: GitRepository) -> None:
    repo.write("sub/a.ipynb", ONE)
    repo.write("sub/a.results.json", "{}")
    repo.commit()
    repo.write("sub/a.results.json", "{ }")
    repo.write("lonely.results.json", "{}")
    assert git.changed_notebooks(repo.path, git.resolve(repo.path, "HEAD"), WORKTREE) == (
        ChangedPath("sub/a.ipynb", "changed", "sub/a.ipynb"),
    )


def test_identity_is_who_git_would_commit_as(repo: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.be("Someone@Example.org")
    assert git.identity(repo.path) == "someone@example.org"
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "other@example.org")
    assert git.identity(repo.path) == "other@example.org"
