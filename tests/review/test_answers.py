"""A reviewer's answers, read and held against the questions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.review import Answer, AnswerValue, Item, Question
from nbpeer.review.answers import complete, read_answers

HUMAN = Question(Item("C1", "Can I restate it?"), ("nothing found by NBP201",))
AUTO_YES = Question(Item("C2", "Reproduced?", ticked_by="auto"), ("fresh",), answer=Answer("C2", "yes", by="auto"))
AUTO_NO = Question(
    Item("C4", "Rows?", ticked_by="auto"), ("NBP301",), True, Answer("C4", "no", "NBP301 merge-unvalidated", "auto")
)


def given_answers(**answers: Any) -> dict[str, Answer]:
    return read_answers(answers, "answers.yml")


def test_answers_are_read_with_and_without_a_note() -> None:
    read = given_answers(C1="yes", C2={"answer": "no", "note": "two\nlines"}, C3=None, C8={"answer": "na"})
    assert read == {"C1": Answer("C1", "yes"), "C2": Answer("C2", "no", "two lines"), "C8": Answer("C8", "na")}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (["C1"], "must map items to answers"),
        ("yes", "must map items to answers"),
        ({"C1": "maybe"}, "the answer to C1 is 'maybe'"),
        ({"C1": True}, "the answer to C1 is True"),
        ({"C1": ["yes"]}, "the answer to C1 is"),
        ({"C1": {"note": "hm"}}, "the answer to C1 is None"),
        ({"C1": {"answer": "yes", "nota": "x"}}, "item C1 has the unknown key 'nota'"),
    ],
)
def test_what_is_not_an_answer_is_refused_by_item(value: Any, problem: str) -> None:
    with pytest.raises(NbpeerError, match=problem) as refused:
        read_answers(value, "answers.yml")
    assert "answers.yml" in refused.value.message


def test_an_approval_holds_the_machines_answers_and_the_evidence_the_reviewer_saw() -> None:
    done = complete((HUMAN, AUTO_YES), given_answers(C1="yes"), "approve")
    assert done == (Answer("C1", "yes", evidence="nothing found by NBP201"), Answer("C2", "yes", by="auto"))


def test_a_person_may_overrule_the_machine() -> None:
    done = complete((AUTO_YES,), given_answers(C2={"answer": "no", "note": "not on my machine"}), "approve")
    assert (done[0].by, done[0].answer) == ("human", "no")


def test_an_unknown_item_is_refused_with_the_close_match() -> None:
    with pytest.raises(NbpeerError, match=r"no item 'c1', did you mean C1\?"):
        complete((HUMAN, AUTO_YES), given_answers(c1="yes"), "approve")


def test_an_approval_with_items_left_open_lists_them() -> None:
    with pytest.raises(NbpeerError, match=r"not answered: C1 \(Can I restate it\?\), C4 \(Rows\?\)"):
        complete((HUMAN, AUTO_YES, AUTO_NO), {}, "approve")


@pytest.mark.parametrize("decision", ["approve", "request_changes"])
def test_a_no_without_a_note_is_refused(decision: Any) -> None:
    with pytest.raises(NbpeerError, match='a "no" needs a line that says why: C1'):
        complete((HUMAN,), given_answers(C1="no"), decision)


def test_a_request_for_changes_may_leave_items_open_but_says_what_is_asked() -> None:
    asked = given_answers(C1={"answer": "no", "note": "which decision?"})
    assert [answer.item for answer in complete((HUMAN, AUTO_YES, AUTO_NO), asked, "request_changes")] == [
        "C1", "C2", "C4",
    ]  # fmt: skip
    assert complete((HUMAN,), {}, "request_changes", "please split it") == ()
    with pytest.raises(NbpeerError, match="has to say which"):
        complete((HUMAN,), given_answers(C1="yes"), "request_changes", "  ")


@given(
    answers=st.dictionaries(
        st.sampled_from(["C1", "C2", "C4"]), st.tuples(st.sampled_from(["yes", "no", "na"]), st.text(max_size=3))
    )
)
def test_an_approval_is_complete_or_refused(answers: dict[str, tuple[AnswerValue, str]]) -> None:
    questions = (HUMAN, AUTO_YES, AUTO_NO)
    read = read_answers({item: {"answer": a, "note": n} for item, (a, n) in answers.items()}, "x")
    try:
        done = complete(questions, read, "approve")
    except NbpeerError:
        silent = any(answer == "no" and not note.split() for answer, note in answers.values())
        assert silent or not {"C1", "C4"} <= answers.keys()
        return
    assert [answer.item for answer in done] == ["C1", "C2", "C4"]
    assert all(answer.note.strip() for answer in done if answer.answer == "no")
    assert {answer.item for answer in done if answer.by == "human"} == answers.keys()
