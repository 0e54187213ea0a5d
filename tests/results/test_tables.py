from __future__ import annotations

from typing import Any

import pytest

from nbpeer.model.change import ValueChange
from nbpeer.model.result import Table
from nbpeer.results.numbers import Tolerance
from nbpeer.results.tables import compare_tables, key_columns, same_scalar


def table(columns: str, *rows: tuple[Any, ...]) -> Table:
    return Table(tuple(columns.split()), rows)


def test_rows_are_known_by_the_first_text_column_that_is_unique() -> None:
    before = table("n country city", (1, "DE", "Ulm"), (2, "FR", "Lyon"))
    assert key_columns(before, before) == ("country",)


def test_rows_are_known_by_as_many_text_columns_as_it_takes() -> None:
    before = table("country city n", ("DE", "Ulm", 1), ("DE", "Bonn", 2))
    assert key_columns(before, before) == ("country", "city")


@pytest.mark.parametrize(
    "rows", [((1, 2),), (("a", 1), ("a", 1)), ((None, 1), ("b", 1))], ids=["numbers", "twins", "empty"]
)
def test_rows_without_a_key_are_known_by_their_place(rows: tuple[Any, ...]) -> None:
    assert key_columns(table("a b", *rows), table("a b", *rows)) == ()


def test_rows_by_place_compare_in_order() -> None:
    found = compare_tables(table("a", (1,), (2,)), table("a", (1,), (3,), (4,)), ())
    assert found.cells == (ValueChange("row 2, a", "2", "3"), ValueChange("row 3", None, "4"))


def test_a_row_that_is_gone_is_named() -> None:
    found = compare_tables(table("k v", ("a", 1), ("b", 2)), table("k v", ("b", 2)), ())
    assert found.cells == (ValueChange("a", "a, 1", None),)
    assert found.notes == ()


def test_columns_that_come_go_or_swap_are_noted() -> None:
    before = table("k v", ("a", 1))
    assert compare_tables(before, table("k w", ("a", 1)), ()).notes == ("column w added", "column v removed")
    assert compare_tables(before, table("v k", (1, "a")), ()).notes == ("columns in another order",)
    assert compare_tables(before, table("v k", (1, "a")), ()).cells == ()


def test_numbers_near_enough_are_kept_apart() -> None:
    found = compare_tables(table("k v", ("a", 1), ("b", 1)), table("k v", ("a", 1.1), ("b", 2)), (Tolerance(0.2),))
    assert found.near == (ValueChange("a, v", "1", "1.1"),)
    assert found.cells == (ValueChange("b, v", "1", "2"),)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(1, 1.0, True), (1, True, False), (None, None, True), (None, 0, False), ("1", 1, False), ("NaN", "NaN", True)],
)
def test_values_are_the_same_by_type_and_text(one: Any, other: Any, same: bool) -> None:
    assert same_scalar(one, other) is same
