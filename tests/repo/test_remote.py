"""Commits fetched from and pushed to a real remote, and where a token goes."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

import pytest

from conftest import GitRepository
from nbpeer.errors import NbpeerError
from nbpeer.repo.process import git
from nbpeer.repo.remote import _token_settings, fetch_branch, fetch_commits, push, remote_of
from nbpeer.repo.worktree import checked_out, share_cache


@pytest.fixture
def pair(tmp_path: Path) -> tuple[GitRepository, GitRepository]:
    """A clone, and another clone of the same bare repository."""
    remote = tmp_path / "origin.git"
    one = GitRepository(tmp_path / "one")
    one.git("init", "--quiet", "--bare", "-b", "main", str(remote))
    one.git("init", "--quiet")
    one.git("remote", "add", "origin", str(remote))
    one.write("a.txt", "1")
    one.commit()
    one.git("push", "--quiet", "origin", "main")
    two = GitRepository(tmp_path / "two")
    two.git("clone", "--quiet", str(remote), ".")
    return one, two


def test_the_remote_is_the_one_that_pull_requests_go_to(repo: GitRepository) -> None:
    assert remote_of(repo.path) == ""
    repo.git("remote", "add", "mine", "x")
    assert remote_of(repo.path) == "mine"
    repo.git("remote", "add", "origin", "x")
    repo.git("remote", "add", "upstream", "x")
    assert remote_of(repo.path) == "upstream"


def test_a_branch_and_a_commit_that_no_branch_holds_are_fetched(pair: tuple[GitRepository, GitRepository]) -> None:
    one, two = pair
    pushed_away = one.commit("pushed away")
    one.git("push", "--quiet", "origin", "main:work")
    one.git("reset", "--quiet", "--hard", "HEAD^")
    latest = one.commit("latest")
    one.git("push", "--quiet", "--force", "origin", "main:work", "main")
    assert fetch_branch(two.path, "main") == "origin/main"
    assert two.git("rev-parse", "origin/main").strip() == latest
    assert fetch_commits(two.path, [pushed_away, "1" * 40]) == {"1" * 40}
    assert two.git("cat-file", "-t", pushed_away).strip() == "commit"
    assert two.git("status", "--porcelain") == ""


def test_a_shallow_clone_gets_the_history_it_lacks(pair: tuple[GitRepository, GitRepository], tmp_path: Path) -> None:
    one, _ = pair
    first = one.git("rev-parse", "HEAD").strip()
    one.commit("second")
    one.git("push", "--quiet", "origin", "main")
    shallow = GitRepository(tmp_path / "shallow")
    shallow.git("clone", "--quiet", "--depth=1", f"file://{tmp_path}/origin.git", ".")
    fetch_branch(shallow.path, "main")
    assert fetch_commits(shallow.path, [first]) == frozenset()


def test_a_push_is_never_forced(pair: tuple[GitRepository, GitRepository]) -> None:
    one, two = pair
    push(two.path, two.commit("theirs"), "main")
    with pytest.raises(NbpeerError, match="main could not be pushed to") as refused:
        push(one.path, one.commit("ours"), "main")
    assert refused.value.exit_code == 3


def test_a_branch_that_is_not_there_is_a_failure_of_the_remote(pair: tuple[GitRepository, GitRepository]) -> None:
    with pytest.raises(NbpeerError, match="origin gave no") as refused:
        fetch_branch(pair[1].path, "nowhere")
    assert refused.value.exit_code == 3


def test_a_token_is_told_to_its_own_server_alone_and_replaces_what_the_clone_has(
    repo: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _token_settings() == ()
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.org")
    key = "http.https://git.example.org/.extraheader"
    repo.git("config", key, "AUTHORIZATION: old")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "kept")
    ask = ("config", "--get-urlmatch", "http.extraheader", "https://git.example.org/a/b.git")
    found = git(repo.path, *ask, settings=_token_settings()).strip()
    assert b64decode(found.removeprefix("AUTHORIZATION: basic ")) == b"x-access-token:secret"
    assert _token_settings()[0] == (key, "")
    assert git(repo.path, "config", "user.name", settings=_token_settings()).strip() == "kept"
    assert "secret" not in (repo.path / ".git/config").read_text()


def test_a_work_tree_is_gone_afterwards_runs_no_hook_and_shares_the_cache(repo: GitRepository) -> None:
    commit = repo.commit("first")
    hook = repo.write(".git/hooks/post-checkout", f"#!/bin/sh\ntouch {repo.path}/ran\n")
    hook.chmod(0o755)
    with checked_out(repo.path, commit) as tree:
        share_cache(repo.path, tree)
        (tree / ".nbpeer/cache/kept.txt").write_text("kept")
    assert not tree.exists()
    assert not (repo.path / "ran").exists()
    assert (repo.path / ".nbpeer/cache/kept.txt").read_text() == "kept"
    assert len(repo.git("worktree", "list").splitlines()) == 1


def test_a_commit_that_brings_its_own_cache_or_link_is_not_followed(repo: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (repo.path / ".nbpeer").symlink_to(tmp_path / "outside")
    commit = repo.commit("a link")
    with checked_out(repo.path, commit) as tree:
        share_cache(repo.path, tree)
    assert list((tmp_path / "outside").iterdir()) == []
