"""One execution of a notebook."""

from __future__ import annotations

from typing import Literal

import msgspec

RunStatus = Literal["completed", "failed", "stopped"]


class CellError(msgspec.Struct, frozen=True):
    """The error that ended a run: the cell's number, the line inside it (0 unknown), the exception."""

    cell: int
    line: int
    ename: str
    evalue: str


class Run(msgspec.Struct, frozen=True):
    """How a run ended. `executed` is the executed notebook, `results` the results file ("" when the run failed).

    `written` tells whether the results file changed; `cells` is how many code cells ran of how many there are.
    """

    path: str
    status: RunStatus
    executed: str
    results: str = ""
    written: bool = False
    seconds: float = 0.0
    cells_run: int = 0
    cells_total: int = 0
    named_results: int = 0
    failed_expectations: tuple[str, ...] = ()
    error: CellError | None = None
