"""An analysis's history for people: its commits with what they did, and its lines with their commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from nbpeer.model.change import AnalysisDiff
from nbpeer.render.changes import analysis_summary, cell_blocks, moved_results, result_row, value_change_text
from nbpeer.render.spans import plain, styled
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from rich.text import Text

    from nbpeer.render.spans import Span

_SHORT = 9
_LONGEST_LINE = 400
_AUTHOR = 16
_MOST_CELLS = 8
UNCOMMITTED = "not committed"


class Commit(NamedTuple):
    """A commit as people see it; `time` is seconds since 1970, UTC."""

    commit: str
    time: int
    author: str
    subject: str


class BlameCell(NamedTuple):
    """A cell's title, and its lines with the commit of each; "" for none."""

    title: str
    lines: tuple[tuple[str, str], ...]


def log_text(path: str, entries: Iterable[tuple[Commit, AnalysisDiff]]) -> Text:
    """Each commit with the results it moved, the parameters it changed, and its cells, counted and named."""
    return styled(_log(path, entries))


def log_plain(path: str, entries: Iterable[tuple[Commit, AnalysisDiff]]) -> str:
    """The same for a pipe."""
    return plain(_log(path, entries))


def blame_text(path: str, cells: Iterable[BlameCell], commits: Mapping[str, Commit]) -> Text:
    """Each line of each cell, after the commit, the author and the day of its last change."""
    return styled(_blame(path, cells, commits))


def blame_plain(path: str, cells: Iterable[BlameCell], commits: Mapping[str, Commit]) -> str:
    """The same for a pipe."""
    return plain(_blame(path, cells, commits))


def _log(path: str, entries: Iterable[tuple[Commit, AnalysisDiff]]) -> Iterator[Span]:
    yield f"{visible(path)}\n", "bold"
    for commit, change in entries:
        yield f"\n{commit.commit[:_SHORT]}", "yellow"
        yield f"  {_day(commit)}  {visible(commit.author)}  {visible(commit.subject)}\n", ""
        if change.status in ("added", "removed", "renamed"):
            yield (
                f"  {change.status}{f' from {visible(change.before_path)}' if change.status == 'renamed' else ''}\n",
                "",
            )
        yield f"  {analysis_summary(change)}\n", "dim"
        if change.problem:
            yield f"  could not be read {visible(change.problem)}\n", "bold red"
        for moved in moved_results(change):
            row = result_row(moved)
            style = "bold" if moved.verdict != "within_tolerance" else ""
            yield f"  {visible(row.name)}: {visible(row.before)} → {visible(row.after)}", style
            yield f"  {visible(row.delta)}  {visible(row.verdict)}".rstrip() + "\n", "dim"
        for value in change.parameters:
            yield f"  parameter {visible(value.name)}: {visible(shortened(value_change_text(value), 100))}\n", ""
        if change.status not in ("added", "removed"):
            yield from _cells(change)


def _cells(change: AnalysisDiff) -> Iterator[Span]:
    blocks = list(cell_blocks(change.changed_cells))
    for block in blocks[:_MOST_CELLS]:
        cell = block.change.after or block.change.before
        first = cell.source.strip().partition("\n")[0] if cell else ""
        yield f"  {block.title}: ", ""
        yield f"{visible(shortened(first, 80))}\n", "dim"
    if len(blocks) > _MOST_CELLS:
        yield f"  and {len(blocks) - _MOST_CELLS} more\n", "dim"


def _blame(path: str, cells: Iterable[BlameCell], commits: Mapping[str, Commit]) -> Iterator[Span]:
    yield f"{visible(path)}\n", "bold"
    for cell in cells:
        yield f"── {cell.title} ", "cyan"
        yield "─" * max(4, 60 - len(cell.title)) + "\n", "dim"
        for number, (text, name) in enumerate(cell.lines, 1):
            commit = commits.get(name)
            author = visible(commit.author)[:_AUTHOR] if commit else UNCOMMITTED
            yield f"{name[:_SHORT] or '0' * _SHORT} ", "yellow"
            yield f"{author:<{_AUTHOR}} {_day(commit) if commit else '':<10} {number:>4} ", "dim"
            yield f"{visible(shortened(text, _LONGEST_LINE))}\n", ""


def _day(commit: Commit) -> str:
    return datetime.fromtimestamp(commit.time, UTC).date().isoformat()
