"""Keeps two commands from running one notebook at the same time: both would write its results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from nbpeer.errors import NbpeerError

_held: dict[Path, tuple[int, int]] = {}  # what this command runs: the open file, and how many of its jobs
_lock = Lock()


@contextmanager
def claimed(root: Path, path: str) -> Iterator[None]:
    """Hold a notebook while it is run; the jobs of one command share it, as when it runs with many parameters.

    It is the notebook's own file that is locked, so nothing is left behind, even by a power cut. Raises NbpeerError
    when another command holds it. Where files cannot be locked, nobody is refused.
    """
    file = root / path
    with _lock:
        place, jobs = _held.get(file, (-1, 0))
        if not jobs:
            place = _locked(file, path)
        _held[file] = place, jobs + 1
    try:
        yield
    finally:
        with _lock:
            place, jobs = _held.pop(file)
            if jobs > 1:
                _held[file] = place, jobs - 1
            elif place >= 0:
                os.close(place)


def _locked(file: Path, path: str) -> int:
    """The open, locked file; -1 when it cannot be locked."""
    try:
        import fcntl

        place = os.open(file, os.O_RDONLY)
    except (ImportError, OSError):
        return -1
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(place)
        raise NbpeerError(f"{path} is being run already", "wait until the other run has ended") from None
    except OSError:  # some network file systems
        pass
    return place
