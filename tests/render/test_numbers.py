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
