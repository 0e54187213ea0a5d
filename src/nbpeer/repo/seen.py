"""What reviewers saw, kept on this machine outside git, so that a force-push takes nothing of it away.

`.nbpeer/cache/seen/` holds contents by their content hash, `.nbpeer/cache/looks/` each reviewer's last look at each
analysis. Both are a cache: what is gone or damaged costs a comparison, never a review.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.change import WORKTREE
from nbpeer.model.digests import digest
from nbpeer.model.look import Look, Seen
from nbpeer.model.result import results_path
from nbpeer.repo import git
from nbpeer.repo.store import CACHE
from nbpeer.strip import strip

_T = TypeVar("_T")


def keep_seen(root: Path, path: str, content: str) -> None:
    """Keep the analysis as it is in the working tree under its content hash. Raises NbpeerError when that fails."""
    notebook = git.read(root, WORKTREE, path)
    if notebook is None or _file(root, "seen", content).is_file():
        return
    with suppress(NbpeerError):  # what cannot be stripped is kept as it stands
        notebook = strip(notebook)
    _write(root, _file(root, "seen", content), Seen(notebook, git.read(root, WORKTREE, results_path(path))))


def read_seen(root: Path, content: str) -> Seen | None:
    """The analysis that somebody saw here with this content hash; None when nobody did."""
    return _read(_file(root, "seen", content), Seen)


def keep_look(root: Path, path: str, reviewer: str, look: Look) -> None:
    """Keep a reviewer's look as their last at the analysis `path`. Raises NbpeerError when that fails."""
    whose = msgspec.structs.replace(look, path=path, reviewer=reviewer.strip().lower())
    _write(root, _file(root, "looks", _whose(path, reviewer)), whose)


def read_look(root: Path, path: str, reviewer: str) -> Look | None:
    """A reviewer's last look at the analysis `path` on this machine; None when there was none."""
    return _read(_file(root, "looks", _whose(path, reviewer)), Look)


def looks_at(root: Path, path: str) -> tuple[Look, ...]:
    """Everybody's last look at the analysis `path` on this machine, by reviewer."""
    found = (_read(file, Look) for file in (root / CACHE / "looks").glob("*.json"))
    return tuple(sorted((look for look in found if look and look.path == path), key=lambda look: look.reviewer))


def _whose(path: str, reviewer: str) -> str:
    return digest([path, reviewer.strip().lower()])


def _file(root: Path, folder: str, name: str) -> Path:
    return root / CACHE / folder / f"{name.removeprefix('sha256:')[:32]}.json"


def _write(root: Path, file: Path, value: msgspec.Struct) -> None:
    # As pytest and ruff do, so that the cache is ignored in a repository that `nbpeer init` has not seen.
    write_atomic(root / CACHE / ".gitignore", b"*\n")
    write_atomic(file, msgspec.json.encode(value))


def _read(file: Path, kind: type[_T]) -> _T | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None
