"""What is volatile in a notebook.

The conventions are nbstripout's (https://github.com/kynan/nbstripout), except that cell ids are always kept, that
papermill's record of a run and paths on somebody's machine go, and that a cell which both says and denies that its
output is to be kept keeps it.
"""

from __future__ import annotations

from nbpeer.errors import NbpeerError
from nbpeer.scanner import spellings

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class StripOptions:
    """What to take out, in nbstripout's words.

    `extra_keys` are dotted paths below `metadata.` (the notebook's) or `cell.`, like `cell.metadata.colab`. With
    `max_size` outputs of at most so many bytes of text stay.
    """

    # By hand, because importing collections or dataclasses takes longer than stripping a small notebook.
    keep_output: bool
    keep_count: bool
    extra_keys: tuple[str, ...]
    drop_empty_cells: bool
    drop_tagged_cells: tuple[str, ...]
    max_size: int

    DEFAULTS = {
        "keep_output": False,
        "keep_count": False,
        "extra_keys": (),
        "drop_empty_cells": False,
        "drop_tagged_cells": (),
        "max_size": 0,
    }

    def __init__(self, **given: Any) -> None:
        if unknown := given.keys() - self.DEFAULTS.keys():
            raise TypeError(f"no option is called {unknown}")
        vars(self).update(self.DEFAULTS, **given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StripOptions) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))


# nbstripout's list, and papermill's record of a run, which beside fresh outputs is a false certificate.
VOLATILE_KEYS = (
    "metadata.papermill",
    "metadata.signature",
    "metadata.widgets",
    "cell.metadata.ExecuteTime",
    "cell.metadata.collapsed",
    "cell.metadata.execution",
    "cell.metadata.heading_collapsed",
    "cell.metadata.hidden",
    "cell.metadata.papermill",
    "cell.metadata.scrolled",
)
_NEVER = {"cell_type", "id", "input", "metadata", "outputs", "source"}
COUNTS = ("execution_count", "prompt_number")  # nbformat 2 and 3 say prompt_number
_KEEP_TAGS = {"keep_output", "keep-output"}
# Where people's own folders, and what is installed on one machine, begin.
_FOLDERS = "/home/ /Users/ /root/ /tmp/ /private/ /var/ /mnt/ /media/ /Volumes/ /opt/ /usr/ /srv/ /ext/"
MACHINE = (*_FOLDERS.split(), "file:/", "\\\\")  # the last as in \\\\server\\share
PATH_LEVELS = 20  # of metadata that are searched: each is read anew, so without an end it could take for ever
OURS = frozenset({"jupytext", "nbpeer", "tags"})  # people decide what stands in these
REQUIRED = frozenset({"display_name", "name"})  # of a kernelspec, by nbformat's schema


def holds_path(found: dict[str, Any]) -> bool:
    """Whether stripping takes a path out of these metadata."""
    waiting: list[tuple[Any, int]] = [(found, PATH_LEVELS)]
    while waiting:
        value, levels = waiting.pop()
        if isinstance(value, dict):
            for key, below in value.items():
                if key in OURS:
                    continue
                if key not in REQUIRED and is_path(below):
                    return True
                if levels > 1 and not isinstance(below, str):
                    waiting.append((below, levels - 1))
        elif isinstance(value, list) and levels > 1:
            waiting += [(item, levels - 1) for item in value]
    return False


def is_path(value: Any) -> bool:
    """Whether a value is an absolute path of one machine, or a list with one."""
    if isinstance(value, list):
        return any(isinstance(item, str) and is_path(item) for item in value)
    if not isinstance(value, str):
        return False
    return value.startswith(MACHINE) or (value[1:2] == ":" and value[2:3] in ("\\", "/") and value[0].isalpha())


def keeps_output(metadata: dict[str, Any], default: bool) -> bool:
    """Whether a cell with these metadata keeps its outputs; `default` when they do not say."""
    if "init_cell" in metadata:
        return is_on(metadata["init_cell"])
    tagged = not _KEEP_TAGS.isdisjoint(tags(metadata))
    if "keep_output" in metadata:
        return tagged or is_on(metadata["keep_output"])
    return tagged or default


def tags(metadata: dict[str, Any]) -> list[str]:
    """The tags of a cell with these metadata."""
    return list(strings(metadata.get("tags")))


def strings(value: Any) -> Iterable[str]:
    """The strings in a value that should be a string or a list of them."""
    if isinstance(value, str):
        return (value,)
    return (item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def is_on(value: Any) -> bool:
    """Whether a value of metadata means yes."""
    return bool(value) and value != "0"  # a number is read as its text


def key_tree(paths: Iterable[str]) -> dict[str, Any]:
    """Keys to take out as a tree: `cell.metadata.scrolled` is {"cell": {"metadata": {"scrolled": {}}}}.

    Each stands there in every spelling that a file may use. Raises NbpeerError for what would lose work or is no key.
    """
    tree: dict[str, Any] = {"metadata": {}, "cell": {}}
    for path in paths:
        top, *keys = path.split(".")
        if top not in tree or not all(keys) or not keys or (top == "cell" and len(keys) == 1 and keys[0] in _NEVER):
            raise NbpeerError(f"{path!r} is not a key to strip", "write metadata.KEY, cell.metadata.KEY or cell.KEY")
        branches = [tree[top]]
        for key in keys:
            branches = [branch.setdefault(word, {}) for branch in branches for word in spellings(key)]
    return tree


DEFAULT_KEYS = key_tree(VOLATILE_KEYS)
