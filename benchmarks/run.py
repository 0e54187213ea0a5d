"""`python -m benchmarks.run`: notebooks executed by nbpeer and by papermill's command line, in turn.

Three sets: 20 notebooks as people write them (pandas, matplotlib, a CSV of 100,000 rows, a groupby, a plot), one of 500
small cells, one with five pictures of 10 MB. papermill runs one process a notebook, one after another, as its users
do. nbpeer is measured cold, a process that starts, forks and ends; and warm, with the fork servers already there. The
doors: papermill with our engine, and papermill, nbconvert and `jupyter execute` with our kernelspec once its server is
warm, beside themselves with python3. What counts are the ratios within a round.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import command_line
from benchmarks.measure import Cost, cost, ratios

BIN = Path(sys.executable).parent
AT_ONCE = 2
_IMPORTS = "import pandas as pd\nimport matplotlib.pyplot as plt"
_CELLS = (
    "orders = pd.read_csv('orders.csv')\norders.head()",
    "by_country = orders.groupby('country').agg({'price': 'mean', 'items': 'sum'})\nby_country",
    "fig, ax = plt.subplots()\nby_country['price'].plot(kind='bar', ax=ax)\nax.set_title('Mean price')",
    "orders.describe()",
)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 when a command failed."""
    parser = command_line.parser("run", __doc__, 5)
    parser.add_argument("--notebooks", type=int, default=20, help="default: %(default)s")
    parser.add_argument("--cells", type=int, default=500, help="default: %(default)s")
    parser.add_argument("--megabytes", type=int, default=10, help="of each of five pictures; default: %(default)s")
    asked = parser.parse_args(arguments)
    fine = True
    print(f"run: {asked.rounds} rounds on {os.cpu_count()} processors; medians, and papermill's cost in nbpeer's\n")
    print(f"{'':36}{'papermill':>20}{'nbpeer':>20}  {'CPU, times':24}wall, times")
    print(f"{'':36}{'CPU s     wall s':>20}{'CPU s     wall s':>20}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_RUNTIME_DIR"] = name
        for title, theirs, ours in variants(folder, asked.notebooks, asked.cells, asked.megabytes):
            pairs = [(theirs(), ours()) for _ in range(asked.rounds)]
            fine = fine and all(one.fine for pair in pairs for one in pair)
            print(line(title, pairs), flush=True)
    return 0 if fine else 1


def line(title: str, pairs: Sequence[tuple[Cost, Cost]]) -> str:
    """A row of the table."""
    sides = list(zip(*pairs, strict=True))
    costs = [f"{median(one.cpu for one in side):10.2f}{median(one.wall for one in side):10.2f}" for side in sides]
    cpu, wall = (str(ratios(*([one[index] for one in side] for side in sides))) for index in (0, 1))
    return f"{title:36}{''.join(costs)}  {cpu:24}{wall}"


Measured = Callable[[], Cost]

# What the measured process of nbpeer does: execute notebooks of its folder and write them.
OURS = """
import sys
from pathlib import Path
from nbpeer.files import write_atomic
from nbpeer.model.notebook import parse_notebook
from nbpeer.run.execute import Job
from nbpeer.run.kernels import find_kernel
from nbpeer.run.many import execute_many

def jobs(folder, names):
    parsed = [parse_notebook((folder / name).read_bytes(), name) for name in names]
    return [Job(folder, one, f"out/{one.path}", {}, find_kernel(one), folder) for one in parsed]

def on_done(position, ended):
    write_atomic(todo[position].output, ended.content)
    done.append(ended.status == "completed" and ended.engine == "forked")

if __name__ == "__main__":
    todo, done = jobs(Path.cwd(), sys.argv[2:]), []
    execute_many(todo, int(sys.argv[1]), lambda step: None, on_done)
    sys.exit(0 if all(done) else 1)
"""


def variants(folder: Path, notebooks: int, cells: int, megabytes: int) -> list[tuple[str, Measured, Measured]]:
    """What is compared: a title, papermill's side, ours."""
    real = write_realistic(folder, notebooks)
    small = _write(folder / "cells.ipynb", [f"x{number} = {number}\nx{number} + 1" for number in range(cells)])
    shows = f"Image(os.urandom({megabytes * 1_000_000}), format='png')"
    pictures = _write(folder / "pictures.ipynb", ["import os; from IPython.display import Image", *[shows] * 5])
    warm = Warm(folder, real)
    install_kernel(folder)
    papermill = [BIN / "papermill", "--no-progress-bar"]
    theirs = [[*papermill, path.name, f"out/{path.name}"] for path in real]

    def side(*commands: Sequence[str | Path]) -> Measured:
        return lambda: cost(commands, folder)

    def ours(*paths: Path) -> Measured:
        return side([sys.executable, "-c", OURS, str(AT_ONCE), *(path.name for path in paths)])

    one = real[0].name
    nbconvert = [BIN / "jupyter-nbconvert", "--execute", "--to", "notebook", "--output-dir", "out", one]
    jupyter = [BIN / "jupyter-execute", "--output", "out/executed.ipynb", one]
    found = [
        (f"{notebooks} realistic, cold", side(*theirs), ours(*real)),
        (f"{notebooks} realistic, warm", side(*theirs), warm.cost),
        (f"{cells} cells", side([*papermill, small.name, "out/cells.ipynb"]), ours(small)),
        (f"5 pictures of {megabytes} MB", side([*papermill, pictures.name, "out/pictures.ipynb"]), ours(pictures)),
        ("papermill --engine nbpeer", side(theirs[0]), side([*theirs[0], "--engine", "nbpeer"])),
        ("papermill -k, warm", side(theirs[0]), side([*theirs[0], "-k", "forked"])),
    ]
    for title, command, option in (("nbconvert", nbconvert, "--ExecutePreprocessor"), ("jupyter execute", jupyter, "")):
        chosen = [f"{option}.kernel_name=forked"] if option else ["--kernel_name=forked"]
        if Path(command[0]).exists():
            found.append((f"{title}, kernelspec, warm", side(command), side([*command, *chosen])))
    return found


class Warm:
    """nbpeer with its fork servers already there, inside this process."""

    def __init__(self, folder: Path, paths: Sequence[Path]) -> None:
        from nbpeer.run.execute import pool_for

        program: dict[str, Any] = {"__name__": "ours"}
        exec(OURS, program)
        self._jobs = program["jobs"](folder, [path.name for path in paths])
        self._pool = pool_for(self._jobs)
        self._run(self._jobs[:AT_ONCE])

    def cost(self) -> Cost:
        """The cost of all notebooks. The processors' time is that of the kernels and of this process."""
        begun, cpu = perf_counter(), _cpu()
        fine = self._run(self._jobs)
        return Cost(_cpu() - cpu, perf_counter() - begun, fine)

    def _run(self, chosen: Sequence[Any]) -> bool:
        from nbpeer.run.execute import execute

        with ThreadPoolExecutor(AT_ONCE) as slots:
            ended = list(slots.map(lambda job: execute(job, lambda step: None, pool=self._pool), chosen))
        return all(one.status == "completed" and one.engine == "forked" for one in ended)


def _cpu() -> float:
    """Seconds of this process, and of the fork servers with the kernels that ended."""
    ticks = 0
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                command = (process / "cmdline").read_bytes()
                fields = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if b"inside/server.py" in command:
                ticks += sum(map(int, fields[11:15]))
    return sum(os.times()[:2]) + ticks / os.sysconf("SC_CLK_TCK")


def write_realistic(folder: Path, count: int) -> list[Path]:
    """Notebooks with the same imports and data, each with its own number."""
    random = Random(0)
    rows = [f"{random.choice('abcdef')},{random.random():.4f},{random.randrange(100)}\n" for _ in range(100_000)]
    (folder / "orders.csv").write_text("country,price,items\n" + "".join(rows))
    (folder / "out").mkdir()
    sources = [_IMPORTS, *_CELLS]
    return [_write(folder / f"analysis-{number}.ipynb", [*sources, f"print({number})"]) for number in range(count)]


def _write(path: Path, sources: Sequence[str]) -> Path:
    empty: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [{**empty, "id": f"c{number}", "source": source} for number, source in enumerate(sources)]
    spec = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.write_text(json.dumps({"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))
    return path


def install_kernel(folder: Path) -> None:
    """Our kernelspec, and its server made warm: the first kernel starts it in the background."""
    os.environ["JUPYTER_DATA_DIR"] = str(folder / "jupyter")
    subprocess.run([BIN / "nbpeer", "kernel", "install", "--user", "--name", "forked"], check=True, capture_output=True)
    first = [BIN / "papermill", "--no-progress-bar", "-k", "forked", "analysis-0.ipynb", "out/first.ipynb"]
    for _ in range(2):
        cost([first], folder)


if __name__ == "__main__":
    sys.exit(main())
