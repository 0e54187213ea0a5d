"""`python -m benchmarks.diff [DIR]`: `nbpeer diff` beside nbdiff, on made pairs and on pairs from a git history.

Both compare the same two files, round by round in turn; what counts are the ratios within a round. The made pairs are a
small notebook, one of 9 MB with outputs, and one of 500 cells of which 25 moved, 25 were edited, 5 went and 5 came. DIR
is a clone: the newest commits that changed a notebook give a pair each. Before the rounds each tool runs once, so that
both have their byte-code compiled, as after an ordinary installation.
"""

from __future__ import annotations

import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks import command_line, peers
from benchmarks.measure import Cost, cost, peak, ratios

US = "nbpeer"


class Pair(NamedTuple):
    """Two versions of one notebook."""

    name: str
    before: bytes
    after: bytes


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 2 when DIR has no such commits, 1 when nbpeer failed."""
    parser = command_line.parser("diff", __doc__, 7)
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a clone; default: only the made pairs")
    parser.add_argument("--pairs", type=int, default=20, help="how many from the history; default: %(default)s")
    asked = parser.parse_args(arguments)
    pairs = list(made())
    if asked.folder:
        found = list(from_history(asked.folder, asked.pairs))
        if not found:
            print(f"no commit of {asked.folder} changed a notebook", file=sys.stderr)
            return 2
        pairs += found
    peer = peers.installed("nbdime", "nbdiff")
    if peer is None:
        print("nbdime could not be installed: only nbpeer is measured", file=sys.stderr)
    fine = True
    print(f"diff: {asked.rounds} rounds; medians, and nbdiff's cost in nbpeer's: median (least to greatest)\n")
    print(f"{'':44}{'nbpeer CPU s':>13}{'MB':>5}{'nbdiff CPU s':>13}{'MB':>5}  {'CPU, times':24}wall, times")
    for pair in pairs:
        ours, theirs = measured(pair, peer, asked.rounds)
        fine = fine and all(one.fine for one in ours.costs)
        print(line(pair, ours, theirs), flush=True)
    return 0 if fine else 1


class Measured(NamedTuple):
    """What one tool took for one pair, round by round, and the most memory in MB."""

    costs: list[Cost]
    peak: float


def measured(pair: Pair, peer: Path | None, rounds: int) -> tuple[Measured, Measured]:
    """Both tools on one pair, taking turns."""
    ours: list[Cost] = []
    theirs: list[Cost] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "before.ipynb").write_bytes(pair.before)
        (folder / "after.ipynb").write_bytes(pair.after)
        commands = [Path(sys.executable).with_name("nbpeer"), "diff"], [peer]
        us, them = ([*command, "before.ipynb", "after.ipynb"] for command in commands)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(rounds + 1):
            ours.append(cost([us], folder))
            if peer:
                theirs.append(cost([them], folder))
        return Measured(ours[1:], peak(us, folder)), Measured(theirs[1:], peak(them, folder) if peer else 0.0)


def line(pair: Pair, ours: Measured, theirs: Measured) -> str:
    """A row of the table."""
    title = f"{pair.name[:30]} ({len(pair.after) / 1e6:.2f} MB)"
    found = f"{title:44}{statistics.median(one.cpu for one in ours.costs):13.3f}{ours.peak:5.0f}"
    if theirs.costs:
        cpu, wall = (str(ratios([run[i] for run in theirs.costs], [run[i] for run in ours.costs])) for i in range(2))
        found += f"{statistics.median(one.cpu for one in theirs.costs):13.2f}{theirs.peak:5.0f}  {cpu:24}{wall}"
    return found


def made() -> Iterator[Pair]:
    """The three pairs that are always measured."""
    random = Random(0)
    small = [_code(n) for n in range(20)]
    yield Pair("small", _notebook(small), _notebook(_edited(small, 3)))
    large = [_code(n, [_picture(random)] if n % 2 else []) for n in range(120)]
    yield Pair("with outputs", _notebook(large), _notebook(_edited(large, 20)))
    yield _five_hundred(random)


def _five_hundred(random: Random) -> Pair:
    before = [_code(n) for n in range(500)]
    after = _edited(before, 20)
    for _ in range(25):
        after.insert(random.randrange(490), after.pop(random.randrange(500)))
    for _ in range(5):
        after.pop(random.randrange(490))
    for n in range(5):
        after.insert(random.randrange(490), _code(1000 + n))
    return Pair("500 cells", _notebook(before), _notebook(after))


def from_history(folder: Path, most: int) -> Iterator[Pair]:
    """The newest pairs of a clone's history, both sides of which are JSON."""
    log = ["log", "--no-merges", "--diff-filter=M", "--format=%H", "--name-only", "-z", "--", "*.ipynb"]
    found = 0
    commit = ""
    for field in _git(folder, *log).decode("utf-8", "surrogateescape").replace("\n", "\0").split("\0"):
        if len(field) == 40 and not field.endswith(".ipynb"):
            commit = field
        elif field and found < most:
            sides = [_git(folder, "show", f"{commit}{parent}:{field}") for parent in ("^", "")]
            if all(map(_is_json, sides)) and sides[0] != sides[1]:
                found += 1
                yield Pair(f"{commit[:7]} {Path(field).name}", *sides)


def _git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False).stdout


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def _code(number: int, outputs: list[Any] | None = None) -> dict[str, Any]:
    source = [
        f"value_{number} = source_{number % 7}.load('file_{number}', limit={number * 37 % 1000})\n",
        f"show(value_{number}, rows={number})\n",
        f"plot_{number} = value_{number}.groupby('key_{number % 11}').mean()",
    ]
    cell = {"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {}, "source": source}
    return {**cell, "outputs": outputs or []}


def _picture(random: Random) -> dict[str, Any]:
    data = {"image/png": base64.b64encode(random.randbytes(112_000)).decode() + "\n", "text/plain": ["<Figure>"]}
    return {"data": data, "metadata": {}, "output_type": "display_data"}


def _edited(cells: list[dict[str, Any]], every: int) -> list[dict[str, Any]]:
    return [
        {**cell, "source": [*cell["source"], "\n# seen"]} if number % every == 1 else cell
        for number, cell in enumerate(cells)
    ]


def _notebook(cells: list[dict[str, Any]]) -> bytes:
    value = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


if __name__ == "__main__":
    sys.exit(main())
