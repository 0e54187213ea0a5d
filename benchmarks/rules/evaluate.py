"""Each fault put into clean analyses, one at a time, and what the rules then say.

Of a clean analysis and a fault come two notebooks, a pair. A rule finds its fault when it says something of the
faulty one that it does not say of the clean one. What it says of clean ones, and of those with the fault of another
rule, is a false alarm. Recall is over the faults, precision over everything a rule says.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import corpus
from benchmarks.rules.faults import FAULTS
from benchmarks.rules.fixtures import CLEAN
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.dependencies import read_dependencies
from nbpeer.checks.rule import CheckContext
from nbpeer.checks.rules import RULES
from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import parse_notebook

_PINNED = "\n".join(f"{name}==1.0" for name in "pandas numpy scipy matplotlib scikit-learn statsmodels nbpeer".split())
CONTEXT = CheckContext(
    dependencies=read_dependencies({"requirements.txt": _PINNED.encode()}),
    known_kinds=("ab_test", "exploratory", "forecast"),
)
_INFORMING = frozenset(rule.code for rule in RULES if rule.severity == "info")


class Score(NamedTuple):
    """One rule: faults put in, faults found, false alarms."""

    code: str
    name: str
    faults: int
    found: int
    alarms: int

    @property
    def recall(self) -> float | None:
        """The share of the faults that it found."""
        return self.found / self.faults if self.faults else None

    @property
    def precision(self) -> float | None:
        """The share of what it said that was a fault."""
        said = self.found + self.alarms
        return self.found / said if said else None


def evaluated() -> list[Score]:
    """The score of every rule that has a fault to find or raised an alarm, in the order of their codes."""
    faults: Counter[str] = Counter()
    found: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    for clean in CLEAN:
        before = said(clean.cells)
        alarms.update({code for code, _ in before})
        for fault in FAULTS:
            if (cells := fault.into(clean)) is None:
                continue
            new = {code for code, _ in said(cells) - before}
            faults[fault.code] += 1
            found[fault.code] += fault.code in new
            alarms.update(new - {fault.code, *fault.also})
    scores = (Score(rule.code, rule.name, faults[rule.code], found[rule.code], alarms[rule.code]) for rule in RULES)
    return [score for score in scores if score.faults or score.alarms]


def said(cells: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """What the rules say of a notebook that counts, as code and fingerprint: infos only of rules that only inform."""
    content = json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    findings = check_notebooks([Subject(parse_notebook(content, "a.ipynb"), CONTEXT, lambda path: None)])
    return Counter((f.code, f.fingerprint) for f in findings if f.severity != "info" or f.code in _INFORMING)


def table(scores: Iterable[Score]) -> str:
    """The scores as a table."""
    lines = [f"{'':7}{'':24}{'faults':>7}{'found':>7}{'alarms':>8}{'recall':>8}{'precision':>11}"]
    for score in scores:
        numbers = f"{score.faults:7}{score.found:7}{score.alarms:8}"
        lines.append(f"{score.code} {score.name:24}{numbers}{_share(score.recall):>8}{_share(score.precision):>11}")
    tested = {fault.code for fault in FAULTS}
    untested = ", ".join(rule.code for rule in RULES if rule.code not in tested)
    return "\n".join([*lines, "", f"{len(CLEAN)} clean analyses, {len(FAULTS)} faults; no fault here for {untested}"])


def shares(folder: Path) -> str:
    """By rule, the share of the notebooks below a folder that have an error or a warning."""
    flagged: Counter[str] = Counter()
    looked_at = 0
    for name, content in corpus.load(folder).notebooks.items():
        try:
            notebook = parse_notebook(content, name)
        except NbpeerError:  # an old format
            continue
        looked_at += 1
        findings = check_notebooks([Subject(notebook, CheckContext(), lambda path: None)])
        flagged.update({finding.code for finding in findings if finding.severity != "info"})
    lines = ["", f"{looked_at} notebooks: share with an error or a warning"]
    lines += [
        f"{rule.code} {rule.name:24}{flagged[rule.code]:5}{flagged[rule.code] / looked_at:8.1%}"
        for rule in RULES
        if flagged[rule.code]
    ]
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
