"""Which forge a command talks to: a folder that was named, else GitHub by the environment or the git remote."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.forge.folder import NBPEER, Folder
from nbpeer.forge.forge import Forge
from nbpeer.model.pull_request import Person

_SERVER = "https://api.github.com"
_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*)/[A-Za-z0-9._-]+")
# https://host/owner/name, ssh://git@host/owner/name, git@host:owner/name
_REMOTE = re.compile(r"(?:[a-z+]+://)?(?:[^@/]+@)?([^:/@]+)(?::\d+/|[:/])([^/]+/[^/]+?)(?:\.git)?/?")


def connect(
    root: Path, folder: Path | None = None, *, account: str = "", say: Callable[[str], None] = lambda line: None
) -> Forge:
    """The forge of the repository at `root`; nothing is asked of it yet.

    `folder` is the folder adapter's, written in the name of `account` there (nbpeer's own by default). `say` is
    called with one line whenever the forge makes nbpeer wait. Raises NbpeerError when no repository or token is found.
    """
    if folder is not None:
        return Folder(folder, Person(account) if account else NBPEER)
    server, repository = where(root, os.environ)
    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN")
    if not token:
        raise NbpeerError(f"no token for {repository}", "set GITHUB_TOKEN (or GH_TOKEN), or use --folder DIR")
    from nbpeer.forge.github import GitHub
    from nbpeer.forge.github_client import Client, Waiting

    return GitHub(Client(server, token, repository, Waiting(say=say)))


def where(root: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    """The API's address and OWNER/NAME: as a workflow's environment says, else of the remote `upstream` or `origin`."""
    server = environment.get("GITHUB_API_URL", "").rstrip("/") or _SERVER
    repository = environment.get("GITHUB_REPOSITORY") or _of_remote(root, server)
    if not _REPOSITORY.fullmatch(repository):
        raise NbpeerError(f"{repository!r} is no repository", "set GITHUB_REPOSITORY to OWNER/NAME")
    if server.startswith("http://") and not re.match(r"http://(localhost|127\.0\.0\.1)[:/]", server):
        raise NbpeerError(f"{server} would get the token unencrypted", "set GITHUB_API_URL to an address of https")
    return server, repository


def _of_remote(root: Path, server: str) -> str:
    """OWNER/NAME of a remote. One on another host than the API's would get a token that is not meant for it."""
    api = re.sub(r"^https?://(?:api\.)?|/.*$|:\d+", "", server)
    for remote in ("upstream", "origin"):
        command = ["git", "remote", "get-url", remote]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        found = _REMOTE.fullmatch(done.stdout.strip())
        if done.returncode or not found or "." not in found[1]:
            continue
        host = found[1].lower().removeprefix("ssh.")
        if host != api:
            hint = f"for GitHub Enterprise Server set GITHUB_API_URL to https://{host}/api/v3, else use --folder DIR"
            raise NbpeerError(f"the remote {remote} is on {host}, the API on {api}", hint)
        return found[2]
    raise NbpeerError(
        "no repository is named, and no remote says which", "set GITHUB_REPOSITORY to OWNER/NAME, or use --folder DIR"
    )
