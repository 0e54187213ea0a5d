"""What is due: outcomes of decisions, and decisions on analyses."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

from nbpeer.model.decision import BrokenDecision

DueKind = Literal["outcome", "decision"]
DueState = Literal["overdue", "due", "coming"]


class DueItem(msgspec.Struct, frozen=True):
    """One thing that somebody has to do by `date`: record the outcome of decision `number`, or decide on an analysis
    (`number` is None). `waits_for` says what is missing, `todo` is the command to type; `days` is how late it is,
    negative before its day."""

    kind: DueKind
    date: datetime.date
    state: DueState
    days: int
    title: str
    owner: str
    path: str
    number: int | None
    waits_for: tuple[str, ...]
    todo: str


class DueReport(msgspec.Struct, frozen=True):
    """What is due on a day, the longest overdue first. `broken` are decisions that could not be read: they may be due
    as well. `later` is how many items come after the days that were asked for, `undated` lists decisions without a
    day."""

    on: datetime.date
    items: tuple[DueItem, ...]
    later: int = 0
    undated: tuple[str, ...] = ()
    broken: tuple[BrokenDecision, ...] = ()

    def count(self, state: DueState) -> int:
        """How many items are in a state."""
        return sum(item.state == state for item in self.items)
