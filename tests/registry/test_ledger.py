from __future__ import annotations

import datetime
from typing import Any

import pytest

from nbpeer.model.decision import DecidedAnalysis, OutcomeReview
from nbpeer.model.ledger import Rate
from nbpeer.registry.decisions import sheet
from nbpeer.registry.ledger import Approval, Wait, rates
from registry.deciding import day, decision, prediction, record

TIME = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def rate(name: str, decisions: Any = (), approvals: Any = (), waits: Any = (), on: str = "2027-01-01") -> Rate:
    found = rates([sheet(one) for one in decisions], approvals, waits, day(on))
    return next(one for one in found if one.name == name)


def figures(found: Rate) -> tuple[Any, ...]:
    return found.value, found.count, found.n


def reviewed(on: str, due: str = "2026-06-15", verdict: Any = "supported") -> Any:
    return decision(outcome_review=OutcomeReview(day(due), "ben"), outcomes=(record(on, hypothesis=verdict),))


def test_below_five_there_is_no_rate_and_n_says_so() -> None:
    assert figures(rate("reviewed on time", [reviewed("2026-06-10")] * 4)) == (None, 4, 4)
    assert figures(rate("reviewed on time", [reviewed("2026-06-10")] * 5)) == (1.0, 5, 5)


def test_reviewed_on_time_counts_what_was_due_or_is_done() -> None:
    decisions = [
        reviewed("2026-06-15"),  # on the day
        reviewed("2026-06-16"),  # late
        reviewed("2026-06-16", "2027-05-01"),  # early
        decision(),  # overdue
        decision(outcome_review=OutcomeReview(day("2027-01-01"), "ben")),  # due today: not late yet
        decision(outcome_review=OutcomeReview(day("2027-02-01"), "ben")),  # not due yet
        decision(status="superseded"),
        decision(status="proposed"),
        decision(outcome_review=OutcomeReview()),
    ]
    found = rate("reviewed on time", decisions)
    assert (found.count, found.n, found.more) == (2, 4, "1 without a day left out")


def on_analysis(path: str, **said: Any) -> Any:
    return decision(analysis=DecidedAnalysis(path, "sha256:1"), **said)


def approval(analysis: str, reviewer: str = "ben", holds: bool | None = True) -> Approval:
    return Approval(analysis, reviewer, "sha256:1", TIME, holds)


def test_used_in_decisions_is_of_analyses_not_of_decisions() -> None:
    decisions = [
        on_analysis("a"),
        on_analysis("a"),
        on_analysis("b", outcomes=(record(used="no"),)),
        on_analysis("c", outcomes=(record(used="partly"),)),
        on_analysis("never approved"),
        on_analysis("d", status="proposed"),
    ]
    approvals = [approval("a"), approval("a", "cem"), *map(approval, "bcde")]
    found = rate("used in decisions", decisions, approvals)
    assert (figures(found), found.more) == ((0.4, 2, 5), "2 without a decision")


def test_hypotheses_that_nobody_could_judge_are_left_out() -> None:
    verdicts = ["supported"] * 3 + ["refuted"] * 2 + ["undecided"]
    found = rate("hypotheses supported", [reviewed("2026-06-10", verdict=one) for one in verdicts])
    assert (figures(found), found.more) == ((0.6, 3, 5), "1 undecided left out")


def test_intervals_are_counted_by_prediction() -> None:
    values = [4.1, 4.9, 5.0, 4.5, 3.0]
    decisions = [decision(outcomes=(record(observed={"conversion": value}),)) for value in values]
    bare = decision(predictions=(prediction(low=None, high=None),), outcomes=(record(observed={"conversion": 1.0}),))
    found = rate("intervals that held", [*decisions, bare, decision()])
    assert (figures(found), found.more) == ((0.6, 3, 5), "1 without an interval left out")


def test_the_median_review_time_leaves_out_what_git_does_not_tell() -> None:
    waits = [Wait("a", days) for days in (0.5, 1.0, 2.0, 4.0, 30.0, None)]
    found = rate("review time", waits=waits)
    assert (found.value, found.n, found.count) == (2.0, 5, None)
    assert found.more.startswith("1 left out")


def test_sign_offs_lapsed_are_of_analyses_that_are_here() -> None:
    approvals = [approval("a"), approval("a", "cem", False), *map(approval, "bcd"), approval("gone", holds=None)]
    assert figures(rate("sign-offs lapsed", approvals=approvals)) == (0.2, 1, 5)


@pytest.mark.parametrize("name", ["reviewed on time", "used in decisions", "hypotheses supported", "review time"])
def test_nothing_at_all_is_not_enough_data(name: str) -> None:
    found = rate(name)
    assert (found.value, found.n, found.enough) == (None, 0, False)
