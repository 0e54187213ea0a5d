from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.render.numbers import number_pair, number_text, signed_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0412, "0.0412"),
        (0.1 + 0.2, "0.3"),
        (2013, "2013"),
        (41022, "41,022"),
        (1234567.0, "1,234,567"),
        (12345.678, "12,345.7"),
        (1e-9, "1e\N{MINUS SIGN}9"),
        (-3, "\N{MINUS SIGN}3"),
        (-0.0, "0"),
        (math.nan, "not a number"),
        (-math.inf, "\N{MINUS SIGN}infinity"),
        (True, "yes"),
        (None, "\N{EN DASH}"),
        ("a-b", "a-b"),
    ],
)
def test_numbers_read_as_people_write_them(value: object, text: str) -> None:
    assert number_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_two_different_numbers_never_look_the_same(before: float, after: float) -> None:
    one, other = number_pair(before, after)
    assert (one == other) == (before == after)


@pytest.mark.parametrize(("value", "text"), [(0.5, "+0.5"), (-0.5, "\N{MINUS SIGN}0.5"), (0.0, "0")])
def test_a_difference_has_its_sign(value: float, text: str) -> None:
    assert signed_text(value) == text


@pytest.mark.parametrize(
    ("before", "after", "tolerance", "texts"),
    [
        (3.08638, 2.80966, 0.5, ("3.09", "2.81")),
        (0.0412345, 0.0371, 0.002, ("0.0412", "0.0371")),
        (12345.678, 12300.1, 100, ("12,346", "12,300")),
        (0.5, 0.25, 0.05, ("0.50", "0.25")),
        (float("inf"), 0.25, 0.05, ("infinity", "0.25")),
        (5587, 3324, 0.5, ("5587", "3324")),
        (1.00001, 1.00002, 0.5, ("1.00001", "1.00002")),
        (-0.001, 0.4, 0.5, ("0.0", "0.4")),
    ],
)
def test_digits_far_below_the_tolerance_are_left_out(
    before: float, after: float, tolerance: float, texts: tuple[str, str]
) -> None:
    assert number_pair(before, after, tolerance) == texts


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.276722, "\N{MINUS SIGN}0.28"), (0.0001, "+0.0001"), (1.0, "+1")],
    ids=["rounded", "tiny", "whole"],
)
def test_a_difference_is_rounded_like_its_values_unless_nothing_were_left(value: float, text: str) -> None:
    assert signed_text(value, tolerance=0.5) == text


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12), st.floats(1e-6, 1e6))
def test_with_a_tolerance_too_two_different_numbers_never_look_the_same(
    before: float, after: float, tolerance: float
) -> None:
    one, other = number_pair(before, after, tolerance)
    assert (one == other) == (before == after)
