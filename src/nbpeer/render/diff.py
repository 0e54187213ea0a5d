"""A comparison for the terminal: results first, then what they rest on, then cells. Readable without colours too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbpeer.model.change import AnalysisDiff, DiffReport, ResultChange, ValueChange
from nbpeer.render.changes import (
    ResultRow,
    analysis_summary,
    column_widths,
    headline,
    moved_results,
    result_row,
    table_changes,
    value_change_text,
    value_groups,
)
from nbpeer.render.diff_cells import Look, cell_spans
from nbpeer.render.spans import plain, styled
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from rich.text import Text

    from nbpeer.render.spans import Span

_MOST_TABLE_CELLS = 12
_WIDEST = 44
_VERDICT_STYLES = {
    "changed": "bold red",
    "within_tolerance": "yellow",
    "added": "green",
    "removed": "red",
    "unchanged": "dim",
}


def diff_text(report: DiffReport, look: Look = Look()) -> Text:  # noqa: B008 - frozen
    """Every analysis with its results, expectations, caveats, inputs, parameters, versions and cells."""
    return styled(_report(report, look))


def diff_plain(report: DiffReport, look: Look = Look()) -> str:  # noqa: B008 - frozen
    """The same for a pipe: without styles, and without importing rich unless code is to be highlighted."""
    return plain(_report(report, look))


def stat_text(report: DiffReport) -> Text:
    """A line an analysis that counts its changes."""
    return styled(_stat(report))


def stat_plain(report: DiffReport) -> str:
    """The same for a pipe."""
    return plain(_stat(report))


def _report(report: DiffReport, look: Look) -> Iterator[Span]:
    yield f"{visible(headline(report))}\n", "bold"
    for analysis in report.analyses:
        yield "\n", ""
        yield from _analysis(analysis, look)


def _analysis(analysis: AnalysisDiff, look: Look) -> Iterator[Span]:
    """One analysis: its name, a line that counts, and a section for each sort of change it has."""
    yield "━━ ", "blue"
    yield visible(_title(analysis)), "bold"
    yield f"\n   {analysis_summary(analysis)}\n", ""
    if analysis.problem:
        yield f"   could not be read {visible(analysis.problem)}\n", "bold red"
    if moved := moved_results(analysis):
        yield from _results(moved, len(analysis.results) - len(moved))
    for title, changes in value_groups(analysis):
        yield from _values(title, changes)
    if cells := analysis.shown_cells:
        yield "\nCells\n", "bold underline"
        yield from cell_spans(cells, look)


def _stat(report: DiffReport) -> Iterator[Span]:
    yield visible(headline(report)), "bold"
    width = max((len(_title(analysis)) for analysis in report.analyses), default=0)
    for analysis in report.analyses:
        yield f"\n  {visible(_title(analysis)):<{width}}  {analysis_summary(analysis)}", ""
        if analysis.problem:
            yield f" · could not be read {visible(analysis.problem)}", "bold red"


def _title(analysis: AnalysisDiff) -> str:
    if analysis.status == "renamed":
        return f"{analysis.before_path} → {analysis.path} (renamed)"
    return analysis.path if analysis.status == "changed" else f"{analysis.path} ({analysis.status})"


def _results(changes: Sequence[ResultChange], unchanged: int) -> Iterator[Span]:
    yield "\nResults\n", "bold underline"
    rows = [ResultRow(*map(visible, result_row(change))) for change in changes]
    widths = column_widths(rows)
    for change, row in zip(changes, rows, strict=True):
        style = _VERDICT_STYLES[change.verdict]
        yield f"  {row.name:<{widths[0]}}  ", "bold"
        yield f"{row.before:>{widths[1]}} → {row.after:<{widths[2]}}  ", ""
        yield f"{row.delta:<{widths[3]}}  " if widths[3] else "", ""
        yield f"{row.verdict}\n", style
        yield from _table_cells(table_changes(change))
    if unchanged:
        yield f"  and {unchanged} unchanged\n", "dim"


def _table_cells(cells: Sequence[ValueChange]) -> Iterator[Span]:
    for cell in cells[:_MOST_TABLE_CELLS]:
        yield f"      {visible(cell.name)}: {_one_line(value_change_text(cell))}\n", ""
    if len(cells) > _MOST_TABLE_CELLS:
        more = len(cells) - _MOST_TABLE_CELLS
        yield f"      and {more} more {'value' if more == 1 else 'values'}\n", "dim"


def _values(title: str, rows: tuple[ValueChange, ...]) -> Iterator[Span]:
    yield f"\n{title}\n", "bold underline"
    width = min(max(len(row.name) for row in rows), _WIDEST)
    for row in rows:
        if row.name in (row.before, row.after):
            sign, style = ("-", "red") if row.after is None else ("+", "green")
            yield f"  {sign} {visible(row.name)}\n", style
        else:
            yield f"  {visible(row.name):<{width}}  {_one_line(value_change_text(row))}\n", ""


def _one_line(text: str) -> str:
    return shortened(visible(" ".join(text.split())), 200)
