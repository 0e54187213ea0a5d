"""Executes many notebooks at once, each in a kernel of its own."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from queue import SimpleQueue
from threading import Lock, Thread, current_thread, main_thread

from nbpeer.errors import NbpeerError
from nbpeer.run.execute import Executed, Job, Step, execute, pool_for
from nbpeer.run.pool import Pool
from nbpeer.run.stop import Stop


def execute_many(
    jobs: Sequence[Job],
    at_once: int,
    on_step: Callable[[Step], None],
    on_done: Callable[[int, Executed | NbpeerError], None],
) -> None:
    """Execute jobs in `at_once` slots; each slot takes the next job when it has done one.

    `on_done` gets a job's position in `jobs` and how it ended, an NbpeerError when it could not be executed; the others
    go on. `on_step` and `on_done` are called from one thread at a time. What they raise ends everything and is raised.

    Ctrl-C and SIGTERM stop all: `on_done` gets what was under way with `interrupted`, and KeyboardInterrupt is raised.
    """
    talking, stop = Lock(), Stop()
    positions, ended = count(), SimpleQueue[None]()
    raised: list[BaseException] = []

    def tell(step: Step) -> None:
        with talking:
            if not raised:
                on_step(step)

    def work() -> None:
        while not stop.said and (position := next(positions)) < len(jobs):
            try:
                executed = _executed(jobs[position], tell, stop, pool)
                with talking:
                    on_done(position, executed)
            except BaseException as error:
                raised.append(error)
                stop.say()
        _leave_thread()
        ended.put(None)

    slots = [Thread(target=work, name=f"nbpeer slot {number}") for number in range(min(at_once, len(jobs)))]
    with sigterm_as_ctrl_c(), closing(pool_for(jobs)) as pool:
        for slot in slots:
            slot.start()
        interrupted = _wait(ended, len(slots), stop)
        for slot in slots:
            slot.join()
    if raised:
        raise raised[0]
    if interrupted:
        raise KeyboardInterrupt


def _executed(job: Job, on_step: Callable[[Step], None], stop: Stop, pool: Pool) -> Executed | NbpeerError:
    try:
        return execute(job, on_step, stop, pool)
    except NbpeerError as error:
        return error


def _leave_thread() -> None:
    """Close the event loop of a plain kernel's client, if there was one in this thread."""
    if "nbpeer.run.client" in sys.modules:
        from nbpeer.run.client import close_loop

        close_loop()


def _wait(ended: SimpleQueue[None], slots: int, stop: Stop) -> bool:
    """Wait until all slots ended; Ctrl-C stops them, however often it is pressed. Returns whether it was."""
    while slots:
        try:
            ended.get()
            slots -= 1
        except KeyboardInterrupt:
            stop.say()
    return stop.said


@contextmanager
def sigterm_as_ctrl_c() -> Iterator[None]:
    """Only the main thread may say what a signal does."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
