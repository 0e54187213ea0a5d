"""`nbpeer strip` of one notebook, done before a larger program would have been imported.

It gives way to `cli.strip_show`, which strips anything, wherever a flag, the configuration or the file asks for more.
"""

from __future__ import annotations

import os

from nbpeer.errors import NbpeerError
from nbpeer.files import shown, write_atomic
from nbpeer.strip import strip

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from collections.abc import Sequence

_CHECK = {"--check", "--verify"}
_ONLY_LOOK = {*_CHECK, "--dry-run"}
_LARGE = 2_000_000  # bytes; with more msgspec pays for its import


def strip_one(arguments: list[str]) -> int | None:
    """Strip, say so, and return the exit code; None, with nothing done and nothing said, where that takes more."""
    flags = _ONLY_LOOK.intersection(arguments)
    paths = [argument for argument in arguments if argument not in _ONLY_LOOK]
    if len(paths) != 1 or paths[0].startswith("-") or not os.path.isfile(paths[0]):
        return None
    try:
        if os.path.getsize(paths[0]) > _LARGE or not _is_plain(_top(os.getcwd())):
            return None
        with open(paths[0], "rb") as file:
            content = file.read()
        stripped = strip(content)
        if stripped is not content and not flags:
            write_atomic(paths[0], stripped)
    except (NbpeerError, OSError, ValueError):
        return None
    changed = [] if stripped is content else [paths[0]]
    print(summary(1, changed, len(content) - len(stripped), only_look=bool(flags)))
    return 1 if changed and flags & _CHECK else 0


def summary(notebooks: int, changed: Sequence[str], removed: int, *, only_look: bool) -> str:
    """What stripping did, or would do: a line for each changed notebook, and one for all."""
    done = "would strip" if only_look else "stripped"
    taken_out = f", {_size(removed)} less" if removed > 0 else ""
    all_of_them = "1 notebook" if notebooks == 1 else f"{notebooks} notebooks"
    return "\n".join(
        [*(f"{done} {shown(path)}" for path in changed), f"{done} {len(changed)} of {all_of_them}{taken_out}"]
    )


def _size(count: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} bytes"


def _top(folder: str) -> str:
    """The nearest folder above, or at, `folder` that holds `.git`; `folder` itself outside a repository."""
    here = folder
    while not os.path.exists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return folder
        here = above
    return here


def _is_plain(folder: str) -> bool:
    """Whether the configuration of a folder is certain not to concern stripping."""
    for name, keys in (("nbpeer.toml", ()), ("pyproject.toml", ("tool", "nbpeer"))):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            import tomllib

            with open(path, "rb") as file:
                table = tomllib.load(file)
            for key in keys:
                table = table.get(key, {})
                if not isinstance(table, dict):
                    return False
            if not all(_PLAIN.get(key, _never)(value) for key, value in table.items()):
                return False
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _never(value: object) -> bool:
    return False


# Settings that do not concern stripping, and what is right for them.
_PLAIN = {"base": _is_text, "exclude": _is_texts, "include": _is_texts, "templates": _is_text}
