"""Results compared, for people and programs: two versions side by side, or recorded ones beside fresh runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from nbpeer.model.change import AnalysisDiff, DiffReport, ResultChange, ValueChange
from nbpeer.model.recorded import Spread, Verification
from nbpeer.render.changes import (
    ResultRow,
    column_widths,
    result_row,
    table_changes,
    value_change_text,
    value_groups,
    version_text,
)
from nbpeer.render.diff_values import output_values
from nbpeer.render.escape import escaped
from nbpeer.render.numbers import number_text
from nbpeer.render.outputs_text import output_line
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from nbpeer.render.spans import Span

Notes = Mapping[str, Sequence[str]]

_MOST_TABLE_CELLS = 12
_LONGEST_LINE = 200
_ORDER = ("changed", "removed", "added", "within_tolerance", "unchanged")
_STYLES = {"changed": "bold red", "removed": "red", "added": "green", "within_tolerance": "yellow", "unchanged": "dim"}


def comparison_spans(report: DiffReport, rerun: bool, notes: Notes) -> Iterator[Span]:
    """Every analysis with every result on both sides, then what else differs."""
    yield f"{visible(comparison_headline(report, rerun))}\n", "bold"
    for analysis in report.analyses:
        yield "\n━━ ", "blue"
        yield f"{visible(analysis.path)}\n", "bold"
        if analysis.problem:
            yield f"   did not complete {visible(analysis.problem)}\n", "bold red"
        yield from _noted(notes.get(analysis.path, ()))
        yield from _results(analysis.results)
        for title, changes in value_groups(analysis):
            yield f"   {title}\n", "bold"
            for change in changes:
                yield f"     {_line(_value_line(change))}\n", ""
        if outputs := _output_lines(analysis):
            yield "   Outputs without a name\n", "bold"
            yield "".join(f"     {_line(line)}\n" for line in outputs), ""
        if not (analysis.results or analysis.problem or outputs):
            yield "   no results on either side\n", "dim"


def comparison_markdown(report: DiffReport, rerun: bool, notes: Notes) -> str:
    """The same for a pull request: a table an analysis, and lists. What comes from a notebook is escaped."""
    parts = [f"{escaped(comparison_headline(report, rerun))}\n"]
    for analysis in report.analyses:
        parts.append(f"### {escaped(analysis.path)}\n")
        if analysis.problem:
            parts.append(f"> Did not complete {escaped(analysis.problem)}\n")
        parts += [f"> {escaped(note)}\n" for note in notes.get(analysis.path, ())]
        parts += _table(analysis.results, "before", "after")
        for title, changes in value_groups(analysis):
            parts += _list(title, [_value_line(each) for each in changes])
        if outputs := _output_lines(analysis):
            parts += _list("Outputs without a name", outputs)
    return "\n".join(parts)


def comparison_values(report: DiffReport, rerun: bool, notes: Notes) -> dict[str, Any]:
    """The same as JSON values, without pictures."""
    fields = ("path", "status", "before_path", "results", "expectations", "caveats", "parameters", "packages", "inputs",
              "problem")  # fmt: skip
    return {
        "before": msgspec.to_builtins(report.before),
        "after": msgspec.to_builtins(report.after),
        "rerun": rerun,
        "analyses": [
            {
                **msgspec.to_builtins({name: getattr(analysis, name) for name in fields}),
                "notes": list(notes.get(analysis.path, ())),
                "outputs": [
                    {"cell": cell, **msgspec.to_builtins(output_values(output))}
                    for cell, change in _cells(analysis)
                    for output in change.changed_outputs
                ],
            }
            for analysis in report.analyses
        ],
    }


def comparison_headline(report: DiffReport, rerun: bool) -> str:
    """The two versions, and where their results are from."""
    count = len(report.analyses)
    how = "both run here" if rerun else "as recorded"
    said = f"{count} {'analysis' if count == 1 else 'analyses'}" if count else "no results to compare"
    return f"{version_text(report.before)} → {version_text(report.after)}, {how}: {said}"


def verification_spans(found: Sequence[Verification]) -> Iterator[Span]:
    """A paragraph an analysis: the verdict, and every result that is not as recorded or not the same in each run."""
    for one in found:
        good = one.status == "verified"
        yield ("✓ " if good else "✗ "), "green" if good else "red"
        yield visible(one.path), "bold"
        yield f"  {visible(verdict_text(one))}\n", "" if good else "red"
        yield from _noted(one.notes)
        yield from _results([change for change in one.results if change.verdict != "unchanged"])
        for line in _other_lines(one):
            yield f"   {_line(line)}\n", ""
        for spread in one.spreads:
            yield f"   ≠ {_line(spread_text(spread))}\n", "yellow"


def verification_markdown(found: Sequence[Verification]) -> str:
    """The same for a pull request."""
    parts = []
    for one in found:
        parts.append(f"### {'✓' if one.status == 'verified' else '✗'} {escaped(one.path)}\n")
        parts.append(f"{escaped(verdict_text(one))}\n")
        parts += [f"> {escaped(note)}\n" for note in one.notes]
        parts += _table([change for change in one.results if change.verdict != "unchanged"], "recorded", "fresh run")
        listed = [*_other_lines(one), *map(spread_text, one.spreads)]
        parts += ["\n".join(f"- {escaped(line)}" for line in listed) + "\n"] if listed else []
    return "\n".join(parts)


def verdict_text(one: Verification) -> str:
    """What the fresh runs of one analysis say, in a line."""
    if one.problem:
        return one.problem
    near = sum(change.verdict == "within_tolerance" for change in one.results)
    off = sum(change.verdict not in ("unchanged", "within_tolerance") for change in one.results)
    same = len(one.results) - near - off
    parts = [f"{same} {'result' if same == 1 else 'results'} as recorded"]
    parts += [f"{near} within tolerance"] if near else []
    parts += [f"{off} beyond"] if off else []
    runs = f", in {one.runs} runs" if one.runs > 1 else ""
    return f"{'verified' if one.status == 'verified' else 'differs'}: {', '.join(parts)}{runs}"


def spread_text(spread: Spread) -> str:
    """How far a result lies apart over the runs."""
    said = f"{spread.name} is not the same in every run: {spread.values} different values"
    if spread.width is None:
        return said
    where = f" in {spread.where}" if spread.where else ""
    return f"{said}, from {spread.lowest} to {spread.highest} ({number_text(spread.width)} apart){where}"


def _other_lines(one: Verification) -> list[str]:
    """Expectations and caveats that a fresh run did not find as recorded."""
    lines = [f"expectation {change.name}: {value_change_text(change)}" for change in one.expectations]
    return lines + [f"caveat {'gone' if change.after is None else 'new'}: {change.name}" for change in one.caveats]


def _noted(notes: Sequence[str]) -> Iterator[Span]:
    yield "".join(f"   ! {_line(note)}\n" for note in notes), "yellow"


def _results(results: Sequence[ResultChange]) -> Iterator[Span]:
    """Every result as a row, those beyond tolerance first, tables with the cells that moved."""
    changes = _sorted(results)
    rows = [ResultRow(*map(visible, result_row(change))) for change in changes]
    widths = column_widths(rows)
    for change, row in zip(changes, rows, strict=True):
        yield f"   {row.name:<{widths[0]}}  ", "bold"
        yield f"{row.before:>{widths[1]}} → {row.after:<{widths[2]}}  ", ""
        yield f"{row.delta:<{widths[3]}}  " if widths[3] else "", ""
        yield f"{row.verdict}\n", _STYLES[change.verdict]
        yield "".join(f"      {_line(line)}\n" for line in _table_lines(change)), ""


def _table(results: Sequence[ResultChange], before: str, after: str) -> list[str]:
    if not results:
        return []
    lines = [f"| result | {before} | {after} | moved by | |", "| --- | ---: | ---: | ---: | --- |"]
    changes = _sorted(results)
    for change in changes:
        row = [escaped(text) for text in result_row(change)]
        strong = "" if change.verdict in ("within_tolerance", "unchanged") else "**"
        lines.append(f"| {strong}{row[0]}{strong} | {' | '.join(row[1:])} |")
    for change in changes:
        if moved := _table_lines(change):
            lines += ["", f"In {escaped(change.name)}:", "", *(f"- {escaped(line)}" for line in moved)]
    return ["\n".join(lines) + "\n"]


def _table_lines(change: ResultChange) -> list[str]:
    cells = table_changes(change)
    lines = [f"{cell.name}: {value_change_text(cell)}" for cell in cells[:_MOST_TABLE_CELLS]]
    return lines + ([f"and {len(cells) - len(lines)} more"] if len(cells) > len(lines) else [])


def _sorted(results: Sequence[ResultChange]) -> list[ResultChange]:
    return sorted(results, key=lambda change: _ORDER.index(change.verdict))


def _value_line(change: ValueChange) -> str:
    if change.name in (change.before, change.after):
        return f"{'gone' if change.after is None else 'new'}: {change.name}"
    return f"{change.name}: {value_change_text(change)}"


def _cells(analysis: AnalysisDiff) -> Iterator[tuple[int, Any]]:
    for change in analysis.cells:
        cell = change.after or change.before
        if cell and change.changed_outputs:
            yield cell.number, change


def _output_lines(analysis: AnalysisDiff) -> list[str]:
    return [
        f"cell {number}: {output_line(each)}" for number, found in _cells(analysis) for each in found.changed_outputs
    ]


def _list(title: str, lines: Sequence[str]) -> list[str]:
    return ["\n".join([f"**{title}**\n", *(f"- {escaped(line)}" for line in lines)]) + "\n"]


def _line(text: str) -> str:
    return shortened(visible(" ".join(text.split())), _LONGEST_LINE)
