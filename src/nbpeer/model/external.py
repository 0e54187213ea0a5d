"""Data expectations that another tool checked, as its result file tells them."""

from __future__ import annotations

from typing import Literal

import msgspec

Origin = Literal["Great Expectations", "dbt", ""]
Outcome = Literal["held", "warned", "failed", "not_run"]


class ExternalExpectation(msgspec.Struct, frozen=True):
    """One expectation in the tool's own words. `about` is the data it is about, `detail` counts what failed.

    `warned` is one that did not hold and that the tool was told only to warn of.
    """

    name: str
    outcome: Outcome
    about: str = ""
    detail: str = ""


class ExpectationsFile(msgspec.Struct, frozen=True):
    """One result file, `path` relative to the repository.

    `generated` is when the tool says it checked (ISO 8601; "" when it does not say). `problem` says why nothing can be
    told, `stale` why it says nothing of the data now, `notes` what limits what it says.
    """

    path: str
    origin: Origin = ""
    version: str = ""
    generated: str = ""
    expectations: tuple[ExternalExpectation, ...] = ()
    problem: str = ""
    stale: str = ""
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[ExternalExpectation, ...]:
        """The expectations that did not hold, or that nobody could check."""
        return tuple(item for item in self.expectations if item.outcome in ("failed", "not_run"))

    def count(self, outcome: Outcome) -> int:
        """How many expectations came out so."""
        return sum(item.outcome == outcome for item in self.expectations)
