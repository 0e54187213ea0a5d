from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.ballot import Ballot, Dimension, MaturityModel, VoteResult
from nbpeer.registry.votes import Round, check_scores, result, spread

DIMENSIONS = tuple(Dimension(name, name.title(), f"bad {name}", f"good {name}") for name in ("data", "review", "care"))
MODEL = MaturityModel(1, "How are we?", DIMENSIONS)


def vote(name: str, *ballots: dict[str, int], model: MaturityModel = MODEL) -> Round:
    cast = tuple(Ballot(f"p{number}@example.org", name, scores, "") for number, scores in enumerate(ballots))
    return Round(name, model, cast)


def told(found: VoteResult) -> dict[str, tuple[float | None, float | None]]:
    return {one.dimension.id: (one.median, one.spread) for one in found.dimensions}


def test_the_loudest_disagreement_stands_first_and_then_the_lowest() -> None:
    ballots = [{"data": 4, "review": 1, "care": 2}, {"data": 4, "review": 5, "care": 2}, {"data": 4, "care": 2}]
    found = result(vote("2026-05-01", *ballots), [])
    assert list(told(found).items()) == [("review", (3.0, 4.0)), ("care", (2.0, 0.0)), ("data", (4.0, 0.0))]
    assert found.dimensions[0].counts == (1, 0, 0, 0, 1)
    assert (found.voters, found.previous) == (3, "")


def test_the_trend_is_since_the_last_round_that_had_ballots() -> None:
    earlier = [vote("2025-01-01", {"data": 1}), vote("2025-06-01", {"data": 2}, {"data": 3}), vote("2025-12-01")]
    found = result(vote("2026-05-01", {"data": 4, "care": 3}), earlier)
    by_id = {one.dimension.id: one for one in found.dimensions}
    assert (by_id["data"].before, by_id["data"].trend) == (2.5, 1.5)
    assert (by_id["care"].trend, by_id["care"].note) == (None, "nobody scored it before")
    assert found.previous == "2025-06-01"


def test_a_dimension_that_is_new_or_described_otherwise_has_no_trend() -> None:
    old = MaturityModel(1, "", (Dimension("data", "Data", "other words", "good data"),))
    before = vote("2025-01-01", {"data": 1}, model=old)
    found = result(vote("2026-05-01", {"data": 4, "care": 3}), [before])
    assert {one.dimension.id: (one.trend, one.note) for one in found.dimensions} == {
        "data": (None, "worded differently before"),
        "review": (None, "new"),
        "care": (None, "new"),
    }


@given(st.lists(st.integers(1, 5), min_size=2, max_size=12))
def test_the_spread_is_zero_only_when_all_agree_and_never_more_than_the_range(scores: list[int]) -> None:
    found = spread(scores)
    assert found is not None
    assert (found == 0) == (len(set(scores)) == 1)
    assert 0 <= found <= max(scores) - min(scores)
    assert found == pytest.approx(
        sum(abs(a - b) for a, b in combinations(scores, 2)) / (len(scores) * (len(scores) - 1) / 2)
    )
    assert spread(scores[::-1]) == pytest.approx(found)


def test_one_ballot_has_no_spread() -> None:
    assert spread([3]) is None
    assert spread([]) is None


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_out_of_range_is_refused(score: int) -> None:
    with pytest.raises(NbpeerError, match=f"the score of data is {score}"):
        check_scores(MODEL, {"data": score}, {}, "the model")


@pytest.mark.parametrize(("scores", "notes"), [({"dat": 3}, {}), ({}, {"dat": "x"})])
def test_an_unknown_dimension_is_refused_with_the_nearest(scores: dict[str, int], notes: dict[str, str]) -> None:
    with pytest.raises(NbpeerError, match="no dimension 'dat': did you mean 'data'"):
        check_scores(MODEL, scores, notes, "the model")
