"""`python -m benchmarks.unchanged [--notebooks 20] [--rounds 3]`: unchanged notebooks, papermill beside `nbpeer run`.

Realistic notebooks (pandas, matplotlib, a table of 100,000 rows) are executed by papermill's command line one after
the other, and asked of `nbpeer run FOLDER` when nothing changed: answered from what nobody touched, and, with a file
touched and not changed, from contents. Counted is the time of processor and of waiting, children included.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import command_line
from benchmarks.measure import Cost, cost, ratios

CELLS = (
    "import pandas as pd\nimport matplotlib.pyplot as plt",
    "orders = pd.read_csv('orders.csv')",
    "means = orders.groupby('country').price.mean(); means",
    "means.plot(); plt.show()",
    "import nbpeer; nbpeer.result('mean price', float(means.mean()))",
)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 when a command failed."""
    parser = command_line.parser("unchanged", __doc__, 3)
    parser.add_argument("--notebooks", type=int, default=20, help="default: %(default)s")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder = make(Path(place), asked.notebooks)
        rounds = [measured(folder) for _ in range(asked.rounds)]
    print(report(asked.notebooks, rounds))
    return 0 if all(one.fine for costs in rounds for one in costs) else 1


def make(place: Path, notebooks: int) -> Path:
    """A repository of notebooks that ran, so that nothing changed since."""
    folder = place / "analyses"
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=place, check=True)
    numbers = random.Random(1)
    rows = (f"{numbers.randrange(10)},{numbers.random()}" for _ in range(100_000))
    (folder / "orders.csv").write_text("country,price\n" + "\n".join(rows) + "\n")
    for number in range(notebooks):
        (folder / f"n{number}.ipynb").write_text(_notebook(number))
    for path in folder.iterdir():
        os.utime(path, (time.time() - 60,) * 2)
    for _ in range(2):  # executes, then keeps the answer
        cost([_nbpeer()], place)
        time.sleep(1)
    return place


def measured(place: Path) -> tuple[Cost, Cost, Cost]:
    """One round: papermill, nbpeer when nothing was touched, nbpeer when something was touched and is the same."""
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--cwd", place / "analyses"]
    names = sorted((place / "analyses").glob("*.ipynb"))
    papermill = cost([[*command, name, place / f"{name.stem}.out.ipynb"] for name in names], place)
    untouched = cost([_nbpeer()], place)
    os.utime(place / "analyses/orders.csv", (time.time() - 30,) * 2)
    touched = cost([_nbpeer()], place)
    time.sleep(1)
    cost([_nbpeer()], place)  # keeps the answer for the next round
    return papermill, untouched, touched


def report(notebooks: int, rounds: list[tuple[Cost, Cost, Cost]]) -> str:
    """The medians and how many times less nbpeer took."""
    papermill, *ours = zip(*rounds, strict=True)
    lines = [f"{notebooks} unchanged notebooks, {len(rounds)} rounds"]
    for name, costs in zip(("nothing touched", "touched, the same"), ours, strict=True):
        cpu = ratios([one.cpu for one in papermill], [one.cpu for one in costs])
        wall = ratios([one.wall for one in papermill], [one.wall for one in costs])
        spent = min(one.cpu for one in costs)
        lines.append(
            f"{name:>18}  {spent * 1000:.0f} ms of processor; papermill takes {cpu} times that, in wall {wall}"
        )
    return "\n".join(lines)


def _nbpeer() -> list[str | Path]:
    return [Path(sys.executable).parent / "nbpeer", "run", "analyses"]


def _notebook(number: int) -> str:
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [{**empty, "id": f"c{place}", "source": source} for place, source in enumerate(CELLS)]
    cells[-1]["source"] = f"{cells[-1]['source']}  # {number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


if __name__ == "__main__":
    sys.exit(main())
