"""`python -m benchmarks.strip [DIR]`: `nbpeer strip` beside its peers, over a copy of the notebooks in DIR.

All tools run in one call over all files, round by round in turn, each on a fresh copy. What counts are the ratios
within a round: seconds mean nothing on another machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import command_line, corpus, peers
from benchmarks.measure import Cost, cost, ratios

US = "nbpeer"
PEERS = {"nbstripout": "nbstripout", "nbstripout-fast": "nbstripout-fast"}
LONGEST_COMMAND = 100_000  # characters; what most systems allow is more


class Tool(NamedTuple):
    name: str
    program: Path


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 2 when DIR holds no notebook, 1 when nbpeer failed or left an output."""
    asked = command_line.with_folder(command_line.parser("strip", __doc__, 7)).parse_args(arguments)
    notebooks = command_line.notebooks(asked.folder)
    if notebooks is None:
        return 2
    tools = list(available())
    costs: dict[str, list[Cost]] = {tool.name: [] for tool in tools}
    left: dict[str, int] = {}
    for number in range(asked.rounds):
        start = number % len(tools)
        for tool in tools[start:] + tools[:start]:
            with tempfile.TemporaryDirectory() as folder:
                notebooks.write(Path(folder))
                costs[tool.name].append(cost(commands(tool, notebooks), Path(folder)))
                left[tool.name] = sum(corpus.has_outputs(path.read_bytes()) for path in Path(folder).rglob("*.ipynb"))
    print(report(notebooks, costs, left))
    return 1 if left[US] or not all(one.fine for one in costs[US]) else 0


def available() -> Iterator[Tool]:
    """nbpeer as it is here, and every peer that can be installed."""
    yield Tool(US, Path(sys.executable).with_name("nbpeer"))
    for package, program in PEERS.items():
        found = peers.installed(package, program)
        if found is None:
            print(f"{package} could not be installed and is left out", file=sys.stderr)
        else:
            yield Tool(f"{package} {peers.version(found)}", found)


def commands(tool: Tool, notebooks: corpus.Corpus) -> list[list[str | Path]]:
    """nbpeer is given the folder; the peers, which know no folders, as few lists of files as fit a command line."""
    if tool.name == US:
        return [[tool.program, "strip", "."]]
    found: list[list[str | Path]] = []
    length = LONGEST_COMMAND
    for name in notebooks.notebooks:
        if length + len(name) > LONGEST_COMMAND:
            found.append([tool.program])
            length = 0
        found[-1].append(name)
        length += len(name) + 1
    return found


def report(notebooks: corpus.Corpus, costs: dict[str, list[Cost]], left: dict[str, int]) -> str:
    """The figures as a table: medians, and each peer's cost as a multiple of nbpeer's in the same round."""
    megabytes = notebooks.size / 1e6
    skipped = f" ({notebooks.left_out} that are not JSON left out)" if notebooks.left_out else ""
    rounds = len(costs[US])
    lines = [
        f"strip: {len(notebooks.notebooks)} notebooks, {megabytes:.1f} MB{skipped}, {rounds} rounds; "
        "medians, and multiples of nbpeer's cost: median (least to greatest)",
        "",
        f"{'':24}{'CPU s':>7}{'MB/s':>7}{'wall s':>8}  {'CPU, times':24}{'wall, times':24}outputs left",
    ]
    for name, runs in costs.items():
        cpu, wall = (statistics.median(run[field] for run in runs) for field in range(2))
        compared = ["", ""]
        if name != US:
            compared = [str(ratios([run[i] for run in runs], [run[i] for run in costs[US]])) for i in range(2)]
        failed = "" if all(run.fine for run in runs) else ", failed"
        lines.append(
            f"{name:24}{cpu:7.2f}{megabytes / cpu:7.0f}{wall:8.2f}  {compared[0]:24}{compared[1]:24}"
            f"in {left[name]} notebooks{failed}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
