"""`nbpeer outcome`: what became of a decision, recorded after the fact and never in place of what was predicted."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.change import WORKTREE
from nbpeer.model.decision import (
    Decision,
    DecisionSheet,
    HypothesisVerdict,
    OutcomeRecord,
    Used,
    WhyNot,
    decision_number,
    decode_decision,
)
from nbpeer.registry.decisions import check_record, sheet
from nbpeer.registry.madr import both_sides, with_key, with_outcome
from nbpeer.repo import git
from nbpeer.repo.decisions import decision_files, numbers_given, read_decision
from nbpeer.repo.store import read_results_file


class Found(NamedTuple):
    """What somebody found: values by metric, what became of the hypothesis, whether the analysis was used."""

    observed: dict[str, float]
    hypothesis: HypothesisVerdict | None = None
    used: Used | None = None
    why_not: WhyNot | None = None
    note: str = ""


def show_outcome(root: Path, name: str) -> DecisionSheet:
    """What is known of a decision, by its number or path. Raises NbpeerError when there is none, or several."""
    return sheet(_decision(root, decision_path(root, name)))


def record_outcome(root: Path, name: str, found: Found, on: datetime.date, today: datetime.date) -> DecisionSheet:
    """Append an outcome to a decision; a word on the hypothesis makes it reviewed.

    Raises NbpeerError, and writes nothing, for what does not fit the decision, a day that is not over, and a decision
    that is not decided, is conflicted, or is written in a way that cannot be appended to.
    """
    path = decision_path(root, name)
    decision = _decision(root, path)
    note = " ".join(found.note.split())
    record = OutcomeRecord(
        on, git.identity(root), found.hypothesis, found.used, found.why_not, dict(sorted(found.observed.items())), note
    )
    check_record(decision, record, today)
    if record in decision.outcomes:
        return sheet(decision)
    before = (root / path).read_bytes().decode()
    text = with_outcome(before, record, path)
    if record.hypothesis and decision.status == "decided":
        text = with_key(text, "status", "reviewed", path)
    _same_but_for(text, decision, record)
    write_atomic(root / path, text.encode())
    return sheet(_decision(root, path))


def keep_both(root: Path, name: str) -> DecisionSheet:
    """Take a conflict out of a decision in which both sides recorded outcomes, keeping all of them.

    Raises NbpeerError, and writes nothing, when it is not in conflict, or the conflict is about anything else.
    """
    path = decision_path(root, name)
    text = both_sides((root / path).read_bytes().decode(), path, decision_number(path) or 0)
    decision = decode_decision(text.encode(), path)
    if decision is None:
        raise NbpeerError(f"{path} is no decision", "name one of decisions/")
    write_atomic(root / path, text.encode())
    return sheet(decision)


def observed_in(root: Path, name: str, notebook: str) -> dict[str, float]:
    """The recorded results of another analysis that are called as predicted metrics are.

    Raises NbpeerError when it has none.
    """
    decision = _decision(root, decision_path(root, name))
    results = read_results_file(root, WORKTREE, notebook)
    if results is None:
        raise NbpeerError(f"{notebook} has no recorded results", "run it first")
    metrics = [one.metric for one in decision.predictions]
    named = {metric: results.results[metric].value for metric in metrics if metric in results.results}
    found = {
        metric: float(value)
        for metric, value in named.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    if not found:
        hint = f"predicted are {', '.join(metrics)}" if metrics else "the decision predicts nothing"
        raise NbpeerError(f"{notebook} has no result called as a predicted metric", hint)
    return found


def decision_path(root: Path, name: str) -> str:
    """The file of the decision with a number or path. Raises NbpeerError when there is none, or several."""
    files = decision_files(root)
    if not name.isdecimal():
        path = git.relative(root, Path(name))
        if path in files:
            return path
        raise NbpeerError(f"{name} is no decision", "name a number, or a file decisions/NNNN-slug.md")
    number = int(name)
    found = [path for path in files if decision_number(path) == number]
    if len(found) == 1:
        return found[0]
    if found:
        raise NbpeerError(f"{' and '.join(found)} share the number {number:04}", "name the file")
    elsewhere = numbers_given(root).get(number)
    hint = f"{elsewhere} is on another branch or was deleted" if elsewhere else "see the files in decisions/"
    raise NbpeerError(f"there is no decision {number:04}", hint)


def _decision(root: Path, path: str) -> Decision:
    found = read_decision(root, WORKTREE, path)
    if found is None:
        raise NbpeerError(f"{path} is a record of another kind, on no analysis", "`nbpeer decide` writes decisions")
    return found


def _same_but_for(text: str, before: Decision, record: OutcomeRecord) -> None:
    """Raises NbpeerError unless the edit appended the record and did nothing else."""
    try:
        after = decode_decision(text.encode(), before.path)
    except NbpeerError:
        after = None
    if after is None or after.outcomes != (*before.outcomes, record) or after.predictions != before.predictions:
        raise NbpeerError(
            f"the front matter of {before.path} is in a form that cannot be appended to",
            "write `outcomes:` on a line of its own, and each outcome below it as `  - {…}`",
        )
