from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.change import ValueChange
from nbpeer.results.numbers import Tolerance
from nbpeer.results.texts import MOST_TEXT, compare_texts

ALLOWED = Tolerance(relative=0.01)


def verdict(before: str, after: str, allowed: Tolerance = ALLOWED) -> str:
    return compare_texts(before, after, allowed).verdict


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("effect 0.41", "effect 0.41", "unchanged"),
        ("effect 0.4100", "effect 0.41", "unchanged"),
        ("a  1\nb 20", "a 1\nb  20", "unchanged"),
        ("effect 0.410", "effect 0.412", "within_tolerance"),
        ("effect 0.41", "effect 0.42", "changed"),
        ("1,234 orders", "1,235 orders", "within_tolerance"),
        ("x = -3.1e-5", "x = -3.11e-5", "within_tolerance"),
        ("x = 3", "x = -3", "changed"),
        ("[1.  2.5]", "[1.  2.501]", "within_tolerance"),
        ("effect 0.41", "impact 0.41", "changed"),
        ("effect 0.41", "effect 0.41 up", "changed"),
        ("effect 0.41", "effect nan", "changed"),
        ("p < 0.05", "p < 0.0499", "changed"),
        ("<Axes at 1>\n0.410", "<Axes at 1>\n0.412", "within_tolerance"),
        ("2026-11-22", "2026-11-23", "changed"),
        ("1.10.0", "1.10.1", "changed"),
        ("10:00", "10:01", "changed"),
        ("run100a", "run101a", "changed"),
        ("90-100 days", "90-101 days", "within_tolerance"),
    ],
)
def test_words_are_compared_exactly_and_numbers_within_tolerance(before: str, after: str, expected: str) -> None:
    assert verdict(before, after) == expected
    assert verdict(after, before) == expected


def test_what_moved_is_named_by_its_line_and_the_words_before_it() -> None:
    found = compare_texts("rows 10\nmean price: 4.10, 7", "rows 10\nmean price: 4.50, 8", ALLOWED)
    assert found.values == (
        ValueChange("line 2, mean price", "4.10", "4.50"),
        ValueChange("line 2", "7", "8"),
    )
    assert found.detail == "2 numbers moved, by at most 14 %"


def test_a_text_too_long_to_read_is_compared_as_a_whole() -> None:
    found = compare_texts("1 " * MOST_TEXT, "2 " * MOST_TEXT, ALLOWED)
    assert found.verdict == "changed"
    assert "as a whole" in found.detail


@given(st.text(), st.text())
def test_equal_words_is_what_unchanged_means(before: str, after: str) -> None:
    found = compare_texts(before, after, Tolerance())
    if before.split() == after.split():
        assert found.verdict == "unchanged"
    assert verdict(before, before) == "unchanged"
    assert found.verdict == compare_texts(after, before, Tolerance()).verdict


@given(st.floats(1e-3, 1e9), st.floats(-0.009, 0.009))
def test_a_number_moved_by_less_than_the_tolerance_is_never_a_change(number: float, share: float) -> None:
    assert verdict(f"x {number!r}", f"x {number * (1 + share)!r}") in ("unchanged", "within_tolerance")
    assert verdict(f"x {number!r}", f"x {number * 1.1!r}") == "changed"
