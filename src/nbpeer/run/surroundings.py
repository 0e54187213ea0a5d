"""What a kernel runs in: its interpreter, and the packages installed beside it. Known without starting it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from nbpeer.model.digests import digest

# What a package manager leaves: a folder for each package and version, and the names of packages elsewhere.
_INSTALLED = (".dist-info", ".egg-info", ".egg-link", ".pth")


class Surroundings(msgspec.Struct, frozen=True):
    """`places` are the folders of installed packages, `digest` says what was in them and which interpreter it was."""

    executable: str
    places: tuple[str, ...]
    digest: str


def surroundings(executable: str, places: Iterable[str]) -> Surroundings:
    """What is there now: about 0.4 ms for 200 packages. A place that is gone counts as empty."""
    folders = tuple(places)
    return Surroundings(executable, folders, digest([_stamp(executable), *map(_installed, folders)]))


def same_surroundings(then: Surroundings) -> bool:
    """Whether interpreter and packages are still the ones they were."""
    return surroundings(then.executable, then.places) == then


def _installed(folder: str) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(_INSTALLED))
    except OSError:
        return []


def _stamp(executable: str) -> list[str | int]:
    """An interpreter by place, size and time: an upgrade of Python replaces the file."""
    try:
        real = Path(executable).resolve()
        found = real.stat()
        return [str(real), found.st_size, found.st_mtime_ns]
    except OSError:
        return [executable]
