"""Recorded results of analyses, and what a fresh run says of them."""

from __future__ import annotations

from typing import Literal

import msgspec

from nbpeer.model.change import ResultChange, ValueChange
from nbpeer.model.result import ResultsFile

VerificationStatus = Literal["verified", "differs", "failed", "not_recorded"]


class Recorded(msgspec.Struct, frozen=True):
    """What is recorded of one analysis. `results` is None when nothing is, or when it cannot be read (`problem`).

    `stale` tells that the recorded run was of another source than the notebook has now.
    """

    path: str
    results: ResultsFile | None = None
    stale: bool = False
    problem: str = ""


class Spread(msgspec.Struct, frozen=True):
    """How far one named result lies apart over runs of the same thing.

    `values` is how many different values it had (a run without it counts as one). `width` is largest minus smallest,
    of a number, or of the number `where` in a table (None: it is not numbers that vary); `lowest` and `highest` are
    those two.
    """

    name: str
    values: int
    width: float | None = None
    lowest: str = ""
    highest: str = ""
    where: str = ""


class Verification(msgspec.Struct, frozen=True):
    """One analysis run again, `runs` times, without recording.

    `results` compares each recorded result with the fresh run that was furthest from it; `expectations` and `caveats`
    are those that differ in a fresh run. `spreads` are the results that differ between the runs themselves. `problem`
    says why a run did not complete; `notes` what limits the verdict.
    """

    path: str
    status: VerificationStatus
    runs: int = 0
    results: tuple[ResultChange, ...] = ()
    expectations: tuple[ValueChange, ...] = ()
    caveats: tuple[ValueChange, ...] = ()
    spreads: tuple[Spread, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()
