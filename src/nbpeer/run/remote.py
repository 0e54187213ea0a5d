"""What runs in a worker of a Dask cluster: hands a job to a child process, and counts how often it was tried."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from threading import Lock
from typing import IO, Any

from nbpeer.errors import NbpeerError
from nbpeer.run.child import read_value, write_value
from nbpeer.run.execute import Executed, Job, Step

TRIES = 2
_ENDS_WITHIN = 10  # seconds


class Parcel:
    """A job on its way; nothing of it is in what Dask writes into its log."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __repr__(self) -> str:
        return f"<{self.job.notebook.path}>"


class _Children:
    """The child processes of this worker: those that wait for a job, and those at work, by batch."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._busy: dict[str, list[subprocess.Popen[bytes]]] = {}
        self._stopped: set[str] = set()

    def take(self, batch: str) -> subprocess.Popen[bytes] | None:
        """A child at work for a batch; None when the batch was stopped."""
        with self._lock:
            if batch in self._stopped:
                return None
            child = self._idle.pop() if self._idle else _start()
            self._busy.setdefault(batch, []).append(child)
            return child

    def give_back(self, batch: str, child: subprocess.Popen[bytes]) -> None:
        """The child is free for the next job, unless it ended or is to end."""
        with self._lock:
            self._busy[batch].remove(child)
            if child.poll() is None and child.stdin and not child.stdin.closed and not self._idle:
                self._idle.append(child)
                return
        _end(child)

    def stop(self, batch: str) -> None:
        """Stop what runs for a batch, and start nothing more of it."""
        with self._lock:
            self._stopped.add(batch)
            for child in [*self._busy.get(batch, ()), *self._idle]:
                if child.stdin:
                    child.stdin.close()
            self._idle.clear()


_children = _Children()


def run_there(parcel: Parcel, batch: str, number: int) -> Executed | NbpeerError | None:
    """Execute a job in a child of this worker; None when the batch was stopped before.

    A job whose child, or whose worker, ended while it ran is tried once more and then is an error with exit code 1:
    it brings down whatever runs it.
    """
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    counted = [batch, str(number)]
    how = "its worker was ended"
    # The scheduler keeps the count, because a worker that is brought down cannot.
    while (tried := sync(worker.loop, worker.scheduler.get_metadata, keys=counted, default=0)) < TRIES:
        sync(worker.loop, worker.scheduler.set_metadata, keys=counted, value=tried + 1)
        child = _children.take(batch)
        if child is None:
            return None
        try:
            ended = _answer(child, parcel.job, lambda step: worker.log_event(batch, [number, *step]))
            # It came to its end: should the result be lost on its way, that is not the notebook's doing.
            sync(worker.loop, worker.scheduler.set_metadata, keys=counted, value=0)
            return ended
        except (EOFError, OSError):
            how = f"the process was ended by {_exit(child)}"
        finally:
            _children.give_back(batch, child)
    return poison(parcel.job.notebook.path, how)


def stop_there(batch: str) -> None:
    """Stop what this worker does for a batch."""
    _children.stop(batch)


def poison(path: str, how: str) -> NbpeerError:
    """The error for a notebook that ends whatever runs it."""
    return NbpeerError(
        f"{path} brought down what ran it {TRIES} times ({how}) and is not tried again",
        "run it alone, or give it more memory",
        exit_code=1,
    )


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "nbpeer.run.child"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)


def _answer(child: subprocess.Popen[bytes], job: Job, on_step: Any) -> Executed | NbpeerError:
    questions, answers = _pipes(child)
    write_value(questions, job)
    while isinstance(found := read_value(answers), Step):
        on_step(found)
    return found  # type: ignore[no-any-return]


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert child.stdin is not None  # noqa: S101 - `_start` asks for both
    assert child.stdout is not None  # noqa: S101
    return child.stdin, child.stdout


def _exit(child: subprocess.Popen[bytes]) -> str:
    code = child.wait()
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _end(child: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if child.stdin:
            child.stdin.close()
    try:
        child.wait(_ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout:
        child.stdout.close()
