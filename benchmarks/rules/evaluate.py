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
from typing import NamedTuple

from benchmarks import corpus
from benchmarks.rules.faults import FAULTS, Fault
from benchmarks.rules.fixtures import CLEAN, HYPOTHESIS, Cell, Clean, registry
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.dependencies import read_dependencies
from nbpeer.checks.facts import Difference, FirstResults, MetricFacts, Rerun
from nbpeer.checks.rule import CheckContext
from nbpeer.checks.rules import RULES
from nbpeer.checks.sections import sections
from nbpeer.config import CheckConfig
from nbpeer.errors import NbpeerError
from nbpeer.model.digests import source_digest
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import Certificate, ResultsFile
from nbpeer.registry.metrics import read_registry

_PINNED = "\n".join(f"{name}==1.0" for name in "pandas numpy scipy matplotlib scikit-learn statsmodels nbpeer".split())
CONTEXT = CheckContext(
    # Off unless selected by name.
    config=CheckConfig(select=("NBP", "NBP101", "NBP104")),
    first=FirstResults("0123456789ab", HYPOTHESIS),
    dependencies=read_dependencies({"requirements.txt": _PINNED.encode()}),
    known_kinds=("ab_test", "exploratory", "forecast"),
    metrics=MetricFacts(
        read_registry(registry("2.0.0 SUM(sales.refunded)"), "metrics.yml"),
        before=read_registry(registry("1.0.0 COUNT(sales.refunded)"), "metrics.yml"),
        base="main",
    ),
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
        before = said(clean.cells, clean)
        alarms.update({code for code, _ in before})
        for fault in FAULTS:
            if (cells := fault.into(clean)) is None:
                continue
            new = {code for code, _ in said(cells, clean, fault) - before}
            faults[fault.code] += 1
            found[fault.code] += fault.code in new
            alarms.update(new - {fault.code, *fault.also})
    scores = (Score(rule.code, rule.name, faults[rule.code], found[rule.code], alarms[rule.code]) for rule in RULES)
    return [score for score in scores if score.faults or score.alarms]


def said(cells: Iterable[Cell], clean: Clean, fault: Fault | None = None) -> Counter[tuple[str, str]]:
    """What the rules say of a notebook that counts, as code and fingerprint: infos only of rules that only inform.

    The kind asks for the sections that the clean analysis has.
    """
    notebook, before = _notebook(cells), _notebook(clean.cells)
    ran = before if fault and fault.stale else notebook
    differs = (Difference(fault.rerun, len(notebook.cells), 1),) if fault and fault.rerun else ()
    context = CONTEXT._replace(
        kind=Kind("", "", "", "", b"{}", sections=tuple(section.title for section in sections(before))),
        results=ResultsFile(Certificate(source_digest(ran))),
        rerun=Rerun(differs),
        decisions=(fault.decided,) if fault and fault.decided else (),
    )
    findings = check_notebooks([Subject(notebook, context, lambda path: None)])
    return Counter((f.code, f.fingerprint) for f in findings if f.severity != "info" or f.code in _INFORMING)


def _notebook(cells: Iterable[Cell]) -> Notebook:
    content = json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    return parse_notebook(content, "a.ipynb")


def table(scores: Iterable[Score]) -> str:
    """The scores as a table."""
    lines = [f"{'':7}{'':24}{'faults':>7}{'found':>7}{'alarms':>8}{'recall':>8}{'precision':>11}"]
    for score in scores:
        numbers = f"{score.faults:7}{score.found:7}{score.alarms:8}"
        lines.append(f"{score.code} {score.name:24}{numbers}{_share(score.recall):>8}{_share(score.precision):>11}")
    tested = {fault.code for fault in FAULTS}
    untested = ", ".join(rule.code for rule in RULES if rule.code not in tested)
    missing = f"; no fault here for {untested}" if untested else ", at least one for every rule"
    return "\n".join([*lines, "", f"{len(CLEAN)} clean analyses, {len(FAULTS)} faults{missing}"])


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
