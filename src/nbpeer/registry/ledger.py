"""The rates of the ledger, each defined where it is computed; docs/decisions.md repeats the definitions. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from nbpeer.model.decision import DecisionSheet
from nbpeer.model.ledger import ENOUGH, Rate


class Approval(NamedTuple):
    """One reviewer's last approval of one analysis. `holds`: it is of the content the analysis has now (None: the
    analysis is not here)."""

    analysis: str
    reviewer: str
    content: str
    time: datetime.datetime
    holds: bool | None


class Wait(NamedTuple):
    """How long one approved content waited for its first approval; None where git does not tell when it began."""

    analysis: str
    days: float | None


def rates(
    sheets: Sequence[DecisionSheet], approvals: Sequence[Approval], waits: Sequence[Wait], on: datetime.date
) -> tuple[Rate, ...]:
    """Every rate on the day `on`, in the order in which they are shown."""
    decided = [sheet for sheet in sheets if sheet.decision.frozen]
    return (
        _reviewed_on_time(decided, on),
        _used(decided, approvals),
        _supported(decided),
        _covered(decided),
        _review_time(waits),
        _lapsed(approvals),
    )


def _reviewed_on_time(decided: Iterable[DecisionSheet], on: datetime.date) -> Rate:
    """Of decisions whose outcome was due before `on`, or is reviewed already: reviewed by their day."""
    standing = [sheet for sheet in decided if sheet.decision.status != "superseded"]
    dated = [(sheet.decision.outcome_review.due, sheet.reviewed_on) for sheet in standing]
    counted = [(due, done) for due, done in dated if due and (done or due < on)]
    held = sum(done is not None and done <= due for due, done in counted)
    undated = sum(due is None for due, _ in dated)
    more = f"{undated} without a day left out" if undated else ""
    return _share("reviewed on time", held, len(counted), "outcomes reviewed by the day they were due", more)


def _used(decided: Iterable[DecisionSheet], approvals: Iterable[Approval]) -> Rate:
    """Of analyses that were ever approved: those that a decision rests on which was not made without them."""
    approved = {approval.analysis for approval in approvals}
    used: dict[str, bool] = {}
    for sheet in decided:
        path = sheet.decision.analysis.path
        used[path] = used.get(path, False) or sheet.used != "no"
    unknown = sum(path not in used for path in approved)
    more = f"{unknown} without a decision" if unknown else ""
    meaning = "approved analyses that a decision rests on"
    return _share("used in decisions", sum(used.get(path, False) for path in approved), len(approved), meaning, more)


def _supported(decided: Iterable[DecisionSheet]) -> Rate:
    """Of hypotheses on which reality spoke: those it supported."""
    said = [sheet.hypothesis for sheet in decided if sheet.hypothesis]
    undecided = said.count("undecided")
    more = f"{undecided} undecided left out" if undecided else ""
    meaning = "hypotheses that the outcome supported rather than refuted"
    return _share("hypotheses supported", said.count("supported"), len(said) - undecided, meaning, more)


def _covered(decided: Iterable[DecisionSheet]) -> Rate:
    """Of predictions with an interval and an observed value: those whose interval holds the value."""
    compared = [one for sheet in decided for one in sheet.compared]
    within = [one.within for one in compared if one.within is not None]
    bare = sum(one.observed is not None and one.within is None for one in compared)
    more = f"{bare} without an interval left out" if bare else ""
    meaning = "80 % intervals that hold the observed value; about 80 % is right, more is too wide"
    return _share("intervals that held", sum(within), len(within), meaning, more)


def _review_time(waits: Sequence[Wait]) -> Rate:
    """The median time from the commit that brought an approved content to its first approval, in days."""
    known = [wait.days for wait in waits if wait.days is not None]
    value = median(known) if len(known) >= ENOUGH else None
    unknown = len(waits) - len(known)
    more = f"{unknown} left out: git does not tell when their content was committed before it was approved"
    meaning = "median days from commit to first approval"
    return Rate("review time", "days", value, len(known), None, meaning, more if unknown else "")


def _lapsed(approvals: Iterable[Approval]) -> Rate:
    """Of each reviewer's last approval of each analysis that is here: those of other content than it has now."""
    here = [approval for approval in approvals if approval.holds is not None]
    meaning = "approvals of content that changed since"
    return _share("sign-offs lapsed", sum(not approval.holds for approval in here), len(here), meaning, "")


def _share(name: str, count: int, n: int, meaning: str, more: str) -> Rate:
    return Rate(name, "share", count / n if n >= ENOUGH else None, n, count, meaning, more)
