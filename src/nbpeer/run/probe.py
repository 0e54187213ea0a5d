"""Runs inside a Python kernel: sees which files the notebook opens, and knows which packages it loaded.

Its text is sent to the kernel, whose environment may lack nbpeer and be an older Python: standard library only. It
lives in a module of its own there and leaves no name in the notebook's.
"""
# ruff: noqa: PTH100, PTH109, PTH118, PTH206
# because what runs at every open has to be cheap.

from __future__ import annotations

import json
import os
import re
import sys

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Python's own code is known by its packages; modules of the repository are added by `_modules`.
_CODE = (".py", ".pyc", ".so", ".pyd")
_HERE = ("127.", "localhost", "::1")

# What a fork server imported beforehand counts as imported by the notebook: it imports the same.
_known = set(sys.modules) - getattr(sys.modules.get("_nbpeer_preloaded"), "names", set())
_read: set[str] = set()
_written: set[str] = set()
_elsewhere: list[str] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        path, _, flags = arguments
        _note(path, isinstance(flags, int) and bool(flags & _WRITES))
    elif event == "sqlite3.connect":
        _note(arguments[0], False)
    elif event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(_HERE):
            _elsewhere.append(str(address[0]))


def _note(path: object, writes: bool) -> None:
    name = os.fsdecode(path) if isinstance(path, (str, bytes)) else ""
    if not name or name.endswith(_CODE):
        return
    try:
        place = os.path.join(os.getcwd(), name)
    except OSError:
        return
    if writes:
        _written.add(place)
    elif place not in _written:
        _read.add(place)


def report(root: str) -> str:
    """JSON: `packages` by name; `read`, the files of `root` that were read, relative to it; `complete`."""
    written = {_named(place, root) for place in _written}
    read = {_named(place, root) for place in _read | _modules()}
    inside = {place for place in read if _inside(place, root)}
    overwritten = inside & written
    return json.dumps(
        {
            "packages": _packages(),
            "read": sorted(os.path.relpath(place, root).replace(os.sep, "/") for place in inside - overwritten),
            "complete": not _elsewhere and not overwritten,
        }
    )


def _named(place: str, root: str) -> str:
    """A file by its own place in the repository, even when that is a symbolic link to elsewhere."""
    named = os.path.normpath(place)
    return named if named.startswith(os.path.join(root, "")) else os.path.realpath(place)


def _inside(place: str, root: str) -> bool:
    """Whether a file of the repository is the team's own: not hidden, and not of an environment kept there."""
    top = os.path.join(root, "")
    environments = [os.path.join(prefix, "") for prefix in (sys.prefix, os.path.realpath(sys.prefix))]
    if not place.startswith(top) or any(place.startswith(kept) and kept.startswith(top) for kept in environments):
        return False
    parts = os.path.relpath(place, root).split(os.sep)
    return not any(part.startswith(".") or part in ("__pycache__", "site-packages") for part in parts)


def _modules() -> set[str]:
    """The files of the modules the notebook loaded; nbpeer itself only publishes."""
    found = set()
    for name, module in list(sys.modules.items()):
        if name not in _known and name.partition(".")[0] != "nbpeer":
            file = getattr(module, "__dict__", {}).get("__file__")
            if isinstance(file, str):
                found.add(os.path.abspath(file))
    return found


def _packages() -> dict[str, str]:
    """Versions of the packages loaded since the kernel was ready, without those the kernel itself needs."""
    import importlib.metadata

    loaded = {name.partition(".")[0] for name in set(sys.modules) - _known}
    try:
        owners = importlib.metadata.packages_distributions()
    except AttributeError:  # before Python 3.10
        owners = {}
    names = {_plain(owner) for name in loaded for owner in owners.get(name, [name])}
    found = {}
    for name in sorted(names - _kernel_packages()):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # the standard library, or a module of the team
            continue
    return found


def _kernel_packages() -> set[str]:
    import importlib.metadata

    needed = set()
    waiting = ["ipykernel"]
    while waiting:
        name = _plain(waiting.pop())
        if name in needed:
            continue
        needed.add(name)
        try:
            wanted = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        waiting += [name for line in wanted if "extra ==" not in line for name in re.findall(r"^[\w.-]+", line)]
    return needed


def _plain(name: str) -> str:
    """A distribution's name as the index spells it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def start() -> None:
    """Listen from now on; a hook cannot be taken out again and costs about 3 µs an event."""
    sys.addaudithook(_listen)
