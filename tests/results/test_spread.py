from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.recorded import Spread
from nbpeer.model.result import NamedResult, ResultSet, Table
from nbpeer.results.spread import furthest, spreads


def found(*results: NamedResult) -> ResultSet:
    return ResultSet(results)


def number(value: Any, tolerance: float = 0.0) -> ResultSet:
    return found(NamedResult("n", "number", value, "", tolerance))


def table(*rows: tuple[Any, ...]) -> ResultSet:
    return found(NamedResult("t", "table", Table(("key", "value"), rows)))


@given(st.lists(st.integers(-9, 9) | st.integers(-9_000, 9_000).map(lambda eighths: eighths / 8), min_size=1))
def test_the_spread_of_a_number_is_largest_minus_smallest(values: list[float]) -> None:
    different = len(set(values))
    found = [(spread.values, spread.width) for spread in spreads([number(value) for value in values])]
    assert found == ([(different, max(values) - min(values))] if different > 1 else [])


def test_what_is_the_same_in_every_run_has_no_spread() -> None:
    assert spreads([number(0.1), number(0.1)]) == ()
    assert spreads([number("NaN"), number("NaN")]) == ()
    assert spreads([number(1)]) == ()
    assert spreads([]) == ()


def test_a_tolerance_hides_no_spread() -> None:
    assert spreads([number(1.0, 9), number(1.5, 9)]) == (Spread("n", 2, 0.5, "1.0", "1.5"),)


def test_texts_and_what_is_not_finite_vary_without_a_width() -> None:
    texts = [found(NamedResult("w", "text", word)) for word in ("a", "b", "a")]
    assert spreads(texts) == (Spread("w", 2),)
    assert spreads([number(1.0), number("NaN")]) == (Spread("n", 2),)


def test_a_result_that_some_runs_lack_varies() -> None:
    assert spreads([number(1.0), ResultSet()]) == (Spread("n", 2),)


def test_the_spread_of_a_table_is_that_of_its_widest_cell() -> None:
    runs = [table(("a", 1.0), ("b", 5.0)), table(("b", 5.25), ("a", 1.0)), table(("a", 1.125), ("b", 5.0))]
    assert spreads(runs) == (Spread("t", 3, 0.25, "5.0", "5.25", "b, value"),)


def test_a_table_of_other_rows_varies_without_a_width() -> None:
    assert spreads([table(("a", 1)), table(("a", 1), ("b", 2))]) == (Spread("t", 2),)


def test_the_run_that_is_furthest_off_counts() -> None:
    (change,) = furthest(_set(1.0, 0.1), [_set(1.05, 0.1), _set(0.5, 0.1), _set(1.3, 0.1)])
    assert (change.verdict, change.delta) == ("changed", -0.5)
    (near,) = furthest(_set(1.0, 0.1), [_set(1.0, 0.1), _set(1.05, 0.1)])
    assert near.verdict == "within_tolerance"


def test_a_result_missing_in_any_run_is_gone_and_a_new_one_is_new() -> None:
    changes = furthest(number(1.0), [number(1.0), ResultSet(), found(NamedResult("m", "text", "x"))])
    assert [(change.name, change.verdict) for change in changes] == [("m", "added"), ("n", "removed")]


def _set(value: float, tolerance: float) -> ResultSet:
    return number(value, tolerance)
