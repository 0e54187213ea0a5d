"""What `nbpeer run` shows while it runs: bars on a terminal, plain lines elsewhere, or events for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import console

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from nbpeer.model.run import CellEvent, Done, RunEvent, Started

OnEvent = Callable[["RunEvent"], None]


@contextmanager
def watching(output_format: str) -> Iterator[OnEvent]:
    """What to call at each event: `jsonl` writes it to standard output, everything else shows it on standard error."""
    if output_format == "jsonl":
        yield _write_event
    elif sys.stderr.isatty():
        with _bars() as on_event:
            yield on_event
    else:
        yield _Lines().on_event


def _write_event(event: RunEvent) -> None:
    from nbpeer.render.json import to_json_line

    click.echo(to_json_line(event))


class _Lines:
    """A line when a kernel starts, for each cell, and, with several notebooks, for each that ends."""

    def __init__(self) -> None:
        self._runs = self._at_once = 1
        self._ended = self._cached = 0

    def on_event(self, event: RunEvent) -> None:
        from nbpeer.model.run import CellEvent, Done, Planned

        if isinstance(event, Planned):
            self._runs, self._at_once = event.runs, event.at_once
        elif isinstance(event, Done):
            self._done(event)
        elif isinstance(event, CellEvent):
            self._cell(event)
        else:
            click.echo(f"{_name(event)}  {event.doing}", err=True)

    def _cell(self, event: CellEvent) -> None:
        if event.seconds is None:
            return
        name = _name(event) if self._at_once > 1 else ""
        title = f"  {event.title}" if event.title else ""
        click.echo(f"{name}  cell {event.cell}/{event.cells}{title}  {event.seconds:.1f} s", err=True)

    def _done(self, event: Done) -> None:
        self._ended += 1
        self._cached += event.run.cached
        if self._runs > 1 and not event.run.cached and event.run.status != "prepared":
            status = event.run.status.replace("_", " ")
            click.echo(f"{_name(event.run)}  {status}, {self._ended} of {self._runs} notebooks done", err=True)


@contextmanager
def _bars() -> Iterator[OnEvent]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeLeft(), console=console(stderr=True), transient=True) as progress:
        yield _Bars(progress).on_event


class _Bars:
    """A bar for each notebook under way and one for all. The time left is that of the notebooks, by share of cells."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}
        self._shares: dict[str, float] = {}
        self._total: TaskID | None = None
        self._runs = 1

    def on_event(self, event: RunEvent) -> None:
        from nbpeer.model.run import CellEvent, Done, Planned

        if isinstance(event, Planned):
            self._runs = event.runs
            if event.runs > 1:
                self._total = self._progress.add_task(f"{event.runs} notebooks", total=event.runs)
        elif isinstance(event, Done):
            self._end(_name(event.run))
        elif isinstance(event, CellEvent):
            self._advance(event)
        else:
            self._start(event)

    def _start(self, event: Started) -> None:
        name = _name(event)
        if name in self._bars:  # its worker was lost, and it starts again
            self._progress.remove_task(self._bars[name])
        self._bars[name] = self._progress.add_task(f"{name}  {event.doing}", total=event.cells)

    def _advance(self, event: CellEvent) -> None:
        name = _name(event)
        done = event.cell if event.seconds is not None else event.cell - 1
        description = f"{name}  cell {event.cell}  {event.title}"
        self._progress.update(self._bars[name], description=description, completed=done)
        self._share(name, done / max(event.cells, 1))

    def _end(self, name: str) -> None:
        if name in self._bars:
            self._progress.remove_task(self._bars.pop(name))
        self._share(name, 1.0)

    def _share(self, name: str, share: float) -> None:
        self._shares[name] = share
        if self._total is not None:
            ended = sum(1 for part in self._shares.values() if part == 1.0)
            text = f"{ended} of {self._runs} notebooks"
            self._progress.update(self._total, description=text, completed=sum(self._shares.values()))


def _name(event: Any) -> str:
    return f"{event.path} [{event.label}]" if event.label else str(event.path)
