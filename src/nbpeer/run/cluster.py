"""Executes many notebooks on a Dask cluster: an existing one, or one embedded in this machine."""

from __future__ import annotations

import json
import logging
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from math import inf
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.run.execute import Executed, Job, Step
from nbpeer.run.many import sigterm_as_ctrl_c
from nbpeer.run.remote import TRIES, Parcel, poison, run_there, stop_there

if TYPE_CHECKING:
    from distributed import Client, Future

_ANSWERS_WITHIN = 20  # seconds
_LOOKS_EVERY = 1
_STOPS_WITHIN = 20
Ended = Executed | NbpeerError


def execute_on_cluster(
    jobs: Sequence[Job],
    at_once: int,
    on_step: Callable[[Step], None],
    on_done: Callable[[int, Ended], None],
    address: str = "local",
) -> None:
    """Execute jobs on the cluster at an address, or named by a scheduler file; `local` starts `at_once` workers here.

    It works as `execute_many`, and what is published is published by this process. Each result is taken from its
    worker as soon as it is there, so that a worker that ends loses only what it was at; that is tried again
    elsewhere. Raises NbpeerError when Dask is not installed or the cluster does not answer.
    """
    with ExitStack() as stack:
        stack.enter_context(sigterm_as_ctrl_c())
        client = stack.enter_context(_connected(address, at_once))
        batch = _Batch(client, jobs, on_step, on_done)
        stack.callback(batch.forget)
        batch.run()


class _Batch:
    """The jobs of one command on their way. What Dask calls back comes from another thread."""

    def __init__(
        self,
        client: Client,
        jobs: Sequence[Job],
        on_step: Callable[[Step], None],
        on_done: Callable[[int, Ended], None],
    ) -> None:
        self._client = client
        self._jobs = jobs
        self._on_step = on_step
        self._on_done = on_done
        self._name = f"nbpeer-{uuid4().hex[:12]}"
        self._talking = Lock()
        self._left = set(range(len(jobs)))
        self._numbers: dict[Any, int] = {}
        self._sent: dict[Any, Future[Any]] = {}
        self._ended = SimpleQueue[tuple[Any, Any]]()

    def run(self) -> None:
        self._client.subscribe_topic(self._name, self._heard)
        self._harvest([self._send(number) for number in self._left])
        deadline = inf
        while self._left and monotonic() < deadline:
            try:
                with suppress(Empty):
                    self._take(*self._ended.get(timeout=_LOOKS_EVERY))
            except KeyboardInterrupt:
                if deadline < inf:
                    raise
                deadline = monotonic() + _STOPS_WITHIN
                self._client.run(stop_there, self._name, on_error="ignore")
        if deadline < inf:
            raise KeyboardInterrupt

    def forget(self) -> None:
        """Leave nothing on the cluster."""
        with suppress(Exception):  # it may be gone, and then nothing is left either
            self._client.cancel(list(self._sent.values()), force=True)
            self._client.unsubscribe_topic(self._name)
            self._client.set_metadata([self._name], None)

    def _send(self, number: int) -> Future[Any]:
        key = f"{self._name}-{number}-{uuid4().hex[:6]}"
        parcel = Parcel(self._jobs[number])
        self._sent[key] = self._client.submit(run_there, parcel, self._name, number, key=key, pure=False)
        self._numbers[key] = number
        return self._sent[key]

    def _harvest(self, futures: list[Future[Any]]) -> None:
        """Take each result as soon as it is there, also while this process is busy with another."""
        from distributed import as_completed

        waiting = as_completed(futures, loop=self._client.loop, with_results=True, raise_errors=False)

        def take_in() -> None:
            with suppress(Exception):  # the client was closed: nobody waits any more
                for pair in waiting:
                    self._ended.put(pair)

        Thread(target=take_in, name="nbpeer harvest", daemon=True).start()

    def _take(self, future: Future[Any], found: Any) -> None:
        """Hand a result on, and let the cluster forget it; what has to be tried again is sent again."""
        number = self._numbers[future.key]
        if future.status != "finished":
            found = self._failed(number, future)
        self._sent.pop(future.key).release()
        if found is None and future.status != "finished":
            self._harvest([self._send(number)])
            return
        self._left.discard(number)
        if found is not None:
            with self._talking:
                self._on_done(number, found)

    def _failed(self, number: int, future: Future[Any]) -> NbpeerError | None:
        """What a job ended with that gave no result; None when it may be tried again."""
        from distributed import KilledWorker

        path = self._jobs[number].notebook.path
        error = future.exception() if future.status == "error" else None
        if isinstance(error, KilledWorker):
            # Also a job that only waited in the queue of workers that were ended.
            tried = self._client.get_metadata([self._name, str(number)], 0)
            return None if tried < TRIES else poison(path, "its worker was ended")
        said = f"{type(error).__name__}: {error}" if error else f"it was {future.status}"
        hint = 'the workers need the same nbpeer: pip install "nbpeer[dask,run]" there'
        return NbpeerError(f"{path} could not be run on the cluster ({said})", hint, exit_code=3)

    def _heard(self, event: Any) -> None:
        number, *step = event[1]
        with self._talking:
            if number in self._left:
                self._on_step(Step(*step))


@contextmanager
def _connected(address: str, at_once: int) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError:
        raise missing_extra("running on a cluster", "dask") from None
    with ExitStack() as stack:
        where = stack.enter_context(_embedded(at_once)) if address == "local" else _checked(address)
        try:
            client = stack.enter_context(Client(where, timeout=_ANSWERS_WITHIN, set_as_default=False))
        except (OSError, TimeoutError, ValueError) as error:
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise NbpeerError(
                f"the Dask cluster {address} does not answer ({said})", "name a scheduler's address", exit_code=3
            ) from None
        yield client


def _checked(address: str) -> str:
    """An address, or that in a scheduler file. Dask waits for ever for a file, and a minute over what is no address."""
    from distributed.comm import get_address_host_port

    found: Any = address
    try:
        if address.endswith(".json"):
            found = json.loads(Path(address).read_bytes())["address"]
        get_address_host_port(str(found))
    except OSError as error:
        said = str(error.strerror)
    except (ValueError, KeyError, TypeError) as error:
        said = "it is no scheduler file" if address.endswith(".json") and found is address else str(error)
    else:
        return str(found)
    hint = "name a scheduler's address, such as tcp://scheduler:8786, its scheduler file, or `local`"
    raise NbpeerError(f"--dask {address} cannot be used ({said})", hint)


@contextmanager
def _embedded(workers: int) -> Iterator[Any]:
    """A cluster in this machine, a worker for each notebook at once."""
    import dask
    from distributed import LocalCluster

    with tempfile.TemporaryDirectory(prefix="nbpeer-dask-", ignore_cleanup_errors=True) as place, ExitStack() as stack:
        # Or else a worker that is lost again while it comes back is given up for good.
        stack.enter_context(dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"}))
        with _ignoring_ctrl_c():
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address="localhost:0",
                silence_logs=logging.CRITICAL,
                local_directory=place,
            )
        stack.enter_context(cluster)
        yield cluster


@contextmanager
def _ignoring_ctrl_c() -> Iterator[None]:
    """Processes started now leave Ctrl-C to this one."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
