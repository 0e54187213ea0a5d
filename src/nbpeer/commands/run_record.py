"""What is kept of an execution: the executed notebook, and the results with their certificate."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryFile

import msgspec

from nbpeer.commands.run_plan import PlannedRun
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.digests import source_digest
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import Certificate, Figure, ResultSet, ResultsFile, decode_results, encode_results
from nbpeer.model.result import results_path as results_beside
from nbpeer.model.run import Run
from nbpeer.repo.store import RUNS, keep_figure, keep_run
from nbpeer.results.read import figure_pngs, read_results
from nbpeer.results.record import record
from nbpeer.run.execute import Executed, Job
from nbpeer.run.inputs import digest_inputs
from nbpeer.run.parameters import spellable


def require_room(job: Job) -> None:
    """Refuse a run whose executed notebook could not be kept, before it is executed. Raises NbpeerError."""
    folder = next(above for above in (job.root / job.output).parents if above.exists())
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise NbpeerError(
            f"{job.output} cannot be written ({error.strerror})",
            "the executed notebook has to be kept there",
        ) from None


def keep_executed(item: PlannedRun, executed: Executed) -> Run:
    """Keep the executed notebook under .nbpeer/runs/, and tell how the run ended. Nothing is recorded yet.

    Raises NbpeerError when the file system refuses.
    """
    job = item.job
    write_atomic(job.root / RUNS / ".gitignore", b"*\n")  # also where nobody ran `nbpeer init`
    write_atomic(job.root / job.output, executed.content)
    if not job.label:
        keep_run(job.root, source_digest(job.notebook), executed.content)
    return Run(
        job.notebook.path,
        executed.status,
        job.output,
        label=job.label,
        parameters=spellable(job.parameters),
        why=item.why,
        seconds=executed.seconds,
        cells_run=executed.cells_run,
        cells_total=executed.cells_total,
        error=executed.error,
        engine=executed.engine,
        engine_note=executed.engine_note,
    )


def recorded(job: Job, certified: Certificate, executed: Executed, ended: Run) -> Run:
    """Record the results of a completed run: beside the notebook, or for a parameter set beside its executed notebook.

    Raises NbpeerError when what the notebook published is not valid, and when the file system refuses.
    """
    notebook = parse_notebook(executed.content, job.output)
    found = read_results(notebook)
    _keep_figures(job.root, found, notebook)
    path = results_beside(job.output if job.label else job.notebook.path)
    now = record(_previous(job.root / path), certified, found)
    return msgspec.structs.replace(
        ended,
        results=path,
        written=write_atomic(job.root / path, encode_results(now)),
        named_results=len(now.results),
        failed_expectations=tuple(item.name for item in found.expectations if not item.passed),
        machine_paths=_machine_paths(notebook, job.root),
        recorded=now,
    )


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


def _keep_figures(root: Path, found: ResultSet, notebook: Notebook) -> None:
    """Keep each picture, so that a later packet can show it beside what it became."""
    figures = [(result.name, result.value) for result in found.results if isinstance(result.value, Figure)]
    pictures = figure_pngs(notebook) if figures else {}
    for name, figure in figures:
        keep_figure(root, figure.pixels, pictures[name])


def _previous(file: Path) -> ResultsFile | None:
    """The results recorded before; None also when the file is damaged, since a new run is how to mend it."""
    try:
        return decode_results(file.read_bytes(), file.name)
    except (OSError, NbpeerError):
        return None


def _machine_paths(notebook: Notebook, root: Path) -> tuple[int, ...]:
    """The cells, as numbered in the executed notebook, whose outputs name the repository's or the person's folder."""
    names = "|".join(re.escape(str(place)) for place in (root.resolve(), Path.home()) if len(place.parts) > 1)
    pattern = re.compile(rf"(?:{names})(?![\w.-])".encode())
    return tuple(
        cell.number
        for cell in notebook.cells
        if any(pattern.search(bytes(out) if isinstance(out, msgspec.Raw) else b"") for out in cell.raw_outputs)
    )
