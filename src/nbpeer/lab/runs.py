"""A notebook run with parameters: begun, followed cell by cell, cancelled."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec

from nbpeer.commands.parameters import given_texts, kind_parameters
from nbpeer.commands.run_plan import RunOptions, plan
from nbpeer.lab.here import Here, require
from nbpeer.lab.opened import read
from nbpeer.lab.place import below
from nbpeer.lab.refused import ConflictError
from nbpeer.lab.running import Running
from nbpeer.lab.session import Session
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.run import CellEvent, Done, Planned, Run, RunEvent, RunStatus, Started
from nbpeer.render.runs import failure_lines, run_spans
from nbpeer.render.spans import plain
from nbpeer.run.parameters import Given

_LONGEST_WAIT = 30  # seconds


class BeginAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A notebook as it is on disk, and texts for its parameters; `fresh` and `plain` as for `nbpeer run`."""

    path: str
    parameters: dict[str, str] = {}
    fresh: bool = False
    plain: bool = False


class FollowAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A run; `since` is how many of its events are known, `wait` how many seconds to wait for another."""

    id: str
    since: int = 0
    wait: float = 0


class CancelAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A run."""

    id: str


class RunsAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A notebook; "" for all."""

    path: str = ""


class EventRow(msgspec.Struct, frozen=True):
    """A kernel starts, a cell starts (`seconds` null) or is done, the run is done. `index` -1: no cell is meant."""

    kind: Literal["started", "cell", "done"]
    cell: int
    index: int
    cell_id: str | None
    cells: int
    title: str
    seconds: float | None
    said: str


class Ended(msgspec.Struct, frozen=True):
    """How a run ended: `said` in the lines that `nbpeer run` prints, `problem` what went wrong and where."""

    status: RunStatus
    ok: bool
    said: tuple[str, ...]
    problem: str
    cell: int
    index: int
    line: int
    executed: str
    results: str
    cached: bool


class RunState(msgspec.Struct, frozen=True):
    """A run now; `next` is what to give as `since` the next time."""

    id: str
    path: str
    started: str
    ended: bool
    cancelled: bool
    doing: str
    cell: int
    cells: int
    next: int
    events: tuple[EventRow, ...]
    result: Ended | None


class RunStates(msgspec.Struct, frozen=True):
    """Runs, the last one first."""

    runs: tuple[RunState, ...]


async def begin(asked: BeginAsked, session: Session) -> RunState:
    """Start a run. Raises NbpeerError for what can be refused before, ConflictError when it is run already."""
    here, notebook, given = await asyncio.to_thread(_planned, asked, session)
    other = session.runs.under_way(asked.path)
    if other:
        raise ConflictError(f"{asked.path} is being run already", "wait for it, or cancel it", _state(other, session))
    run = Running(asked.path, here.root, [cell.id for cell in notebook.cells])
    session.runs.add(run)
    try:
        await run.begin(_arguments(asked, here, given))
    except OSError:
        session.runs.remove(run)
        raise
    return _state(run, session)


async def follow(asked: FollowAsked, session: Session) -> RunState:
    """What a run told since. Raises RefusedError for one that this server did not start."""
    run = session.runs.find(asked.id)
    await run.wait(asked.since, min(max(asked.wait, 0), _LONGEST_WAIT))
    return _state(run, session, asked.since)


async def cancel(asked: CancelAsked, session: Session) -> RunState:
    """Ask a run to stop; asked a second time, end it at once."""
    run = session.runs.find(asked.id)
    run.cancel()
    return _state(run, session)


async def list_runs(asked: RunsAsked, session: Session) -> RunStates:
    """The runs of this server."""
    return RunStates(tuple(_state(run, session) for run in session.runs.all(asked.path)))


def _planned(asked: BeginAsked, session: Session) -> tuple[Here, Notebook, Given]:
    here = require(session.server_root, asked.path)
    notebook = parse_notebook(read(here.file, asked.path), here.name)
    given = given_texts(notebook, kind_parameters(here.root, here.config, notebook), asked.parameters)
    plan(here.file, given, RunOptions(fresh=asked.fresh, plain=asked.plain))
    return here, notebook, given


def _arguments(asked: BeginAsked, here: Here, given: Given) -> list[str]:
    flags = [f"--{name}" for name in ("fresh", "plain") if getattr(asked, name)]
    typed = [word for name, text in given.typed for word in ("-p", name, text)]
    return [*flags, *typed, *(word for text in given.texts for word in ("-y", text)), "--", str(here.file)]


def _state(run: Running, session: Session, since: int = 0) -> RunState:
    told = [event for event in run.events if not isinstance(event, Planned)]
    last = told[-1] if told else None
    cells = max((event.cells for event in told if isinstance(event, Started | CellEvent)), default=0)
    return RunState(
        id=run.id,
        path=run.path,
        started=run.started,
        ended=run.ended,
        cancelled=run.cancelled,
        doing="" if run.ended else _said(last) if last else "starting",
        cell=last.cell if isinstance(last, CellEvent) else 0,
        cells=cells,
        next=len(run.events),
        events=tuple(_row(run, event) for event in run.events[since:] if not isinstance(event, Planned)),
        result=_result(run, session) if run.ended else None,
    )


def _row(run: Running, event: Started | CellEvent | Done) -> EventRow:
    if isinstance(event, CellEvent):
        index = event.cell - 1
        identity = run.ids[index] if index < len(run.ids) else None
        return EventRow("cell", event.cell, index, identity, event.cells, event.title, event.seconds, _said(event))
    if isinstance(event, Started):
        return EventRow("started", 0, -1, None, event.cells, "", None, _said(event))
    return EventRow("done", 0, -1, None, event.run.cells_total, "", event.run.seconds, _said(event))


def _said(event: RunEvent) -> str:
    if isinstance(event, CellEvent):
        title = f", {event.title}" if event.title else ""
        took = f", {event.seconds:.1f} s" if event.seconds is not None else ""
        return f"cell {event.cell} of {event.cells}{title}{took}"
    if isinstance(event, Started):
        return event.doing
    return event.run.status.replace("_", " ") if isinstance(event, Done) else ""


def _result(run: Running, session: Session) -> Ended:
    done = next((event.run for event in run.events if isinstance(event, Done)), None)
    if done is None:
        return Ended("stopped" if run.cancelled else "not_started", False, (), run.problem, 0, -1, 0, "", "", False)
    failed = failure_lines((done,))
    error = done.error

    def place(name: str) -> str:
        return below(session.server_root, run.root / name) if name else ""

    return Ended(
        status=done.status,
        ok=_is_fine(done),
        said=tuple(plain(run_spans((done,))).split("\n")),
        problem="; ".join(failed),
        cell=error.cell if error else 0,
        index=error.cell - 1 if error else -1,
        line=error.line if error else 0,
        executed=place(done.executed),
        results=place(done.results),
        cached=done.cached,
    )


def _is_fine(done: Run) -> bool:
    return done.status == "completed" and not done.failed_expectations and not done.problem
