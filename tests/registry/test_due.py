from __future__ import annotations

from typing import Any

from nbpeer.registry.decisions import sheet
from nbpeer.registry.due import Undecided, decision_items, outcome_items
from registry.deciding import day, decision, prediction, record


def items(on: str, *decisions: Any) -> list[Any]:
    return outcome_items(map(sheet, decisions), day(on))[0]


def test_a_decision_is_due_on_the_first_day_something_of_it_is() -> None:
    (found,) = items("2026-06-01", decision())
    assert (found.date, found.state, found.days) == (day("2026-06-01"), "due", 0)
    assert (found.owner, found.todo) == ("ben", "nbpeer outcome 7")
    assert found.waits_for == ("conversion by 2026-06-01", "the hypothesis")
    assert [one.state for one in items("2026-05-31", decision())] == ["coming"]
    assert [(one.state, one.days) for one in items("2026-06-03", decision())] == [("overdue", 2)]


def test_once_a_value_is_observed_the_review_is_what_it_waits_for() -> None:
    (found,) = items("2026-06-14", decision(outcomes=(record(observed={"conversion": 4.2}),)))
    assert (found.date, found.state, found.waits_for) == (day("2026-06-15"), "coming", ("the hypothesis",))


def test_what_is_reviewed_superseded_or_proposed_waits_for_nothing() -> None:
    reviewed = decision(outcomes=(record(hypothesis="undecided"),))
    assert items("2027-01-01", reviewed, decision(status="superseded"), decision(status="proposed")) == []


def test_a_decision_without_any_day_is_named() -> None:
    from nbpeer.model.decision import OutcomeReview, Prediction

    dateless = decision(predictions=(Prediction("conversion", 1.0),), outcome_review=OutcomeReview())
    assert outcome_items([sheet(dateless)], day("2027-01-01")) == ([], [dateless.path])


def test_without_a_reviewer_it_is_the_deciders_business() -> None:
    from nbpeer.model.decision import OutcomeReview

    (found,) = items(
        "2026-06-01", decision(outcome_review=OutcomeReview(day("2026-06-15")), predictions=(prediction(),))
    )
    assert found.owner == "pricing lead"


def test_an_analysis_without_a_decision_is_due_on_its_day_of_review() -> None:
    (found,) = decision_items([Undecided("a b.ipynb", "Price", "ana", day("2026-05-01"))], day("2026-05-03"))
    assert (found.state, found.number, found.todo) == ("overdue", None, "nbpeer decide 'a b.ipynb'")
