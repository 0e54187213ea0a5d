"""Runs of one notebook side by side: a row each, a column for every named result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbpeer.model.run import ComparedRun, Comparison, Run
from nbpeer.render.runs import result_text
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbpeer.render.spans import Span

_LONGEST = 40
_NONE = "\N{EN DASH}"


def compare_runs(runs: tuple[Run, ...]) -> Comparison:
    """The named results of runs as one table; an expectation that failed is told in the row's status."""
    names = sorted({name for run in runs if run.recorded for name in run.recorded.results})
    return Comparison(tuple(names), tuple(_row(run, names) for run in runs))


def comparison_spans(found: Comparison) -> Iterator[Span]:
    """The table for a terminal."""
    table = [("", "", *found.columns), *((row.label, row.status, *row.values) for row in found.rows)]
    shown = [[shortened(visible(text), _LONGEST) if text else _NONE for text in line] for line in table]
    shown[0][:2] = ["", ""]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for number, line in enumerate(shown):
        text = "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        good = number == 0 or found.rows[number - 1].status in ("completed", "completed, cached")
        yield f"{text}\n", "bold" if number == 0 else "" if good else "red"


def comparison_markdown(found: Comparison) -> str:
    """The table in GitHub's Markdown."""
    lines = [("parameters", "run", *found.columns), *((row.label, row.status, *row.values) for row in found.rows)]
    shown = ["| " + " | ".join(map(_cell, line)) + " |" for line in lines]
    return "\n".join([shown[0], "|" + " --- |" * (2 + len(found.columns)), *shown[1:]]) + "\n"


def _row(run: Run, names: list[str]) -> ComparedRun:
    results = run.recorded.results if run.recorded else {}
    status = run.status.replace("_", " ") + (", cached" if run.cached else "")
    if run.failed_expectations:
        status += f", not as expected: {', '.join(run.failed_expectations)}"
    values = tuple(result_text(results[name]) if name in results else "" for name in names)
    return ComparedRun(run.label or run.path, status, values)


def _cell(text: str) -> str:
    """Text that cannot leave its cell or become markup."""
    plain = visible(text).replace("\n", " ")
    for mark in "\\|`*_<>[]&":
        plain = plain.replace(mark, f"\\{mark}")
    return plain or _NONE
