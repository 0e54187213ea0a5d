"""Who last changed each line of an analysis."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nbpeer.commands.diff_sides import any_notebook
from nbpeer.diff.blame import Origins, lines_of, origins
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.notebook import Notebook
from nbpeer.repo import git
from nbpeer.repo.history import Entry, history

_EMPTY = Notebook("", (), {}, 5)


class BlamedLine(msgspec.Struct, frozen=True):
    """One line (from 1) of a cell's source; `commit` is "" for a change that is not committed yet."""

    number: int
    text: str
    commit: str


class BlamedCell(msgspec.Struct, frozen=True):
    """One cell, `number` from 1."""

    number: int
    cell_type: str
    id: str | None
    lines: tuple[BlamedLine, ...]


class Blame(msgspec.Struct, frozen=True):
    """An analysis of the working tree; `commits` are those its lines name, newest first."""

    path: str
    cells: tuple[BlamedCell, ...]
    commits: tuple[Entry, ...]


def blame(root: Path, path: str) -> Blame:
    """The commit that last changed each line of the notebook `path`, as it is in the working tree.

    Lines are followed through cells that moved, were split, joined or retyped, and through renames of the file. A
    version that cannot be read passes on nothing.

    Raises NbpeerError when the notebook is not there or cannot be read.
    """
    with git.reading(root) as read:
        content = read(WORKTREE, path)
        if content is None:
            raise NbpeerError(f"there is no {path} in the working tree", "look at its spelling")
        now = any_notebook(content, path)
        entries = history(root, path)
        known: dict[str, tuple[Notebook, Origins]] = {}
        for entry in reversed(entries):
            notebook = _at(read, entry)
            parents = [known[parent] for parent in entry.parents if parent in known]
            known[entry.commit] = (notebook, origins(entry.commit, notebook, parents))
        lines = origins("", now, [known[entries[0].commit]] if entries else [])
    cells = tuple(
        BlamedCell(cell.number, cell.cell_type, cell.id, _lines(lines_of(cell), found))
        for cell, found in zip(now.cells, lines, strict=True)
    )
    named = {commit for found in lines for commit in found}
    return Blame(path, cells, tuple(entry for entry in entries if entry.commit in named))


def _at(read: git.Read, entry: Entry) -> Notebook:
    content = read(Version("commit", entry.commit), entry.path)
    try:
        found = any_notebook(content, entry.path) if content is not None else _EMPTY
    except NbpeerError:
        return _EMPTY
    # Outputs hold on to the bytes of the whole file, and a history can have thousands of them.
    cells = tuple(msgspec.structs.replace(cell, raw_outputs=()) for cell in found.cells)
    return msgspec.structs.replace(found, cells=cells, raw=b"")


def _lines(texts: list[str], commits: tuple[str, ...]) -> tuple[BlamedLine, ...]:
    found = zip(texts, commits, strict=True)
    return tuple(BlamedLine(number, text, commit) for number, (text, commit) in enumerate(found, 1))
