"""Notebooks run in a clean folder, without recording anything."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.commands.run import RunOptions, certificate, plan
from nbpeer.commands.run_plan import read_notebook_at
from nbpeer.errors import NbpeerError
from nbpeer.model.change import Version
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import ResultsFile, decode_results, results_path
from nbpeer.render.runs import error_line
from nbpeer.repo.clean import clean_tree
from nbpeer.results.read import figure_pngs, read_results
from nbpeer.results.record import record
from nbpeer.run.declared import declared_parameters
from nbpeer.run.execute import Executed, Job, Step
from nbpeer.run.many import execute_many
from nbpeer.run.parameters import Given


class FreshOptions(NamedTuple):
    """How to run. `jobs` is how many notebooks at once, 0 for one a processor; `secrets` are names to read from the
    environment. `step` is told of each cell, `stage` of what begins: a version, or a round of several."""

    jobs: int = 0
    secrets: tuple[str, ...] = ()
    step: Callable[[Step], Any] = lambda step: None
    stage: Callable[[str], Any] = lambda label: None


DEFAULTS = FreshOptions()


class Fresh(NamedTuple):
    """One notebook as it ran: what it would have recorded, its figures as PNG bytes by name, its outputs.

    `problem` says why it did not complete; the rest is then empty. `notes` are what limits what the run can say.
    """

    path: str
    recorded: ResultsFile | None = None
    pictures: dict[str, bytes] = {}
    executed: Notebook | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()


def fresh_runs(root: Path, version: Version, paths: Iterable[str], options: FreshOptions) -> dict[str, Fresh]:
    """Run the notebooks of a version in one clean folder, each in a kernel of its own; by path.

    Each with the parameters of its recorded run, if there is one. Raises NbpeerError when the version cannot be
    checked out, KeyboardInterrupt after Ctrl-C and SIGTERM; the folder is gone either way.
    """
    wanted = list(dict.fromkeys(paths))
    if not wanted:
        return {}
    with clean_tree(root, version) as tree:
        planned = {path: _planned(tree.root, path, options) for path in wanted}
        found = _executed({path: plan for path, plan in planned.items() if isinstance(plan, _Planned)}, options)
        written = [file.relative_to(root.resolve()).as_posix() for file in tree.disturbed()]
    found |= {path: Fresh(path, problem=plan) for path, plan in planned.items() if isinstance(plan, str)}
    notes = (f"it wrote to {', '.join(written)}, which it shares with your working tree",) if written else ()
    if version.kind == "commit" and (installed := _installed_from(root.resolve())):
        notes = (
            *notes,
            f"what is installed from {', '.join(installed)} is your working tree's, whichever version runs",
        )
    return {path: found[path]._replace(notes=(*found[path].notes, *notes)) for path in wanted}


def _installed_from(root: Path) -> list[str]:
    """The folders of the repository that packages are imported from, because they are installed in editable mode."""
    places = [Path(entry) for entry in sys.path[1:]]  # the first is that of the program that was started
    inside = {place.relative_to(root) for place in places if place.is_relative_to(root)}
    environment = Path(sys.prefix)
    return sorted(place.as_posix() for place in inside if not (root / place).is_relative_to(environment))


class _Planned(NamedTuple):
    job: Job
    front: FrontMatter
    notes: tuple[str, ...]


def _planned(root: Path, path: str, options: FreshOptions) -> _Planned | str:
    """What to run, or why it cannot be."""
    try:
        parameters, notes = _parameters(root, path)
        declared = declared_parameters(read_notebook_at(root, path))
        secrets = tuple(word for word in options.secrets if word.partition("=")[0] in declared)
        given = Given(texts=(json.dumps(parameters),) if parameters else ())
        return _Planned(*plan(root / path, given, RunOptions(secrets=secrets)), notes)
    except NbpeerError as error:
        return str(error)


def _executed(planned: dict[str, _Planned], options: FreshOptions) -> dict[str, Fresh]:
    paths, found = list(planned), dict[str, Fresh]()

    def done(position: int, executed: Executed | NbpeerError) -> None:
        path = paths[position]
        found[path] = _fresh(path, planned[path], executed)

    jobs = [plan.job for plan in planned.values()]
    execute_many(jobs, options.jobs or len(os.sched_getaffinity(0)), options.step, done)
    return found


def _fresh(path: str, planned: _Planned, executed: Executed | NbpeerError) -> Fresh:
    if isinstance(executed, NbpeerError):
        return Fresh(path, problem=str(executed))
    if executed.status != "completed" or executed.interrupted:
        return Fresh(path, problem=_said(path, executed), notes=planned.notes)
    try:
        notebook = parse_notebook(executed.content, path)
        certified = certificate(planned.job, planned.front, executed)
        recorded = record(None, certified, read_results(notebook))
        return Fresh(path, recorded, figure_pngs(notebook), notebook, notes=planned.notes)
    except NbpeerError as error:
        return Fresh(path, problem=str(error))


def _parameters(root: Path, path: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parameters of the recorded run, and a note when nobody can tell because its file is damaged."""
    file = root / results_path(path)
    if not file.is_file():
        return {}, ()
    try:
        return decode_results(file.read_bytes(), results_path(path)).certificate.parameters, ()
    except NbpeerError as error:
        return {}, (f"ran with the notebook's own parameters, since {error.message}",)


def _said(path: str, executed: Executed) -> str:
    return error_line(path, executed.error) if executed.error else f"{path}: the run {executed.status}"
