"""Each fault put into clean analyses, one at a time, and what the rules then say.

Of a clean analysis and a fault come two notebooks, a pair. A rule finds the fault when it warns of the faulty one
at more places than of the clean one (true positive); warning of a clean one is a false alarm. So recall is over the pairs,
and precision over all that a rule says of all notebooks: the faults of other rules are its clean ones.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.rules.faults import FAULTS, Fault
from benchmarks.rules.fixtures import CLEAN
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.dependencies import read_dependencies
from nbpeer.checks.rule import CheckContext
from nbpeer.checks.rules import RULES
from nbpeer.model.finding import Finding
from nbpeer.model.notebook import parse_notebook

_REQUIREMENTS = {"requirements.txt": b"pandas==3.0\nnumpy==2.4\nscipy==1.17\nmatplotlib==3.11\nscikit-learn==1.8\nnbpeer==0.1\n"}


class Score(NamedTuple):
    """One rule: faults put in, faults found, false alarms among the notebooks without its fault."""

    code: str
    name: str
    faults: int
    found: int
    alarms: int

    @property
    def recall(self) -> float | None:
        return self.found / self.faults if self.faults else None

    @property
    def precision(self) -> float | None:
        said = self.found + self.alarms
        return self.found / said if said else None


def evaluated() -> list[Score]:
    """The score of every rule that has a fault to find, in the order of their codes."""
    counts: Counter[tuple[str, str]] = Counter()
    for clean in CLEAN:
        before = _said(clean.cells)
        for code in {code for code, _ in before}:
            counts[code, "alarms"] += 1
        for fault in FAULTS:
            faulty = fault.into(clean)
            if faulty is None:
                continue
            counts[fault.code, "faults"] += 1
            new = _said(faulty) - before
            counts[fault.code, "found"] += any(code == fault.code for code, _ in new)
            for code in {code for code, _ in new} - {fault.code, *fault.also}:
                counts[code, "alarms"] += 1
    return [
        Score(rule.code, rule.name, counts[rule.code, "faults"], counts[rule.code, "found"], counts[rule.code, "alarms"])
        for rule in RULES
        if counts[rule.code, "faults"] or counts[rule.code, "alarms"]
    ]


def table(scores: Iterable[Score]) -> str:
    """The scores as a table."""
    lines = [f"{'':7}{'':24}{'faults':>7}{'found':>7}{'alarms':>8}{'recall':>8}{'precision':>11}"]
    for score in scores:
        numbers = f"{score.faults:7}{score.found:7}{score.alarms:8}"
        lines.append(f"{score.code} {score.name:24}{numbers}{_share(score.recall):>8}{_share(score.precision):>11}")
    untested = [rule.code for rule in RULES if not any(fault.code == rule.code for fault in FAULTS)]
    return "\n".join([*lines, "", f"{len(CLEAN)} clean analyses, {len(FAULTS)} faults; without a fault here: {', '.join(untested)}"])


def shares(folder: Path) -> str:
    """By rule, the share of the notebooks below a folder that have an error or a warning; front matter is not asked."""
    from benchmarks import corpus

    contents = corpus.load(folder).notebooks
    flagged: Counter[str] = Counter()
    looked_at = 0
    for name, content in contents.items():
        try:
            notebook = parse_notebook(content, name)
        except Exception:  # noqa: S112 - an old format: nothing to look at
            continue
        looked_at += 1
        findings = check_notebooks([Subject(notebook, CheckContext(), lambda path: None)])
        flagged.update({finding.code for finding in findings if finding.severity != "info"})
    lines = [f"\n{looked_at} notebooks below {folder.name}: share with an error or a warning"]
    for rule in RULES:
        if flagged[rule.code]:
            lines.append(f"{rule.code} {rule.name:24}{flagged[rule.code]:5}{flagged[rule.code] / looked_at:8.1%}")
    return "\n".join(lines)


def _said(cells: tuple[Any, ...]) -> Counter[tuple[str, str]]:
    """What rules say of a notebook that counts: code and fingerprint."""
    content = json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    context = CheckContext(dependencies=read_dependencies(_REQUIREMENTS), known_kinds=("ab_test", "exploratory", "forecast"))
    findings = check_notebooks([Subject(parse_notebook(content, "a.ipynb"), context, lambda path: None)])
    return Counter((finding.code, finding.fingerprint) for finding in _counting(findings))


def _counting(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Errors and warnings; the infos of rules that only inform."""
    informing = {rule.code for rule in RULES if rule.severity == "info"}
    yield from (f for f in findings if f.severity != "info" or f.code in informing)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


__all__ = ["Fault", "Score", "evaluated", "shares", "table"]
