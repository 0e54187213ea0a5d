"""What decisions and analyses wait for, and since when. Pure."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterable
from typing import NamedTuple

from nbpeer.model.decision import DecisionSheet
from nbpeer.model.due import DueItem, DueState


class Undecided(NamedTuple):
    """An analysis with a day of review and no decision."""

    path: str
    title: str
    owner: str
    review_on: datetime.date


def outcome_items(sheets: Iterable[DecisionSheet], on: datetime.date) -> tuple[list[DueItem], list[str]]:
    """What each open decision waits for, by the first day on which it does; and the open ones without any day."""
    found, undated = [], []
    for sheet in sheets:
        decision = sheet.decision
        if not sheet.waits:
            continue
        if sheet.due is None:
            undated.append(decision.path)
            continue
        waits_for = [f"{one.metric} by {one.by}" if one.by else one.metric for one in sheet.missing]
        found.append(
            DueItem(
                kind="outcome",
                date=sheet.due,
                state=_state(sheet.due, on),
                days=(on - sheet.due).days,
                title=decision.title,
                owner=decision.outcome_review.owner or ", ".join(decision.decision_makers),
                path=decision.path,
                number=decision.number,
                waits_for=(*waits_for, "the hypothesis"),
                todo=f"nbpeer outcome {decision.number}",
            )
        )
    return found, undated


def decision_items(analyses: Iterable[Undecided], on: datetime.date) -> list[DueItem]:
    """Analyses whose day of review is set, and on which nobody has recorded a decision."""
    return [
        DueItem(
            kind="decision",
            date=one.review_on,
            state=_state(one.review_on, on),
            days=(on - one.review_on).days,
            title=one.title,
            owner=one.owner,
            path=one.path,
            number=None,
            waits_for=("a decision",),
            todo=f"nbpeer decide {shlex.quote(one.path)}",
        )
        for one in analyses
    ]


def _state(day: datetime.date, on: datetime.date) -> DueState:
    return "overdue" if day < on else "due" if day == on else "coming"
