"""`python -m benchmarks.site [--rounds 1] [--most 5000]`: `nbpeer site` beside mkdocs, a page for each analysis.

A repository of analyses, decisions and metrics is made, and a folder of Markdown that says the same as the analyses.
Both tools build them from nothing, a fifth of them and all; then again with one analysis changed, mkdocs also with
`--dirty`, which leaves other pages as they were. What counts are the ratios, and whether five times as many analyses
take five times as long. mkdocs has no list of all pages on each page, which would make it grow with the square.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks import command_line, peers
from benchmarks.measure import Cost, Spread, cost, ratios

MOST, SHARE = 5000, 5
WORDS = "price weekly retention orders visitors campaign country season churn margin".split()


class Built(NamedTuple):
    """What building cost, from nothing and again with one analysis changed; how many pages for analyses there are."""

    whole: Cost
    again: Cost
    pages: int


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 when a build failed or left an analysis out."""
    parser = command_line.parser("site", __doc__, 1)
    parser.add_argument("--most", type=int, default=MOST, help="analyses; default: %(default)s")
    asked = parser.parse_args(arguments)
    mkdocs = peers.installed("mkdocs", "mkdocs", "mkdocs==1.6.1")
    if mkdocs is None:
        print("mkdocs could not be installed and is left out", file=sys.stderr)
    sizes = (asked.most // SHARE, asked.most)
    rounds = [measured(size, mkdocs) for _ in range(asked.rounds) for size in sizes]
    print(report(sizes, [rounds[at :: len(sizes)] for at in range(len(sizes))]))
    built = [(one, size) for pair, size in zip(rounds, sizes * asked.rounds, strict=True) for one in pair.values()]
    return 0 if all(one.whole.fine and one.again.fine and one.pages == size for one, size in built) else 1


def measured(size: int, mkdocs: Path | None) -> dict[str, Built]:
    """One round at one size, each tool in its own folder."""
    with tempfile.TemporaryDirectory() as place:
        ours, theirs = Path(place, "ours"), Path(place, "theirs")
        make(ours, theirs, size)
        program = Path(sys.executable).with_name("nbpeer")
        found = {"nbpeer site": _built(ours, [program, "site"], "analyses/0/0.ipynb", "site/analyses/analyses")}
        if mkdocs:
            command: list[str | Path] = [mkdocs, "build", "--quiet"]
            found["mkdocs build"] = _built(theirs, command, "docs/0/0.md", "site")
            page = theirs / "docs/0/0.md"
            page.write_text(page.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
            dirty = cost([[*command, "--dirty"]], theirs)
            found["mkdocs --dirty"] = found["mkdocs build"]._replace(again=dirty)
        return found


def make(ours: Path, theirs: Path, size: int) -> None:
    """A committed repository of `size` analyses, a decision on one of ten, and the same as Markdown for mkdocs."""
    for number in range(size):
        about = f"analyses/{number // 100}/{number}"
        _write(ours / f"{about}.ipynb", _notebook(number))
        _write(theirs / f"docs/{number // 100}/{number}.md", f"# {_title(number)}\n\n{_answer(number)}\n")
        if number % 10 == 0:
            _write(
                ours / f"decisions/{number // 10 + 1:04}-{WORDS[number % 7]}.md", _decision(number, f"{about}.ipynb")
            )
    _write(ours / "metrics.yml", json.dumps(_registry()))
    _write(theirs / "docs/index.md", "# Analyses\n")
    _write(theirs / "mkdocs.yml", "site_name: Analyses\nnav: [index.md]\nplugins: []\n")
    for command in (["init", "--quiet", "-b", "main"], ["add", "."], ["commit", "--quiet", "-m", "analyses"]):
        person = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *person, *command], cwd=ours, check=True)


def report(sizes: tuple[int, int], rounds: list[list[dict[str, Built]]]) -> str:
    """What each tool took, how that grows, and how they compare."""
    few, many = rounds
    names = list(many[0])
    lines = [f"site: {sizes[0]:,} and {sizes[1]:,} analyses, {len(many)} rounds, medians of CPU seconds", ""]
    lines.append(f"{'':16}{f'{sizes[0]:,}':>9}{f'{sizes[1]:,}':>9}{'growth':>9}{'one changed':>13}")
    for name in names:
        small, large = (statistics.median(one[name].whole.cpu for one in size) for size in (few, many))
        again = statistics.median(one[name].again.cpu for one in many)
        lines.append(f"{name:16}{small:9.2f}{large:9.2f}{large / small:9.1f}{again:13.2f}")
    for name in names[1:]:
        lines += ["", f"CPU of {name} in nbpeer's, {sizes[1]:,} analyses, one changed: {_against(many, name, 'again')}"]
    if len(names) > 1:
        lines.append(f"CPU of {names[1]} in nbpeer's, from nothing: {_against(many, names[1], 'whole')}")
    return "\n".join(lines)


def _against(rounds: list[dict[str, Built]], name: str, which: str) -> Spread:
    spent = [[getattr(one[tool], which).cpu for one in rounds] for tool in (name, "nbpeer site")]
    return ratios(*spent)


def _built(folder: Path, command: list[str | Path], one: str, pages: str) -> Built:
    whole = cost([command], folder)
    path = folder / one
    path.write_text(
        path.read_text(encoding="utf-8").replace("Written", "Changed").replace("Did", "Had"), encoding="utf-8"
    )
    again = cost([command], folder)
    tops = {"404.html", "index.html"}
    names = [page.relative_to(folder / pages).as_posix() for page in (folder / pages).rglob("*.html")]
    return Built(whole, again, len([name for name in names if name not in tops]))


def _title(number: int) -> str:
    return f"{WORDS[number % 10].title()} and {WORDS[number // 10 % 10]}, number {number}"


def _answer(number: int) -> str:
    said = " ".join(WORDS[(number + place * 3) % 10] for place in range(60))
    return f"Written: **yes**, by {number % 17} %.\n\n{said}\n\n| week | value |\n|---|---|\n| 1 | {number} |"


def _notebook(number: int) -> str:
    front = f"""---
title: "{_title(number)}"
kind: exploratory
question: Did {WORDS[number % 10]} change?
decision: Go on
decision_owner: owner {number % 40}
metrics: [metric_{number % 30}@1.0.0]
tags: [{WORDS[number % 10]}]
---"""
    cells = [("raw", front), ("markdown", f"# Summary\n\n{_answer(number)}"), ("code", f"rate = {number}")]
    more: dict[str, dict[str, object]] = {"code": {"execution_count": None, "outputs": []}}
    made = [
        {"cell_type": kind, "id": f"c{place}", "metadata": {}, "source": source, **more.get(kind, {})}
        for place, (kind, source) in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _decision(number: int, path: str) -> str:
    found = "  - {on: 2026-06-10, by: bo@example.org, hypothesis: supported, observed: {rate: 4.2}}"
    outcomes = f"outcomes:\n{found}\n" if number % 20 else ""
    return f"""---
status: {"reviewed" if outcomes else "decided"}
date: 2026-03-01
decision-makers: [owner {number % 40}]
analysis: {{path: {path}, content: "sha256:{number:064x}"}}
chosen: Go on with {WORDS[number % 10]}
predictions:
  - {{metric: rate, expect: 4.0, low80: 3.0, high80: 5.0, by: 2026-06-01}}
outcome_review: {{due: 2026-06-15, owner: bo}}
frozen: sha256:{number:064x}
{outcomes}---

# {_title(number)}
"""


def _registry() -> dict[str, object]:
    metrics = [
        {
            "name": f"metric_{number}",
            "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": "COUNT(DISTINCT events.user_id)"}]},
            "custom_extensions": [{"vendor_name": "NBPEER", "data": {"version": "1.0.0", "filter": f"k = {number}"}}],
        }
        for number in range(30)
    ]
    model = {"name": "shop", "datasets": [{"name": "events", "source": "events"}], "metrics": metrics}
    return {"version": "0.2.0.dev0", "semantic_model": [model]}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
