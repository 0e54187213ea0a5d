"""What ballots say together: medians, spreads and trends. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import combinations
from statistics import fmean, median
from typing import NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.ballot import HIGHEST, LOWEST, SCORES, Ballot, Dimension, DimensionResult, MaturityModel, VoteResult


class Round(NamedTuple):
    """One round: its name (the day it began), its model, the ballots that count, and what is wrong with others."""

    name: str
    model: MaturityModel
    ballots: tuple[Ballot, ...]
    problems: tuple[str, ...] = ()


def result(now: Round, earlier: Sequence[Round]) -> VoteResult:
    """What the ballots of a round say; `earlier` are the rounds before it, oldest first."""
    before = next((one for one in reversed(earlier) if one.ballots), None)
    dimensions = [_dimension(one, now, before) for one in now.model.dimensions]
    dimensions.sort(key=lambda one: (-(one.spread or 0.0), one.median if one.median is not None else HIGHEST + 1))
    title, previous = now.model.title, before.name if before else ""
    return VoteResult(now.name, title, len(now.ballots), tuple(dimensions), previous, now.problems)


def check_scores(model: MaturityModel, scores: Mapping[str, int], notes: Mapping[str, str], path: str) -> None:
    """Raises NbpeerError for a dimension that the model does not have, and a score out of range."""
    known = [one.id for one in model.dimensions]
    for name in (*scores, *notes):
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise NbpeerError(f"{path} has no dimension {name!r}", hint)
    for name, score in scores.items():
        if score not in SCORES:
            raise NbpeerError(
                f"the score of {name} is {score}", f"give {LOWEST} (awful) to {HIGHEST} (excellent), a whole number"
            )


def spread(scores: Sequence[int]) -> float | None:
    """How far two people differ on average: the mean difference over all pairs; None for fewer than two people.

    Gini's mean difference. One who stands alone moves it less than a range, and unlike a quartile it means something
    for three people.
    """
    pairs = [abs(one - other) for one, other in combinations(scores, 2)]
    return fmean(pairs) if pairs else None


def _dimension(dimension: Dimension, now: Round, before: Round | None) -> DimensionResult:
    scores = _scores(dimension, now)
    middle = float(median(scores)) if scores else None
    was, note = _before(dimension, before)
    return DimensionResult(
        dimension=dimension,
        n=len(scores),
        counts=tuple(scores.count(score) for score in SCORES),
        median=middle,
        spread=spread(scores),
        before=was,
        trend=middle - was if middle is not None and was is not None else None,
        note=note,
        said=tuple(sorted(said for ballot in now.ballots if (said := ballot.notes.get(dimension.id)))),
    )


def _scores(dimension: Dimension, of: Round) -> list[int]:
    return [ballot.scores[dimension.id] for ballot in of.ballots if dimension.id in ballot.scores]


def _before(dimension: Dimension, before: Round | None) -> tuple[float | None, str]:
    """The median of the round before, and why there is none to compare with."""
    if before is None:
        return None, ""
    same = next((one for one in before.model.dimensions if one.id == dimension.id), None)
    if same is None:
        return None, "new"
    if (same.awful, same.excellent) != (dimension.awful, dimension.excellent):
        return None, "worded differently before"
    scores = _scores(same, before)
    return (float(median(scores)), "") if scores else (None, "nobody scored it before")
