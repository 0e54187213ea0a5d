"""Executes one notebook in a fresh kernel. papermill writes the parameters; the statuses are our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import Environment
from nbpeer.model.run import CellError, RunStatus
from nbpeer.run.failure import Failure, KernelNotStartedError
from nbpeer.run.forked import ForkedClient
from nbpeer.run.forks import CannotForkError
from nbpeer.run.inputs import Observed, observed, watch
from nbpeer.run.kernels import Kernel, spec_of
from nbpeer.run.pool import Pool, Wanted, forkable
from nbpeer.run.preload import imports
from nbpeer.run.prepare import prepared, text, with_attributes
from nbpeer.run.record import Record
from nbpeer.run.secrets import assignment, masked
from nbpeer.run.stop import Stop

if TYPE_CHECKING:
    from nbpeer.run.client import NbpeerClient

_INJECTED = "injected-parameters"
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
# IPython's traceback: `Cell In[3], line 2`, and before version 8.6 `Input In [3], in <cell line: 2>()`.
_FRAME = re.compile(r"(?:Cell|Input) In ?\[\d+\][^\n]*?line:? (\d+)")


class Job(NamedTuple):
    """What to execute: a notebook of the repository `root`, its parameters, the kernel. `output` is where the
    executed notebook will be kept, relative to `root`; `folder` the working directory; `timeout` is seconds a cell, 0
    for none; `engine` "plain" is for a fresh kernel that shared nothing with others. `label` tells several runs of one
    notebook apart; `secrets` reach the kernel and nothing that is kept."""

    root: Path
    notebook: Notebook
    output: str
    parameters: dict[str, Any]
    kernel: Kernel
    folder: Path
    timeout: int = 0
    report_mode: bool = False
    engine: Literal["", "plain"] = ""
    label: str = ""
    secrets: dict[str, str] = {}


class Step(NamedTuple):
    """One cell starts (`seconds` None) or is done. Cells are numbered as people see them; cell 0 is the kernel's start.
    `cells` is the number of the last cell that runs, `title` the heading the cell stands under."""

    path: str
    cell: int
    cells: int
    title: str
    seconds: float | None = None
    label: str = ""


class Executed(NamedTuple):
    """How an execution ended. `content` is the executed notebook, partial unless completed; `observed` is None when
    the kernel was not watched; `interrupted` tells of Ctrl-C; `engine` is "forked" or "plain", then `engine_note` says
    why."""

    content: bytes
    status: RunStatus
    seconds: float = 0.0
    cells_run: int = 0
    cells_total: int = 0
    error: CellError | None = None
    interrupted: bool = False
    environment: Environment = Environment()
    observed: Observed | None = None
    engine: str = ""
    engine_note: str = ""


def prepare(job: Job) -> Executed:
    """The notebook with its parameters written in, not executed. Raises NbpeerError when it is not valid."""
    node = prepared(job)
    _setting_secrets(job)
    return Executed(text(node), "prepared", cells_total=len(_runnable(node)))


def pool_for(jobs: Iterable[Job]) -> Pool:
    """The fork servers for jobs; they start at once, in the background, and are to be closed."""
    return Pool([wanted for wanted in map(_wanted, jobs) if isinstance(wanted, Wanted)])


def execute(job: Job, on_step: Callable[[Step], None], stop: Stop | None = None, pool: Pool | None = None) -> Executed:
    """Execute a notebook in a kernel of its own: forked from `pool` where that is possible, else a plain one.

    A failing cell, a kernel that dies, a cell that takes too long, Ctrl-C and `stop` give an Executed that says so.
    Raises NbpeerError, before anything is executed, when the notebook is not valid or the kernel does not start.
    """
    if pool is None:
        with closing(pool_for([job])) as own:
            return execute(job, on_step, stop, own)
    stop = stop or Stop()
    if not job.folder.is_dir():
        raise NbpeerError(f"{job.notebook.path}: the folder {job.folder} to run it in is not there", "make it")
    node, hand_over = prepared(job), _setting_secrets(job)
    report, after = _reporter(job, node, on_step), _last_parameters(node)

    def on_cell(index: int, seconds: float | None) -> None:
        report(index, seconds)
        if hand_over and index == after and record.completed(index):
            client.ask(hand_over, "1")

    record = Record(node, on_cell)
    began = monotonic()
    on_step(Step(job.notebook.path, 0, _last(node), f"starting kernel {job.kernel.name}", label=job.label))
    record.notebook_start()
    client, because = _client(job, record, pool)
    interrupted = False
    try:
        with stop.telling(client.stop):
            python = job.kernel.language == "python"
            client.run(watch if python else None, (lambda ready: observed(ready, job.root)) if python else None)
    except KernelNotStartedError as error:
        if not stop.said:
            raise NbpeerError(
                f"{job.notebook.path}: the kernel {job.kernel.name!r} did not start ({error})",
                f"see whether `jupyter kernel --kernel {job.kernel.name}` starts",
                exit_code=3,
            ) from error
    except KeyboardInterrupt:
        interrupted = True
    record.notebook_complete()
    ended = _executed(client, job, monotonic() - began, interrupted or stop.said)
    return ended._replace(engine="plain" if because else "forked", engine_note=because)


def _client(job: Job, record: Record, pool: Pool) -> tuple[ForkedClient | NbpeerClient, str]:
    """Who executes, and why in a plain kernel; "" when it is a forked one."""
    wanted = _wanted(job)
    try:
        if isinstance(wanted, Wanted):
            fork = pool.fork(wanted, str(job.folder))
            return ForkedClient(record, fork, job.timeout or None), ""
        because = wanted
    except CannotForkError as error:
        because = str(error)
    from nbpeer.run.client import NbpeerClient

    record.nb = with_attributes(record.nb)
    place = {"metadata": {"path": str(job.folder)}}
    return NbpeerClient(record, kernel_name=job.kernel.name, timeout=job.timeout or None, resources=place), because


def _wanted(job: Job) -> Wanted | str:
    """What to fork for a job, or why nothing is forked."""
    if job.engine == "plain":
        return "a plain kernel is asked for"
    spec = spec_of(job.kernel) if job.kernel.language == "python" else None
    if spec is None or not forkable(spec):
        return "only ipykernel's kernels, as they are installed, are forked, and on Linux only"
    return Wanted(spec, imports(job.notebook, job.root, job.folder))


def _setting_secrets(job: Job) -> str:
    """Code that sets the secrets; "" when there are none. Raises NbpeerError for a language papermill cannot write."""
    if not job.secrets:
        return ""
    from papermill.exceptions import PapermillException

    try:
        return assignment(job.secrets, job.kernel)
    except PapermillException:
        language = job.kernel.language or job.kernel.name
        raise NbpeerError(
            f"{job.notebook.path}: papermill cannot write parameters in {language}", "run without"
        ) from None


def _last_parameters(node: Any) -> int:
    """The index of the cell after which secrets are set: papermill's own, or else the parameters cell."""
    wanted = {_INJECTED, "parameters"}
    return max((index for index, cell in enumerate(node["cells"]) if wanted & set(_tags(cell))), default=-1)


def _executed(client: ForkedClient | NbpeerClient, job: Job, seconds: float, interrupted: bool) -> Executed:
    node, failure, seen = client.nb, client.failure, client.seen
    if job.secrets:
        node = masked(node, job.secrets)
        failure = failure and failure._replace(evalue=masked(failure.evalue, job.secrets))
    runnable = _runnable(node)
    left = failure is not None and failure.ename == "SystemExit"
    info = node["metadata"].get("language_info", {})
    return Executed(
        content=text(node),
        status="stopped" if interrupted or left else "failed" if failure else "completed",
        seconds=seconds,
        cells_run=sum(cell["metadata"]["papermill"]["status"] == "completed" for cell in runnable),
        cells_total=len(runnable),
        error=_cell_error(node, failure) if failure else None,
        interrupted=interrupted,
        environment=Environment(info.get("name", ""), info.get("version", ""), seen.packages if seen else {}),
        observed=seen,
    )


def _runnable(node: Any) -> list[Any]:
    """The analyst's code cells that have something to run."""
    return [cell for cell in node["cells"] if _runs(cell)]


def _runs(cell: Any) -> bool:
    return bool(
        cell["cell_type"] == "code"
        and cell["source"].strip()
        and not {_INJECTED, "skip-execution"}.intersection(_tags(cell))
    )


def _cell_error(node: Any, failure: Failure) -> CellError:
    frame = _FRAME.search(failure.traceback)
    injected = _INJECTED in _tags(node["cells"][failure.cell])
    line = int(frame.group(1)) if frame and not injected else 0
    return CellError(_numbers(node)[failure.cell], line, failure.ename, failure.evalue)


def _numbers(node: Any) -> list[int]:
    """The cells' numbers in the analyst's notebook; papermill's own cell counts as the parameters cell before it."""
    numbers, number = [], 0
    for cell in node["cells"]:
        number += _INJECTED not in _tags(cell)
        numbers.append(number)
    return numbers


def _tags(cell: Any) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def _reporter(job: Job, node: Any, on_step: Callable[[Step], None]) -> Callable[[int, float | None], None]:
    """What turns a cell's index in the executed notebook into a step; cells with nothing to run are passed over."""
    runs = [_runs(cell) for cell in node["cells"]]
    numbers, titles, last = _numbers(node), _titles(node), _last(node)

    def report(index: int, seconds: float | None) -> None:
        if runs[index]:
            on_step(Step(job.notebook.path, numbers[index], last, titles[index], seconds, job.label))

    return report


def _last(node: Any) -> int:
    pairs = zip(node["cells"], _numbers(node), strict=True)
    return max((number for cell, number in pairs if _runs(cell)), default=0)


def _titles(node: Any) -> list[str]:
    titles, title = [], ""
    for cell in node["cells"]:
        if cell["cell_type"] == "markdown":
            title = (_HEADING.findall(cell["source"]) or [title])[-1]
        titles.append(title)
    return titles
