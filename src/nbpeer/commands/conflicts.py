"""`nbpeer conflicts`: the conflicts that a merge left in notebooks, listed and resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from nbpeer.diff.merge_conflict import Choice
from nbpeer.diff.merge_resolve import ConflictedCell, conflicted_cells, resolve
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.repo.listing import notebooks_below

ALL = -1  # every conflicted cell


class ConflictedNotebook(msgspec.Struct, frozen=True):
    """One notebook with conflicts. `problem` says why it could not be read; there are no cells then."""

    path: str
    cells: tuple[ConflictedCell, ...] = ()
    problem: str = ""


class ConflictReport(msgspec.Struct, frozen=True):
    """The notebooks with conflicts, and how many notebooks were looked at."""

    conflicted: tuple[ConflictedNotebook, ...]
    notebooks: int

    @property
    def count(self) -> int:
        """How many cells conflict."""
        return sum(len(notebook.cells) for notebook in self.conflicted)


def find_conflicts(paths: Iterable[Path]) -> ConflictReport:
    """The conflicts in notebooks and in folders of notebooks. Raises NbpeerError for a path that does not exist."""
    notebooks: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise NbpeerError(f"{path} is not there", "look at its spelling")
        notebooks.update(dict.fromkeys(notebooks_below(path) if path.is_dir() else [path]))
    looked_at = [_look(path) for path in notebooks]
    return ConflictReport(tuple(one for one in looked_at if one.cells or one.problem), len(looked_at))


def resolve_conflicts(path: Path, choices: Sequence[tuple[int, Choice]]) -> ConflictReport:
    """Resolve conflicts of one notebook, and report what is left.

    Each choice is the number of a cell, or ALL for those that no other choice names. Raises NbpeerError, before
    anything is changed, for a cell without a conflict and for one named twice.
    """
    if not path.is_file():
        raise NbpeerError(f"{path} is not a notebook", "name one notebook to resolve conflicts in")
    content = path.read_bytes()
    name = str(path)
    wanted = _wanted(choices, conflicted_cells(content, name), name)
    write_atomic(path, resolve(content, wanted, name))
    return find_conflicts([path])


def _wanted(choices: Sequence[tuple[int, Choice]], cells: Sequence[ConflictedCell], name: str) -> Mapping[int, Choice]:
    wanted: dict[int, Choice] = {}
    for number, choice in choices:
        if number in wanted:
            raise NbpeerError(
                f"{name}: cell {number} is named twice", "choose one of --ours, --theirs, --both, --edited"
            )
        wanted[number] = choice
    rest = wanted.pop(ALL, None)
    if rest is not None:
        wanted |= {cell.cell: rest for cell in cells if cell.cell not in wanted}
    return wanted


def _look(path: Path) -> ConflictedNotebook:
    try:
        content = path.read_bytes()
        # A notebook without either has no conflict, and need not be taken apart.
        if b"<<<<<<< " not in content and b'"conflict"' not in content:
            return ConflictedNotebook(str(path))
        return ConflictedNotebook(str(path), conflicted_cells(content, str(path)))
    except NbpeerError as error:
        return ConflictedNotebook(str(path), problem=str(error))
    except OSError as error:
        return ConflictedNotebook(str(path), problem=f"{path} could not be read ({error.strerror})")
