from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.decision import Forecast, OutcomeReview, Prediction, frozen_digest
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.result import Certificate, NamedResult, ResultsFile
from nbpeer.registry.decisions import Said, check_record, draft, freeze, sheet
from nbpeer.registry.frozen import Decided, edits, shared_numbers
from registry.deciding import DAY, day, decision, prediction, record

RESULTS = ResultsFile(
    Certificate("sha256:1"),
    {
        "conversion": NamedResult("conversion", "number", 4.5, "%"),
        "low": NamedResult("low", "number", 4.1, "%"),
        "high": NamedResult("high", "number", 4.9, "%"),
        "answer": NamedResult("answer", "text", "yes"),
        "broken": NamedResult("broken", "number", "NaN"),
    },
)


def drafted(*forecasts: Forecast, said: Said | None = None, **front: Any) -> tuple[Prediction, ...]:
    blank = decision(status="proposed")
    return draft(blank, FrontMatter(predictions=forecasts, **front), RESULTS, said or Said()).predictions


def test_a_prediction_takes_its_values_from_named_results_and_its_day_from_the_review() -> None:
    found = drafted(Forecast("conversion", None, "low", "high"), review_on=day("2026-09-01"))
    assert found == (Prediction("conversion", 4.5, 4.1, 4.9, "%", day("2026-09-01")),)
    assert drafted(Forecast("wau@2.1.0", 3)) == (Prediction("wau@2.1.0", 3.0),)


def test_what_a_person_predicts_replaces_what_the_front_matter_says_of_the_same_metric() -> None:
    said = Said(forecasts=(Forecast("conversion", 5.0, 4.0, 6.0, day("2026-05-01")),))
    found = drafted(Forecast("conversion"), Forecast("answers", 1), said=said)
    assert [(one.metric, one.expect) for one in found] == [("answers", 1.0), ("conversion", 5.0)]


@pytest.mark.parametrize(
    ("forecast", "said"),
    [
        (Forecast("conversoin"), "no named result"),
        (Forecast("conversion", "answer"), "which is no number"),
        (Forecast("broken"), "which is no number"),
        (Forecast("conversion", 1.0, 2.0, 3.0), "does not hold its point"),
        (Forecast("conversion", 1.0, 3.0, -1.0), "does not hold its point"),
        (Forecast("conversion", 1.0, 0.5), "one end only"),
        (Forecast("conversion", float("inf")), "is inf"),
    ],
)
def test_a_prediction_that_is_not_right_is_refused(forecast: Forecast, said: str) -> None:
    with pytest.raises(NbpeerError, match=said):
        drafted(forecast)


def test_a_misspelt_result_is_told_with_the_nearest_one() -> None:
    with pytest.raises(NbpeerError) as error:
        drafted(Forecast("conversoin"))
    assert error.value.hint == "did you mean 'conversion'?"


def test_a_metric_is_predicted_once() -> None:
    with pytest.raises(NbpeerError, match="predicted twice"):
        drafted(Forecast("conversion"), Forecast("conversion", 3))


def test_a_decision_says_what_was_chosen_and_predicts_what_comes() -> None:
    with pytest.raises(NbpeerError, match="does not say what is decided"):
        freeze(decision(status="proposed", chosen=""), DAY)
    with pytest.raises(NbpeerError, match="the prediction of conversion is due on 2026-06-01"):
        freeze(decision(status="proposed"), day("2026-06-02"))
    with pytest.raises(NbpeerError, match="the review of the outcome is due"):
        freeze(decision(status="proposed", predictions=()), day("2026-07-01"))


FROZEN: dict[str, Any] = {
    "date": day("2026-03-02"),
    "chosen": "Keep it",
    "hypothesis": "Nothing happens.",
    "change_my_mind": "",
    "predictions": (prediction(high=5.5),),
    "outcome_review": OutcomeReview(day("2026-12-01"), "ben"),
}


@pytest.mark.parametrize("field", FROZEN)
def test_every_frozen_field_is_covered_by_the_digest_and_its_edit_is_found(field: str) -> None:
    first = decision()
    now = msgspec.structs.replace(first, **{field: FROZEN[field]})
    assert frozen_digest(now) != first.frozen
    assert edits(now, None) == ("what it says is not what its digest `frozen` was made of",)
    (said,) = edits(now, Decided("c0ffee", first.frozen, first))
    assert " was " in said
    covered_up = msgspec.structs.replace(now, frozen=frozen_digest(now))
    assert edits(covered_up, None) == ()  # without history nobody can tell
    assert edits(covered_up, Decided("c0ffee", first.frozen, first)) == (said,)


@given(st.integers(0, 9999), st.text(), st.text())
def test_a_rename_a_new_number_a_new_owner_and_prose_are_no_edits(number: int, text: str, owner: str) -> None:
    first = decision()
    now = msgspec.structs.replace(
        first,
        number=number,
        path=f"decisions/{number:04}-x.md",
        title=text,
        status="superseded",
        analysis=msgspec.structs.replace(first.analysis, path=text),
        outcome_review=OutcomeReview(first.outcome_review.due, owner),
        outcomes=(record(note=text),),
    )
    assert edits(now, Decided("c0ffee", first.frozen, first)) == ()
    assert edits(now, None) == ()


def test_a_digest_that_is_gone_or_replaced_is_found() -> None:
    first = decision()
    decided = Decided("c0ffee", first.frozen, first)
    assert edits(msgspec.structs.replace(first, frozen=""), decided) == (
        "it is decided, and its digest `frozen` is gone",
    )
    assert edits(msgspec.structs.replace(first, frozen=""), None) == ("it is decided and was never frozen",)
    assert edits(msgspec.structs.replace(first, frozen="sha256:0"), decided) == ("its digest `frozen` is another one",)
    assert edits(decision(status="proposed"), None) == ()


def test_each_changed_prediction_is_told() -> None:
    first = decision(predictions=(prediction(), prediction("returns"), prediction("visits")))
    changed = (prediction("returns", low=4.2), prediction(low=None), prediction("sales"))
    now = msgspec.structs.replace(first, predictions=changed)
    assert edits(now, Decided("c0ffee", first.frozen, first)) == (
        "low80 of conversion was 4.1 and is nothing",
        "low80 of returns was 4.1 and is 4.2",
        "the prediction of sales was added",
        "the prediction of visits is gone",
    )
    swapped = msgspec.structs.replace(first, predictions=first.predictions[::-1])
    assert edits(swapped, Decided("c0ffee", first.frozen, first)) == ("the predictions stand in another order",)


def test_numbers_that_two_files_share_are_found() -> None:
    paths = ["decisions/0002-a.md", "decisions/0001-b.md", "decisions/0001-a.md", "decisions/readme.md"]
    assert shared_numbers(paths) == {1: ("decisions/0001-a.md", "decisions/0001-b.md")}


def test_the_latest_word_counts_and_of_one_day_the_last() -> None:
    found = sheet(
        decision(
            outcomes=(
                record("2026-06-12", observed={"conversion": 4.2}, used="no", hypothesis="refuted"),
                record("2026-06-10", observed={"conversion": 9.9}, used="yes", hypothesis="undecided"),
                record("2026-06-12", hypothesis="supported"),
            )
        )
    )
    assert [(one.observed, one.within, one.on) for one in found.compared] == [(4.2, True, day("2026-06-12"))]
    assert (found.hypothesis, found.used, found.reviewed_on) == ("supported", "no", day("2026-06-10"))


@pytest.mark.parametrize(("value", "within"), [(4.1, True), (4.9, True), (4.0999, False), (4.90001, False)])
def test_an_interval_holds_its_own_ends(value: float, within: bool) -> None:
    (found,) = sheet(decision(outcomes=(record(observed={"conversion": value}),))).compared
    assert found.within is within


def test_without_an_interval_there_is_nothing_to_be_within() -> None:
    bare = decision(predictions=(prediction(low=None, high=None),), outcomes=(record(observed={"conversion": 4.0}),))
    assert [one.within for one in sheet(bare).compared] == [None]


def test_two_people_who_disagree_are_told_and_one_who_corrects_themselves_is_not() -> None:
    ana, ben = "ana@example.org", "ben@example.org"
    corrected = (record(by=ana, hypothesis="refuted"), record(by=ana, hypothesis="supported"))
    assert sheet(decision(outcomes=corrected)).notes == ()
    two = (*corrected, record(by=ben, hypothesis="refuted"))
    assert sheet(decision(outcomes=two)).notes == (
        "they disagree on the hypothesis: ana@example.org says supported, ben@example.org says refuted",
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"on": "2026-07-02"}, "is yet to come"),
        ({"on": "2026-02-28"}, "before the day of the decision"),
        ({"observed": {"conversoin": 1.0}}, "does not predict 'conversoin'"),
        ({"observed": {"conversion": float("nan")}}, "no finite number"),
        ({"why_not": "late"}, "--why-not"),
        ({"why_not": "late", "used": "yes"}, "--why-not"),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused(said: dict[str, Any], message: str) -> None:
    on = said.pop("on", "2026-06-10")
    with pytest.raises(NbpeerError, match=message):
        check_record(decision(), record(on, **said), datetime.date(2026, 7, 1))


def test_what_is_only_proposed_has_no_outcome() -> None:
    with pytest.raises(NbpeerError, match="not decided yet"):
        check_record(decision(status="proposed"), record(), day("2026-07-01"))


def test_the_digest_can_be_recomputed_from_the_page_alone() -> None:
    import hashlib

    import rfc8785

    made = decision(predictions=(prediction(), Prediction("returns", 1)))
    said = {
        "date": "2026-03-01",
        "content": made.analysis.content,
        "chosen": "Roll it out",
        "hypothesis": "Conversion rises by half a point.",
        "change_my_mind": "No effect in the larger half of the countries.",
        "predictions": [
            {"metric": "conversion", "expect": 4.5, "low80": 4.1, "high80": 4.9, "unit": "%", "by": "2026-06-01"},
            {"metric": "returns", "expect": 1},
        ],
        "due": "2026-06-15",
    }
    assert made.frozen == "sha256:" + hashlib.sha256(rfc8785.dumps(["nbpeer-decision-1", said])).hexdigest()
