"""`python -m benchmarks.lab`: a notebook of 500 cells in JupyterLab, with nbpeer's extension and without it.

Two servers over the same repository, one with the extension disabled; headless Chromium opens the notebook at each in
turn, every time in a fresh profile, then opens the review (without it, JupyterLab's own panel on the right), and types.
The notebook has 25 cells that differ from the base, so that there is something to mark.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import command_line
from benchmarks.lab_page import CHROMIUM, FLAGS, Lab, Opening, opening
from benchmarks.measure import ratios

BUNDLE = Path(__file__).parents[1] / "src/nbpeer/labextension/package.json"
HEAD = """---
title: Price test
kind: ab_test
question: Does the lower price raise conversion?
hypothesis: Conversion rises by at least half a point.
decision: Roll the lower price out
decision_owner: pricing lead
tier: medium
change_my_mind: No effect in the larger half of the countries.
---
"""
ROWS = (
    ("first paint", "paint"),
    ("first cell on screen", "cell"),
    ("main thread until at rest", "work"),
    ("a key until on screen", "key"),
    ("main thread for a key", "key_work"),
)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; without a browser or the front end, say so."""
    parser = command_line.parser("lab", __doc__, 5)
    parser.add_argument("--cells", type=int, default=500, help="default: %(default)s")
    asked = parser.parse_args(arguments)
    if not CHROMIUM or not BUNDLE.is_file():
        missing = "the front end is not built" if CHROMIUM else "no Chromium is installed"
        print(f"{missing}: JupyterLab is left out", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as place:
        print(report(asked.cells, measured(Path(place), asked.cells, asked.rounds)))
    return 0


def measured(place: Path, cells: int, rounds: int) -> list[tuple[Opening, Opening]]:
    """With the extension and without it, round by round; a round before the first only warms up."""
    from playwright.sync_api import sync_playwright

    labs = []
    try:
        for name in ("with", "without"):
            root = place / name / "root"
            write_repository(root, cells)
            labs.append(Lab(root, place / name, extension=name == "with"))
        found = []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for number in range(rounds + 1):
                order = labs if number % 2 else labs[::-1]
                one = {lab.extension: opening(browser, lab, "prices.ipynb") for lab in order}
                found.append((one[True], one[False]))
            browser.close()
    finally:
        for lab in labs:
            lab.stop()
    return found[1:]


def write_repository(root: Path, cells: int) -> None:
    """A repository whose notebook differs from its commit in every twentieth cell."""
    root.mkdir(parents=True)
    notebook = root / "prices.ipynb"
    notebook.write_text(_notebook(cells, "north"))
    who = ["-c", "user.name=Analyst", "-c", "user.email=analyst@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-q", "-m", "Prices"]):
        subprocess.run([shutil.which("git") or "git", *command], cwd=root, check=True)
    notebook.write_text(_notebook(cells, "south"))


def _notebook(count: int, place: str) -> str:
    empty: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}}
    cells: list[dict[str, Any]] = [{"cell_type": "raw", "id": "head", "metadata": {}, "source": HEAD}]
    for number in range(1, count):
        where = place if number % 20 == 5 else "north"
        source = f"total_{number} = {number} * 2\nprint('{where}', total_{number})"
        output = {"output_type": "stream", "name": "stdout", "text": f"{where} {number * 2}\n"}
        told = {"cell_type": "markdown", "id": f"c{number}", "metadata": {}, "source": f"## Step {number}\n\nA *word*."}
        code = {**empty, "id": f"c{number}", "source": source, "outputs": [output], "execution_count": number}
        cells.append(told if number % 5 == 1 else code)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def report(cells: int, rounds: Sequence[tuple[Opening, Opening]]) -> str:
    """Medians in milliseconds, the least of each side, and what the extension's side costs in the other's cost."""
    ours, plain = zip(*rounds, strict=True)
    lines = [
        f"lab: a notebook of {cells} cells, {len(rounds)} rounds; milliseconds, median (least)",
        "",
        f"{'':28}{'with':>18}{'without':>18}  ratio of medians, of leasts; by round",
    ]
    for title, name in ROWS:
        sides = [[getattr(one, name) for one in side] for side in (ours, plain)]
        middles, leasts = [median(side) for side in sides], [min(side) for side in sides]
        texts = [f"{middle:.1f} ({least:.1f})" for middle, least in zip(middles, leasts, strict=True)]
        compared = f"{middles[0] / middles[1]:.3f}, {leasts[0] / leasts[1]:.3f}; {ratios(*sides)}"
        lines.append(f"{title:28}{texts[0]:>18}{texts[1]:>18}  {compared}")
    for title, name in (("the panel on screen", "panel"), ("the panel with its gate", "gate")):
        values = [getattr(one, name) for one in ours]
        lines.append(f"{title:28}{f'{median(values):.1f} ({min(values):.1f})':>18}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
