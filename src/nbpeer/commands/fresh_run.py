"""Notebooks run in a clean folder, without recording anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.commands.run import RunOptions, certificate, plan
from nbpeer.errors import NbpeerError
from nbpeer.model.change import Version
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import ResultsFile, decode_results, results_path
from nbpeer.render.runs import error_line
from nbpeer.repo.clean import clean_tree
from nbpeer.results.read import figure_pngs, read_results
from nbpeer.results.record import record
from nbpeer.run.execute import Executed, Step, execute
from nbpeer.run.parameters import Given


class Watch(NamedTuple):
    """Whom to tell: `step` of each cell, `stage` of what begins: a version, or a round of several."""

    step: Callable[[Step], Any] = lambda step: None
    stage: Callable[[str], Any] = lambda label: None


WATCHED_BY_NOBODY = Watch()


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


def fresh_runs(root: Path, version: Version, paths: Iterable[str], watch: Watch) -> dict[str, Fresh]:
    """Run the notebooks of a version in one clean folder, in order, each in a fresh kernel; by path.

    Each with the parameters of its recorded run, if there is one. Raises NbpeerError when the version cannot be
    checked out, KeyboardInterrupt after Ctrl-C; the folder is gone either way.
    """
    wanted = list(dict.fromkeys(paths))
    if not wanted:
        return {}
    with clean_tree(root, version) as tree:
        found = {path: _fresh(tree.root, path, watch) for path in wanted}
        written = [file.relative_to(root.resolve()).as_posix() for file in tree.disturbed()]
    notes = (f"it wrote to {', '.join(written)}, which it shares with your working tree",) if written else ()
    return {path: fresh._replace(notes=(*fresh.notes, *notes)) for path, fresh in found.items()}


def _fresh(root: Path, path: str, watch: Watch) -> Fresh:
    try:
        parameters, notes = _parameters(root, path)
        job, front = plan(root / path, Given(texts=(json.dumps(parameters),)), RunOptions())
        executed = execute(job, watch.step)
        if executed.interrupted:
            raise KeyboardInterrupt
        if executed.status != "completed":
            return Fresh(path, problem=_said(path, executed), notes=notes)
        notebook = parse_notebook(executed.content, path)
        recorded = record(None, certificate(job, front, executed), read_results(notebook))
        return Fresh(path, recorded, figure_pngs(notebook), notebook, notes=notes)
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
