"""Which files are notebooks, and which of them analyses, by their name.

The case of the extension makes no difference, so that none gets away.
"""

from __future__ import annotations

import re
from functools import cache

EXTENSION = ".ipynb"
# For git, which otherwise tells `a.IPYNB` from `*.ipynb` where the file system does.
PATHSPEC = f":(icase)*{EXTENSION}"


def is_notebook(path: str) -> bool:
    """Whether a file of this name is a notebook."""
    return path[-len(EXTENSION) :].lower() == EXTENSION


def without_extension(path: str) -> str:
    """`a/b` for `a/b.ipynb`; what is no notebook as it is."""
    return path[: -len(EXTENSION)] if is_notebook(path) else path


def selected(path: str, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    """Whether the configuration's globs say that `path` is an analysis. `**/` also matches no folder at all."""
    named = _plainly_named(path)
    return bool(_any_of(include).match(named)) and not _any_of(exclude).match(named)


@cache
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    """What matches any of these globs, and nothing when there are none."""
    from fnmatch import translate

    named = [_plainly_named(glob) for glob in globs]
    named += [glob[3:] for glob in named if glob.startswith("**/")]
    return re.compile("|".join(map(translate, named)) or "(?!)")


def _plainly_named(text: str) -> str:
    return f"{without_extension(text)}{EXTENSION}" if is_notebook(text) else text
