"""Which files are notebooks, by their name: the case of the extension makes no difference, so that none gets away."""

from __future__ import annotations

EXTENSION = ".ipynb"
# For git, which otherwise tells `a.IPYNB` from `*.ipynb` where the file system does.
PATHSPEC = f":(icase)*{EXTENSION}"


def is_notebook(path: str) -> bool:
    """Whether a file of this name is a notebook."""
    return path[-len(EXTENSION) :].lower() == EXTENSION


def without_extension(path: str) -> str:
    """`a/b` for `a/b.ipynb`; what is no notebook as it is."""
    return path[: -len(EXTENSION)] if is_notebook(path) else path
