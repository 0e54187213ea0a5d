"""Many small notebooks on an embedded Dask cluster while its workers are killed now and then.

`python -m benchmarks.dask_runs [--notebooks 1000] [--workers 2] [--every 40]` kills a worker with signal 9 each time so
many notebooks are done, and tells whether every result is right and recorded once, what was started again, and whether
a process is left. Exit code 1 when something is lost, wrong or left.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

SOURCE = """
import os, nbpeer
with open('starts', 'a') as starts: starts.write(f'{number} {{os.getpid()}}\\n')
nbpeer.result('number', {number}, tolerance=0)
"""


class Ended(NamedTuple):
    """What happened: notebooks, seconds, workers killed, starts beyond one each, and what went wrong, by kind."""

    notebooks: int
    seconds: float
    killed: int
    again: int
    not_completed: int
    wrong: int
    twice: int
    repeated: int
    left: int

    @property
    def fine(self) -> bool:
        """Whether nothing was lost, wrong, recorded twice, repeated after it was done, or left running."""
        return not (self.not_completed or self.wrong or self.twice or self.repeated or self.left)


def measure(notebooks: int, workers: int, every: int) -> Ended:
    """Run so many notebooks on so many workers, killing one each time `every` notebooks are done."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "repository"
        folder.mkdir()
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
        for number in range(notebooks):
            (folder / f"n{number}.ipynb").write_text(_notebook(number))
        return _measured(folder, notebooks, workers, every)


def _measured(folder: Path, notebooks: int, workers: int, every: int) -> Ended:
    import dask
    from distributed import LocalCluster

    from nbpeer.commands.run import RunOptions, run
    from nbpeer.run.parameters import Given

    done: Counter[str] = Counter()
    starts_when_done: dict[str, int] = {}
    killed: list[int] = []
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"}),  # workers come back as often as they go
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,
            dashboard_address="localhost:0",
            local_directory=f"{folder}-dask",
        ) as cluster,
    ):

        def on_event(event: Any) -> None:
            if type(event).__name__ != "Done":
                return
            done[event.run.path] += 1
            starts_when_done[event.run.path] = _starts(folder)[event.run.path]
            if every and sum(done.values()) % every == 0 and sum(done.values()) < notebooks:
                pids = [nanny.pid for nanny in cluster.workers.values() if nanny.pid]
                if pids:
                    victim = pids[len(killed) % len(pids)]
                    with suppress(ProcessLookupError):
                        os.kill(victim, signal.SIGKILL)
                        killed.append(victim)

        begun = time.perf_counter()
        runs = run([folder], Given(), RunOptions(dask=cluster.scheduler_address, fresh=True), on_event).runs
        seconds = time.perf_counter() - begun
    for ended in runs:
        if ended.status != "completed":
            print(f"{ended.path}: {ended.status}, {ended.problem or ended.error}", file=sys.stderr)
    starts = _starts(folder)
    return Ended(
        notebooks=notebooks,
        seconds=seconds,
        killed=len(killed),
        again=sum(starts.values()) - len(starts),
        not_completed=sum(ended.status != "completed" for ended in runs) + notebooks - len(runs),
        wrong=sum(not _right(folder, number) for number in range(notebooks)),
        twice=sum(count != 1 for count in done.values()),
        repeated=sum(starts[path] != count for path, count in starts_when_done.items()),
        left=_left(folder),
    )


def _notebook(number: int) -> str:
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [{**cell, "source": SOURCE.format(number=number)}]
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def _starts(folder: Path) -> Counter[str]:
    try:
        lines = (folder / "starts").read_text().splitlines()
    except FileNotFoundError:
        return Counter()
    return Counter(f"n{line.split()[0]}.ipynb" for line in lines)


def _right(folder: Path, number: int) -> bool:
    try:
        found = json.loads((folder / f"n{number}.results.json").read_bytes())
    except (OSError, ValueError):
        return False
    return bool(found["results"]["number"]["value"] == number)


def _left(folder: Path) -> int:
    """How many of the notebooks' processes still run half a minute later."""
    left = 0
    until = time.monotonic() + 30
    for line in (folder / "starts").read_text().splitlines():
        try:
            watched = os.pidfd_open(int(line.split()[1]))
        except ProcessLookupError:
            continue
        left += not select.select([watched], [], [], max(0, until - time.monotonic()))[0]
        os.close(watched)
    return left


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dask_runs", description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--every", type=int, default=40, help="kill a worker each time so many are done; 0 for never")
    given = parser.parse_args(arguments)
    ended = measure(given.notebooks, given.workers, given.every)
    for name, value in ended._asdict().items():
        print(
            f"{name.replace('_', ' '):>14}  {value:.1f}"
            if name == "seconds"
            else f"{name.replace('_', ' '):>14}  {value}"
        )
    return 0 if ended.fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
