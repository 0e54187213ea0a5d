"""`nbpeer --version`: what is installed."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, distribution, metadata, version

_FOR_DEVELOPERS = frozenset({"all", "docs", "examples", "test"})
_OF_AN_EXTRA = re.compile(r"""^([A-Za-z0-9._-]+).*;.*\bextra\s*==\s*["']([a-z]+)["']""")


def version_text() -> str:
    """The version, the interpreter's, and which extras are there in whole."""
    there = extras()
    has = ", ".join(name for name, missing in there.items() if not missing) or "none"
    lacks = ", ".join(name for name, missing in there.items() if missing)
    without = f'; without: {lacks} (pip install "nbpeer[all]")' if lacks else ""
    return f"nbpeer {version('nbpeer')}, Python {platform.python_version()}\nextras: {has}{without}"


def extras() -> dict[str, tuple[str, ...]]:
    """Each extra and the packages of it that are not installed."""
    about = metadata("nbpeer")
    found: dict[str, list[str]] = {
        name: [] for name in about.get_all("Provides-Extra") or [] if name not in _FOR_DEVELOPERS
    }
    for requirement in about.get_all("Requires-Dist") or []:
        match = _OF_AN_EXTRA.match(requirement)
        if match and match[2] in found and match[1] != "nbpeer" and not _installed(match[1]):
            found[match[2]].append(match[1])
    return {name: tuple(missing) for name, missing in found.items()}


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
