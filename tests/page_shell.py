"""A real shell that does what a page of the documentation says, in a prepared repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import making
from conftest import GitRepository
from page_blocks import Page, Step

_FRONT = making.HEADER.replace("kind: ab_test", "kind: exploratory").replace(
    "metrics: []", "metrics: [conversion@1.0.0]\npredictions: [{metric: conversion, expect: 17, low80: 14, high80: 20}]"
)
_SECTIONS = "".join(
    f"## {title}\n\nWritten.\n\n"
    for title in (
        "Summary", "Question and decision", "Data", "Method", "Checks", "Results", "Hypotheses generated",
        "Rival explanations", "Limitations", "What would change our mind", "Decision and review date",
    )
)  # fmt: skip
_CODE = """import csv
import nbpeer

with open("orders.csv") as file:
    rows = [row for row in csv.DictReader(file) if row["country"] == country]
bought = sum(row["bought"] == "yes" for row in rows)
nbpeer.result("conversion", round(100 * bought / len(rows), 2), unit="%", tolerance=0.2)
nbpeer.result("orders", len(rows))
nbpeer.expect("no duplicate users", len({row["user"] for row in rows}) == len(rows))
"""
_METRICS = """version: 0.2.0.dev0
semantic_model:
  - name: shop
    datasets:
      - name: orders
        source: analyses/orders.csv
    metrics:
      - name: conversion
        description: People who bought something.
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(orders.user)}]}
        custom_extensions:
          - vendor_name: NBPEER
            data: {version: 1.0.0, owner: product, filter: "orders.bought = 'yes'"}
"""


class Done(NamedTuple):
    step: Step
    code: int
    output: str


def prepare(folder: Path, name: str) -> None:
    """Make the repository `folder`/work that pages begin in: `empty`; or `team`, where main holds an analysis, with
    the tags v1.2 and v1.3, and `the-branch` changes it."""
    work = GitRepository(folder / "work")
    work.git("init", "--quiet", "-b", "main")
    work.write("README.md", "# Analyses of a team\n")
    work.commit("A repository")
    if name == "empty":
        return
    orders = [f"{n},{('de', 'fr', 'it')[n % 3]},{'yes' if n % 24 in (1, 3, 5, 11) else 'no'}" for n in range(1, 961)]
    work.write("analyses/orders.csv", "\n".join(["user,country,bought", *orders]) + "\n")
    work.write("metrics.yml", _METRICS)
    work.write(".gitignore", ".nbpeer/runs/\n.nbpeer/cache/\n")
    work.git("init", "--quiet", "--bare", "-b", "main", str(folder / "origin.git"))
    work.git("remote", "add", "origin", "../origin.git")
    for country, tag in (("de", "v1.2"), ("fr", "v1.3")):
        _commit_analysis(work, country, "Does the lower price raise conversion?")
        work.git("tag", tag)
    work.git("push", "--quiet", "-u", "origin", "main")
    work.git("switch", "--quiet", "-c", "the-branch")
    _commit_analysis(work, "it", "The same in Italy")
    work.git("push", "--quiet", "-u", "origin", "the-branch")
    work.git("switch", "--quiet", "main")


def _commit_analysis(work: GitRepository, country: str, message: str) -> None:
    cells = (making.markdown(_SECTIONS), making.code(f'country = "{country}"', tags=("parameters",)))
    work.write("analyses/pricing.ipynb", making.notebook(*cells, making.code(_CODE), header=_FRONT))
    command = [sys.executable, "-m", "nbpeer", "run", "analyses/pricing.ipynb"]
    subprocess.run(command, cwd=work.path, check=True, capture_output=True)
    work.commit(message)


def run_page(page: Page, folder: Path, home: Path) -> list[Done]:
    """Give every step to one shell in `folder`/work; each with its exit code and what it printed."""
    script = ["exec </dev/null"]
    for number, step in enumerate(page.steps):
        source = home / f"step{number}.sh"
        source.write_text(step.text + "\n", encoding="utf-8")
        script.append(f"printf '\\x1e'; . {source}; printf '\\x1f%d\\n' $?")
    environment = {
        **os.environ,
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONWARNINGS": "ignore",
        "GIT_PAGER": "cat",
        "NO_COLOR": "1",
        "COLUMNS": "120",
    }
    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(script)],
        cwd=folder / "work",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    answers = re.findall(r"\x1e(.*?)\x1f(\d+)\n", done.stdout, re.DOTALL)
    assert len(answers) == len(page.steps), f"the shell ended early:\n{done.stdout}"
    return [Done(step, int(code), text) for step, (text, code) in zip(page.steps, answers, strict=True)]
