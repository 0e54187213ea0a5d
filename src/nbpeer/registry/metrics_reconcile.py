"""Two answers held against each other: a definition's and an analysis's. Pure."""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any

from nbpeer.errors import NbpeerError
from nbpeer.model.metric import Metric, ReconciledRow
from nbpeer.registry.metrics_run import Answer

Number = float | int | decimal.Decimal


def reconciled(metric: Metric, defined: Answer, found: Answer, tolerance: float) -> tuple[ReconciledRow, ...]:
    """Every number of both answers, side by side, by what else is in their rows.

    `tolerance` is the share of the defined number that the other may be off. Raises NbpeerError when the answers have
    no numbers that could be the same.
    """
    ours, theirs = _keyed(defined, metric.name, "the definition"), _keyed(found, metric.name, "the query")
    if (tuple(ours) == ("",)) != (tuple(theirs) == ("",)) and ours and theirs:
        shape = f"one number a {metric.grain}" if metric.grain else "one number"
        theirs_shape = "one number" if tuple(theirs) == ("",) else f"{len(theirs)} rows"
        raise NbpeerError(f"the definition gives {shape}, the query {theirs_shape}", "group both in the same way")
    return tuple(_row(key, ours.get(key), theirs.get(key), tolerance) for key in sorted({*ours, *theirs}))


def close(defined: float, found: float, tolerance: float) -> bool:
    """Whether two numbers are the same within a share of the first; the noise of sums in another order is none."""
    return math.isclose(defined, found, rel_tol=max(tolerance, 1e-9), abs_tol=1e-12)


def _row(key: str, defined: float | None, found: float | None, tolerance: float) -> ReconciledRow:
    same = defined is not None and found is not None and close(defined, found, tolerance)
    return ReconciledRow(key, defined, found, same or (defined is None and found is None))


def _keyed(answer: Answer, name: str, whose: str) -> dict[str, float | None]:
    """The numbers of an answer by the text of the row's other columns."""
    place = _value_column(answer, name, whose)
    keyed: dict[str, float | None] = {}
    for row in answer.rows:
        others = [_text(value) for index, value in enumerate(row) if index != place and not _is_number(value)]
        key = ", ".join(others)
        if key in keyed:
            raise NbpeerError(
                f"{whose} gives two rows for {key or 'the whole'}", "reconcile a query of one number a row"
            )
        value = row[place]
        keyed[key] = float(value) if _is_number(value) else None
    return keyed


def _value_column(answer: Answer, name: str, whose: str) -> int:
    """The column that holds the metric: the one of its name, or the only one of numbers."""
    for index, column in enumerate(answer.columns):
        if column.lower() == name.lower():
            return index
    numbers = [
        index
        for index in range(len(answer.columns))
        if all(row[index] is None or _is_number(row[index]) for row in answer.rows)
    ]
    if len(numbers) != 1:
        raise NbpeerError(f"{whose} has {len(numbers)} columns of numbers", f"call the one that counts `{name}`")
    return numbers[0]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | decimal.Decimal) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    text = str(value)
    return text.removesuffix(" 00:00:00")
