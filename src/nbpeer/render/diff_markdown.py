"""A comparison as GitHub-flavoured Markdown, for pull requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbpeer.model.change import AnalysisDiff, DiffReport, OutputChange, ResultChange, ValueChange
from nbpeer.render.changes import (
    CellBlock,
    analysis_summary,
    cell_blocks,
    headline,
    moved_results,
    result_row,
    table_changes,
    value_change_text,
    value_groups,
)
from nbpeer.render.diff_lines import LONGEST_LINE, SIGNS, cell_lines, first_mark
from nbpeer.render.escape import escaped, fenced, html
from nbpeer.render.outputs_text import output_text
from nbpeer.render.visible import shortened, visible
from nbpeer.render.words import Line

_MOST_TABLE_CELLS = 12


def diff_markdown(report: DiffReport) -> str:
    """A heading an analysis, its results as a table, lists of what else changed, and its cells folded away.

    What comes from a notebook is escaped: it neither links, mentions anybody nor opens HTML.
    """
    parts = [f"{escaped(headline(report))}\n"]
    parts += [analysis_markdown(analysis) for analysis in report.analyses]
    return "\n".join(parts)


def analysis_markdown(analysis: AnalysisDiff) -> str:
    """One analysis, from its heading to its last changed cell."""
    name = analysis.path
    if analysis.status == "renamed":
        name = f"{analysis.before_path} → {analysis.path}"
    parts = [f"### {escaped(name)}\n", f"{analysis_summary(analysis)}\n"]
    if analysis.problem:
        parts.append(f"> Could not be read {escaped(analysis.problem)}\n")
    parts += results_table(moved_results(analysis))
    for title, changes in value_groups(analysis):
        parts += values_list(title, changes)
    parts += [cell_markdown(block) for block in cell_blocks(analysis.shown_cells)]
    return "\n".join(parts)


def results_table(moved: Sequence[ResultChange]) -> list[str]:
    """Results before and after as one table, what moved in tables below it; nothing for none."""
    if not moved:
        return []
    lines = ["| result | before | after | moved by | |", "| --- | ---: | ---: | ---: | --- |"]
    for change in moved:
        row = [escaped(text) for text in result_row(change)]
        strong = "**" if change.verdict != "within_tolerance" else ""
        lines.append(f"| {strong}{row[0]}{strong} | {' | '.join(row[1:])} |")
    for change in moved:
        lines += _table_cells(change)
    return ["\n".join(lines) + "\n"]


def _table_cells(change: ResultChange) -> list[str]:
    if not change.cells:
        return []
    shown = [
        f"- {escaped(cell.name)}: {escaped(value_change_text(cell))}"
        for cell in table_changes(change)[:_MOST_TABLE_CELLS]
    ]
    rest = len(change.cells) - len(shown)
    return ["", f"In {escaped(change.name)}:", "", *shown, *([f"- and {rest} more values"] if rest else [])]


def values_list(title: str, changes: tuple[ValueChange, ...]) -> list[str]:
    """What changed by name, as a list under its title."""
    lines = [f"**{title}**\n"]
    for change in changes:
        if change.name in (change.before, change.after):
            lines.append(f"- {'gone' if change.after is None else 'new'}: {escaped(change.name)}")
        else:
            lines.append(f"- {escaped(change.name)}: {escaped(value_change_text(change))}")
    return ["\n".join(lines) + "\n"]


def cell_markdown(block: CellBlock) -> str:
    """One changed cell, its lines folded away, with the outputs that changed."""
    title, change = block.title, block.change
    notes = "".join(f"\n{escaped(note)}\n" for note in block.notes)
    outputs = "".join(map(_output, change.changed_outputs))
    if change.kind in ("moved", "unchanged") or (change.before and change.after and "source" not in change.aspects):
        return f"- {escaped(title)}\n{notes}{outputs}"
    lines = _fenced(cell_lines(change))
    return f"<details><summary>{html(title)}</summary>\n{notes}\n{lines}\n</details>\n{outputs}"


def _output(change: OutputChange) -> str:
    found = output_text(change)
    listed = [escaped(value) for value in found.values]
    listed += [f"and {found.more} more"] if found.more and listed else []
    said = "".join(f"  - {value}\n" for value in listed)
    text = f"\n{_fenced(found.lines)}" if found.lines else ""
    more = f"\nand {found.more} more lines\n" if found.more and not listed else ""
    return f"\n- output: {escaped(found.said)}\n{said}{text}{more}"


def _fenced(lines: Iterable[Line | None]) -> str:
    shown = []
    for line in lines:
        if line is None:
            shown.append("@@")
        else:
            text = "".join(piece.text for piece in line.pieces)
            shown.append(SIGNS[line.change] + shortened(visible(text), LONGEST_LINE, first_mark(line.pieces)))
    return fenced(shown, "diff")
