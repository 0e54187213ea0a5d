"""Decisions that are made for a test."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec

from nbpeer.model.decision import DecidedAnalysis, Decision, OutcomeRecord, OutcomeReview, Prediction
from nbpeer.registry.decisions import freeze

DAY = datetime.date(2026, 3, 1)
PATH = "decisions/0007-price.md"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def prediction(
    metric: str = "conversion", expect: float = 4.5, low: float | None = 4.1, high: float | None = 4.9
) -> Any:
    return Prediction(metric, expect, low, high, "%", day("2026-06-01"))


def decision(**changes: Any) -> Decision:
    """A decision of 1 March on one prediction, decided unless `status` says proposed."""
    found = Decision(
        number=7,
        path=PATH,
        title="Price test",
        status="proposed",
        analysis=DecidedAnalysis("analyses/pricing.ipynb", "sha256:" + "ab" * 32, ("reviewer@example.org",)),
        decision_makers=("pricing lead",),
        chosen="Roll it out",
        hypothesis="Conversion rises by half a point.",
        change_my_mind="No effect in the larger half of the countries.",
        predictions=(prediction(),),
        outcome_review=OutcomeReview(day("2026-06-15"), "ben"),
    )
    status = changes.pop("status", "decided")
    outcomes = changes.pop("outcomes", ())
    found = msgspec.structs.replace(found, **changes)
    if status == "proposed":
        return found
    return msgspec.structs.replace(freeze(found, found.date or DAY), status=status, outcomes=outcomes)


def record(on: str = "2026-06-10", by: str = "ben@example.org", **said: Any) -> OutcomeRecord:
    return OutcomeRecord(day(on), by, **said)
