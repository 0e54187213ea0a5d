"""`nbpeer run`: execute notebooks and record their results."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nbpeer.commands.run_changed import changed_notebooks
from nbpeer.commands.run_depends import depends
from nbpeer.commands.run_plan import PlannedRun, find_notebooks, plan_all
from nbpeer.commands.run_plan import RunOptions as RunOptions
from nbpeer.commands.run_plan import plan as plan
from nbpeer.commands.run_record import certificate as certificate
from nbpeer.commands.run_record import keep_executed, recorded, require_room
from nbpeer.errors import NbpeerError
from nbpeer.model.result import Certificate
from nbpeer.model.run import CellEvent, Done, Planned, Run, RunEvent, RunStatus, Started
from nbpeer.repo.store import CACHE
from nbpeer.run.cache import UNSEEN, RunCache
from nbpeer.run.execute import Executed, Step, prepare
from nbpeer.run.inputs import missing_locations, vouched
from nbpeer.run.parameters import Given

OnEvent = Callable[[RunEvent], Any]


class Ran(NamedTuple):
    """The runs, in the order of the paths. `depends` are files and folders: as long as nobody touches them, asking
    again gives the same runs from the cache; None when something was executed, or that cannot be known."""

    runs: tuple[Run, ...]
    depends: tuple[str, ...] | None = None


def run(paths: Sequence[Path], given: Given, options: RunOptions, on_event: OnEvent = lambda event: None) -> Ran:
    """Execute notebooks, several at once, each in a fresh kernel; keep the executed notebooks and record the results.

    A folder stands for the analyses in it; no path, with `options.changed`, for every analysis. What was run before,
    and depends on nothing that changed since, is taken from the cache.

    Everything that can be refused is refused before the first kernel starts: raises NbpeerError for a path that is no
    notebook in a git repository, invalid front matter, parameters and secrets the notebook does not declare or that
    do not fit, secrets that are not there, and kernels that are not installed. After that a notebook that cannot be
    executed or recorded ends nothing but its own run, see the Run's status, error and problem; its results file
    is then left alone. Ctrl-C and SIGTERM raise KeyboardInterrupt once the partial notebooks are written.
    """
    if options.changed:
        found = changed_notebooks(paths, options.changed)
    else:
        found = [(root, path, "") for root, path in find_notebooks(paths)]
    planned = plan_all(found, given, options)
    session = _Session(planned, options, on_event)
    runs = session.run()
    around = depends(paths, given, options, planned, runs)
    return Ran(runs, None if around is None else (*around, *session.taken))


class _Session:
    """The runs of one command: which are done, and the caches of the repositories they are in."""

    def __init__(self, planned: tuple[PlannedRun, ...], options: RunOptions, on_event: OnEvent) -> None:
        self._planned = planned
        self._options = options
        self._on_event = on_event
        self._done: dict[int, Run] = {}
        self._caches = {
            item.job.root: RunCache(item.job.root / CACHE, item.config.run.cache_megabytes * 1_000_000)
            for item in planned
        }

    def run(self) -> tuple[Run, ...]:
        at_once = self._options.jobs or len(os.sched_getaffinity(0))
        self._on_event(Planned(len(self._planned), min(at_once, len(self._planned))))
        try:
            left = [position for position in range(len(self._planned)) if not self._without_kernel(position)]
            if left:
                self._execute(left, at_once)
        finally:
            for cache in self._caches.values():
                cache.close()
        return tuple(self._done[position] for position in range(len(self._planned)))

    @property
    def taken(self) -> set[str]:
        """What the runs taken from the cache depend on."""
        return set[str]().union(*(cache.taken for cache in self._caches.values()))

    def _without_kernel(self, position: int) -> bool:
        item = self._planned[position]
        if self._options.prepare_only:
            self._end(position, keep_executed(item, prepare(item.job)))
            return True
        if self._options.fresh or item.job.secrets:
            return False
        found = self._caches[item.job.root].find(item.job, item.locations)
        if found:
            self._record(position, *found, cached=True)
        return found is not None

    def _execute(self, left: list[int], at_once: int) -> None:
        jobs = [self._planned[position].job for position in left]
        for job in jobs:
            prepare(job)  # what is not valid is refused before the first kernel starts
            require_room(job)
        _executor(self._options.dask)(jobs, at_once, self._step, lambda index, ended: self._ended(left[index], ended))

    def _ended(self, position: int, ended: Executed | NbpeerError) -> None:
        item = self._planned[position]
        if isinstance(ended, NbpeerError):
            status: RunStatus = "failed" if ended.exit_code == 1 else "not_started"
            self._end(position, _with_problem(Run(item.job.notebook.path, status, ""), item, ended))
        elif ended.status == "completed" and not ended.interrupted:
            self._record(position, ended, certificate(item.job, item.front, ended))
        else:
            self._end(position, keep_executed(item, ended))

    def _record(self, position: int, executed: Executed, certified: Certificate, *, cached: bool = False) -> None:
        item = self._planned[position]
        ended = keep_executed(item, executed)
        try:
            ended = recorded(item.job, certified, executed, ended)
        except NbpeerError as error:
            self._end(position, _with_problem(ended, item, error))
            return
        kept = "" if cached else self._keep(item, executed, certified)
        self._end(position, msgspec.structs.replace(ended, cached=cached, not_kept=kept))

    def _keep(self, item: PlannedRun, executed: Executed, certified: Certificate) -> str:
        """Keep a run for later; returns why not."""
        if item.job.secrets:
            return "it was given a secret"
        if self._options.dask not in ("", "local"):
            return "it ran on other machines"
        from nbpeer.commands.run_volatile import volatile  # the rules take a tenth of a second to import

        declared = item.front.inputs == "declared" and vouched(item.job.root, item.job.notebook.path, item.locations)
        cache = self._caches[item.job.root]
        outside = executed.observed.outside if executed.observed else ()
        modules = [path for path in (*certified.inputs, *outside) if path.endswith(".py")]
        why = volatile(item, modules, declared) or cache.keep(item.job, executed, certified, declared)
        return self._unlocated(item) or why if why == UNSEEN else why

    def _unlocated(self, item: PlannedRun) -> str:
        missing = missing_locations(item.job.root, item.job.notebook.path, item.locations)
        if not missing:
            return ""
        return f"it declares data at {missing[0] or 'no location'}, which is no file of this repository"

    def _end(self, position: int, ended: Run) -> None:
        self._done[position] = ended
        self._on_event(Done(ended))

    def _step(self, step: Step) -> None:
        if step.cell:
            event = CellEvent(step.path, step.label, step.cell, step.cells, step.title, step.seconds)
            self._on_event(event)
        else:
            self._on_event(Started(step.path, step.label, step.cells, step.title))


def _executor(dask: str) -> Callable[..., None]:
    if dask:
        from nbpeer.run.cluster import execute_on_cluster

        return partial(execute_on_cluster, address=dask)
    from nbpeer.run.many import execute_many

    return execute_many


def _with_problem(ended: Run, item: PlannedRun, error: NbpeerError) -> Run:
    problem = f"{error.message}; {error.hint}" if error.hint else error.message
    return msgspec.structs.replace(ended, label=item.job.label, why=item.why, problem=problem)
