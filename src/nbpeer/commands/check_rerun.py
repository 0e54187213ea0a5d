"""A fresh run of an analysis compared with what is stored: the evidence for rule NBP101. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from nbpeer.checks.apply import check_notebooks
from nbpeer.checks.facts import Difference, Rerun
from nbpeer.commands.check import CheckOptions, find_scope, with_baseline
from nbpeer.commands.check_facts import subjects, with_rerun
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.model.finding import CheckReport
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import ResultsFile
from nbpeer.repo.history import first_results
from nbpeer.repo.store import executed_path, read_notebook
from nbpeer.results.compare import compare_expectations, compare_results
from nbpeer.results.outputs import compare_outputs
from nbpeer.results.read import read_results
from nbpeer.run.execute import Executed, Job, Step, execute
from nbpeer.run.kernels import find_kernel
from nbpeer.run.parameters import Given, resolve

_RULE = "NBP101"
_INJECTED = "injected-parameters"


def check_with_rerun(
    paths: tuple[Path, ...], options: CheckOptions, on_step: Callable[[Step], None] = lambda step: None
) -> CheckReport:
    """Check notebooks as `check` does, and NBP101 by running each of them in a fresh kernel.

    Raises NbpeerError as `check`, and for a notebook outside a repository, a kernel that is not installed or does not
    start, parameters that do not fit, and a file that is no notebook.
    """
    select = (*(options.select or find_scope(paths, options).config.check.select), _RULE)
    scope = find_scope(paths, options._replace(select=select))
    root = scope.root
    if root is None:
        raise NbpeerError("running again needs a git repository", "run `git init` first")
    subject = subjects(root, scope.config)(first_results(root, [name for name, _ in scope.files]))
    made = []
    for name, _ in scope.files:
        notebook = read_notebook(root, WORKTREE, name)
        if notebook is None:
            raise NbpeerError(f"{name} is not there", "name a notebook of this repository")
        one = subject(notebook)
        made.append(with_rerun(one, rerun(root, scope.config, notebook, one.context.results, on_step)))
    report = CheckReport(check_notebooks(made), tuple(sorted(name for name, _ in scope.files)))
    return with_baseline(root, scope.config, report, WORKTREE) if options.baseline else report


def rerun(
    root: Path, config: Config, notebook: Notebook, results: ResultsFile | None, on_step: Callable[[Step], None]
) -> Rerun:
    """What a fresh run with the recorded parameters gives other than what is stored. Raises NbpeerError."""
    given = Given(texts=(json.dumps(results.certificate.parameters),)) if results else Given()
    job = Job(
        root=root,
        notebook=notebook,
        output=executed_path(root, notebook.path).relative_to(root).as_posix(),
        parameters=resolve(notebook, given),
        kernel=find_kernel(notebook, config.run.kernel),
        folder=(root / notebook.path).parent,
        timeout=config.run.timeout,
    )
    executed = execute(job, on_step)
    if executed.interrupted:
        raise KeyboardInterrupt
    return Rerun(tuple(_differences(notebook, results, executed)))


def _differences(notebook: Notebook, results: ResultsFile | None, executed: Executed) -> Iterator[Difference]:
    if executed.error:
        error = executed.error
        message = f"a fresh run fails here, {error.ename}: {error.evalue}"
        yield Difference(message[:300], error.cell, error.line)
        return
    if executed.status != "completed":
        yield Difference(f"a fresh run did not complete: it was {executed.status}")
        return
    fresh = parse_notebook(executed.content, notebook.path)
    if results:
        found = read_results(fresh)
        for change in compare_results(results.result_set, found):
            if change.verdict not in ("unchanged", "within_tolerance"):
                yield Difference(f"a fresh run gives another “{change.name}” ({change.detail or change.verdict})")
        for outcome in compare_expectations(results.result_set, found):
            yield Difference(f"the expectation “{outcome.name}” has another outcome in a fresh run")
    yield from _other_outputs(notebook, fresh)


def _other_outputs(stored: Notebook, fresh: Notebook) -> Iterator[Difference]:
    """Cells whose stored outputs a fresh run does not give; a stripped notebook has none to compare."""
    own = [cell for cell in fresh.cells if _INJECTED not in cell.tags]
    for before, after in zip(stored.cells, own, strict=False):
        changed = [change for change in compare_outputs(before, after) if change.verdict in ("changed", "removed")]
        if before.raw_outputs and changed:
            yield Difference("a fresh run gives other outputs than those that are stored", before.number)
