"""How often reviews, decisions and predictions held."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

from nbpeer.model.decision import BrokenDecision

# Below this, a rate says more about chance than about the team.
ENOUGH = 5


class Rate(msgspec.Struct, frozen=True):
    """One figure: a share (`count` of `n`) or a median of `n` durations in days.

    `value` is None when `n` is below ENOUGH. `meaning` says what was counted, `more` what was left out.
    """

    name: str
    unit: Literal["share", "days"]
    value: float | None
    n: int
    count: int | None
    meaning: str
    more: str = ""

    @property
    def enough(self) -> bool:
        """Whether there is enough to speak of a rate."""
        return self.n >= ENOUGH


class Ledger(msgspec.Struct, frozen=True):
    """All rates of a repository on a day, and the decisions and sign-offs that could not be read for them."""

    on: datetime.date
    rates: tuple[Rate, ...]
    broken: tuple[BrokenDecision, ...] = ()
