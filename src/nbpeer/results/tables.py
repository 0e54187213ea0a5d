"""Named tables compared row by row and cell by cell."""

from __future__ import annotations

from typing import NamedTuple

from nbpeer.model.change import ValueChange
from nbpeer.model.result import Scalar, Table
from nbpeer.results.numbers import Tolerance, compare_numbers, is_finite

Row = tuple[Scalar, ...]


class TableChange(NamedTuple):
    """`cells` differ by more than allowed, `near` differ within tolerance; `notes` say what else is different.

    `key` are the columns that name a row (none: by position).
    """

    cells: tuple[ValueChange, ...]
    near: tuple[ValueChange, ...]
    notes: tuple[str, ...]
    key: tuple[str, ...]


def compare_tables(before: Table, after: Table, allowed: tuple[Tolerance, ...]) -> TableChange:
    """Compare two tables: rows matched by key (see `key_columns`), columns by name, numbers within tolerance."""
    notes = _column_notes(before, after)
    shared = [column for column in after.columns if column in before.columns]
    key = key_columns(before, after)
    old, new = rows_by_label(before, key), rows_by_label(after, key)
    cells: list[ValueChange] = []
    near: list[ValueChange] = []
    for label in [*new, *(label for label in old if label not in new)]:
        if label not in old or label not in new:
            cells.append(ValueChange(label, _row_text(old.get(label)), _row_text(new.get(label))))
            continue
        for column in shared:
            one, other = old[label][before.columns.index(column)], new[label][after.columns.index(column)]
            if same_scalar(one, other):
                continue
            within = is_finite(one) and is_finite(other) and compare_numbers(one, other, allowed).within
            change = ValueChange(f"{label}, {column}", scalar_text(one), scalar_text(other))
            (near if within else cells).append(change)
    order = [label for label in old if label in new]
    if order != [label for label in new if label in old]:
        notes.append("rows in another order")
    return TableChange(tuple(cells), tuple(near), tuple(notes), key)


def key_columns(before: Table, after: Table) -> tuple[str, ...]:
    """The columns that name a row: the fewest first text columns that are unique in both tables; none: by position."""
    columns = [column for column in before.columns if column in after.columns]
    text = [column for column in columns if _is_text(before, column) and _is_text(after, column)]
    for count in range(1, len(text) + 1):
        key = tuple(text[:count])
        if all(_is_unique(table, key) for table in (before, after)):
            return key
    return ()


def scalar_text(value: Scalar) -> str:
    """A table's value as people read it."""
    if value is None:
        return "empty"
    return str(value).lower() if isinstance(value, bool) else str(value)


def same_scalar(one: Scalar, other: Scalar) -> bool:
    """Whether two values are the same result: 1 and 1.0 are, 1 and true are not."""
    if is_finite(one) and is_finite(other):
        return one == other
    return type(one) is type(other) and str(one) == str(other)


def _column_notes(before: Table, after: Table) -> list[str]:
    added = [column for column in after.columns if column not in before.columns]
    removed = [column for column in before.columns if column not in after.columns]
    notes = [f"column {column} added" for column in added] + [f"column {column} removed" for column in removed]
    if not notes and before.columns != after.columns:
        notes.append("columns in another order")
    return notes


def rows_by_label(table: Table, key: tuple[str, ...]) -> dict[str, Row]:
    """The rows under what names them: the values of the columns `key`, or their position when there are none."""
    if not key:
        return {f"row {number}": row for number, row in enumerate(table.rows, 1)}
    places = [table.columns.index(column) for column in key]
    return {" / ".join(scalar_text(row[place]) for place in places): row for row in table.rows}


def _row_text(row: Row | None) -> str | None:
    return None if row is None else ", ".join(map(scalar_text, row))


def _is_text(table: Table, column: str) -> bool:
    place = table.columns.index(column)
    return all(isinstance(row[place], str) for row in table.rows)


def _is_unique(table: Table, key: tuple[str, ...]) -> bool:
    return len(rows_by_label(table, key)) == len(table.rows)
