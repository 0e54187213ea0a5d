"""One execution of a notebook."""

from __future__ import annotations

from typing import Literal

import msgspec

from nbpeer.model.result import ResultsFile

RunStatus = Literal["completed", "failed", "stopped", "prepared"]


class CellError(msgspec.Struct, frozen=True):
    """The error that ended a run: the cell's number, the line inside it (0 unknown), the exception."""

    cell: int
    line: int
    ename: str
    evalue: str


class Run(msgspec.Struct, frozen=True):
    """How a run ended. `executed` is the executed notebook, `results` the results file ("" when the run failed).

    `stopped` is a notebook that called `sys.exit`, or was interrupted; `prepared` one that got its parameters and was
    not executed. `written` tells whether the results file changed; `cells_run` is how many code cells completed of
    the `cells_total` there are; `recorded` is what the results file says.
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
    recorded: ResultsFile | None = None
