"""Two sets of named results compared, and what goes with them: expectations, caveats, certificates."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from nbpeer.model.change import ResultChange, ValueChange, Verdict, value_changes
from nbpeer.model.result import Certificate, Expectation, Figure, NamedResult, ResultSet, Table
from nbpeer.results.numbers import compare_numbers, percent, same_in_another_unit, tolerance_of, tolerances
from nbpeer.results.tables import compare_tables


def compare_results(before: ResultSet | None, after: ResultSet | None) -> tuple[ResultChange, ...]:
    """Every named result of either side, once: after's by name, among them what only before has."""
    old = {result.name: result for result in before.results} if before else {}
    new = {result.name: result for result in after.results} if after else {}
    changes = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            changes.append(ResultChange(name, "added", None, new[name]))
        elif name not in new:
            changes.append(ResultChange(name, "removed", old[name], None))
        else:
            changes.append(compare_result(old[name], new[name]))
    return tuple(changes)


def compare_result(before: NamedResult, after: NamedResult) -> ResultChange:
    """One named result before and after.

    The tolerance is the one the sides state; when both state one, a move must keep to both. A changed unit or type is
    a change, and so is a changed tolerance, whether or not the value moved: nobody widens one unseen. Between two
    units there is no difference to tell.
    """
    if before.type != after.type:
        return ResultChange(after.name, "changed", before, after, detail=f"was {before.type}, is {after.type}")
    moved = _COMPARE[after.type](before, after)
    notes = [moved.detail] if moved.detail else []
    verdict = moved.verdict
    if before.unit != after.unit:
        same = ", the same value" if same_in_another_unit(before, after) else ""
        notes.append(f"unit {before.unit or 'none'} → {after.unit or 'none'}{same}")
        verdict, moved = "changed", msgspec.structs.replace(moved, delta=None)
    if tolerance_of(before) != tolerance_of(after):
        notes.append(f"tolerance {tolerance_of(before)} → {tolerance_of(after)}")
        verdict = "changed"
    return msgspec.structs.replace(moved, verdict=verdict, detail="; ".join(notes))


def compare_expectations(before: ResultSet | None, after: ResultSet | None) -> tuple[ValueChange, ...]:
    """The expectations whose outcome differs, by name."""
    return value_changes(
        {item.name: _outcome(item) for item in before.expectations} if before else {},
        {item.name: _outcome(item) for item in after.expectations} if after else {},
    )


def compare_caveats(before: ResultSet | None, after: ResultSet | None) -> tuple[ValueChange, ...]:
    """The caveats only one side has, each named by its text."""
    return value_changes(
        {text: text for text in before.caveats} if before else {},
        {text: text for text in after.caveats} if after else {},
    )


def compare_certificates(
    before: Certificate | None, after: Certificate | None
) -> tuple[tuple[ValueChange, ...], tuple[ValueChange, ...]]:
    """The parameters that differ between two runs, and the versions: the language's, then the packages'."""
    if before is None or after is None:
        return (), ()
    parameters = value_changes(_texts(before.parameters), _texts(after.parameters))
    return parameters, value_changes(_versions(before), _versions(after))


def compare_inputs(before: Certificate | None, after: Certificate | None) -> tuple[ValueChange, ...]:
    """The input files that two runs did not both read with one content, each with the start of its digest."""
    if before is None or after is None:
        return ()
    return value_changes(_short(before.inputs), _short(after.inputs))


def figure_distance(before: Figure, after: Figure) -> float:
    """How far two figures look apart: the mean difference of their grey signatures, 0 (alike) to 1 (or unreadable)."""
    from statistics import fmean

    try:
        pairs = zip(bytes.fromhex(before.signature), bytes.fromhex(after.signature), strict=True)
        return fmean(abs(one - other) for one, other in pairs) / 255
    except ValueError:
        return 1.0


def _number(before: NamedResult, after: NamedResult) -> ResultChange:
    found = compare_numbers(before.value, after.value, tolerances(before, after))
    verdict: Verdict = "unchanged" if found.same else "within_tolerance" if found.within else "changed"
    return ResultChange(after.name, verdict, before, after, found.delta)


def _text(before: NamedResult, after: NamedResult) -> ResultChange:
    if before.value == after.value:
        return ResultChange(after.name, "unchanged", before, after)
    same_words = str(before.value).split() == str(after.value).split()
    return ResultChange(after.name, "changed", before, after, detail="only white space differs" if same_words else "")


def _table(before: NamedResult, after: NamedResult) -> ResultChange:
    assert isinstance(before.value, Table) and isinstance(after.value, Table)  # noqa: S101 - type is table
    found = compare_tables(before.value, after.value, tolerances(before, after))
    notes = list(found.notes)
    if found.cells or notes:
        notes += [f"{len(found.near)} more within tolerance"] if found.near else []
        return ResultChange(after.name, "changed", before, after, None, found.cells, "; ".join(notes), found.key)
    verdict: Verdict = "within_tolerance" if found.near else "unchanged"
    return ResultChange(after.name, verdict, before, after, None, found.near, key=found.key)


def _figure(before: NamedResult, after: NamedResult) -> ResultChange:
    """By pixels; a figure's tolerance is the mean grey difference it may show (0 to 1)."""
    assert isinstance(before.value, Figure) and isinstance(after.value, Figure)  # noqa: S101 - type is figure
    if before.value.pixels == after.value.pixels:
        return ResultChange(after.name, "unchanged", before, after)
    distance = figure_distance(before.value, after.value)
    sizes = [f"{figure.width} x {figure.height}" for figure in (before.value, after.value)]
    detail = f"other pixels, mean grey difference {percent(distance)}"
    if sizes[0] != sizes[1]:
        detail += f"; {sizes[0]} → {sizes[1]} pixels"
    stated = tolerances(before, after)
    within = bool(stated) and all(distance <= tolerance.absolute for tolerance in stated)
    return ResultChange(after.name, "within_tolerance" if within else "changed", before, after, None, (), detail)


_COMPARE: dict[str, Callable[[NamedResult, NamedResult], ResultChange]] = {
    "number": _number,
    "text": _text,
    "table": _table,
    "figure": _figure,
}


def _outcome(expectation: Expectation) -> str:
    outcome = "passed" if expectation.passed else "failed"
    return f"{outcome}: {expectation.detail}" if expectation.detail else outcome


def _texts(values: dict[str, object]) -> dict[str, str]:
    return {name: repr(values[name]) for name in sorted(values)}


def _versions(certificate: Certificate) -> dict[str, str]:
    environment = certificate.environment
    language = {environment.language: environment.version} if environment.language else {}
    return {**language, **{name: environment.packages[name] for name in sorted(environment.packages)}}


def _short(digests: dict[str, str]) -> dict[str, str]:
    return {path: digests[path].removeprefix("sha256:")[:12] for path in sorted(digests)}
