"""`python -m benchmarks.gitadd [DIR]`: `git add` and `git status` with nbpeer's filter, with its peers' and with none.

Counted is the processor time of git and its filters together. Every variant gets a fresh repository each round, and the
variants take turns. `git status` follows a touch of every file, so that git has to read them all again. Beside "no
filter" stands what git alone needs for the same notebooks already stripped: no filter can be cheaper than that.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import command_line, corpus, peers
from benchmarks.measure import cost, ratios
from nbpeer.strip import strip

COUNTS = (1, 10, 40, 300)
MOST = {"nbstripout-fast": 300, "nbstripout": 40}  # files; nbstripout takes a quarter of a second for each
US = "nbpeer"
GIT = ("git", "-c", "user.name=nbpeer", "-c", "user.email=nbpeer@example.org")


class Variant(NamedTuple):
    """A filter as git's configuration names it, the most files it is measured with, whether the files are clean."""

    name: str
    settings: dict[str, str]
    most: int = 300
    stripped: bool = False


class Costs(NamedTuple):
    """Seconds of processor for `git add` and for `git status`, notebooks stored with outputs, whether all went well."""

    add: float
    status: float
    left: int
    fine: bool


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 2 when DIR holds no notebook, 1 when nbpeer failed or let git store an output."""
    asked = command_line.with_folder(command_line.parser("gitadd", __doc__, 7)).parse_args(arguments)
    notebooks = command_line.notebooks(asked.folder)
    if notebooks is None:
        return 2
    every = list(variants())
    fine = True
    for count in COUNTS:
        chosen = sample(list(notebooks.notebooks.values()), count)
        costs = measured([variant for variant in every if count <= variant.most], chosen, asked.rounds)
        print(report(chosen, costs), flush=True)
        fine = fine and all(one.fine and not one.left for one in costs[US])
    return 0 if fine else 1


def variants() -> Sequence[Variant]:
    """nbpeer as `nbpeer init` configures it, git alone, and those peers that can be installed."""
    found = [
        Variant(US, our_settings()),
        Variant("no filter", {}),
        Variant("no filter, stripped", {}, stripped=True),
    ]
    for package, most in MOST.items():
        program = peers.installed(package, package)
        if program is None:
            print(f"{package} could not be installed and is left out", file=sys.stderr)
        else:
            settings = {"clean": str(program), "smudge": "cat", "required": "true"}
            found.append(Variant(f"{package} {peers.version(program)}", settings, most))
    return found


def our_settings() -> dict[str, str]:
    """`filter.nbpeer` of a repository that `nbpeer init` has set up."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*GIT, "init", "--quiet"], cwd=folder, check=True)
        program = Path(sys.executable).with_name("nbpeer")
        subprocess.run([program, "init"], cwd=folder, check=True, capture_output=True)
        command = [*GIT, "config", "-z", "--get-regexp", r"^filter\.nbpeer\."]
        listed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    pairs = (entry.split("\n", 1) for entry in listed.split("\0") if entry)
    return {key.rpartition(".")[2]: value for key, value in pairs}


def sample(contents: list[bytes], count: int) -> list[bytes]:
    """At most so many of the contents, evenly spread."""
    count = min(count, len(contents))
    return [contents[number * len(contents) // count] for number in range(count)]


def measured(variants: Sequence[Variant], contents: list[bytes], rounds: int) -> dict[str, list[Costs]]:
    """The costs of every variant, round by round; each round starts with another variant."""
    costs: dict[str, list[Costs]] = {variant.name: [] for variant in variants}
    for number in range(rounds):
        start = number % len(variants)
        for variant in [*variants[start:], *variants[:start]]:
            with tempfile.TemporaryDirectory() as folder:
                costs[variant.name].append(in_repository(Path(folder), variant, contents))
    return costs


def in_repository(folder: Path, variant: Variant, contents: list[bytes]) -> Costs:
    """What one `git add` of all contents costs in a new repository, and `git status` after they were touched."""
    subprocess.run([*GIT, "init", "--quiet"], cwd=folder, check=True)
    for key, value in variant.settings.items():
        subprocess.run([*GIT, "config", f"filter.measured.{key}", value], cwd=folder, check=True)
    if variant.settings:
        (folder / ".git/info/attributes").write_text("*.ipynb filter=measured\n")
    for number, content in enumerate(contents):
        (folder / f"{number}.ipynb").write_bytes(strip(content) if variant.stripped else content)
    add = cost([[*GIT, "add", "--all"]], folder)
    subprocess.run([*GIT, "commit", "--quiet", "--message", "all"], cwd=folder, check=True)
    for path in folder.glob("*.ipynb"):
        os.utime(path, (1, 1))
    status = cost([[*GIT, "status", "--porcelain"]], folder)
    return Costs(add.cpu, status.cpu, sum(map(corpus.has_outputs, stored(folder))), add.fine and status.fine)


def stored(folder: Path) -> Sequence[bytes]:
    """The notebooks as git has committed them."""
    names = sorted(path.name for path in folder.glob("*.ipynb"))
    show = [[*GIT, "cat-file", "blob", f"HEAD:{name}"] for name in names]
    return [subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout for command in show]


def report(contents: list[bytes], costs: dict[str, list[Costs]]) -> str:
    """The figures as a table: medians, and each variant's cost as a multiple of nbpeer's in the same round."""
    ours = costs[US]
    lines = [
        f"git add, touch, git status: {len(contents)} notebooks, {sum(map(len, contents)) / 1e6:.1f} MB, "
        f"{len(ours)} rounds; medians, and multiples of the cost with nbpeer's filter: median (least to greatest)",
        "",
        f"{'':24}{'add, CPU s':>11}{'status, CPU s':>15}  {'add, times':22}{'status, times':22}outputs stored",
    ]
    for name, runs in costs.items():
        compared = ["", ""]
        if name != US:
            compared = [str(ratios([run[i] for run in runs], [run[i] for run in ours])) for i in range(2)]
        failed = "" if all(run.fine for run in runs) else ", failed"
        lines.append(
            f"{name:24}{median(run.add for run in runs):11.3f}{median(run.status for run in runs):15.3f}"
            f"  {compared[0]:22}{compared[1]:22}in {runs[0].left} notebooks{failed}"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
