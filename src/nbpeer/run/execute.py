"""Executes one notebook in a fresh kernel. papermill writes the parameters; the statuses are our own."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import Environment
from nbpeer.model.run import CellError, RunStatus
from nbpeer.run.inputs import Observed, observed, watch
from nbpeer.run.kernels import Kernel
from nbpeer.run.stop import Stop

if TYPE_CHECKING:
    from nbpeer.run.client import Failure, NbpeerClient

_INJECTED = "injected-parameters"
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
# IPython's traceback: `Cell In[3], line 2`, and before version 8.6 `Input In [3], in <cell line: 2>()`.
_FRAME = re.compile(r"(?:Cell|Input) In ?\[\d+\][^\n]*?line:? (\d+)")


class Job(NamedTuple):
    """What to execute: a notebook of the repository `root`, its parameters, the kernel. `output` is where the
    executed notebook will be kept, relative to `root`; `folder` the working directory; `timeout` is seconds a cell, 0
    for none."""

    root: Path
    notebook: Notebook
    output: str
    parameters: dict[str, Any]
    kernel: Kernel
    folder: Path
    timeout: int = 0
    report_mode: bool = False


class Step(NamedTuple):
    """One cell starts (`seconds` None) or is done. Cells are numbered as people see them; cell 0 is the kernel's start.
    `cells` is the number of the last cell that runs, `title` the heading the cell stands under."""

    path: str
    cell: int
    cells: int
    title: str
    seconds: float | None = None


class Executed(NamedTuple):
    """How an execution ended. `content` is the executed notebook, partial unless completed; `observed` is None when
    the kernel was not watched; `interrupted` tells of Ctrl-C."""

    content: bytes
    status: RunStatus
    seconds: float = 0.0
    cells_run: int = 0
    cells_total: int = 0
    error: CellError | None = None
    interrupted: bool = False
    environment: Environment = Environment()
    observed: Observed | None = None


def prepare(job: Job) -> Executed:
    """The notebook with its parameters written in, not executed. Raises NbpeerError when it is not valid."""
    node = _prepared(job)
    return Executed(_text(node), "prepared", cells_total=len(_runnable(node)))


def execute(job: Job, on_step: Callable[[Step], None], stop: Stop | None = None) -> Executed:
    """Execute a notebook in a fresh kernel.

    A failing cell, a kernel that dies, a cell that takes too long, Ctrl-C and `stop` give an Executed that says so.
    Raises NbpeerError, before anything is executed, when the notebook is not valid or the kernel does not start.
    """
    node = _prepared(job)
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from nbpeer.run.client import KernelNotStartedError, NbpeerClient, RunRecord

    record = RunRecord(node, _reporter(job, node, on_step), progress_bar=False, autosave_cell_every=0)
    client = NbpeerClient(record, kernel_name=job.kernel.name, timeout=job.timeout or None)
    stop = stop or Stop()
    began = monotonic()
    on_step(Step(job.notebook.path, 0, _last(node), f"starting kernel {job.kernel.name}"))
    record.notebook_start()
    interrupted = False
    try:
        with stop.telling(client.stop):
            _run(client, job)
    except (KernelNotStartedError, NoSuchKernel) as error:
        if not client.stopped:
            raise NbpeerError(
                f"{job.notebook.path}: the kernel {job.kernel.name!r} did not start ({error})",
                f"see whether `jupyter kernel --kernel {job.kernel.name}` starts",
                exit_code=3,
            ) from error
    except KeyboardInterrupt:
        interrupted = True
    except (DeadKernelError, CellTimeoutError):
        pass  # client.failure says it
    record.notebook_complete()
    return _executed(client, monotonic() - began, interrupted or client.stopped)


def _run(client: NbpeerClient, job: Job) -> None:
    python = job.kernel.language == "python"
    client.execute(
        watch if python else None,
        (lambda ready: observed(ready, job.root)) if python else None,
        cwd=str(job.folder),
    )


def _prepared(job: Job) -> Any:
    """The notebook as papermill executes it: its metadata, and a cell with the parameters. No path is absolute."""
    try:
        import nbformat
        from papermill.exceptions import PapermillException
        from papermill.execute import prepare_notebook_metadata, remove_error_markers
        from papermill.iorw import load_notebook_node
        from papermill.parameterize import parameterize_notebook
    except ImportError:
        raise missing_extra("running a notebook", "run") from None
    path = job.notebook.path
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbformat adds the ids that a notebook lacks, and warns
        try:
            node = nbformat.reads(job.notebook.raw.decode("utf-8-sig", "surrogatepass"), as_version=4)
            nbformat.validate(node, relax_add_props=True)
        except (nbformat.ValidationError, AttributeError, TypeError, KeyError) as error:
            problem = str(error).splitlines()[0]
            raise NbpeerError(f"{path} is not a valid notebook ({problem})", "open it in JupyterLab, save it") from None
        node = remove_error_markers(load_notebook_node(node))
    if job.parameters:
        name, language = job.kernel
        try:
            node = parameterize_notebook(
                node, job.parameters, job.report_mode, kernel_name=name, language=language, engine_name=None
            )
        except PapermillException:
            raise NbpeerError(
                f"{path}: papermill cannot write parameters in {language or name}", "run without"
            ) from None
    return prepare_notebook_metadata(node, path, job.output, job.report_mode)


def _executed(client: NbpeerClient, seconds: float, interrupted: bool) -> Executed:
    node, failure, seen = client.nb, client.failure, client.seen
    runnable = _runnable(node)
    left = failure is not None and failure.ename == "SystemExit"
    info = node.metadata.get("language_info", {})
    return Executed(
        content=_text(node),
        status="stopped" if interrupted or left else "failed" if failure else "completed",
        seconds=seconds,
        cells_run=sum(cell.metadata.papermill.status == "completed" for cell in runnable),
        cells_total=len(runnable),
        error=_cell_error(node, failure) if failure else None,
        interrupted=interrupted,
        environment=Environment(info.get("name", ""), info.get("version", ""), seen.packages if seen else {}),
        observed=seen,
    )


def _text(node: Any) -> bytes:
    import nbformat

    return str(nbformat.writes(node)).encode("utf-8", "surrogatepass") + b"\n"


def _runnable(node: Any) -> list[Any]:
    """The analyst's code cells that have something to run."""
    return [
        cell
        for cell in node.cells
        if cell.cell_type == "code" and cell.source.strip() and not {_INJECTED, "skip-execution"} & set(_tags(cell))
    ]


def _cell_error(node: Any, failure: Failure) -> CellError:
    frame = _FRAME.search(failure.traceback)
    injected = _INJECTED in _tags(node.cells[failure.cell])
    line = int(frame.group(1)) if frame and not injected else 0
    return CellError(_number(node, failure.cell), line, failure.ename, failure.evalue)


def _number(node: Any, index: int) -> int:
    """The number of a cell in the analyst's notebook; papermill's own cell counts as the parameters cell before it."""
    before = [cell for cell in node.cells[: index + 1] if _INJECTED in _tags(cell)]
    return index + 1 - len(before)


def _tags(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _reporter(job: Job, node: Any, on_step: Callable[[Step], None]) -> Callable[[int, float | None], None]:
    """What turns a cell's index in the executed notebook into a step; cells with nothing to run are passed over."""
    runnable = {id(cell) for cell in _runnable(node)}
    titles, last = _titles(node), _last(node)

    def report(index: int, seconds: float | None) -> None:
        if id(node.cells[index]) in runnable:
            on_step(Step(job.notebook.path, _number(node, index), last, titles[index], seconds))

    return report


def _last(node: Any) -> int:
    runnable = [id(cell) for cell in _runnable(node)]
    return max((_number(node, index) for index, cell in enumerate(node.cells) if id(cell) in runnable), default=0)


def _titles(node: Any) -> list[str]:
    titles, title = [], ""
    for cell in node.cells:
        if cell.cell_type == "markdown":
            title = (_HEADING.findall(cell.source) or [title])[-1]
        titles.append(title)
    return titles
