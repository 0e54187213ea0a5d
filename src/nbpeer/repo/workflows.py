"""The GitHub workflows that `nbpeer init --github` writes."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Literal

from nbpeer.model.setup import Step
from nbpeer.repo.setup import Planned, release
from nbpeer.repo.shared_files import as_text, read_file, refuse_unwritable

PullRequests = Literal["branches", "forks"]
FOLDER = ".github/workflows"
# Each file by what brings the pull requests; the texts are beside this module, in workflows/.
FILES: dict[PullRequests, dict[str, str]] = {
    "branches": {"nbpeer.yml": "branches.yml"},
    "forks": {"nbpeer.yml": "forks.yml", "nbpeer-post.yml": "forks-post.yml"},
}
# Commits, since a tag can be moved. action.yml names the same.
PINS = {
    "checkout": "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "setup-python": "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "upload-artifact": "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
    "download-artifact": "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
}
_OURS = "written by `nbpeer init --github"


def plan_workflows(root: Path, pull_requests: PullRequests, *, force: bool) -> tuple[Planned, ...]:
    """The workflow files for pull requests from `branches` of the repository or from `forks`. Writes nothing.

    A file that a team wrote or changed is left, unless `force`. Raises NbpeerError for one that cannot be read or
    written.
    """
    wanted = FILES[pull_requests]
    planned = [_workflow(root, name, text(source), force) for name, source in wanted.items()]
    for name in wanted:
        refuse_unwritable(root / FOLDER / name, f"{FOLDER}/{name}", root)
    others = {name for names in FILES.values() for name in names} - wanted.keys()
    return (*planned, *(step for name in sorted(others) for step in _left_over(root, name)))


def text(source: str) -> str:
    """One workflow as this version writes it: actions pinned by commit, nbpeer by its release where it is one."""
    written = (files("nbpeer.repo") / "workflows" / source).read_text("utf-8")
    version = release()[0]
    pin = f"=={version}" if version and "dev" not in version else ""
    written = re.sub(r"@(nbpeer\[[a-z,]+\])@", rf"\1{pin}", written)
    return re.sub(r"@([a-z-]+)@", lambda found: PINS[found[1]], written)


def _workflow(root: Path, name: str, wanted: str, force: bool) -> Planned:
    path = f"{FOLDER}/{name}"
    content = read_file(root / path, path)
    if content is None:
        return Planned(Step(path, "created", "reviews in pull requests"), wanted.encode())
    present = as_text(content, path)
    if present == wanted:
        return Planned(Step(path, "unchanged", "it is as this version writes it"))
    if force or present in map(text, ("branches.yml", "forks.yml", "forks-post.yml")):
        return Planned(Step(path, "changed", "written anew"), wanted.encode())
    whose = "nbpeer wrote it, and it was changed since" if _OURS in present else "it is somebody's own"
    return Planned(Step(path, "refused", f"{whose}; --force writes it anew"))


def _left_over(root: Path, name: str) -> tuple[Planned, ...]:
    path = f"{FOLDER}/{name}"
    if _OURS not in as_text(read_file(root / path, path), path):
        return ()
    return (Planned(Step(path, "refused", "it is for pull requests from forks: delete it, or pass --github=forks")),)
