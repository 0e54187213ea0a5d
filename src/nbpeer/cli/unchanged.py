"""`nbpeer run` asked again the same, when not a file was touched that the answer depends on: milliseconds.

Click, msgspec and the rest take longer to import than twenty unchanged notebooks take to look at, so an answer is kept
with the times and sizes of all it depends on, like git's index, and is given again while these are the same. Whenever
anything differs, also only a time, `nbpeer run` looks at the contents itself. Standard library only; only what goes to
a file or a pipe is kept.
"""
# ruff: noqa: PTH100, PTH108, PTH109, PTH110, PTH112, PTH116, PTH118, PTH120, PTH123
# because importing pathlib takes a third of the time there is.

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # importing typing takes longer than the rest
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLACE = os.path.join(".nbpeer", "cache", "answers")
# What changes where git, Jupyter and Python look, and what `nbpeer.run.cache` goes by.
_VARIABLES = ("CONDA_PREFIX", "HOME", "LANG", "PATH", "TZ", "VIRTUAL_ENV", "XDG_CONFIG_HOME")
_FAMILIES = ("GIT_", "IPYTHON", "JUPYTER", "LC_", "MPL", "NBPEER", "PYTHON")
# What was touched within a tick of the file system's clock may be touched again at the same time: at most 10 ms on
# Linux, two seconds where times have no fractions.
_TICK_NS, _COARSE_TICK_NS = 20_000_000, 2_000_000_000
_MOST = 100


def answer(arguments: Sequence[str]) -> int | None:
    """Print the kept answer to a command line and return its exit code; None when there is none that is still true."""
    folder = _folder()
    if folder is None or sys.stdout.isatty():
        return None
    asked = _asked(arguments)
    try:
        with open(_file(folder, asked), encoding="utf-8", newline="") as kept:
            request, code, stamps, text = kept.read().split("\n\n", 3)
    except (OSError, ValueError):
        return None
    if request != asked:
        return None
    for line in stamps.split("\n"):
        stamp, _, path = line.partition("\t")
        if stamp != _stamp(path):
            return None
    sys.stdout.write(text)
    return int(code)


def remember(arguments: Sequence[str], code: int, text: str, depends: Iterable[str]) -> None:
    """Keep an answer that depends on these files and folders, and on whether they are there.

    Nothing is kept of what was touched a moment ago, nor when a disk refuses.
    """
    import time

    from nbpeer.errors import NbpeerError
    from nbpeer.files import write_atomic

    folder = _folder()
    paths = sorted({os.path.abspath(path) for path in depends} | {os.path.dirname(os.path.dirname(__file__))})
    if folder is None or sys.stdout.isatty() or any("\n" in path for path in paths):
        return
    now = time.time_ns()
    if any(_settled(path) > now for path in paths):
        return
    asked = _asked(arguments)
    stamps = "\n".join(f"{_stamp(path)}\t{path}" for path in paths)
    try:
        write_atomic(_file(folder, asked), f"{asked}\n\n{code}\n\n{stamps}\n\n{text}".encode())
        _forget(folder)
    except (NbpeerError, OSError, UnicodeEncodeError):
        return


def _asked(arguments: Sequence[str]) -> str:
    """All that a command line means besides files: one line without an end."""
    environment = {
        name: value for name, value in os.environ.items() if name in _VARIABLES or name.startswith(_FAMILIES)
    }
    return repr((list(arguments), os.getcwd(), sys.executable, sys.version, sorted(environment.items())))


def _file(folder: str, asked: str) -> str:
    import zlib

    # Two requests with one checksum take turns: the file says which of them it answers.
    return os.path.join(folder, f"{zlib.crc32(asked.encode('utf-8', 'surrogatepass')):08x}")


def _folder() -> str | None:
    """Where the answers of the repository around this folder are, once anything was kept in it."""
    place = os.getcwd()
    while not os.path.exists(os.path.join(place, ".git")):
        above = os.path.dirname(place)
        if above == place:
            return None
        place = above
    cache = os.path.join(place, _PLACE)
    return cache if os.path.isdir(os.path.dirname(cache)) else None


def _stamp(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return "-"
    return f"{found.st_mode} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def _settled(path: str) -> int:
    """When a file's times will tell of every later change."""
    try:
        found = os.stat(path)
    except OSError:
        return 0
    tick = _TICK_NS if found.st_ctime_ns % 1_000_000_000 else _COARSE_TICK_NS
    return max(found.st_mtime_ns, found.st_ctime_ns) + tick


def _forget(folder: str) -> None:
    """Keep the newest answers only."""
    files = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime, reverse=True)
    for entry in files[_MOST:]:
        os.unlink(entry.path)
