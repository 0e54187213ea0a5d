"""Runs that this server started: each is `nbpeer run` in a process of its own, so that it can be cancelled at any time
and what a notebook does never touches the server."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec

from nbpeer.lab.refused import RefusedError
from nbpeer.model.run import Done, RunEvent

_MOST_KEPT = 50  # ended runs that are remembered
_LAST_SECONDS = 10  # for runs to stop in, when the server ends
_LONGEST_LINE = 100_000_000  # bytes: the last event holds all recorded results
# What signs in to this server, or to the hub that started it: no notebook gets it.
_SECRET = re.compile(r"^(?:JUPYTER|JPY_|CONFIGPROXY).*(?:TOKEN|SECRET|PASSWORD|COOKIE|CRYPT)", re.IGNORECASE)
_decode = msgspec.json.Decoder(RunEvent).decode


class Running:
    """One run: what it told so far. `path` is Jupyter's, `ids` are the ids of the notebook's cells when it began."""

    def __init__(self, path: str, root: Path, ids: Sequence[str | None]) -> None:
        self.id = uuid4().hex
        self.path, self.root, self.ids = path, root, tuple(ids)
        self.started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.events: list[RunEvent] = []
        self.ended = self.cancelled = False
        self.problem = ""
        self._process: asyncio.subprocess.Process | None = None
        self._told = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    @property
    def process_id(self) -> int:
        """The process that runs it; 0 before it began."""
        return self._process.pid if self._process else 0

    async def begin(self, arguments: Sequence[str]) -> None:
        """Start the process, and follow it in the background."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "nbpeer", "run", "--format", "jsonl", *arguments),
            cwd=self.root,
            env={name: value for name, value in os.environ.items() if not _SECRET.match(name)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in the server's terminal asks about the server
            limit=_LONGEST_LINE,
        )
        self._task = asyncio.create_task(self._follow(self._process))

    async def wait(self, since: int, seconds: float) -> None:
        """Wait until there are more than `since` events, or it ended, but no longer than so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._told:
                await self._told.wait_for(lambda: self.ended or len(self.events) > since)

    def cancel(self) -> None:
        """Ask the run to stop, which keeps the partial notebook; asked again, end it at once."""
        if self.ended or self._process is None:
            return
        with suppress(ProcessLookupError):
            if self.cancelled or os.name == "nt":
                self._process.kill()
            else:
                self._process.send_signal(signal.SIGINT)
        self.cancelled = True

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        said = asyncio.create_task(_last_line(process))
        try:
            async for line in _lines(process.stdout):
                with suppress(msgspec.DecodeError):
                    await self._tell(_decode(line))
        finally:
            await process.wait()
            if not any(isinstance(event, Done) for event in self.events):
                self.problem = await said or "the run ended without a word"
            async with self._told:
                self.ended = True
                self._told.notify_all()

    async def _tell(self, event: RunEvent) -> None:
        async with self._told:
            self.events.append(event)
            self._told.notify_all()


class RunBook:
    """Every run of this server, the last one first."""

    def __init__(self) -> None:
        self._runs: list[Running] = []

    def add(self, run: Running) -> None:
        """Take a run up, and forget the oldest that ended."""
        self._runs.insert(0, run)
        ended = [one for one in self._runs if one.ended]
        for old in ended[_MOST_KEPT:]:
            self._runs.remove(old)

    def remove(self, run: Running) -> None:
        """Forget a run that did not begin."""
        self._runs.remove(run)

    def all(self, path: str = "") -> list[Running]:
        """The runs of one notebook, or of every one."""
        return [run for run in self._runs if path in ("", run.path)]

    def find(self, name: str) -> Running:
        """A run by its id. Raises RefusedError for one that this server did not start."""
        for run in self._runs:
            if run.id == name:
                return run
        hint = "what it recorded is kept: see the results"
        raise RefusedError(404, "this server knows no such run: it was restarted since, or the run is long over", hint)

    def under_way(self, path: str) -> Running | None:
        """The run of a notebook that has not ended."""
        return next((run for run in self._runs if run.path == path and not run.ended), None)

    def interrupt(self) -> None:
        """Ask every run to stop, when the server ends, and give them a few seconds to keep their partial notebooks."""
        left = [run.process_id for run in self._runs if not run.ended and run.process_id]
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGINT)
        end = time.monotonic() + _LAST_SECONDS
        while left and time.monotonic() < end:
            left = [process for process in left if _is_alive(process)]
            time.sleep(0.05)


def _is_alive(process: int) -> bool:
    try:
        return os.waitpid(process, os.WNOHANG) == (0, 0)
    except ChildProcessError:  # somebody else waited for it
        return False


async def _lines(stream: asyncio.StreamReader | None) -> AsyncIterator[bytes]:
    if stream:
        async for line in stream:
            yield line


async def _last_line(process: asyncio.subprocess.Process) -> str:
    """What the process said last on standard error, without its name."""
    last = ""
    async for line in _lines(process.stderr):
        last = line.decode("utf-8", "replace").strip() or last
    return last.removeprefix("nbpeer: ")
