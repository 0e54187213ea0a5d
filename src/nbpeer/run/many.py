"""Executes many notebooks at once, each in a kernel of its own."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from queue import SimpleQueue
from threading import Lock, Thread, current_thread, main_thread

from nbpeer.errors import NbpeerError
from nbpeer.run.claim import claimed
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
    A notebook that another command runs is refused; it is held until its `on_done` has returned.

    Ctrl-C and SIGTERM stop all: `on_done` gets what was under way with `interrupted`, and KeyboardInterrupt is raised.
    """
    with sigterm_as_ctrl_c(), closing(pool_for(jobs)) as pool:
        work = _Work(jobs, pool, on_step, on_done)
        slots = [Thread(target=work.slot, name=f"nbpeer slot {number}") for number in range(min(at_once, len(jobs)))]
        with work.stop.telling(pool.stop_waiting):
            for slot in slots:
                slot.start()
            work.wait(len(slots))
        for slot in slots:
            slot.join()
    if work.raised:
        raise work.raised[0]
    if work.stop.said:
        raise KeyboardInterrupt


class _Work:
    """What the slots share."""

    def __init__(
        self,
        jobs: Sequence[Job],
        pool: Pool,
        on_step: Callable[[Step], None],
        on_done: Callable[[int, Executed | NbpeerError], None],
    ) -> None:
        self.stop = Stop()
        self.raised: list[BaseException] = []
        self._jobs, self._pool, self._on_step, self._on_done = jobs, pool, on_step, on_done
        self._positions = count()
        self._talking = Lock()
        self._ended: SimpleQueue[None] = SimpleQueue()

    def slot(self) -> None:
        """Do one job after another until there is none, or all is stopped."""
        try:
            while not self.stop.said and (position := next(self._positions)) < len(self._jobs):
                self._do(position, self._jobs[position])
        except BaseException as error:
            self.raised.append(error)
            self.stop.say()
        finally:
            _leave_thread()
            self._ended.put(None)

    def wait(self, slots: int) -> None:
        """Wait until all slots ended; Ctrl-C stops them, however often it is pressed.

        Thread.join cannot be waited with: an interrupted one takes the thread for ended (bpo-45274).
        """
        while slots:
            try:
                self._ended.get()
                slots -= 1
            except KeyboardInterrupt:
                self.stop.say()

    def _do(self, position: int, job: Job) -> None:
        executed: Executed | NbpeerError
        with ExitStack() as claim:
            try:
                claim.enter_context(claimed(job.root, job.notebook.path))
                executed = execute(job, self._tell, self.stop, self._pool)
            except NbpeerError as error:
                executed = error
            with self._talking:
                self._on_done(position, executed)

    def _tell(self, step: Step) -> None:
        with self._talking:
            if not self.raised:
                self._on_step(step)


def _leave_thread() -> None:
    """Close the event loop of a plain kernel's client, if there was one in this thread."""
    if "nbpeer.run.client" in sys.modules:
        from nbpeer.run.client import close_loop

        close_loop()


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
