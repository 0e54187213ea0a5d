"""A decision made of an analysis, and what its outcomes come to. Pure."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.decision import (
    Compared,
    Decision,
    DecisionSheet,
    Forecast,
    OutcomeRecord,
    OutcomeReview,
    Prediction,
    frozen_digest,
)
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.result import ResultsFile


class Said(NamedTuple):
    """What the person who records a decision says; what is empty or None is taken from the analysis."""

    chosen: str = ""
    owner: str = ""
    due: datetime.date | None = None
    review_by: str = ""
    forecasts: tuple[Forecast, ...] = ()


def draft(blank: Decision, front: FrontMatter, results: ResultsFile | None, said: Said) -> Decision:
    """`blank` (number, path, analysis) with what the analysis and the person say; not frozen yet.

    What the person forecasts replaces what the front matter forecasts of the same metric. Raises NbpeerError for a
    prediction that names no result, whose interval does not hold its point, or that is there twice.
    """
    replaced = {one.metric for one in said.forecasts}
    forecasts = (*(one for one in front.predictions if one.metric not in replaced), *said.forecasts)
    names = [one.metric for one in forecasts]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise NbpeerError(f"{blank.analysis.path}: {twice} is predicted twice", "keep one prediction of each metric")
    owner = said.owner or front.decision_owner
    due = said.due or front.review_on
    predictions = tuple(_prediction(one, results, due, blank.analysis.path) for one in forecasts)
    return msgspec.structs.replace(
        blank,
        title=" ".join((front.title or blank.analysis.path).split()),
        decision_makers=(owner,) if owner else (),
        chosen=" ".join((said.chosen or front.decision).split()),
        hypothesis=" ".join(front.hypothesis.split()),
        change_my_mind=" ".join(front.change_my_mind.split()),
        predictions=predictions,
        outcome_review=OutcomeReview(due or _last(predictions), said.review_by or owner),
    )


def freeze(decision: Decision, day: datetime.date) -> Decision:
    """The decision as decided on `day`. Raises NbpeerError when it says no choice, or is due before that day."""
    if not decision.chosen:
        raise NbpeerError(
            f"{decision.analysis.path} does not say what is decided", "pass --chosen TEXT, or write `decision`"
        )
    dates = [("the review of the outcome", decision.outcome_review.due, "--review-on names a later day")]
    anew = "a prediction is about what comes; --predict makes another of the same metric"
    dates += [(f"the prediction of {one.metric}", one.by, anew) for one in decision.predictions]
    for what, by, hint in dates:
        if by and by < day:
            raise NbpeerError(f"{what} is due on {by}, before the day of the decision ({day})", hint)
    decided = msgspec.structs.replace(decision, status="decided", date=day)
    return msgspec.structs.replace(decided, frozen=frozen_digest(decided))


def sheet(decision: Decision) -> DecisionSheet:
    """What its outcomes come to: of each metric, of the hypothesis and of its use the word of the latest day, and of
    two on one day the one that stands last."""
    ordered = sorted(decision.outcomes, key=lambda record: record.on)
    verdicts = [record for record in ordered if record.hypothesis]
    uses = [record for record in ordered if record.used]
    found = DecisionSheet(
        decision,
        tuple(_compare(one, ordered) for one in decision.predictions),
        verdicts[-1].hypothesis if verdicts else None,
        uses[-1].used if uses else None,
        verdicts[0].on if verdicts else None,
        notes=tuple(_disagreements(ordered)),
    )
    days = [one.by for one in found.missing] + [decision.outcome_review.due]
    return msgspec.structs.replace(found, due=min(filter(None, days), default=None) if found.waits else None)


def check_record(decision: Decision, record: OutcomeRecord, today: datetime.date) -> None:
    """Raises NbpeerError for an outcome that does not fit its decision."""
    if not decision.frozen:
        raise NbpeerError(f"{decision.path} is not decided yet", f"nbpeer decide {decision.analysis.path}")
    if record.on > today:
        raise NbpeerError(f"{record.on} is yet to come", "record an outcome on the day it is known, or later")
    if decision.date and record.on < decision.date:
        raise NbpeerError(f"{record.on} is before the day of the decision ({decision.date})", "name a later --on")
    if record.why_not and record.used not in ("no", "partly"):
        raise NbpeerError("--why-not says why it was not used", "pass --used no or --used partly with it")
    known = [one.metric for one in decision.predictions]
    for metric, value in record.observed.items():
        if metric not in known:
            close = get_close_matches(metric, known, n=1)
            listed = f"predicted are {', '.join(known)}" if known else "it predicts nothing; say it in --note"
            hint = f"did you mean {close[0]!r}?" if close else listed
            raise NbpeerError(f"{decision.path} does not predict {metric!r}", hint)
        if not math.isfinite(value):
            raise NbpeerError(f"{metric} was observed to be {value}, which is no finite number", "give a number")


def _prediction(asked: Forecast, results: ResultsFile | None, due: datetime.date | None, path: str) -> Prediction:
    source = asked.metric if asked.expect is None else asked.expect
    expect = _value(source, asked, results, path)
    low = None if asked.low80 is None else _value(asked.low80, asked, results, path)
    high = None if asked.high80 is None else _value(asked.high80, asked, results, path)
    if (low is None) != (high is None):
        raise NbpeerError(f"{path}: the interval of {asked.metric} has one end only", "give both low80 and high80")
    if low is not None and high is not None and not low <= expect <= high:
        raise NbpeerError(
            f"{path}: the interval of {asked.metric}, {low:g} to {high:g}, does not hold its point {expect:g}",
            "give low80, expect and high80 in that order",
        )
    result = (results.results if results else {}).get(source if isinstance(source, str) else asked.metric)
    return Prediction(asked.metric, expect, low, high, result.unit if result else "", asked.by or due)


def _value(said: float | str, asked: Forecast, results: ResultsFile | None, path: str) -> float:
    if isinstance(said, str):
        named = (results.results if results else {}).get(said)
        if named is None:
            known = sorted(name for name, one in results.results.items() if one.type == "number") if results else []
            close = get_close_matches(said, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "give a number, or the name of a recorded result"
            raise NbpeerError(f"{path}: {asked.metric} is predicted from {said!r}, which is no named result", hint)
        if not isinstance(named.value, int | float) or isinstance(named.value, bool):
            raise NbpeerError(f"{path}: {asked.metric} is predicted from {said!r}, which is no number", "name another")
        said = named.value
    if not math.isfinite(said):
        raise NbpeerError(f"{path}: the prediction of {asked.metric} is {said}", "give a finite number")
    return float(said)


def _last(predictions: Sequence[Prediction]) -> datetime.date | None:
    return max((one.by for one in predictions if one.by), default=None)


def _compare(prediction: Prediction, ordered: Sequence[OutcomeRecord]) -> Compared:
    found = [record for record in ordered if prediction.metric in record.observed]
    if not found:
        return Compared(prediction)
    value = found[-1].observed[prediction.metric]
    within = None
    if prediction.low80 is not None and prediction.high80 is not None:
        within = prediction.low80 <= value <= prediction.high80
    return Compared(prediction, value, found[-1].on, within)


def _disagreements(ordered: Sequence[OutcomeRecord]) -> list[str]:
    """Where two people recorded different words; a person who corrects themselves does not disagree."""
    said: dict[str, dict[str, str]] = {}
    for record in ordered:
        words = {"the hypothesis": record.hypothesis, "its use": record.used, **record.observed}
        for what, word in words.items():
            if word is not None:
                said.setdefault(what, {})[record.by.lower()] = f"{word:.12g}" if isinstance(word, float) else str(word)
    return [
        f"they disagree on {what}: " + ", ".join(f"{person} says {word}" for person, word in people.items())
        for what, people in said.items()
        if len(set(people.values())) > 1
    ]
