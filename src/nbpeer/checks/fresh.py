"""The rule that needs a fresh run."""

from __future__ import annotations

from collections.abc import Iterator

from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule


@rule("NBP101", "rerun-mismatch", "error", needs=("rerun",), default=False)
def rerun_mismatch(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A fresh run that fails, or gives something else.

    ## What it does
    `nbpeer check --rerun` executes the notebook from top to bottom in a fresh kernel, with the recorded parameters, and
    compares: named results and expectations with the results file (within their tolerance), stored outputs with the new
    ones after noise is taken out. Nothing is written. Off otherwise, because it runs code; selecting it without
    `--rerun` says that it was not applied (NBP001).

    ## Why is this bad?
    What nobody can run again, nobody can check, correct or repeat next quarter.

    ## Bad
    ```python
    total = 1200
    print(total)
    ```
    ```a fresh run gave
    cell 1, line 1: NameError: name 'orders' is not defined
    ```

    ## Good
    ```python
    total = 1200
    print(total)
    ```
    ```a fresh run gave
    ```

    ## How to fix
    Restart the kernel, run all cells, and mend what fails or differs; then record the run, `nbpeer run PATH`.

    ## Source
    FlowBook 2026; Pimentel et al. 2019: 24 % of attempted runs ended without an error, 4 % with the same results.
    """
    cells = program.notebook.cells
    for difference in context.rerun.differences if context.rerun else ():
        cell = cells[difference.cell - 1] if 0 < difference.cell <= len(cells) else None
        yield Hit(difference.message, cell, difference.line if cell else 0)
