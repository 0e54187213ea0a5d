"""A comparison for the terminal: results first, then what they rest on, then cells. Readable without colours too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nbpeer.model.change import AnalysisDiff, DiffReport, ResultChange, ValueChange
from nbpeer.render.changes import (
    ResultRow,
    analysis_summary,
    headline,
    moved_results,
    result_row,
    table_changes,
    value_change_text,
)
from nbpeer.render.diff_cells import cells_text
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from rich.text import Text

_MOST_TABLE_CELLS = 12
_WIDEST = 44
_VERDICT_STYLES = {
    "changed": "bold red",
    "within_tolerance": "yellow",
    "added": "green",
    "removed": "red",
    "unchanged": "dim",
}


def diff_text(report: DiffReport, *, highlight: bool = True) -> Text:
    """Every analysis with its results, expectations, caveats, inputs, parameters, versions and cells.

    `highlight` colours the syntax of code, which takes the time to load a lexer.
    """
    from rich.text import Text

    text = Text()
    text.append(f"{visible(headline(report))}\n", "bold")
    for analysis in report.analyses:
        text.append("\n")
        text.append_text(analysis_text(analysis, highlight=highlight))
    text.rstrip()
    return text


def analysis_text(analysis: AnalysisDiff, *, highlight: bool = True) -> Text:
    """One analysis: its name, a line that counts, and a section for each sort of change it has."""
    from rich.text import Text

    text = Text()
    text.append("━━ ", "blue")
    text.append(visible(_title(analysis)), "bold")
    text.append(f"\n   {analysis_summary(analysis)}\n")
    if analysis.problem:
        text.append(f"   could not be read {visible(analysis.problem)}\n", "bold red")
    if moved := moved_results(analysis):
        _append_results(text, moved, len(analysis.results) - len(moved))
    for title, changes in (
        ("Expectations", analysis.expectations),
        ("Caveats", analysis.caveats),
        ("Inputs", analysis.inputs),
        ("Parameters", analysis.parameters),
        ("Package versions", analysis.packages),
    ):
        _append_values(text, title, changes)
    if analysis.changed_cells:
        text.append("\nCells\n", "bold underline")
        text.append_text(cells_text(analysis.changed_cells, highlight=highlight))
    return text


def stat_text(report: DiffReport) -> Text:
    """A line an analysis that counts its changes."""
    from rich.text import Text

    text = Text()
    text.append(visible(headline(report)), "bold")
    width = max((len(_title(analysis)) for analysis in report.analyses), default=0)
    for analysis in report.analyses:
        text.append(f"\n  {visible(_title(analysis)):<{width}}  {analysis_summary(analysis)}")
        if analysis.problem:
            text.append(f" · could not be read {visible(analysis.problem)}", "bold red")
    return text


def _title(analysis: AnalysisDiff) -> str:
    if analysis.status == "renamed":
        return f"{analysis.before_path} → {analysis.path} (renamed)"
    return analysis.path if analysis.status == "changed" else f"{analysis.path} ({analysis.status})"


def _append_results(text: Text, changes: Sequence[ResultChange], unchanged: int) -> None:
    text.append("\nResults\n", "bold underline")
    rows = [ResultRow(*map(visible, result_row(change))) for change in changes]
    widths = [min(max(len(column) for column in columns), _WIDEST) for columns in zip(*rows, strict=True)]
    for change, row in zip(changes, rows, strict=True):
        style = _VERDICT_STYLES[change.verdict]
        text.append(f"  {row.name:<{widths[0]}}  ", "bold")
        text.append(f"{row.before:>{widths[1]}} → {row.after:<{widths[2]}}  ")
        text.append(f"{row.delta:<{widths[3]}}  " if widths[3] else "")
        text.append(f"{row.verdict}\n", style)
        _append_table_cells(text, table_changes(change))
    if unchanged:
        text.append(f"  and {unchanged} unchanged\n", "dim")


def _append_table_cells(text: Text, cells: Sequence[ValueChange]) -> None:
    for cell in cells[:_MOST_TABLE_CELLS]:
        text.append(f"      {visible(cell.name)}: {_one_line(value_change_text(cell))}\n")
    if len(cells) > _MOST_TABLE_CELLS:
        more = len(cells) - _MOST_TABLE_CELLS
        text.append(f"      and {more} more {'value' if more == 1 else 'values'}\n", "dim")


def _append_values(text: Text, title: str, changes: Iterable[ValueChange]) -> None:
    rows = list(changes)
    if not rows:
        return
    text.append(f"\n{title}\n", "bold underline")
    width = min(max(len(row.name) for row in rows), _WIDEST)
    for row in rows:
        if row.name in (row.before, row.after):
            sign, style = ("-", "red") if row.after is None else ("+", "green")
            text.append(f"  {sign} {visible(row.name)}\n", style)
        else:
            text.append(f"  {visible(row.name):<{width}}  {_one_line(value_change_text(row))}\n")


def _one_line(text: str) -> str:
    return shortened(visible(" ".join(text.split())), 200)
