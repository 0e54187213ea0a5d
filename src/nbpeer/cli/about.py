"""`nbpeer --version`: what is installed."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, distribution, metadata, version

_FOR_DEVELOPERS = frozenset({"all", "docs", "examples", "release", "test"})
_OF_AN_EXTRA = re.compile(
    r"""^(?:nbpeer\[(?P<own>[a-z, ]+)\]|(?P<package>[A-Za-z0-9._-]+)).*;.*\bextra\s*==\s*["'](?P<extra>[a-z]+)["']"""
)


def version_text() -> str:
    """The version, the interpreter's, and which extras are there in whole."""
    there = extras()
    has = ", ".join(name for name, missing in there.items() if not missing) or "none"
    lacks = ", ".join(name for name, missing in there.items() if missing)
    without = f'; without: {lacks} (pip install "nbpeer[all]")' if lacks else ""
    return f"nbpeer {version('nbpeer')}, Python {platform.python_version()}\nextras: {has}{without}"


def extras() -> dict[str, tuple[str, ...]]:
    """Each extra and the packages of it that are not installed.

    What an extra asks for by naming other extras of nbpeer counts as its own: some build tools write it out so.
    """
    about = metadata("nbpeer")
    needs: dict[str, list[str]] = {name: [] for name in about.get_all("Provides-Extra") or []}
    named: dict[str, list[str]] = {name: [] for name in needs}
    for requirement in about.get_all("Requires-Dist") or []:
        match = _OF_AN_EXTRA.match(requirement)
        if match and match["own"]:
            named[match["extra"]] += re.split(r"\s*,\s*", match["own"])
        elif match:
            needs[match["extra"]].append(match["package"])
    return {
        name: tuple(
            dict.fromkeys(
                package for part in (name, *named[name]) for package in needs[part] if not _installed(package)
            )
        )
        for name in needs
        if name not in _FOR_DEVELOPERS
    }


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
