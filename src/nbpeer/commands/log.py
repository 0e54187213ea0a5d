"""An analysis's history: what each commit did to its results and its cells."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nbpeer.commands.diff import compare, is_change
from nbpeer.errors import NbpeerError
from nbpeer.model.change import AnalysisDiff, ChangedPath, FileStatus, Version
from nbpeer.model.notebook import Cell
from nbpeer.repo import git
from nbpeer.repo.history import Entry, history


class LogEntry(msgspec.Struct, frozen=True):
    """One commit, and what changed in the analysis since the commit before it that touched it.

    Of the cells only those that changed are kept, without outputs: a history can have thousands of notebooks.
    """

    entry: Entry
    change: AnalysisDiff


def log(root: Path, path: str, *, most: int = 0, result: str = "") -> tuple[LogEntry, ...]:
    """The commits in which the analysis `path` really changed, newest first; merges are left out.

    `most` (0: no limit) is how many to tell; `result` leaves the commits that moved that named result.

    Raises NbpeerError when git knows no such analysis.
    """
    entries = history(root, path)
    if not entries:
        raise NbpeerError(f"no commit has {path}", "commit it first, or look at its spelling")
    by_commit = {entry.commit: entry for entry in entries}
    found: list[LogEntry] = []
    with git.reading(root) as read:
        for entry in entries:
            if len(entry.parents) > 1 or (most and len(found) == most):
                continue
            change = _change(read, entry, by_commit.get("".join(entry.parents)))
            moved = not result or any(one.name == result for one in change.results if one.verdict != "unchanged")
            if moved and is_change(change):
                found.append(LogEntry(entry, _light(change)))
    return tuple(found)


def _light(change: AnalysisDiff) -> AnalysisDiff:
    cells = (
        msgspec.structs.replace(one, before=_without_outputs(one.before), after=_without_outputs(one.after))
        for one in change.changed_cells
    )
    return msgspec.structs.replace(change, cells=tuple(cells))


def _without_outputs(cell: Cell | None) -> Cell | None:
    return msgspec.structs.replace(cell, raw_outputs=()) if cell else None


def _change(read: git.Read, entry: Entry, parent: Entry | None) -> AnalysisDiff:
    after = Version("commit", entry.commit, entry.commit[:9])
    before = Version("commit", parent.commit, parent.commit[:9]) if parent else after
    old = parent.path if parent and read(before, parent.path) is not None else ""
    there = read(after, entry.path) is not None
    status: FileStatus = "changed" if old == entry.path else "renamed"
    if not old or not there:
        status = "added" if there else "removed"
    return compare(read, before, after, ChangedPath(entry.path, status, old))
