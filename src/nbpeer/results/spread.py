"""How far the named results of several runs of the same thing lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from nbpeer.model.change import ResultChange, Verdict
from nbpeer.model.recorded import Spread
from nbpeer.model.result import NamedResult, ResultSet, Table
from nbpeer.results.compare import compare_result, compare_results
from nbpeer.results.numbers import is_finite
from nbpeer.results.tables import rows_by_label, scalar_text

_WORSE: tuple[Verdict, ...] = ("unchanged", "within_tolerance", "changed", "added", "removed")


def furthest(recorded: ResultSet, runs: Sequence[ResultSet]) -> tuple[ResultChange, ...]:
    """Each result of either side once, by name, as it differs from the recorded one in the run that is furthest off."""
    worst: dict[str, ResultChange] = {}
    for run in runs:
        for change in compare_results(recorded, run):
            if change.name not in worst or _distance(change) > _distance(worst[change.name]):
                worst[change.name] = change
    return tuple(worst[name] for name in sorted(worst))


def spreads(runs: Sequence[ResultSet]) -> tuple[Spread, ...]:
    """The results that are not exactly the same in every run, by name; nothing for one run."""
    names = sorted({result.name for run in runs for result in run.results})
    found = [_spread(name, [_named(run, name) for run in runs]) for name in names]
    return tuple(spread for spread in found if spread.values > 1)


def _distance(change: ResultChange) -> tuple[int, float, int]:
    return _WORSE.index(change.verdict), abs(change.delta or 0.0), len(change.cells)


def _named(run: ResultSet, name: str) -> NamedResult | None:
    return next((result for result in run.results if result.name == name), None)


def _spread(name: str, found: list[NamedResult | None]) -> Spread:
    different: list[NamedResult | None] = []
    for result in found:
        if not any(_same(result, other) for other in different):
            different.append(result)
    values = [result.value for result in different if result]
    if all(isinstance(value, Table) for value in values):
        return _widest(name, len(different), values)
    return _range(name, len(different), values)


def _same(one: NamedResult | None, other: NamedResult | None) -> bool:
    if one is None or other is None:
        return one is other
    return compare_result(one, other).verdict == "unchanged"


def _range(name: str, count: int, values: Sequence[Any], where: str = "") -> Spread:
    numbers = [value for value in values if is_finite(value)]
    if len(numbers) < 2:
        return Spread(name, count)
    lowest, highest = min(numbers), max(numbers)
    width = float(Decimal(str(highest)) - Decimal(str(lowest)))
    return Spread(name, count, width, scalar_text(lowest), scalar_text(highest), where)


def _widest(name: str, count: int, tables: Sequence[Any]) -> Spread:
    """The spread of a table: that of the cell whose numbers lie furthest apart."""
    cells: dict[str, list[Any]] = {}
    for change in (compare_result(*_pair(name, tables[0], other)) for other in tables[1:]):
        for moved in change.cells:
            cells.setdefault(moved.name, [])
    for table in tables:
        for where, value in _cells(table, _key(name, tables)).items():
            if where in cells:
                cells[where].append(value)
    ranges = [_range(name, count, values, where) for where, values in cells.items()]
    return max(ranges, key=lambda spread: spread.width or 0.0, default=Spread(name, count))


def _pair(name: str, one: Table, other: Table) -> tuple[NamedResult, NamedResult]:
    return NamedResult(name, "table", one), NamedResult(name, "table", other)


def _key(name: str, tables: Sequence[Table]) -> tuple[str, ...]:
    return compare_result(*_pair(name, tables[0], tables[1])).key if len(tables) > 1 else ()


def _cells(table: Table, key: tuple[str, ...]) -> dict[str, Any]:
    return {
        f"{label}, {column}": value
        for label, row in rows_by_label(table, key).items()
        for column, value in zip(table.columns, row, strict=True)
    }
