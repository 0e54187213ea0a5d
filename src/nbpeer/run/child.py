"""Executes notebooks for a worker of a cluster in a process of its own: what brings that down leaves the worker up.

Jobs come in through standard input, steps and results go out through standard output, as pickled values with their
length before them. When the input ends, because the worker wants it or is gone, the notebook is stopped and so is this.
"""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO, Any

from nbpeer.errors import NbpeerError
from nbpeer.run.execute import Executed, Job, Step, execute, pool_for
from nbpeer.run.pool import Pool
from nbpeer.run.stop import Stop

_LENGTH = struct.Struct(">Q")


def write_value(pipe: IO[bytes], value: Any) -> None:
    """Send a value. Raises OSError when nobody reads any more."""
    content = pickle.dumps(value)
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def read_value(pipe: IO[bytes]) -> Any:
    """Receive a value; raises EOFError when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return pickle.loads(content)  # noqa: S301 - from our own process


def main() -> None:
    """Execute jobs until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    questions = os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)  # what anything prints is no answer
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    jobs, stop = SimpleQueue[Job | None](), Stop()
    Thread(target=_read, args=(questions, jobs, stop), daemon=True).start()
    pools: dict[str, Pool] = {}
    with suppress(BrokenPipeError):
        while (job := jobs.get()) is not None:
            write_value(answers, _execute(job, stop, pools, lambda step: write_value(answers, step)))
    for pool in pools.values():
        pool.close()


def _read(questions: IO[bytes], jobs: SimpleQueue[Job | None], stop: Stop) -> None:
    with suppress(EOFError, OSError):
        while True:
            jobs.put(read_value(questions))
    stop.say()
    jobs.put(None)


def _execute(job: Job, stop: Stop, pools: dict[str, Pool], on_step: Callable[[Step], None]) -> Executed | NbpeerError:
    with TemporaryDirectory(prefix="nbpeer-") as place:
        here, shared = _at_home(job, Path(place))
        pool = pools.get(job.kernel.digest)
        if pool is None:
            pool = pools[job.kernel.digest] = pool_for([here])
        try:
            ended = execute(here, on_step, stop, pool)
        except NbpeerError as error:
            return error
        except Exception as error:  # what is wrong with one notebook must not end the others
            return NbpeerError(f"{job.notebook.path}: {type(error).__name__}: {error}", "run it alone", exit_code=3)
    return ended if shared else ended._replace(observed=None)


def _at_home(job: Job, place: Path) -> tuple[Job, bool]:
    """The job in the shared folder, where it is the same here; else in a folder of its own, where nobody can see which
    of the repository's files it read."""
    try:
        shared = (job.root / job.notebook.path).read_bytes() == job.notebook.raw and job.folder.is_dir()
    except OSError:
        shared = False
    if shared:
        return job, True
    folder = (place / job.notebook.path).parent
    folder.mkdir(parents=True, exist_ok=True)
    return job._replace(root=place, folder=folder), False


if __name__ == "__main__":
    main()
