"""Who ticked what, over any history of edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.marks import CHECKLIST, ITEM, mark, ticked
from nbpeer.model.pull_request import CommentEdit, Person
from nbpeer.review.ticks import answers_by_item, has_lines, lines, lines_of, names, ticks, unclaimed, with_ticks

BOT, ALICE, BOB = Person("nbpeer[bot]", 1, bot=True), Person("alice", 2), Person("bob", 3)
ITEMS = ("C1", "C2", "C3", "B1")
EDITORS = (BOT, ALICE, BOB, None)


def body(on: set[str] | frozenset[str], items: tuple[str, ...] = ITEMS, content: str = "") -> str:
    boxes = (f"- [{'x' if item in on else ' '}] **{item}** question {mark(ITEM, id=item)}" for item in items)
    return "\n".join([mark(CHECKLIST, path="a.ipynb", content=content), *boxes, ""])


def version(number: int, editor: Person | None, text: str) -> CommentEdit:
    return CommentEdit(editor, f"2026-07-01T00:{number:02}:00Z", text)


HISTORIES = st.lists(
    st.tuples(st.sampled_from(EDITORS), st.frozensets(st.sampled_from(ITEMS))), min_size=1, max_size=12
).map(lambda edits: [version(number, editor, body(on)) for number, (editor, on) in enumerate(edits)])


@given(HISTORIES)
def test_exactly_what_is_ticked_now_is_somebodys_or_nobodys(versions: list[CommentEdit]) -> None:
    now = ticked(versions[-1].body)
    claimed = {said.item for said in ticks(versions, BOT)}
    assert claimed | set(unclaimed(versions, BOT)) == now
    assert claimed.isdisjoint(unclaimed(versions, BOT))


@given(HISTORIES)
def test_each_tick_is_of_who_last_turned_the_box_on(versions: list[CommentEdit]) -> None:
    for said in ticks(versions, BOT):
        made = next(number for number, one in enumerate(versions) if one.time == said.time)
        assert versions[made].editor == said.person
        assert said.person not in (BOT, None)
        assert all(said.item in ticked(one.body) for one in versions[made:])
        assert made == 0 or said.item not in ticked(versions[made - 1].body)


@given(HISTORIES, st.sampled_from((BOT, BOB, ALICE, None)))
def test_a_rewrite_that_keeps_the_boxes_changes_nobodys_ticks(
    versions: list[CommentEdit], editor: Person | None
) -> None:
    text = body(ticked(versions[-1].body), content="other").replace("question", "another question")
    assert ticks([*versions, version(59, editor, text)], BOT) == ticks(versions, BOT)


@given(HISTORIES)
def test_what_the_bot_and_unknown_editors_turn_on_is_nobodys(versions: list[CommentEdit]) -> None:
    assert {said.person.login for said in ticks(versions, BOT)} <= {"alice", "bob"}
    assert ticks([version(58, BOB, body(set())), version(59, None, body(set(ITEMS)))], BOT) == ()


def test_one_edit_ticks_several_boxes() -> None:
    found = ticks([version(0, BOT, body(set())), version(1, BOB, body({"C1", "C3", "B1"}))], BOT)
    assert [(said.item, said.person.login) for said in found] == [("B1", "bob"), ("C1", "bob"), ("C3", "bob")]


def test_a_box_taken_off_and_ticked_again_is_the_later_persons() -> None:
    found = ticks(
        [
            version(0, BOT, body(set())),
            version(1, ALICE, body({"C1"})),
            version(2, BOB, body(set())),
            version(3, BOB, body({"C1"})),
        ],
        BOT,
    )
    assert [said.person for said in found] == [BOB]


def test_a_tick_remembers_the_content_it_was_made_for() -> None:
    first, second = body({"C1"}, content="sha256:1"), body({"C1", "C2"}, content="sha256:2")
    versions = [version(0, BOB, first), version(1, BOT, body({"C1"}, content="sha256:2")), version(2, BOB, second)]
    assert {said.item: said.content for said in ticks(versions, BOT)} == {"C1": "sha256:1", "C2": "sha256:2"}


def test_the_bot_is_the_same_with_and_without_its_suffix() -> None:
    assert ticks([version(0, Person("nbpeer"), body({"C1"}))], Person("nbpeer[bot]")) == ()


@given(st.frozensets(st.sampled_from(ITEMS)), st.frozensets(st.sampled_from(ITEMS)), st.sampled_from(["\n", "\r\n"]))
def test_ticking_changes_the_boxes_and_nothing_else(before: frozenset[str], after: frozenset[str], end: str) -> None:
    text = body(before).replace("\n", end) + "- [ ] not an item" + end
    found = with_ticks(text, after)
    assert ticked(found) == after
    assert with_ticks(found, before) == text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("nbpeer C3 na: no groups", ("", "C3", "na", "no groups")),
        ("nbpeer C3 no: why  not", ("", "C3", "no", "why not")),
        ("nbpeer C3 yes", ("", "C3", "yes", "")),
        ("  `nbpeer C3 NA: why`", ("", "C3", "na", "why")),
        ("nbpeer analyses/my prices.ipynb C3 no: it: is", ("analyses/my prices.ipynb", "C3", "no", "it: is")),
        ("nbpeer 2 C3 no: why", ("2", "C3", "no", "why")),
        ("> nbpeer C3 na: quoted", None),
        ("I say nbpeer C3 na: why", None),
        ("nbpeer C3 maybe: why", None),
        ("nbpeer C3 no reason", None),
        ("nbpeer", None),
    ],
)
def test_lines_that_answer(line: str, expected: tuple[str, str, str, str] | None) -> None:
    found = lines_of(f"Hello\r\n{line}\r\nbye", BOB, "2026-07-01T00:00:00Z")
    assert [(said.where, said.item, said.answer, said.note) for said in found] == ([expected] if expected else [])
    assert has_lines(line) == bool(expected)


def test_a_line_is_of_who_wrote_it_and_not_of_who_owns_the_comment() -> None:
    versions = [version(0, BOB, "nbpeer C1 na: mine"), version(1, ALICE, "nbpeer C1 na: mine\nnbpeer C2 na: forged")]
    assert [said.item for said in lines(versions, BOB)] == ["C1"]


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    found = lines_of(text, BOB, "2026-07-01T00:00:00Z")
    assert bool(found) == has_lines(text)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", None),
        ("b.ipynb", "x/b.ipynb"),
        ("x/a.ipynb", "x/a.ipynb"),
        ("a.ipynb", None),
        ("3", "y/a.ipynb"),
        ("9", None),
    ],
)
def test_which_analysis_a_line_means(where: str, expected: str | None) -> None:
    assert names(where, ("x/a.ipynb", "x/b.ipynb", "y/a.ipynb")) == expected
    assert names("", ("x/a.ipynb",)) == "x/a.ipynb"


def test_a_reviewers_own_answer_stands_before_a_later_one_of_another_and_later_before_earlier() -> None:
    (mine,) = lines_of("nbpeer C1 no: mine", BOB, "2026-07-01T00:00:00Z")
    (other,) = lines_of("nbpeer C1 yes", ALICE, "2026-07-01T00:05:00Z")
    (later,) = lines_of("nbpeer C1 na: changed", BOB, "2026-07-01T00:02:00Z")
    assert answers_by_item([mine, other, later], BOB, ("a.ipynb",), "a.ipynb")["C1"] == later
    assert answers_by_item([mine, other], ALICE, ("a.ipynb",), "a.ipynb")["C1"] == other


@given(HISTORIES, st.frozensets(st.sampled_from(ITEMS), min_size=1))
def test_what_is_turned_on_below_other_questions_is_nobodys(versions: list[CommentEdit], new: frozenset[str]) -> None:
    first = version(57, BOT, body(ticked(versions[-1].body) - new))
    reworded = version(58, BOB, first.body.replace("question", "other"))
    later = version(59, BOB, with_ticks(reworded.body, ticked(first.body) | new))
    assert {said.item for said in ticks([*versions, first, reworded, later], BOT)}.isdisjoint(new)
    straight = version(59, BOB, with_ticks(first.body, ticked(first.body) | new))
    assert {said.item for said in ticks([*versions, first, straight], BOT)} >= new
