"""Digests of files, remembered by size and times, so that large data are read once."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic

# A file changed again within the same tick of the file system's clock has the same times (git's "racily clean"): at
# most 10 ms on Linux, two seconds where times have no fractions.
_TICK_NS, _COARSE_TICK_NS = 20_000_000, 2_000_000_000
_MOST = 20_000

_Stamp = tuple[int, int, int, int]


class FileDigests:
    """Digests of files; what is remembered is kept in `memory`, a file that may be deleted at any time."""

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory
        self._known: dict[str, tuple[_Stamp, str]] = _load(memory) if memory else {}
        self._learnt = False

    def of(self, file: Path) -> str:
        """`sha256:` and the digest of a file's bytes. Raises OSError when it cannot be read."""
        found = file.stat()
        stamp = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        name = os.fspath(file)
        known = self._known.get(name)
        if known and known[0] == stamp:
            return known[1]
        with file.open("rb") as content:
            value = "sha256:" + hashlib.file_digest(content, "sha256").hexdigest()
        tick = _TICK_NS if found.st_ctime_ns % 1_000_000_000 else _COARSE_TICK_NS
        if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > tick:
            self._known[name] = stamp, value
            self._learnt = True
        return value

    def keep(self) -> None:
        """Write down what was learnt; a disk that refuses costs only time."""
        if self._memory and self._learnt:
            kept = dict(list(self._known.items())[-_MOST:])
            try:
                write_atomic(self._memory, msgspec.json.encode(kept))
            except NbpeerError:
                return
            self._learnt = False


def _load(memory: Path) -> dict[str, tuple[_Stamp, str]]:
    try:
        return msgspec.json.decode(memory.read_bytes(), type=dict[str, tuple[_Stamp, str]])
    except (OSError, msgspec.DecodeError):
        return {}
