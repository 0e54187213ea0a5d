"""Which items are asked, and which of them the rules have answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.finding import Finding
from nbpeer.model.kind import CommonChecklist, Kind
from nbpeer.model.review import TIERS, Checklist, Condition, Item, Question, TickedBy, Tier, TierRule
from nbpeer.review.answers import asks
from nbpeer.review.checklist import CERTIFIED, Looked, checklist_for, questions

COMMON = CommonChecklist(
    version=3,
    tiers={
        "low": TierRule(5, ("C1",), ("error",)),
        "medium": TierRule(15, ("C1", "C2", "C4"), ("error",)),
        "high": TierRule(30, ("C1", "C2", "C4"), ("error",), kind_items=True),
        "business_critical": TierRule(30, ("C1", "C2", "C4"), ("error",), kind_items=True, reviewers=2),
    },
    items=(
        Item("C1", "Can I restate it?", evidence=("NBP201",)),
        Item("C2", "Does a clean run reproduce it?", evidence=("NBP101",), ticked_by="auto"),
        Item("C4", "Are lost rows explained?", evidence=("NBP301", "NBP302"), ticked_by="auto_then_human_if_flagged"),
    ),
)
KIND = Kind("ab_test", "A/B test", "", "folder", b"", checklist_version=7, items=(Item("A2", "Ratio?"),))
FRESH = Condition("results fresh", True, "the run was of exactly this source")
ALL = frozenset({"NBP001", "NBP101", "NBP201", "NBP301", "NBP302"})


def finding(code: str, *, waived: str = "", cell: int = 4) -> Finding:
    return Finding(code, "a-name", "warning", "rows vanish", "a.ipynb", cell=cell, waived=waived)


def asked(*findings: Finding, applied: frozenset[str] = ALL, fresh: Condition = FRESH) -> dict[str, Question]:
    made = questions(checklist_for(COMMON, KIND, "high"), findings, Looked(applied, fresh))
    return {question.item.id: question for question in made}


@pytest.mark.parametrize(
    ("tier", "items", "minutes", "reviewers"),
    [
        ("low", "C1", 5, 1),
        ("medium", "C1 C2 C4", 15, 1),
        ("high", "C1 C2 C4 A2", 30, 1),
        ("business_critical", "C1 C2 C4 A2", 30, 2),
    ],
)
def test_the_tier_decides_items_minutes_and_reviewers(tier: Tier, items: str, minutes: int, reviewers: int) -> None:
    made = checklist_for(COMMON, KIND, tier)
    assert " ".join(item.id for item in made.items) == items
    assert (made.minutes, made.reviewers, made.id, made.version) == (minutes, reviewers, "ab_test", "3.7")


def test_an_unknown_kind_is_asked_the_common_items() -> None:
    made = checklist_for(COMMON, None, "high")
    assert [item.id for item in made.items] == ["C1", "C2", "C4"]
    assert (made.id, made.version) == ("common", "3.0")


def test_a_tier_that_asks_for_an_item_that_is_not_there_is_refused() -> None:
    broken = CommonChecklist(1, {"low": TierRule(5, ("C9",), ())}, ())
    with pytest.raises(NbpeerError, match="tier low asks for C9"):
        checklist_for(broken, None, "low")
    with pytest.raises(NbpeerError, match="nothing of tier high"):
        checklist_for(broken, None, "high")


def test_automatic_items_are_answered_yes_when_their_rules_found_nothing() -> None:
    made = asked()
    for item in ("C2", "C4"):
        answer = made[item].answer
        assert answer
        assert (answer.answer, answer.by) == ("yes", "auto")
    assert "nothing found by NBP301, NBP302" in made["C4"].evidence


def test_a_human_item_is_never_answered_by_the_machine() -> None:
    assert asked()["C1"].answer is None
    flagged = asked(finding("NBP201"))["C1"]
    assert flagged.answer is None
    assert flagged.flagged


def test_a_finding_answers_an_automatic_item_no_and_is_named() -> None:
    answer = asked(finding("NBP101"))["C2"].answer
    assert answer
    assert answer.answer == "no"
    assert answer.note == "NBP101 a-name, cell 4: rows vanish"


def test_a_finding_hands_the_other_automatic_sort_to_a_person() -> None:
    question = asked(finding("NBP302"))["C4"]
    assert question.answer is None
    assert question.flagged
    assert question.evidence == ("NBP302 a-name, cell 4: rows vanish", "nothing found by NBP301")


def test_a_fresh_certificate_stands_for_the_rules_about_running_again() -> None:
    answer = asked(applied=ALL - CERTIFIED)["C2"].answer
    assert answer
    assert answer.answer == "yes"
    stale = asked(applied=ALL - CERTIFIED, fresh=Condition("results fresh", False, "a cell was edited"))["C2"].answer
    assert stale
    assert (stale.answer, stale.note) == ("no", "a cell was edited")


def test_a_waived_finding_is_shown_with_its_reason_and_does_not_count() -> None:
    question = asked(finding("NBP302", waived="agreed with finance"))["C4"]
    assert question.answer
    assert question.answer.answer == "yes"
    assert "(waived: agreed with finance)" in question.evidence[0]


def test_a_rule_that_had_nothing_to_look_at_leaves_only_its_own_items_to_a_person() -> None:
    blind = Finding("NBP001", "could-not-analyse", "info", "nothing to compare with", "a.ipynb", blinds=("NBP302",))
    made = asked(blind)
    assert made["C4"].answer is None
    answer = made["C2"].answer
    assert answer
    assert answer.answer == "yes"


def test_a_rule_that_was_not_applied_leaves_the_item_to_a_person() -> None:
    question = asked(applied=ALL - {"NBP302"})["C4"]
    assert question.answer is None
    assert not question.flagged
    assert question.evidence == ("nothing found by NBP301", "not applied: NBP302")


@pytest.mark.parametrize("waived", ["", "our own syntax"])
def test_a_cell_that_could_not_be_analysed_leaves_automatic_items_to_a_person(waived: str) -> None:
    made = asked(finding("NBP001", waived=waived))
    assert made["C2"].answer is None
    assert made["C4"].answer is None
    assert any("could not be analysed" in line for line in made["C4"].evidence)


def test_nothing_is_answered_when_nobody_looked_for_what_could_not_be_analysed() -> None:
    assert asked(applied=ALL - {"NBP001"})["C4"].answer is None


def test_an_automatic_item_without_evidence_is_left_to_a_person() -> None:
    made = Checklist("x", "1.1", "low", 5, 1, (Item("Z", "?", ticked_by="auto"),))
    assert questions(made, (), Looked(ALL, FRESH))[0].answer is None


def test_stale_results_answer_whether_a_clean_run_reproduces_it() -> None:
    stale = Condition("results fresh", False, "a cell was edited after the run")
    question = asked(fresh=stale)["C2"]
    assert question.answer
    assert (question.answer.answer, question.answer.note) == ("no", "a cell was edited after the run")
    assert "certificate: a cell was edited after the run" in question.evidence


def about_expectations(held: Condition | None, ticked_by: TickedBy = "auto") -> Question:
    item = Item("A2", "Ratio?", evidence=("NBP301",), show=("expectations",), ticked_by=ticked_by)
    checklist = Checklist("x", "1.1", "low", 5, 1, (item,))
    return questions(checklist, (), Looked(ALL, FRESH, held))[0]


def test_an_automatic_item_about_expectations_is_answered_by_what_they_came_to_as_well() -> None:
    held = about_expectations(Condition("expectations hold", True, "9 expectations held"))
    assert held.answer and held.answer.answer == "yes"
    assert held.evidence == ("nothing found by NBP301", "expectations: 9 expectations held")
    failed = about_expectations(Condition("expectations hold", False, "failed: sample ratio"))
    assert failed.answer and (failed.answer.answer, failed.answer.note) == ("no", "failed: sample ratio")
    assert failed.flagged


def test_without_a_known_expectation_an_item_about_them_is_left_to_a_person() -> None:
    question = about_expectations(None)
    assert question.answer is None
    assert question.evidence[-1] == "expectations: none is known of exactly this content"
    assert about_expectations(None, "human").evidence == ("nothing found by NBP301",)


def test_a_reason_why_a_rule_was_not_applied_is_said() -> None:
    made = checklist_for(COMMON, None, "medium")
    looked = Looked(ALL - {"NBP302"}, FRESH, None, {"NBP302": "there are no joins"})
    assert "not applied: NBP302 (there are no joins)" in questions(made, (), looked)[2].evidence


def test_the_evidence_of_a_human_item_names_no_rule_that_could_not_look() -> None:
    item = Item("C7", "Sure?", evidence=("NBP301", "NBP302"))
    blind = Finding("NBP001", "could-not-analyse", "info", "r code", "a.ipynb", blinds=("NBP302",))
    made = questions(Checklist("x", "1.1", "low", 5, 1, (item,)), (blind,), Looked(ALL, FRESH))
    assert made[0].evidence == ("nothing found by NBP301", "could not be analysed: NBP001 could-not-analyse, r code")


def test_the_certificate_is_evidence_of_a_human_item_too() -> None:
    made = Checklist("x", "1.1", "low", 5, 1, (Item("D1", "Reproduced?", evidence=("NBP101",)),))
    question = questions(made, (), Looked(ALL - CERTIFIED, FRESH))[0]
    assert question.answer is None
    assert question.evidence == ("certificate: the run was of exactly this source",)


@given(
    found=st.lists(st.sampled_from(["NBP001", "NBP101", "NBP201", "NBP301", "NBP302", "NBP999"])),
    waived=st.booleans(),
    applied=st.frozensets(st.sampled_from(sorted(ALL))),
    tier=st.sampled_from(TIERS),
)
def test_the_machine_never_says_yes_unless_every_rule_looked_and_found_nothing(
    found: list[str], waived: bool, applied: frozenset[str], tier: Tier
) -> None:
    findings = [finding(code, waived="a reason" if waived else "") for code in found]
    checklist = checklist_for(COMMON, KIND, tier)
    made = questions(checklist, findings, Looked(applied, FRESH))
    assert [question.item for question in made] == list(checklist.items)
    for question in made:
        codes = set(question.item.evidence)
        if not asks(question):
            assert question.item.ticked_by != "human"
            assert (codes - CERTIFIED) | {"NBP001"} <= applied
            assert "NBP001" not in found
            assert waived or not codes & set(found)
