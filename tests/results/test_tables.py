from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.change import ValueChange
from nbpeer.model.result import Table
from nbpeer.results.numbers import Tolerance
from nbpeer.results.tables import compare_tables, key_columns, renamed_columns, same_scalar


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


def test_a_row_that_came_is_short_enough_to_be_read() -> None:
    found = compare_tables(table("a b"), table("a b", ("x", 28.134450436703435), ("y", 1234567.891)), ("a",))
    assert [cell.after for cell in found.cells] == ["x, 28.1345", "y, 1234567.9"]


def test_columns_that_come_go_or_swap_are_noted() -> None:
    before = table("k v", ("a", 1))
    assert compare_tables(before, table("k w", ("a", 2)), ()).notes == ("column w added", "column v removed")
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


def test_rows_are_known_by_a_first_column_of_years_that_are_mostly_the_same() -> None:
    before = table("year n", (2024, 1), (2025, 2))
    found = compare_tables(before, table("year n", (2023, 5), (2024, 1), (2025, 3)), ())
    assert found.key == ("year",)
    assert found.cells == (ValueChange("2023", None, "2023, 5"), ValueChange("2025, n", "2", "3"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (((10, 1), (20, 2)), ((11, 1), (21, 2))),  # counts that moved name no row
        (((1, 1), (1, 2)), ((1, 1), (1, 3))),  # not unique
        (((1.0, 1), (2.0, 2)), ((1.0, 1), (2.0, 3))),  # measured, not counted
        (((True, 1), (False, 2)), ((True, 1), (False, 3))),
        (((1,), (2,)), ((1,), (2,))),  # nothing else in the row
    ],
)
def test_other_numbers_name_no_row(before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
    columns = "a b" if len(before[0]) == 2 else "a"
    assert key_columns(table(columns, *before), table(columns, *after)) == ()


def test_a_column_that_only_changed_its_name_is_said_to_and_compared() -> None:
    before = table("k v w", ("a", 1, 5), ("b", 2, 6))
    found = compare_tables(before, table("k w value", ("b", 6, 2), ("a", 7, 1)), ())
    assert found.cells == (ValueChange("a, w", "5", "7"),)
    assert found.notes == ("column v is now value", "columns in another order", "rows in another order")


def test_a_key_column_under_another_name_leaves_rows_to_their_place() -> None:
    found = compare_tables(table("k v", ("a", 1), ("b", 2)), table("key v", ("a", 1), ("b", 3)), ())
    assert (found.key, found.notes) == ((), ("column k is now key",))
    assert found.cells == (ValueChange("row 2, v", "2", "3"),)


def test_which_of_two_equal_columns_was_renamed_is_not_guessed() -> None:
    found = compare_tables(table("k a b", ("x", 1, 1)), table("k c d", ("x", 1, 1)), ())
    assert found.notes == ("column c added", "column d added", "column a removed", "column b removed")


def test_a_large_table_is_compared_in_time() -> None:
    columns = "key " + " ".join(f"c{number}" for number in range(29))
    rows = [(f"r{number}", *[number / 7] * 29) for number in range(10_000)]
    moved = [(key, value + 1, *others) for key, value, *others in reversed(rows)]
    found = compare_tables(table(columns, *rows), table(columns, *moved), (Tolerance(0.1),))
    assert (len(found.cells), found.notes) == (10_000, ("rows in another order",))


_scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "b", "NaN", "", -0.0, 0.5, 1e300])
_tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[_scalars] * width), max_size=4).map(
        lambda rows: Table(("x", "y", "z")[:width], tuple(rows))
    )
)


@given(_tables)
def test_no_table_differs_from_itself(one: Table) -> None:
    found = compare_tables(one, one, (Tolerance(),))
    assert (found.cells, found.near, found.notes) == ((), (), ())


@given(_tables, st.randoms(use_true_random=False))
def test_rows_with_a_key_may_move_without_a_value_changing(one: Table, random: Any) -> None:
    rows = list(one.rows)
    random.shuffle(rows)
    found = compare_tables(one, Table(one.columns, tuple(rows)), ())
    if found.key:
        assert found.cells == ()
        assert (found.notes == ()) == (tuple(rows) == one.rows)


@given(_tables, _tables, st.sampled_from([0.0, 0.5, 2.0]))
def test_tables_the_other_way_round_differ_in_the_same_places(one: Table, other: Table, allowed: float) -> None:
    there, back = (compare_tables(*sides, (Tolerance(allowed),)) for sides in ((one, other), (other, one)))
    assert {(cell.name, cell.before, cell.after) for cell in there.cells} == {
        (cell.name, cell.after, cell.before) for cell in back.cells
    } or renamed_columns(one, other)
    assert bool(there.notes) == bool(back.notes)
    assert len(there.near) == len(back.near)


@given(_tables, _tables)
def test_a_wider_tolerance_changes_no_more_cells(one: Table, other: Table) -> None:
    narrow, wide = (compare_tables(one, other, (Tolerance(allowed),)) for allowed in (0.5, 2.0))
    assert set(wide.cells) <= set(narrow.cells)
    assert set(narrow.cells) | set(narrow.near) == set(wide.cells) | set(wide.near)
