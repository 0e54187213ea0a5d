"""`python -m benchmarks.scale [--most 10000] [--cells 10000] [--json FILE]`: what grows with what, and how fast.

Repositories of a hundred analyses and more are made, each analysis with its results, a sign-off and commits of its own,
one of ten with a decision; then notebooks of more and more cells, and sign-offs by more and more reviewers. Each
command is measured once for each size, in seconds of processor with start-up and git's own. `growth` is the exponent by
which the largest size costs more than one a tenth of it, start-up taken off: 1 is in proportion, 0 not at all.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from benchmarks import command_line, scale_repository
from benchmarks.measure import cost

SIZES = (100, 1_000, 10_000, 100_000)
REVIEWERS = (1, 10, 100, 1_000)
NBPEER = Path(sys.executable).with_name("nbpeer")


class Point(NamedTuple):
    """What one command cost at one size of one thing, in seconds of processor; whether it did its work."""

    grows: str
    what: str
    size: int
    cpu: float
    fine: bool


class Step(NamedTuple):
    """A command that is measured, and what is done before it."""

    what: str
    command: Sequence[str | Path]
    before: Callable[[Path], None] = lambda folder: None


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 when a command failed."""
    parser = command_line.parser("scale", __doc__)
    parser.add_argument("--most", type=int, default=10_000, help="analyses; default: %(default)s")
    parser.add_argument("--cells", type=int, default=10_000, help="cells of a notebook; default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured")
    asked = parser.parse_args(arguments)
    points = []
    for point in chain(_by_cells(asked.cells), _by_reviewers(REVIEWERS), _by_analyses(asked.most)):
        print(f"{point.size:,} {point.grows}: {point.what} {point.cpu:.2f}", file=sys.stderr)
        points.append(point)
    start = _cpu([NBPEER, "--version"], Path.cwd())
    print(report(points, start))
    if asked.json:
        asked.json.write_text(
            json.dumps({"start": start, "points": [one._asdict() for one in points]}, indent=1) + "\n"
        )
    return 0 if all(point.fine for point in points) else 1


def report(points: Sequence[Point], start: float) -> str:
    """A table for each thing that grows: commands, their costs by size, and the exponent of their growth."""
    lines = []
    for grows in dict.fromkeys(point.grows for point in points):
        sizes = sorted({point.size for point in points if point.grows == grows})
        lines += ["", f"{grows + ', CPU seconds':34}" + "".join(f"{size:>9,}" for size in sizes) + "   growth"]
        for what in dict.fromkeys(point.what for point in points if point.grows == grows):
            found = {point.size: point.cpu for point in points if (point.grows, point.what) == (grows, what)}
            shown = "".join(f"{found[size]:9.2f}" if size in found else " " * 9 for size in sizes)
            lines.append(f"{what:34}{shown}{growth(found, start):9.2f}")
    return "\n".join(lines[1:])


def growth(costs: dict[int, float], start: float) -> float:
    """The exponent by which cost grows from a tenth of the largest size, or the next there is, to the largest."""
    largest = max(costs)
    smaller = max((size for size in costs if size * 10 <= largest), default=min(costs))
    if smaller == largest:
        return math.nan
    above, below = (max(costs[size] - start, 0.01) for size in (largest, smaller))
    return math.log(above / below) / math.log(largest / smaller)


def _by_analyses(most: int) -> Iterator[Point]:
    for size in (size for size in SIZES if size <= most):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place, "repository")
            scale_repository.make(folder, size, size)
            for step in _steps():
                step.before(folder)
                yield Point("analyses", step.what, size, *_measured(step.command, folder))


def _steps() -> Iterator[Step]:
    """What a team does with a repository, in an order in which each finds what the others left."""
    edit, merged, changed = _editor()
    yield Step("strip --check, all", [NBPEER, "strip", "--check", "."])
    yield Step("git status, all touched, no filter", ["git", "status"], _touch)
    yield Step("git status, all touched", ["git", "status"], _filtered)
    yield Step("git status, nothing touched", ["git", "status"])
    yield Step("git add, all", ["git", "add", "."], _forget)
    yield Step("check, all", [NBPEER, "check", "."])
    yield Step("check, all as before", [NBPEER, "check", "."])
    yield Step("verify, every sign-off", [NBPEER, "verify"])
    yield Step("catalogue, from nothing", [NBPEER, "catalogue", "--format", "json"])
    yield Step("catalogue, one changed", [NBPEER, "catalogue", "--format", "json"], edit)
    yield Step("site, from nothing", [NBPEER, "site"])
    yield Step("site, one changed", [NBPEER, "site"], edit)
    yield Step("due", [NBPEER, "due", "--on", "2026-07-01"])
    yield Step("ledger", [NBPEER, "ledger"], merged)
    yield Step("metrics impact", [NBPEER, "metrics", "impact", "metric_1"])
    yield Step("diff, one changed", [NBPEER, "diff", "main"], changed)
    yield Step("status, one changed", [NBPEER, "status", "--base", "main"])
    yield Step("status, all changed", [NBPEER, "status", "--base", "begun"], _begun)


def _editor() -> tuple[Callable[[Path], None], Callable[[Path], None], Callable[[Path], None]]:
    """Three ways to change one analysis: not committed, committed on main, committed on a branch."""
    edition = iter(range(1, 100))

    def edit(folder: Path) -> None:
        scale_repository.change(folder, 7, next(edition))

    def merged(folder: Path) -> None:
        edit(folder)
        scale_repository.commit(folder, "Edited")

    def changed(folder: Path) -> None:
        subprocess.run(["git", "switch", "--quiet", "-c", "edit"], cwd=folder, check=True)
        merged(folder)

    return edit, merged, changed


def _touch(folder: Path) -> None:
    for path in folder.rglob("*.ipynb"):
        os.utime(path)


def _filtered(folder: Path) -> None:
    subprocess.run([NBPEER, "git", "install"], cwd=folder, check=True, capture_output=True)
    _touch(folder)


def _forget(folder: Path) -> None:
    (folder / ".git" / "index").unlink()


def _begun(folder: Path) -> None:
    first = subprocess.run(
        ["git", "rev-list", "--max-parents=0", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    )
    subprocess.run(["git", "branch", "begun", first.stdout.strip()], cwd=folder, check=True)


def _by_cells(most: int) -> Iterator[Point]:
    for size in (size for size in SIZES if size <= most):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            for name, edition in (("a", 0), ("b", 1), ("c", 0), ("d", 1)):
                content = scale_repository.notebook(1, edition=edition, cells=size, outputs=name == "d")
                (folder / f"{name}.ipynb").write_bytes(content)
            for what, command in (
                ("strip, with outputs", ["strip", "d.ipynb"]),
                ("check", ["check", "a.ipynb"]),
                ("diff, one cell changed", ["diff", "a.ipynb", "b.ipynb"]),
                ("merge, one cell changed", ["merge", "a.ipynb", "b.ipynb", "c.ipynb", "-o", "e.ipynb"]),
            ):
                yield Point("cells", what, size, *_measured([NBPEER, *command], folder))


def _by_reviewers(sizes: Sequence[int]) -> Iterator[Point]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place, "repository")
            scale_repository.make(folder, 1, size)
            _begun(folder)
            yield Point("sign-offs", "status", size, *_measured([NBPEER, "status", "--base", "begun"], folder))
            yield Point("sign-offs", "verify", size, *_measured([NBPEER, "verify"], folder))


def _measured(command: Sequence[str | Path], folder: Path) -> tuple[float, bool]:
    found = cost([command], folder)
    return found.cpu, found.code < 2  # 1 says that something was found


def _cpu(command: Sequence[str | Path], folder: Path) -> float:
    return min(cost([command], folder).cpu for _ in range(3))


if __name__ == "__main__":
    sys.exit(main())
