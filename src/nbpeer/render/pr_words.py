"""Counts and places in the words that every comment of a pull request uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbpeer.model.finding import SEVERITIES, Finding
from nbpeer.model.posting import AnalysisPosting, PlacedFinding, Posting
from nbpeer.render.escape import code, escaped
from nbpeer.render.gate import MET, UNMET

SIGNED_OFF = "signed off"
WAITING = "○"
SIGNS = {"error": UNMET, "warning": "!", "info": "·"}


def counted(number: int, noun: str, nouns: str = "") -> str:
    """`1 result`, `2 results`, `2 analyses`."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def severities(findings: Iterable[PlacedFinding]) -> str:
    """`1 error, 2 warnings`; "" for none."""
    every = [placed.finding.severity for placed in findings]
    return ", ".join(counted(every.count(one), one) for one in SEVERITIES if one in every)


def place(finding: Finding) -> str:
    """`cell 5, line 3`; the notebook as a whole where it is in no cell."""
    if not finding.cell:
        return "notebook"
    return f"cell {finding.cell}" + (f", line {finding.line}" if finding.line else "")


def rule(finding: Finding) -> str:
    """The rule's code and name, escaped."""
    return f"{escaped(finding.code)} {escaped(finding.name)}"


def failed_expectations(analysis: AnalysisPosting) -> list[str]:
    """What does not hold, a line each: of the recorded run and of other tools' files."""
    failed = [
        f"{one.name}: {one.detail}" if one.detail else one.name for one in analysis.expectations if not one.passed
    ]
    for file in analysis.external:
        failed += [f"{one.name} ({file.path})" for one in file.failed]
        failed += [f"{file.path}: {said}" for said in (file.problem, file.stale) if said]
    return failed


def unmet(analysis: AnalysisPosting) -> list[str]:
    """The conditions of the gate that the author has to meet: all but the sign-off."""
    return [one.name for one in analysis.gate.conditions if not one.met and one.name != SIGNED_OFF]


def gate_word(analyses: Sequence[AnalysisPosting]) -> str:
    """What the gate asks of the author, in a few words with their sign.

    Nothing of sign-offs: those are given after this is written, and whether one counts the commit status says.
    """
    names = dict.fromkeys(name for one in analyses for name in unmet(one))
    if not names:
        return f"{UNMET} not compared" if any(one.diff.problem for one in analyses) else f"{MET} ready for review"
    return f"{UNMET} gate not met: {', '.join(map(escaped, names))}"


def name_of(analysis: AnalysisPosting, *, table: bool = False) -> str:
    """The title of an analysis, else its path, escaped; for a `table`'s cell too where that is said."""
    return escaped(analysis.title, 120) or code(analysis.path, 200, table=table)


def headline(posting: Posting) -> str:
    """What changed, counted, results first; plain words of ours."""
    compared = [one for one in posting.analyses if not one.diff.problem]
    changed = [one for one in compared if one.diff.status != "added"]
    new, lost = len(compared) - len(changed), len(posting.analyses) - len(compared)
    moved = sum(len(one.diff.changed_results) for one in changed)
    within = sum(result.verdict == "within_tolerance" for one in changed for result in one.diff.results)
    parts = []
    if changed:
        where = counted(len(changed), "analysis", "analyses")
        touched = sum(bool(one.diff.changed_results) for one in changed)
        where = f"{touched} of {where}" if 0 < touched < len(changed) else where
        said = f"{counted(moved, 'result')} changed" if moved else "No result changed"
        parts.append(f"{said}{f', {within} within tolerance,' if within else ''} in {where}")
    parts += [counted(new, "new analysis", "new analyses")] if new else []
    parts += [f"{counted(len(posting.removed), 'analysis', 'analyses')} removed"] if posting.removed else []
    parts += [f"{counted(lost, 'analysis', 'analyses')} could not be compared"] if lost else []
    return " · ".join(parts) or "No analysis changed"
