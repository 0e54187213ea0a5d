"""One execution of a notebook, and what is told while notebooks are executed."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from nbpeer.model.result import ResultsFile

RunStatus = Literal["completed", "failed", "stopped", "prepared", "not_started"]


class CellError(msgspec.Struct, frozen=True):
    """The error that ended a run: the cell's number, the line inside it (0 unknown), the exception."""

    cell: int
    line: int
    ename: str
    evalue: str


class Run(msgspec.Struct, frozen=True):
    """How a run ended. `executed` is the executed notebook, `results` the results file ("" when the run failed).

    `stopped` is a notebook that called `sys.exit`, or was interrupted; `prepared` one that got its parameters and was
    not executed; `not_started` one whose kernel did not start, `problem` says why. `problem` is also why a completed
    run was not recorded.

    `label` names the set of parameters when one notebook runs over several. `why` is what `--changed` found changed.
    `cached` tells that nothing it depends on changed since a run that is kept, which then is the one told of;
    `not_kept` says why a completed run is not kept for later. `machine_paths` are the cells whose outputs name a
    folder of this machine. `engine` is how it was executed, `forked` or `plain`, and `engine_note` why not forked.
    `written` tells whether the results file changed; `cells_run` is how many code cells
    completed of the `cells_total` there are; `recorded` is what the results file says.
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
    label: str = ""
    parameters: dict[str, Any] = {}
    why: str = ""
    cached: bool = False
    not_kept: str = ""
    machine_paths: tuple[int, ...] = ()
    problem: str = ""
    engine: str = ""
    engine_note: str = ""


class Planned(msgspec.Struct, frozen=True, tag_field="event", tag="planned"):
    """The first event: how many runs there will be, and how many at once."""

    runs: int
    at_once: int


class Started(msgspec.Struct, frozen=True, tag_field="event", tag="started"):
    """A kernel is being started; `cells` is the number of the last cell that runs, `doing` says it in words."""

    path: str
    label: str
    cells: int
    doing: str


class CellEvent(msgspec.Struct, frozen=True, tag_field="event", tag="cell"):
    """A cell starts (`seconds` null) or is done. `title` is the heading it stands under."""

    path: str
    label: str
    cell: int
    cells: int
    title: str
    seconds: float | None


class Done(msgspec.Struct, frozen=True, tag_field="event", tag="done"):
    """A run ended, was found in the cache, or could not be started."""

    run: Run


RunEvent = Planned | Started | CellEvent | Done


class Comparison(msgspec.Struct, frozen=True):
    """Named results across runs of one notebook: `columns` are results, `rows` a run each, "" where there is none."""

    columns: tuple[str, ...]
    rows: tuple[ComparedRun, ...]


class ComparedRun(msgspec.Struct, frozen=True):
    """One row: the set of parameters, how its run ended, and each result as text."""

    label: str
    status: str
    values: tuple[str, ...]
