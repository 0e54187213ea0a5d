"""Imports in a fork server: only what changes nothing that a notebook would have seen in a plain kernel."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
import warnings


def load(names: list[str]) -> tuple[str, str] | None:
    """Import modules. The first that is not there, fails, says something or starts a thread is returned, with why: in
    a plain kernel all this would be seen where the notebook imports it."""
    for name in names:
        if name in sys.modules:
            continue
        said = _said()
        try:
            if not _third_party(name):
                return name, "it is no installed package"
            with warnings.catch_warnings(record=True) as warned:
                __import__(name)
        except BaseException as error:
            return name, "%s: %s" % (type(error).__name__, error)
        if warned or _said() != said:
            return name, "it says something when imported"
        if threading.active_count() > 1:
            return name, "it starts a thread when imported"
    return None


def _third_party(name: str) -> bool:
    """Whether a name is found among installed packages or in the standard library, not among somebody's own files."""
    found = importlib.util.find_spec(name.partition(".")[0])
    if found is None:
        raise ModuleNotFoundError("No module named %r" % name)
    place = found.origin or ""
    standard = os.path.dirname(os.__file__)
    parts = place.split(os.sep)
    installed = bool({"site-packages", "dist-packages"} & set(parts))
    return installed or place in ("built-in", "frozen") or place.startswith(standard)


def _said() -> tuple[int, int]:
    """How much this process has written so far; its standard output and error are files."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return os.fstat(1).st_size, os.fstat(2).st_size
