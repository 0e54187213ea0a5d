"""What rules may know that is not in the notebook: found out by `commands/`, handed in as values."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from nbpeer.model.metric import Metric, Registry


def _nowhere(citation: str) -> Metric | None:
    return None


class MetricFacts(NamedTuple):
    """The repository's metric registry, None when it has none; `problem` says why it cannot be read.

    `before` is the registry of the commit `base`, from which changes are measured; `explained` are the metrics that an
    analysis of kind metric_change, made since, is about. `earlier` finds the definition of `NAME@VERSION` in the
    registry's history.
    """

    registry: Registry | None = None
    problem: str = ""
    before: Registry | None = None
    base: str = ""
    explained: frozenset[str] = frozenset()
    earlier: Callable[[str], Metric | None] = _nowhere


class FirstResults(NamedTuple):
    """The first commit that holds results of the analysis, and the hypothesis its notebook had there."""

    commit: str
    hypothesis: str


class DecisionFact(NamedTuple):
    """A decision on the analysis: what was changed of it since `commit` ("" for none) first held it as decided.

    `shares` are the other decisions with the same number.
    """

    path: str
    commit: str = ""
    edits: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()


class Dependencies(NamedTuple):
    """What the repository's dependency files name, by normalised distribution name.

    `pinned` have an exact version, in a lock file, in requirements or in the last run's certificate. `files` are those
    that were read; `local` are modules of the repository itself.
    """

    files: tuple[str, ...]
    listed: frozenset[str]
    pinned: frozenset[str]
    local: frozenset[str] = frozenset()


class Difference(NamedTuple):
    """One thing that a fresh run did not give again: what, and in which cell (its number, 0: no cell of its own)."""

    message: str
    cell: int = 0
    line: int = 0


class Rerun(NamedTuple):
    """What a fresh run from top to bottom gave: the differences from what is stored; none is a pass."""

    differences: tuple[Difference, ...] = ()
