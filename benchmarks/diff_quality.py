"""`python -m benchmarks.diff_quality CLONE…`: how good `nbpeer diff` is on histories that nobody wrote for it.

Every pair is a notebook before and after one of the newest commits of a clone. Of both sides only the sources are kept,
so that nothing but what people wrote counts. What has to hold for every pair is counted where it does not; the size of
the edit script, in changed lines and cells, stands beside nbdime's: for both in nbdime's own format, which knows no
moves, and for nbpeer also as it shows them.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import command_line, peers
from benchmarks.diff import Pair, from_history

Op = dict[str, Any]


class Size(NamedTuple):
    """Of an edit script: lines that went or came, cells that went, came or changed."""

    lines: int
    cells: int


class Found(NamedTuple):
    """What came of one pair: its edit script in nbdime's format, the cells that moved, what does not hold."""

    script: Size
    shown: Size
    moved: int
    faults: tuple[str, ...]
    seconds: float


def main(arguments: list[str] | None = None) -> int:
    """Compare and print. Exit code 2 when no clone has such a commit, 1 when something does not hold."""
    parser = command_line.parser("diff_quality", __doc__)
    parser.add_argument("clones", nargs="+", type=Path, metavar="CLONE")
    parser.add_argument("--pairs", type=int, default=25, help="how many from each; default: %(default)s")
    asked = parser.parse_args(arguments)
    pairs = [
        bare for clone in asked.clones for pair in from_history(clone, asked.pairs) if (bare := sources_only(pair))
    ]
    if not pairs:
        print("no commit of these changed a notebook's sources", file=sys.stderr)
        return 2
    ours = [compared(pair) for pair in pairs]
    for pair, found in zip(pairs, ours, strict=True):
        for fault in found.faults:
            print(f"{pair.name}: {fault}")
    print(
        f"diff: {len(pairs)} pairs from {len(asked.clones)} histories, {sum(len(one.faults) for one in ours)} faults\n"
    )
    print(report(ours, theirs(pairs)))
    return 1 if any(found.faults for found in ours) else 0


def sources_only(pair: Pair) -> Pair | None:
    """Both sides without outputs, counts, metadata but tags, and ids; None when they are no notebooks of nbformat 4, or
    nothing is left that differs."""
    sides = [_bare(json.loads(side)) for side in (pair.before, pair.after)]
    if None in sides or sides[0] == sides[1]:
        return None
    return Pair(pair.name, *(json.dumps(side).encode() for side in sides))


def _bare(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, dict) or value.get("nbformat") != 4 or not isinstance(value.get("cells"), list):
        return None
    cells = []
    for cell in value["cells"]:
        tags = cell.get("metadata", {}).get("tags")
        kept = {
            "cell_type": cell["cell_type"],
            "source": "".join(cell["source"]),
            "metadata": {"tags": tags} if tags else {},
        }
        code = {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
        attached = {"attachments": cell["attachments"]} if cell.get("attachments") else {}
        cells.append({**kept, **code, **attached})
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def compared(pair: Pair) -> Found:
    """nbpeer's comparison of a pair, and whether what it promises holds."""
    from nbpeer.commands.patch import patch
    from nbpeer.diff.align import align
    from nbpeer.model.change import AnalysisDiff, DiffReport, Version
    from nbpeer.model.digests import source_digest
    from nbpeer.model.notebook import parse_notebook
    from nbpeer.render.diff_values import diff_values
    from nbpeer.render.json import to_json
    from nbpeer.render.nbdime_format import nbdime_diff

    before, after = parse_notebook(pair.before), parse_notebook(pair.after)
    begun = time.perf_counter()
    changes = align(before, after)
    seconds = time.perf_counter() - begun
    analysis = AnalysisDiff("a.ipynb", "changed", "a.ipynb", changes)
    document = to_json(diff_values(DiffReport(Version("file"), Version("file"), (analysis,)))).encode()
    again = parse_notebook(patch(pair.before, document, "a.ipynb"))
    same = source_digest(before) == source_digest(after)
    faults = [
        "a cell is not accounted for exactly once"
        if not _each_once(changes, len(before.cells), len(after.cells))
        else "",
        "the patched notebook is not the new one" if source_digest(again) != source_digest(after) else "",
        "it says no change where there is one, or a change where there is none"
        if same == any(map(_differs, changes))
        else "",
        *("a moved cell is shown as removed and added" for _ in range(_missed_moves(changes))),
    ]
    script = size(nbdime_diff(json.loads(pair.before), json.loads(pair.after), changes), json.loads(pair.before))
    moved = sum("moved" in change.kind for change in changes)
    return Found(script, _shown(changes), moved, tuple(fault for fault in faults if fault), seconds)


def _differs(change: Any) -> bool:
    return bool(change.kind != "unchanged")


def _each_once(changes: Iterable[Any], old: int, new: int) -> bool:
    sides = [
        sorted(cell.index for change in changes if (cell := getattr(change, side))) for side in ("before", "after")
    ]
    return sides == [list(range(old)), list(range(new))]


def _missed_moves(changes: Iterable[Any]) -> int:
    """Cells that went and came with the very same source of three lines or more."""
    gone = Counter(change.before.source for change in changes if change.kind == "removed")
    came = Counter(change.after.source for change in changes if change.kind == "added")
    return sum(count for source, count in (gone & came).items() if source.count("\n") > 1)


def _shown(changes: Iterable[Any]) -> Size:
    """What a reader has to read: of a cell that moved only what else changed in it."""
    from nbpeer.render.changes import cell_blocks
    from nbpeer.render.diff_lines import cell_lines

    blocks = list(cell_blocks(change for change in changes if change.kind != "unchanged"))
    read = [block.change for block in blocks if block.change.kind != "moved"]
    lines = sum(line.change != "same" for change in read for line in cell_lines(change) if line)
    return Size(lines, len(blocks))


def size(script: list[Op], before: Any) -> Size:
    """How much of a notebook an edit script in nbdime's format touches."""
    cells = lines = 0
    for op in next((op["diff"] for op in script if op["key"] == "cells" and op["op"] == "patch"), ()):
        if op["op"] == "addrange":
            cells += len(op["valuelist"])
            lines += sum(map(_lines, op["valuelist"]))
        elif op["op"] == "removerange":
            gone = before["cells"][op["key"] : op["key"] + op["length"]]
            cells += len(gone)
            lines += sum(map(_lines, gone))
        else:
            cells += 1
            lines += sum(map(_source_lines, (inner for inner in op["diff"] if inner["key"] == "source")))
    return Size(lines, cells)


def _lines(cell: Any) -> int:
    return len("".join(cell["source"]).splitlines())


def _source_lines(op: Op) -> int:
    found = 0
    for inner in op["diff"]:
        kinds = {"addrange": len(inner.get("valuelist", ())), "removerange": inner.get("length", 0), "patch": 2}
        found += kinds[inner["op"]]
    return found


def theirs(pairs: list[Pair]) -> list[tuple[Size, float] | None]:
    """nbdime's size and seconds for each pair; None where it failed or cannot be installed."""
    program = peers.installed("nbdime", "nbdiff")
    if program is None:
        print("nbdime could not be installed: only nbpeer is measured", file=sys.stderr)
        return [None] * len(pairs)
    with tempfile.TemporaryDirectory() as name:
        for number, pair in enumerate(pairs):
            folder = Path(name, f"{number:05}")
            folder.mkdir()
            (folder / "before.ipynb").write_bytes(pair.before)
            (folder / "after.ipynb").write_bytes(pair.after)
        return [_sized(pairs[int(place)], script, seconds) for place, script, seconds in _run(program, name)]


def _run(program: Path, folder: str) -> Iterator[tuple[str, list[Op] | None, float]]:
    command = [program.with_name("python"), Path(__file__).with_name("diff_quality_nbdime.py"), folder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        yield tuple(json.loads(line))


def _sized(pair: Pair, script: list[Op] | None, seconds: float) -> tuple[Size, float] | None:
    return None if script is None else (size(script, json.loads(pair.before)), seconds)


def report(ours: list[Found], others: list[tuple[Size, float] | None]) -> str:
    """The figures as a table."""
    both = [(one, *other) for one, other in zip(ours, others, strict=True) if other]
    lines = [f"{'':34}{'lines':>10}{'cells':>10}{'median ms':>12}{'95 % ms':>10}"]
    lines.append(_row("nbpeer, as it is read", [one.shown for one in ours], [one.seconds for one in ours]))
    lines.append(_row("nbpeer, in nbdime's format", [one.script for one in ours], [one.seconds for one in ours]))
    if both:
        lines.append(_row("nbdime", [size for _, size, _ in both], [seconds for *_, seconds in both]))
        lines.append("")
        for word, field in (("lines", 0), ("cells", 1)):
            for face in ("shown", "script"):
                steps = [getattr(one, face)[field] - size[field] for one, size, _ in both]
                smaller, larger = sum(step < 0 for step in steps), sum(step > 0 for step in steps)
                alike = len(both) - smaller - larger
                lines.append(f"{word}, {face}: fewer than nbdime {smaller}, as many {alike}, more {larger}")
    lines.append(f"moved cells found: {sum(one.moved for one in ours)}")
    lines.append(f"nbdime failed or took over a minute: {sum(other is None for other in others)}")
    return "\n".join(lines)


def _row(name: str, sizes: list[Size], seconds: list[float]) -> str:
    times = sorted(second * 1000 for second in seconds)
    totals = f"{sum(size.lines for size in sizes):10,}{sum(size.cells for size in sizes):10,}"
    return f"{name:34}{totals}{statistics.median(times):12.1f}{times[int(len(times) * 0.95)]:10.1f}"


if __name__ == "__main__":
    sys.exit(main())
