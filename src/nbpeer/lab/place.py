"""Paths from outside, kept below the server's root."""

from __future__ import annotations

import re
from pathlib import Path

from nbpeer.lab.refused import RefusedError

_DRIVE = re.compile(r"[A-Za-z]:")


def confined(root: Path, path: str) -> Path:
    """The file or folder below `root` that Jupyter's `path` names: relative, `/` between its parts; "" is the root.

    Raises RefusedError (404) for what leads outside, be it by `..` or by a symbolic link, for absolute paths and
    drives, and for hidden files, which Jupyter does not serve either.
    """
    parts = path.split("/") if path else []
    if "\0" in path or "\\" in path or _DRIVE.match(path):
        raise _outside()
    if any(part in ("", ".", "..") or part.startswith(".") for part in parts):
        raise _outside()
    try:
        path.encode()
        place = root.joinpath(*parts)
        inside = place.resolve().is_relative_to(root.resolve())
        place.exists()  # raises for a name that is too long
    except (OSError, RuntimeError, ValueError):  # a name too long, a loop of links, what no file system can hold
        raise _outside() from None
    if not inside:
        raise _outside()
    return place


def below(root: Path, place: Path) -> str:
    """The file or folder `place` as Jupyter writes it; "" when it is not below `root`."""
    for base in (root, root.resolve()):
        if place.is_relative_to(base):
            return "" if place == base else place.relative_to(base).as_posix()
    return ""


def _outside() -> RefusedError:
    return RefusedError(404, "there is no such file below the folder that this server shows", "name one that it lists")
