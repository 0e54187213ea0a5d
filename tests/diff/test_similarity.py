from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel, LCSseq

import making
from nbpeer.diff.similarity import Words, alike, common, in_order, likeness, words_of
from nbpeer.model.notebook import Cell, parse_notebook

items = st.lists(st.sampled_from(["a", ("b", 1), "c", ""]), max_size=8)


def cells(*texts: str) -> tuple[Cell, ...]:
    return parse_notebook(making.text(making.notebook(*map(making.code, texts), header=None))).cells


words = st.text(st.sampled_from("abcde"), max_size=150)


@given(words, words, st.sampled_from([0.0, 0.5, 0.9]))
def test_likeness_is_what_rapidfuzz_measures(one: str, other: str, least: float) -> None:
    assert common(one, other) == LCSseq.similarity(one, other)
    assert likeness(one, other, least) == pytest.approx(Indel.normalized_similarity(one, other, score_cutoff=least))
    assert common(one * 40, other * 40) == LCSseq.similarity(one * 40, other * 40)


@given(items, items)
def test_a_common_subsequence_is_common_and_rises(old: list[object], new: list[object]) -> None:
    found = in_order(old, new)  # type: ignore[arg-type]
    assert all(old[one] == new[other] for one, other in found)
    assert [one for one, _ in found] == sorted({one for one, _ in found})
    assert [other for _, other in found] == sorted({other for _, other in found})


@given(items)
def test_a_sequence_is_all_of_its_own(found: list[object]) -> None:
    assert in_order(found, found) == [(place, place) for place in range(len(found))]  # type: ignore[arg-type]


@given(items, items)
def test_equal_items_are_spelled_alike_and_others_not(one: list[object], other: list[object]) -> None:
    words = Words()
    assert (words.spell(one) == words.spell(other)) == (one == other)  # type: ignore[arg-type]


def test_words_count_and_signs_only_when_there_is_no_word() -> None:
    assert words_of("df.head( 3 )") == ["df", "head", "3"]
    assert words_of(" ()") == ["(", ")"]
    assert words_of(" \n") == []


def test_cells_are_alike_by_their_share_of_words() -> None:
    (pair,) = alike(cells("a b c d"), cells("a b c e"), 0.5)
    assert (pair.old, pair.new, pair.weight) == (0, 0, 0.75)
    assert alike(cells("a b c d"), cells("a b c e"), 0.8) == []


def test_empty_cells_are_alike_to_nothing() -> None:
    assert alike(cells(""), cells("", "a"), 0.0) == []


def test_among_many_cells_those_that_share_rare_words_are_found() -> None:
    old = [f"common word unique{number} other{number}" for number in range(200)]
    found = alike(cells(*old), cells(*reversed(old)), 0.9)
    assert {(pair.old, pair.new) for pair in found} >= {(number, 199 - number) for number in range(200)}
