"""How runs ended, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbpeer.model.result import Figure, NamedResult, ResultsFile, Table
from nbpeer.model.run import CellError, Run
from nbpeer.render.numbers import number_text
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from rich.text import Text

_LONGEST = 120
# The name IPython gives a cell's text in a SyntaxError: `(1843956808.py, line 1)`.
_CELL_FILE = re.compile(r" \(\d+\.py, line \d+\)$")


def runs_text(runs: tuple[Run, ...]) -> Text:
    """A paragraph a run: how it ended, the named results, expectations and caveats, and where the files are.

    What ended a failed run is not part of it, see `error_line`.
    """
    from rich.text import Text

    return Text("\n").join(_run(run) for run in runs)


def error_line(path: str, error: CellError) -> str:
    """Where and why a run ended, on one line: notebook, cell, line when known, error."""
    where = f"{path}, cell {error.cell}" + (f", line {error.line}" if error.line else "")
    said = visible(_CELL_FILE.sub("", error.evalue.strip().partition("\n")[0]))
    if error.ename == "SystemExit":
        return f"{where}: the notebook left by sys.exit" + (f"({said})" if said else "")
    return f"{where}: {error.ename}" + (f": {shortened(said, _LONGEST)}" if said else "")


def _run(run: Run) -> Text:
    from rich.text import Text

    text = Text()
    text.append(run.path, "bold")
    if run.status == "prepared":
        text.append("  parameters written, not executed\n")
    else:
        text.append(f"  {run.status}", "green" if run.status == "completed" else "bold red")
        text.append(f", {run.cells_run} of {run.cells_total} code cells in {run.seconds:.1f} s\n")
    if run.recorded:
        _append_recorded(text, run.recorded)
    text.append(f"  executed notebook  {run.executed}\n", "dim")
    if run.results:
        text.append(f"  results            {run.results} ({'written' if run.written else 'unchanged'})\n", "dim")
    elif run.status in ("failed", "stopped"):
        text.append("  the recorded results are as they were\n", "dim")
    return text


def _append_recorded(text: Text, recorded: ResultsFile) -> None:
    width = max((len(name) for name in recorded.results), default=0)
    for name in sorted(recorded.results):
        text.append(f"  {visible(name):<{width}}  {_value(recorded.results[name])}\n")
    for name in sorted(recorded.expectations):
        found = recorded.expectations[name]
        text.append("  ✓ " if found.passed else "  ✗ ", "green" if found.passed else "bold red")
        text.append(visible(name) + (f": {visible(found.detail)}" if found.detail else "") + "\n")
    for caveat in recorded.caveats:
        text.append("  ! ", "yellow")
        text.append(f"{visible(caveat)}\n")


def _value(result: NamedResult) -> str:
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
