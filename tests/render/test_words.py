from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.render.words import changed_lines, changed_words

texts = st.text(alphabet="ab (\n_=", max_size=40)


@given(texts, texts)
def test_both_texts_can_be_read_back_from_the_lines(before: str, after: str) -> None:
    lines = changed_lines(before, after)
    old = ["".join(piece.text for piece in line.pieces) for line in lines if line.before]
    new = ["".join(piece.text for piece in line.pieces) for line in lines if line.after]
    assert old == before.split("\n")
    assert new == after.split("\n")
    assert [line.before for line in lines if line.before] == list(range(1, len(old) + 1))
    assert [line.after for line in lines if line.after] == list(range(1, len(new) + 1))


@given(texts, texts)
def test_both_texts_can_be_read_back_from_the_words(before: str, after: str) -> None:
    pieces = changed_words(before, after)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == before
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == after


def test_only_the_words_that_differ_are_marked() -> None:
    removed, added = changed_lines("x = load('a.csv')", "x = load('b.csv')")
    assert [piece.text for piece in removed.pieces if piece.change == "removed"] == ["a"]
    assert [piece.text for piece in added.pieces if piece.change == "added"] == ["b"]


def test_lines_with_nothing_in_common_are_not_marked_inside() -> None:
    removed, added = changed_lines("import pandas", "for x in y:")
    assert {piece.change for line in (removed, added) for piece in line.pieces} == {"same"}


@pytest.mark.parametrize(
    ("before", "after"),
    [("x" * 3_000_000, "y" * 3_000_000), ("a\n" * 50_000, "b\n" * 50_000)],
    ids=["one huge line", "very many lines"],
)
def test_huge_texts_are_answered_at_once(before: str, after: str) -> None:
    lines = changed_lines(before, after)
    assert {line.change for line in lines} <= {"removed", "added"}
