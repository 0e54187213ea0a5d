"""Rules about reproducibility: would a fresh run of this notebook give what it shows?"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from nbpeer.checks.names import undefined
from nbpeer.checks.program import Lint, Part, Program, may_raise
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.model.digests import source_digest

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@rule("NBP102", "undefined-name", "error", needs=("python", "ruff"))
def undefined_name(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A name that no earlier cell defines.

    ## What it does
    Reads the notebook as one program in cell order (ruff's F821) and looks for names used before anything defines them.
    Names from `%store -r`, `%run`, `import *`, `exec`, `globals()`, IPython and cells in other languages count as
    defined; where those cannot be found out, the names are reported as not checked (NBP001). One finding for each
    name, at its first use.

    ## Why is this bad?
    The notebook works only in the kernel it was written in: the definition was in a cell that is gone, or comes later.
    A fresh run stops here.

    ## Bad
    ```python
    # %%
    print(total / orders)
    # %%
    total, orders = 1200.0, 40
    ```

    ## Good
    ```python
    # %%
    total, orders = 1200.0, 40
    # %%
    print(total / orders)
    ```

    ## How to fix
    Define the name in an earlier cell, move the cell that defines it up, or delete the use; then restart and run all.

    ## Source
    Pimentel et al. 2019: of 863,878 attempted runs 24 % ended without an error, missing names being a leading cause.
    """
    seen = Counter(name for _, name, _ in undefined(program))
    for item, name, source in undefined(program):
        if source is None and (count := seen.pop(name, 0)):
            more = f" ({count} uses)" if count > 1 else ""
            yield _at(item, f"`{name}` is not defined by any cell before this one{more}")


@rule("NBP103", "out-of-order", "error")
def out_of_order(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Cells that were run in another order than they stand.

    ## What it does
    Compares stored execution counts with cell order. A stripped notebook has none, and gives nothing.

    ## Why is this bad?
    The outputs come from another program than the one a reader sees from top to bottom.

    ## Bad
    ```python
    # %% In [7]
    price = 12
    # %% In [3]
    print(price)
    ```

    ## Good
    ```python
    # %% In [1]
    price = 12
    # %% In [2]
    print(price)
    ```

    ## How to fix
    Restart the kernel and run all cells, or use `nbpeer run`.

    ## Source
    Pimentel et al. 2019; pynblint `non-linear-execution`; Julynter c2.
    """
    highest, before = 0, 0
    for cell in program.notebook.cells:
        if cell.cell_type == "code" and cell.execution_count is not None:
            if cell.execution_count < highest:
                counts = f"In [{cell.execution_count}] stands below In [{highest}] of cell {before}"
                yield Hit(f"this cell ran before one above it: {counts}", cell)
            else:
                highest, before = cell.execution_count, cell.number


@rule("NBP104", "count-gaps", "warning", default=False)
def count_gaps(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Execution counts that are not 1, 2, 3 ….

    ## What it does
    Looks for stored execution counts that skip or repeat, and for code cells without one beside cells that have one.
    Off unless selected by name: two thirds of good notebooks have a gap, so a fresh run says much more.

    ## Why is this bad?
    A gap means that a cell ran twice, or was edited or deleted after it ran, and may have left something behind.

    ## Bad
    ```python
    # %% In [1]
    price = 12
    # %% In [5]
    print(price)
    ```

    ## Good
    ```python
    # %% In [1]
    price = 12
    # %% In [2]
    print(price)
    ```

    ## How to fix
    Restart the kernel and run all cells, or use `nbpeer run`.

    ## Source
    Pimentel et al. 2019; pynblint; Julynter c1, h3, h4.
    """
    cells = [cell for cell in program.notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if all(cell.execution_count is None for cell in cells):
        return
    expected = 1
    for cell in cells:
        if cell.execution_count is None:
            yield Hit("this cell has not run, others have", cell)
        elif cell.execution_count != expected:
            yield Hit(f"In [{cell.execution_count}] where a fresh run has In [{expected}]", cell)
        expected = (cell.execution_count or expected - 1) + 1


@rule("NBP105", "stored-error", "error")
def stored_error(program: Program, context: CheckContext) -> Iterator[Hit]:
    """An error among the stored outputs.

    ## What it does
    Looks for outputs that are errors, in cells without the tag `raises-exception`.

    ## Why is this bad?
    The notebook was saved after it failed. What follows the error did not run, or ran on something else.

    ## Bad
    ```python
    print(1 / len([]))
    ```
    ```error
    ZeroDivisionError: division by zero
    ```

    ## Good
    ```python
    print(1 / len([3]))
    ```
    ```output
    1.0
    ```

    ## How to fix
    Mend the cell and run again. An error that is meant to be shown: tag the cell `raises-exception`.

    ## Source
    Pimentel et al. 2019; nbclient, cell tags.
    """
    for cell in program.notebook.cells:
        error = next((output for output in cell.outputs if output.output_type == "error"), None)
        if error and not may_raise(cell):
            said = _ANSI.sub("", error.evalue).strip().partition("\n")[0]
            yield Hit(f"the stored output is an error, {error.ename}: {said[:200]}", cell)


@rule("NBP106", "stale-source", "error")
def stale_source(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Recorded results that come from another version of the notebook.

    ## What it does
    Compares the source digest in the results file's run certificate with that of the notebook. Without a results file
    there is nothing to say.

    ## Why is this bad?
    The numbers under review were made by code that is not there any more.

    ## Bad
    ```python
    import nbpeer
    nbpeer.result("revenue", 1300)
    ```
    ```results of an earlier source
    revenue: 1200 EUR
    ```

    ## Good
    ```python
    import nbpeer
    nbpeer.result("revenue", 1200, "EUR")
    ```
    ```results
    revenue: 1200 EUR
    ```

    ## How to fix
    Run the analysis again, `nbpeer run PATH`, and commit its results file with the notebook.

    ## Source
    FlowBook 2026; docs/digests.md says what the digest covers.
    """
    if context.results and context.results.certificate.source != source_digest(program.notebook):
        yield Hit("a cell was edited after the run (the certificate names another source digest)")


@rule("NBP109", "swallowed-error", "warning", needs=("python", "ruff"))
def swallowed_error(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Errors or warnings that are silenced wholesale.

    ## What it does
    Looks for `except:` and `except Exception` that neither raise nor log (ruff's E722, BLE001, S110), and for warnings
    switched off without naming which.

    ## Why is this bad?
    The one warning that mattered goes with the rest: half of the data does not parse, and the result looks fine.

    ## Bad
    ```python
    try:
        rate = float("12,5")
    except Exception:
        rate = 0.0
    ```

    ## Good
    ```python
    try:
        rate = float("12,5")
    except ValueError as error:
        print("not a number:", error)
        raise
    ```

    ## How to fix
    Name the exception you expect, or the warning: `warnings.filterwarnings("ignore", category=FutureWarning)`.

    ## Source
    The Turing Way; ruff E722, BLE001, S110.
    """
    seen: set[tuple[int, int]] = set()
    for item in program.lint or ():
        place = (item.part.cell.index, item.line)
        if item.code in _SWALLOWING and place not in seen:
            seen.add(place)
            yield _at(item, _SWALLOWING[item.code])
    for part, call in _silenced_warnings(program):
        yield part.at(call, "this silences every warning, also the ones that matter")


_SWALLOWING = {
    "E722": "a bare `except` swallows every error, also the interruption by a person",
    "BLE001": "this `except` swallows every error",
    "S110": "this `except` passes over the error in silence",
}


def _silenced_warnings(program: Program) -> Iterator[tuple[Part, ast.Call]]:
    """Filters that ignore every warning for the rest of the notebook, and not just inside `with catch_warnings()`."""
    passing = {id(inner) for _, block in program.nodes(ast.With) for inner in ast.walk(block)}
    for part, call in program.nodes(ast.Call):
        everywhere = program.dotted(call.func) in ("warnings.filterwarnings", "warnings.simplefilter")
        if not everywhere or id(call) in passing:
            continue
        action = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "action"), None)
        names_which = len(call.args) > 1 or {k.arg for k in call.keywords} - {"action", "append", "lineno"}
        if isinstance(action, ast.Constant) and action.value == "ignore" and not names_which:
            yield part, call


def _at(item: Lint, message: str) -> Hit:
    return Hit(message, item.part.cell, item.line, item.column)
