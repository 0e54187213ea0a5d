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
    """Compare two tables: rows matched by key (see `key_columns`), columns by name, numbers within tolerance.

    A column that only changed its name is compared under its new one.
    """
    key, renamed = key_columns(before, after), renamed_columns(before, after)
    before = Table(tuple(renamed.get(column, column) for column in before.columns), before.rows)
    notes = [f"column {old} is now {new}" for old, new in renamed.items()] + _column_notes(before, after)
    places = [(column, before.columns.index(column), place) for place, column in enumerate(after.columns)
              if column in before.columns]  # fmt: skip
    old, new = rows_by_label(before, key), rows_by_label(after, key)
    cells: list[ValueChange] = []
    near: list[ValueChange] = []
    for label in [*new, *(label for label in old if label not in new)]:
        if label not in old or label not in new:
            cells.append(ValueChange(label, _row_text(old.get(label)), _row_text(new.get(label))))
            continue
        for column, here, there in places:
            one, other = old[label][here], new[label][there]
            if same_scalar(one, other):
                continue
            within = is_finite(one) and is_finite(other) and compare_numbers(one, other, allowed).within
            change = ValueChange(f"{label}, {column}", scalar_text(one), scalar_text(other))
            (near if within else cells).append(change)
    order = [label for label in old if label in new]
    if order != [label for label in new if label in old]:
        notes.append("rows in another order")
    return TableChange(tuple(cells), tuple(near), tuple(notes), key)


def renamed_columns(before: Table, after: Table) -> dict[str, str]:
    """The columns of `before` that `after` has under another name: with the same values, and in nobody else's place."""
    gone = [column for column in before.columns if column not in after.columns]
    new = [column for column in after.columns if column not in before.columns]
    if not before.rows or len(before.rows) != len(after.rows):
        return {}
    old_values, new_values = (
        {name: _values(table, name) for name in names} for table, names in ((before, gone), (after, new))
    )
    pairs = [(one, other) for one in gone for other in new if old_values[one] == new_values[other]]
    alone = [pair for pair in pairs if sum(pair[0] == one or pair[1] == other for one, other in pairs) == 1]
    return dict(alone)


def key_columns(before: Table, after: Table) -> tuple[str, ...]:
    """The columns that name a row; none: by position.

    The fewest first text columns that are unique in both tables; else the first column, when it is of whole numbers
    (years, identifiers) that are unique in both and mostly the same.
    """
    columns = [column for column in before.columns if column in after.columns]
    text = [column for column in columns if _is_text(before, column) and _is_text(after, column)]
    for count in range(1, len(text) + 1):
        key = tuple(text[:count])
        if all(_is_unique(table, key) for table in (before, after)):
            return key
    first = columns[:1]
    return tuple(first) if len(columns) > 1 and _are_identifiers(before, after, first[0]) else ()


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
    """A row that came or went, to be read: its numbers in six digits, since there is nothing to compare them with."""
    if row is None:
        return None
    return ", ".join(_short(value) if isinstance(value, float) else scalar_text(value) for value in row)


def _short(value: float) -> str:
    return f"{value:.6g}" if abs(value) < 1_000_000 else f"{value:.1f}"


def _is_text(table: Table, column: str) -> bool:
    place = table.columns.index(column)
    return all(isinstance(row[place], str) for row in table.rows)


def _are_identifiers(before: Table, after: Table, column: str) -> bool:
    found = [[row[table.columns.index(column)] for row in table.rows] for table in (before, after)]
    if not all(type(value) is int for values in found for value in values):
        return False
    old, new = (set(values) for values in found)
    unique = len(old) == len(found[0]) > 1 and len(new) == len(found[1]) > 1
    return unique and 2 * len(old & new) > min(len(old), len(new))


def _values(table: Table, column: str) -> list[str]:
    """The values of a column in an order of their own, since rows may have moved."""
    place = table.columns.index(column)
    return sorted(f"{type(row[place]).__name__} {scalar_text(row[place])}" for row in table.rows)


def _is_unique(table: Table, key: tuple[str, ...]) -> bool:
    return len(rows_by_label(table, key)) == len(table.rows)
