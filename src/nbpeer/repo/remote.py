"""Commits from and to the repository that a clone was made of."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.repo.git import is_shallow
from nbpeer.repo.process import GitRefusedError, git, name_commits

_TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")


def remote_of(root: Path) -> str:
    """The remote that pull requests are made to: `upstream`, `origin`, else the only one; "" for none."""
    found = git(root, "remote").split()
    return next((name for name in ("upstream", "origin") if name in found), found[0] if len(found) == 1 else "")


def fetch_branch(root: Path, branch: str) -> str:
    """Bring the remote's branch up to date here, and its name here: `origin/main`. Raises NbpeerError, exit code 3."""
    remote = remote_of(root)
    if not remote:
        return branch
    _whole(root, remote)
    _fetch(root, remote, f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}")
    return f"{remote}/{branch}"


def fetch_commits(root: Path, commits: Iterable[str], refs: Iterable[str] = ()) -> frozenset[str]:
    """Fetch the commits (full hashes) that are not here yet, and which of them the remote has no more.

    `refs` are the remote's names under which they may be found where it does not give out commits by their hash.
    """
    wanted = tuple(dict.fromkeys(commits))
    remote = remote_of(root)
    missing = _missing(root, wanted)
    if missing and remote:
        _whole(root, remote)
    for asked in (*missing, *refs) if missing and remote else ():
        if not _missing(root, wanted):
            break
        try:
            _fetch(root, remote, asked)
        except NbpeerError:  # what stays missing is told
            continue
    return frozenset(_missing(root, wanted))


def push(root: Path, commit: str, branch: str) -> None:
    """Push a commit to the remote's branch, never by force. Raises NbpeerError, exit code 3, when it is refused."""
    remote = remote_of(root)
    if not remote:
        raise NbpeerError("there is no remote to push to", "git remote add origin ADDRESS")
    try:
        git(root, "push", "--quiet", "--no-verify", remote, f"{commit}:refs/heads/{branch}", settings=_token_settings())
    except GitRefusedError as error:
        raise NbpeerError(f"{branch} could not be pushed to: {_said(error)}", "try again", exit_code=3) from None


def _whole(root: Path, remote: str) -> None:
    """A shallow clone does not have the commit where a branch began."""
    if is_shallow(root):
        _fetch(root, remote, "--unshallow")


def _fetch(root: Path, remote: str, asked: str) -> None:
    told = [asked, remote] if asked.startswith("--") else [remote, asked]
    try:
        git(root, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *told, settings=_token_settings())
    except GitRefusedError as error:
        raise NbpeerError(f"{remote} gave no {asked}: {_said(error)}", "see `git fetch`", exit_code=3) from None


def _missing(root: Path, commits: tuple[str, ...]) -> list[str]:
    found = name_commits(root, commits) if commits else []
    return [commit for commit, known in zip(commits, found, strict=True) if known is None]


def _token_settings() -> tuple[tuple[str, str], ...]:
    """The environment's token for its own server alone, in place of what a checkout may have left in the clone.

    As actions/checkout does: https://github.com/actions/checkout/blob/main/src/git-auth-helper.ts
    """
    token = next((os.environ[name] for name in _TOKENS if os.environ.get(name)), "")
    if not token:
        return ()
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    header = f"AUTHORIZATION: basic {b64encode(f'x-access-token:{token}'.encode()).decode()}"
    key = f"http.{server}/.extraheader"
    return ((key, ""), (key, header))


def _said(error: GitRefusedError) -> str:
    lines = [line for line in error.stderr.strip().splitlines() if line and not line.startswith("hint:")]
    return next((line for line in lines if "rejected" in line or "fatal" in line), lines[-1] if lines else "no reason")
