"""`nbpeer run`: execute notebooks and record their results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.config import load_config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.change import WORKTREE
from nbpeer.model.digests import source_digest
from nbpeer.model.front_matter import FrontMatter, parse_front_matter
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import Certificate, Figure, ResultSet, ResultsFile, results_path
from nbpeer.model.run import Run
from nbpeer.repo.git import find_root, relative
from nbpeer.repo.store import (
    RUNS,
    executed_path,
    keep_figure,
    keep_run,
    read_notebook,
    read_results_file,
    write_results,
)
from nbpeer.results.read import figure_pngs, read_results
from nbpeer.results.record import record
from nbpeer.run.execute import Executed, Job, Step, execute, prepare
from nbpeer.run.inputs import digest_inputs
from nbpeer.run.kernels import find_kernel
from nbpeer.run.parameters import Given, resolve, spellable


class RunOptions(NamedTuple):
    """How to run. What is empty or None is taken from the configuration, then from the notebook: its kernel and folder.

    `timeout` is seconds a cell, 0 for none.
    """

    kernel: str = ""
    folder: Path | None = None
    timeout: int | None = None
    report_mode: bool = False
    prepare_only: bool = False


def run(
    paths: Sequence[Path], given: Given, options: RunOptions, on_step: Callable[[Step], Any] = lambda step: None
) -> tuple[Run, ...]:
    """Execute notebooks one after another, each in a fresh kernel; keep the executed notebook and record the results.

    Everything that can be refused is refused before the first kernel starts: raises NbpeerError for a path that is no
    notebook in a git repository, invalid front matter, parameters the notebook does not declare and kernels that are
    not installed. Also raises it for a kernel that does not start and for results that cannot be read. A failing
    cell raises nothing, see the Run's status and error; the results file is then left alone. Ctrl-C raises
    KeyboardInterrupt once the partial notebook is written.
    """
    planned = [plan(path, given, options) for path in dict.fromkeys(paths)]
    return tuple(_run(job, front, options, on_step) for job, front in planned)


def plan(path: Path, given: Given, options: RunOptions) -> tuple[Job, FrontMatter]:
    """What `run` would execute for one notebook, and its front matter. Raises NbpeerError as `run`, starts nothing."""
    root = find_root(path)
    notebook = _read(root, path)
    front = parse_front_matter(notebook) or FrontMatter()
    config = load_config(root).run
    job = Job(
        root=root,
        notebook=notebook,
        output=relative(root, executed_path(root, notebook.path)),
        parameters=resolve(notebook, given),
        kernel=find_kernel(notebook, options.kernel or config.kernel),
        folder=options.folder or (root / notebook.path).parent,
        timeout=config.timeout if options.timeout is None else options.timeout,
        report_mode=options.report_mode,
    )
    return job, front


def _read(root: Path, path: Path) -> Notebook:
    if path.is_dir():
        raise NbpeerError(f"{path} is a folder", "name the notebooks to run")
    try:
        notebook = read_notebook(root, WORKTREE, relative(root, path))
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "name a notebook you may read") from None
    if notebook is None:
        raise NbpeerError(f"{path} is not there", "name a notebook of this repository")
    return notebook


def _run(job: Job, front: FrontMatter, options: RunOptions, on_step: Callable[[Step], Any]) -> Run:
    executed = prepare(job) if options.prepare_only else execute(job, on_step)
    write_atomic(job.root / RUNS / ".gitignore", b"*\n")  # also where nobody ran `nbpeer init`
    write_atomic(job.root / job.output, executed.content)
    keep_run(job.root, source_digest(job.notebook), executed.content)
    if executed.interrupted:
        raise KeyboardInterrupt
    path = job.notebook.path
    ended = Run(
        path,
        executed.status,
        job.output,
        seconds=executed.seconds,
        cells_run=executed.cells_run,
        cells_total=executed.cells_total,
        error=executed.error,
    )
    return _recorded(job, front, executed, ended) if executed.status == "completed" else ended


def _recorded(job: Job, front: FrontMatter, executed: Executed, ended: Run) -> Run:
    import msgspec

    path = job.notebook.path
    notebook = parse_notebook(executed.content, job.output)
    found = read_results(notebook)
    _keep_figures(job.root, found, figure_pngs(notebook))
    recorded = record(_previous(job.root, path), certificate(job, front, executed), found)
    return msgspec.structs.replace(
        ended,
        results=results_path(path),
        written=write_results(job.root, path, recorded),
        named_results=len(recorded.results),
        failed_expectations=tuple(item.name for item in found.expectations if not item.passed),
        recorded=recorded,
    )


def _keep_figures(root: Path, found: ResultSet, pictures: dict[str, bytes]) -> None:
    """Keep each picture, so that a later packet can show it beside what it became."""
    for result in found.results:
        if isinstance(result.value, Figure):
            keep_figure(root, result.value.pixels, pictures[result.name])


def _previous(root: Path, path: str) -> ResultsFile | None:
    """The results recorded before; None also when the file is damaged, since a new run is how to mend it."""
    try:
        return read_results_file(root, WORKTREE, path)
    except NbpeerError:
        return None


def certificate(job: Job, front: FrontMatter, executed: Executed) -> Certificate:
    """What a completed execution can vouch for."""
    locations = [source.location for source in front.data_sources]
    inputs = digest_inputs(job.root, job.notebook.path, locations, executed.observed)
    return Certificate(
        source=source_digest(job.notebook),
        parameters=spellable(job.parameters),
        inputs=inputs.digests,
        inputs_complete=inputs.complete,
        environment=executed.environment,
    )
