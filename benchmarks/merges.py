"""Merges of notebooks that people really made: three versions, and what was committed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_NOTHING = "0" * 40


class Case(NamedTuple):
    """A notebook that both sides of a merge had changed. `name` says where it comes from."""

    name: str
    base: bytes
    ours: bytes
    theirs: bytes
    committed: bytes

    def write(self, folder: Path) -> None:
        """Put the three versions into a folder."""
        folder.mkdir(parents=True)
        for name in ("base", "ours", "theirs"):
            (folder / f"{name}.ipynb").write_bytes(getattr(self, name))


def replay(repository: Path) -> Iterator[Case]:
    """Every merge of two commits in which a notebook was changed on both sides since their merge base."""
    seen = set()
    for line in _git(repository, "rev-list", "--merges", "--parents", "--all").decode().splitlines():
        merge, *parents = line.split()
        if len(parents) != 2:
            continue
        base = _git(repository, "merge-base", *parents).decode().strip()
        if not base or base in parents:
            continue
        ours, theirs = (_changed(repository, base, parent) for parent in parents)
        for path in sorted(ours.keys() & theirs.keys()):
            committed = _git(repository, "rev-parse", "--verify", "--quiet", f"{merge}:{path}").decode().strip()
            blobs = ours[path][0], ours[path][1], theirs[path][1], committed
            if committed and _NOTHING not in blobs and blobs[1] != blobs[2] and blobs not in seen:
                seen.add(blobs)
                yield Case(
                    f"{repository}:{merge}:{path}", *(_git(repository, "cat-file", "blob", one) for one in blobs)
                )


def _changed(repository: Path, base: str, commit: str) -> dict[str, tuple[str, str]]:
    fields = _git(repository, "diff-tree", "-r", "-z", "--no-renames", base, commit, "--", "*.ipynb").split(b"\0")
    found = {}
    for described, path in zip(fields[::2], fields[1::2], strict=False):
        words = described.decode().split()
        found[path.decode("utf-8", "surrogateescape")] = words[2], words[3]
    return found


def _git(repository: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", repository, *arguments], capture_output=True, check=False).stdout
