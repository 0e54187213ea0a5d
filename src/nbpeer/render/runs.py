"""How runs ended, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbpeer.model.result import Figure, NamedResult, ResultsFile, Table
from nbpeer.model.run import CellError, Run
from nbpeer.render.numbers import number_text
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbpeer.render.spans import Span

_LONGEST = 120
# The name IPython gives a cell's text in a SyntaxError: `(1843956808.py, line 1)`.
_CELL_FILE = re.compile(r" \(\d+\.py, line \d+\)$")


def run_spans(runs: tuple[Run, ...]) -> Iterator[Span]:
    """A paragraph a run: how it ended, the named results, expectations and caveats, and where the files are.

    What ended a failed run is not part of it, see `failure_lines`.
    """
    for number, run in enumerate(runs):
        if number:
            yield "\n", ""
        yield from _run(run)


def failure_lines(runs: tuple[Run, ...]) -> list[str]:
    """A line for each run that did not do what it should: where, why, and which file shows it."""
    lines = [f"{error_line(run.path, run.error)}{_of(run)}; see {run.executed}" for run in runs if run.error]
    return lines + [run.problem + _of(run) for run in runs if run.problem]


def error_line(path: str, error: CellError) -> str:
    """Where and why a run ended, on one line: notebook, cell, line when known, error."""
    where = f"{path}, cell {error.cell}" + (f", line {error.line}" if error.line else "")
    said = visible(_CELL_FILE.sub("", error.evalue.strip().partition("\n")[0]))
    if error.ename == "SystemExit":
        return f"{where}: the notebook left by sys.exit" + (f"({said})" if said else "")
    name = error.ename.strip() or "error"  # bash_kernel names none
    return f"{where}: {name}" + (f": {shortened(said, _LONGEST)}" if said else "")


def _of(run: Run) -> str:
    return f" [{visible(run.label)}]" if run.label else ""


def _run(run: Run) -> Iterator[Span]:
    yield run.path, "bold"
    yield _of(run), ""
    if run.status == "prepared":
        yield "  parameters written, not executed\n", ""
    elif run.status == "not_started":
        yield "  not started\n", "bold red"
    else:
        yield f"  {run.status}", "green" if run.status == "completed" else "bold red"
        cells = f"{run.cells_run} of {run.cells_total} code cells"
        if run.cached:
            yield f", cached: nothing it depends on changed; {cells} took {run.seconds:.1f} s when it ran\n", ""
        else:
            yield f", {cells} in {run.seconds:.1f} s\n", ""
    if run.why:
        yield f"  {visible(run.why)}\n", "dim"
    if run.recorded:
        yield from _recorded(run.recorded)
    yield from _files(run)


def _files(run: Run) -> Iterator[Span]:
    if run.executed:
        yield f"  executed notebook  {run.executed}\n", "dim"
    if run.results:
        yield f"  results            {run.results} ({'written' if run.written else 'unchanged'})\n", "dim"
    elif run.status in ("failed", "stopped") and not run.label:
        yield "  the recorded results are as they were\n", "dim"
    if run.machine_paths:
        cells = ", ".join(map(str, run.machine_paths))
        yield f"  its outputs name folders of this machine, in cell {cells}\n", "yellow"
    if run.not_kept:
        yield f"  will be executed again next time: {visible(run.not_kept)}\n", "dim"


def _recorded(recorded: ResultsFile) -> Iterator[Span]:
    width = max((len(name) for name in recorded.results), default=0)
    for name in sorted(recorded.results):
        yield f"  {visible(name):<{width}}  {result_text(recorded.results[name])}\n", ""
    for name in sorted(recorded.expectations):
        found = recorded.expectations[name]
        yield ("  ✓ ", "green") if found.passed else ("  ✗ ", "bold red")
        yield visible(name) + (f": {visible(found.detail)}" if found.detail else "") + "\n", ""
    for caveat in recorded.caveats:
        yield "  ! ", "yellow"
        yield f"{visible(caveat)}\n", ""


def result_text(result: NamedResult) -> str:
    """One named result on one line: its value, unit and tolerance."""
    value = result.value
    if isinstance(value, Table):
        return f"table, {len(value.rows)} x {len(value.columns)}"
    if isinstance(value, Figure):
        return f"figure, {value.width} x {value.height} pixels"
    shown = shortened(visible(number_text(value).replace("\n", " ")), _LONGEST)
    unit = f" {visible(result.unit)}" if result.unit else ""
    margin = f"  ± {number_text(result.tolerance)}" if result.tolerance else ""
    share = f"  ± {number_text(result.relative_tolerance * 100)} %" if result.relative_tolerance else ""
    return f"{shown}{unit}{margin}{share}"
