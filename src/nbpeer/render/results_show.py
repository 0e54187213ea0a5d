"""Recorded results for people: every value, tables written out, expectations and caveats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbpeer.model.recorded import Recorded
from nbpeer.model.result import Expectation, Figure, NamedResult, ResultsFile, Table
from nbpeer.render.changes import finest_tolerance
from nbpeer.render.escape import escaped
from nbpeer.render.numbers import number_pair, number_text
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from nbpeer.render.spans import Span

_MOST_ROWS = 30
_LONGEST = 120


def recorded_spans(found: Sequence[Recorded]) -> Iterator[Span]:
    """A paragraph an analysis."""
    for number, one in enumerate(found):
        yield ("\n" if number else ""), ""
        yield f"{visible(one.path)}", "bold"
        if one.problem or one.results is None:
            yield f"  {visible(one.problem) or 'no results are recorded'}\n", "red" if one.problem else "dim"
            continue
        yield ("  stale: the recorded run was of another source\n" if one.stale else "\n"), "yellow"
        yield from _file(one.results)


def recorded_markdown(found: Sequence[Recorded]) -> str:
    """A heading an analysis, its numbers and texts as one table, its tables as tables of their own."""
    parts = []
    for one in found:
        parts.append(f"### {escaped(one.path)}\n")
        if one.problem or one.results is None:
            parts.append(f"> {escaped(one.problem) or 'No results are recorded.'}\n")
            continue
        parts += ["> Stale: the recorded run was of another source.\n"] if one.stale else []
        parts += _markdown(one.results)
    return "\n".join(parts)


def value_text(result: NamedResult) -> str:
    """A result's value with its unit on one line; of a table or a figure its size."""
    value = result.value
    if isinstance(value, Table):
        return f"table, {len(value.rows)} by {len(value.columns)}" + (f", in {result.unit}" if result.unit else "")
    if isinstance(value, Figure):
        return f"figure, {value.width} by {value.height} pixels"
    text, _ = number_pair(value, value, finest_tolerance(result)) if result.type == "number" else (str(value), "")
    return " ".join(part for part in (shortened(" ".join(text.split()), _LONGEST), result.unit) if part)


def tolerance_text(result: NamedResult) -> str:
    """How far a result may move; "" when it may not."""
    parts = [f"± {number_text(result.tolerance)}"] if result.tolerance else []
    parts += [f"± {number_text(result.relative_tolerance * 100)} %"] if result.relative_tolerance else []
    return " or ".join(parts)


def _file(recorded: ResultsFile) -> Iterator[Span]:
    width = max(map(len, recorded.results), default=0)
    for name in sorted(recorded.results):
        result = recorded.results[name]
        yield f"  {visible(name):<{width}}  {visible(value_text(result))}", ""
        margin = tolerance_text(result)
        yield f"  {margin}\n" if margin else "\n", "dim"
        if isinstance(result.value, Table):
            yield from _grid(result.value, finest_tolerance(result))
    for name in sorted(recorded.expectations):
        item = recorded.expectations[name]
        yield ("  ✓ " if item.passed else "  ✗ "), "green" if item.passed else "bold red"
        yield f"{visible(_expectation(item))}\n", ""
    for caveat in recorded.caveats:
        yield "  ! ", "yellow"
        yield f"{visible(caveat)}\n", ""
    if recorded.metrics:
        yield f"  metrics: {visible(', '.join(recorded.metrics))}\n", "dim"
    if not (recorded.results or recorded.expectations or recorded.caveats):
        yield "  the notebook publishes nothing under a name\n", "dim"


def _grid(table: Table, tolerance: float) -> Iterator[Span]:
    rows = [[visible(text) for text in row] for row in _texts(table, tolerance)]
    widths = [max(map(len, column)) for column in zip(table.columns, *rows, strict=True)]
    right = [_numeric(table, place) for place in range(len(table.columns))]
    for number, row in enumerate([list(table.columns), *rows]):
        cells = [
            f"{text:>{width}}" if flush else f"{text:<{width}}"
            for text, width, flush in zip(row, widths, right, strict=True)
        ]
        yield f"      {'  '.join(cells).rstrip()}\n", "" if number else "bold"
    if len(table.rows) > _MOST_ROWS:
        yield f"      and {len(table.rows) - _MOST_ROWS} more rows\n", "dim"


def _texts(table: Table, tolerance: float) -> list[list[str]]:
    rows = table.rows[:_MOST_ROWS]
    return [[shortened(number_pair(value, value, tolerance)[0], _LONGEST) for value in row] for row in rows]


def _numeric(table: Table, place: int) -> bool:
    values = [row[place] for row in table.rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _markdown(recorded: ResultsFile) -> list[str]:
    results = [recorded.results[name] for name in sorted(recorded.results)]
    rows = [
        f"| {escaped(result.name)} | {escaped(value_text(result))} | {tolerance_text(result)} |" for result in results
    ]
    parts = ["\n".join(["| result | value | tolerance |", "| --- | ---: | ---: |", *rows]) + "\n"] if rows else []
    parts += [
        f"**{escaped(result.name)}**\n\n{_markdown_table(result.value, finest_tolerance(result))}\n"
        for result in results
        if isinstance(result.value, Table)
    ]
    expectations = [recorded.expectations[name] for name in sorted(recorded.expectations)]
    lines = [f"- {'✓' if item.passed else '✗'} {escaped(_expectation(item))}" for item in expectations]
    parts += ["\n".join(["**Expectations**\n", *lines]) + "\n"] if lines else []
    caveats = [f"- {escaped(caveat)}" for caveat in recorded.caveats]
    return parts + (["\n".join(["**Caveats**\n", *caveats]) + "\n"] if caveats else [])


def _markdown_table(table: Table, tolerance: float) -> str:
    rule = ["---:" if _numeric(table, place) else "---" for place in range(len(table.columns))]
    lines = [list(map(escaped, table.columns)), rule, *(list(map(escaped, row)) for row in _texts(table, tolerance))]
    more = len(table.rows) - _MOST_ROWS
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + (f"\n\nand {more} more rows" if more > 0 else "")


def _expectation(item: Expectation) -> str:
    return f"{item.name}: {item.detail}" if item.detail else item.name
