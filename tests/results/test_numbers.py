from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.result import NamedResult
from nbpeer.results.numbers import Tolerance, compare_numbers, percent, tolerances

numbers = st.floats() | st.integers() | st.sampled_from(["NaN", "Infinity", "-Infinity"])
allowed = st.lists(st.builds(Tolerance, st.floats(0, 1e6), st.floats(0, 1)), max_size=2).map(tuple)


@given(numbers, allowed)
def test_a_number_is_itself(value: object, tolerance: tuple[Tolerance, ...]) -> None:
    assert compare_numbers(value, value, tolerance).same


@given(numbers, numbers, allowed)
def test_the_verdict_is_the_same_from_either_side(one: object, other: object, tolerance: tuple[Tolerance, ...]) -> None:
    there, back = compare_numbers(one, other, tolerance), compare_numbers(other, one, tolerance)
    assert (there.same, there.within) == (back.same, back.within)
    assert there.delta == (None if back.delta is None else -back.delta)


@pytest.mark.parametrize(
    ("before", "after", "tolerance", "within", "delta"),
    [
        (0.0412, 0.0432, Tolerance(0.002), True, 0.002),
        (0.1, 0.3, Tolerance(0.2), True, 0.2),
        (0.1, 0.30000001, Tolerance(0.2), False, 0.20000001),
        (100, 101, Tolerance(0, 0.01), True, 1.0),
        (100, 102, Tolerance(0, 0.01), False, 2.0),
        (100, 102, Tolerance(2, 0.01), True, 2.0),
        (-100, -101, Tolerance(0, 0.01), True, -1.0),
        (10**300, 10**300 + 1, Tolerance(1), True, 1.0),
        (5e-324, 1e308, Tolerance(1), False, 1e308),
    ],
)
def test_tolerances_are_measured_on_the_digits_people_see(
    before: float, after: float, tolerance: Tolerance, within: bool, delta: float
) -> None:
    found = compare_numbers(before, after, (tolerance,))
    assert (found.same, found.within, found.delta) == (False, within, delta)


def test_a_whole_number_too_large_for_a_float_is_compared_too() -> None:
    assert compare_numbers(10**350, 10**350 + 1, (Tolerance(1),)).within
    assert compare_numbers(10**350, 10**350, ()).same


def test_without_a_tolerance_no_move_is_within_it() -> None:
    assert not compare_numbers(1, 1.0000001, ()).within


@pytest.mark.parametrize(("before", "after"), [("NaN", 1.0), (1, "Infinity"), ("Infinity", "-Infinity")])
def test_what_is_not_finite_is_never_near(before: object, after: object) -> None:
    found = compare_numbers(before, after, (Tolerance(1e9, 1.0),))
    assert (found.same, found.within, found.delta) == (False, False, None)


def test_a_whole_number_is_the_same_written_as_a_float() -> None:
    assert compare_numbers(2, 2.0, ()).same
    assert compare_numbers(0.0, -0.0, ()).same


def test_each_side_that_states_a_tolerance_has_its_say() -> None:
    plain, tight, loose = (NamedResult("n", "number", 1, "", absolute) for absolute in (0.0, 0.1, 5.0))
    assert tolerances(plain, tight) == tolerances(tight, plain) == (Tolerance(0.1),)
    assert tolerances(tight, loose) == (Tolerance(0.1), Tolerance(5.0))
    assert tolerances(plain, plain) == ()


def test_a_tolerance_reads_as_people_write_it() -> None:
    assert [str(Tolerance(*pair)) for pair in ((0, 0), (0.5, 0), (0, 0.01), (0.5, 0.01))] == [
        "none",
        "0.5",
        "1 %",
        "0.5 or 1 %",
    ]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.00123, "0.12 %"), (0.47, "47 %"), (0.996, "100 %"), (1.0, "100 %"), (12.0, "1,200 %")],
)
def test_a_share_is_told_in_per_cent_without_exponents(share: float, text: str) -> None:
    assert percent(share) == text
