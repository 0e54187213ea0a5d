"""Changes in words, the same on every face: what a result did, what an analysis's changes add up to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from nbpeer.model.change import AnalysisDiff, CellChange, DiffReport, ResultChange, ValueChange, Version
from nbpeer.model.notebook import Cell
from nbpeer.model.result import Figure, NamedResult, Table
from nbpeer.render.numbers import number_pair, number_text, signed_text

LONGEST_VALUE = 60
_SHORT_UNIT = 3  # a longer one is said once a row, behind the later value
_WIDEST = (44, 26, 26, 30)
_ORDER = ("changed", "removed", "added", "within_tolerance")
_KIND_WORDS = {"moved_changed": "moved and changed"}
_SIDES = {"split": "into", "joined": "from"}


class ResultRow(NamedTuple):
    """One named result as a row: texts, "" where there is nothing to say."""

    name: str
    before: str
    after: str
    delta: str
    verdict: str


def result_row(change: ResultChange) -> ResultRow:
    """A result before and after with its unit, by how much it moved, and the verdict against its tolerance."""
    before, after = _value_pair(change.before, change.after)
    return ResultRow(change.name, before, after, _delta(change), _verdict(change))


def column_widths(rows: Sequence[ResultRow]) -> list[int]:
    """How wide name, before, after and delta are, so that rows align; one much longer text does not move all others."""
    columns = list(zip(*rows, strict=True))
    return [
        max((len(text) for text in column if len(text) <= widest), default=0)
        for column, widest in zip(columns, _WIDEST, strict=False)
    ]


def moved_results(analysis: AnalysisDiff) -> list[ResultChange]:
    """The results that did not stay as they were, those beyond tolerance first."""
    moved = [change for change in analysis.results if change.verdict != "unchanged"]
    return sorted(moved, key=lambda change: _ORDER.index(change.verdict))


def value_groups(analysis: AnalysisDiff) -> tuple[tuple[str, tuple[ValueChange, ...]], ...]:
    """What else of an analysis changed, with a title each; groups without a change are left out."""
    groups = (
        ("Expectations", analysis.expectations),
        ("Caveats", analysis.caveats),
        ("Inputs", analysis.inputs),
        ("Parameters", analysis.parameters),
        ("Package versions", analysis.packages),
    )
    return tuple((title, changes) for title, changes in groups if changes)


def value_change_text(change: ValueChange) -> str:
    """`before → after`, or what came or went."""
    if change.before is None:
        return f"{change.after} (new)"
    return f"{change.before} (gone)" if change.after is None else f"{change.before} → {change.after}"


def table_changes(change: ResultChange) -> tuple[ValueChange, ...]:
    """The cells of a table that moved, their numbers with as many digits as the table's tolerance asks for."""
    sides = [side for side in (change.before, change.after) if side]
    return tuple(_readable(cell, finest_tolerance(*sides)) for cell in change.cells)


def _readable(cell: ValueChange, tolerance: float) -> ValueChange:
    before, after = _as_number(cell.before), _as_number(cell.after)
    if before is None or after is None:
        return cell
    return ValueChange(cell.name, *number_pair(before, after, tolerance))


def _as_number(text: str | None) -> float | None:
    """The number whose plain spelling a text is; a text such as 007 is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return int(value) if text == str(int(value)) else value if text == repr(value) else None


class CellBlock(NamedTuple):
    """What people see as one change: `change`, be it of one cell, or of the cells of a split or join put together."""

    title: str
    change: CellChange
    notes: tuple[str, ...]


def cell_blocks(changes: Iterable[CellChange]) -> Iterator[CellBlock]:
    """The changes in order, those of one split or join as one."""
    for group, found in groupby(changes, lambda change: (change.group, change.group or id(change))):
        rows = list(found)
        if not group[0]:
            yield CellBlock(cell_title(rows[0]), rows[0], tuple(aspect_notes(rows[0])))
            continue
        sides = [row.before for row in rows if row.before], [row.after for row in rows if row.after]
        whole = msgspec.structs.replace(
            rows[0],
            before=_put_together(sides[0]),
            after=_put_together(sides[1]),
            outputs=tuple(output for row in rows for output in row.outputs),
        )
        several = max(sides, key=len)
        notes = [f"{_SIDES[rows[0].kind]} cell {cell.number}: {_first_words(cell)}" for cell in several]
        yield CellBlock(_title(sides, rows[0]), whole, (*aspect_notes(whole), *notes))


def cell_title(change: CellChange) -> str:
    """`cell 5 → 7, moved and changed (source, tags)`: the numbers people see, what happened, what differs."""
    return _title(([change.before] if change.before else [], [change.after] if change.after else []), change)


def _title(sides: tuple[Sequence[Cell], Sequence[Cell]], change: CellChange) -> str:
    numbers = [", ".join(str(cell.number) for cell in side) for side in sides if side]
    aspects = f" ({', '.join(change.aspects)})" if change.aspects else ""
    noun = "cells" if len(sides[0]) > 1 else "cell"
    said = "same source, other output" if change.kind == "unchanged" and change.outputs else kind_words(change.kind)
    return f"{noun} {' → '.join(dict.fromkeys(numbers))}, {said}{aspects}"


def _put_together(cells: Sequence[Cell]) -> Cell:
    if len(cells) == 1:
        return cells[0]
    return msgspec.structs.replace(cells[0], source="\n".join(cell.source for cell in cells))


def _first_words(cell: Cell) -> str:
    first = cell.source.strip().partition("\n")[0]
    return first if len(first) <= LONGEST_VALUE else first[: LONGEST_VALUE - 1] + "…"


def kind_words(kind: str) -> str:
    """A kind of cell change as people say it."""
    return _KIND_WORDS.get(kind, kind)


def aspect_notes(change: CellChange) -> list[str]:
    """What differs in a cell besides its source, a line each."""
    if not change.before or not change.after:
        return []
    notes = []
    if "type" in change.aspects:
        notes.append(f"type: {change.before.cell_type} → {change.after.cell_type}")
    if "tags" in change.aspects:
        tags = [", ".join(cell.tags) or "none" for cell in (change.before, change.after)]
        notes.append(f"tags: {tags[0]} → {tags[1]}")
    if "attachments" in change.aspects:
        old, new = change.before.attachments, change.after.attachments
        names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
        notes.append(f"attachments changed: {', '.join(names)}")
    return notes


def analysis_summary(analysis: AnalysisDiff) -> str:
    """What changed, counted: `1 result changed · 1 caveat changed · 2 cells changed, 1 added · 1 output changed`."""
    results = Counter(change.verdict for change in moved_results(analysis))
    cells = Counter(block.change.kind for block in cell_blocks(analysis.changed_cells))
    parts = [_counted("result", {verdict.replace("_", " "): count for verdict, count in results.items()})]
    for noun, changes in (
        ("expectation", analysis.expectations),
        ("caveat", analysis.caveats),
        ("parameter", analysis.parameters),
        ("input", analysis.inputs),
        ("package version", analysis.packages),
    ):
        parts.append(_counted(noun, Counter(map(_kind_of, changes))))
    parts.append(_counted("cell", {kind_words(kind): count for kind, count in cells.items()}))
    outputs = sum(len(change.changed_outputs) for change in analysis.cells)
    parts.append(_counted("output", {"changed": outputs} if outputs else {}))
    return " · ".join(part for part in parts if part) or "no change inside"


def _kind_of(change: ValueChange) -> str:
    return "added" if change.before is None else "removed" if change.after is None else "changed"


def headline(report: DiffReport) -> str:
    """The two versions, and how many analyses differ."""
    sides = f"{version_text(report.before)} → {version_text(report.after)}"
    count = len(report.analyses)
    if not count:
        return f"{sides}: no analysis changed"
    return f"{sides}: {count} {'analysis' if count == 1 else 'analyses'} changed"


def version_text(version: Version) -> str:
    """What people typed, with the short commit when that says more."""
    short = version.commit[:9]
    return f"{version.label} ({short})" if short and not version.commit.startswith(version.label) else version.label


def finest_tolerance(*results: NamedResult) -> float:
    """The finest tolerance that results state, as an absolute one; 0 when none does."""
    stated = [result.tolerance for result in results]
    stated += [result.relative_tolerance * abs(result.value) for result in results if isinstance(result.value, float)]
    return min((tolerance for tolerance in stated if tolerance), default=0.0)


def _counted(noun: str, counts: dict[str, int]) -> str:
    if not counts:
        return ""
    (word, first), *others = counts.items()
    plural = "" if first == 1 else "s"
    return ", ".join([f"{first} {noun}{plural} {word}", *(f"{count} {word}" for word, count in others)])


def _value_pair(before: NamedResult | None, after: NamedResult | None) -> tuple[str, str]:
    if before and after and before.type == after.type == "number":
        one, other = number_pair(before.value, after.value, finest_tolerance(before, after))
        once = before.unit == after.unit and len(after.unit) > _SHORT_UNIT
        return one if once else _with_unit(one, before), _with_unit(other, after)
    return _value(before), _value(after)


def _value(result: NamedResult | None) -> str:
    if result is None:
        return number_text(None)
    if isinstance(result.value, Table):
        return f"table, {len(result.value.rows)} by {len(result.value.columns)}"
    if isinstance(result.value, Figure):
        return f"figure, {result.value.width} by {result.value.height}"
    if result.type == "number":
        text, _ = number_pair(result.value, result.value, finest_tolerance(result))
    else:
        text = " ".join(str(result.value).split())
    shown = text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
    return _with_unit(shown, result)


def _with_unit(text: str, result: NamedResult) -> str:
    return f"{text} {result.unit}" if result.unit else text


def _delta(change: ResultChange) -> str:
    if not change.delta or change.before is None or change.after is None:
        return ""
    unit = "points" if change.after.unit == "%" else change.after.unit
    if len(change.after.unit) > _SHORT_UNIT:
        unit = ""
    text = f"{signed_text(change.delta, tolerance=finest_tolerance(change.before, change.after))} {unit}".rstrip()
    base = change.before.value
    if isinstance(base, int | float) and base:
        text += f" ({signed_text(change.delta / abs(base) * 100, 2)} %)"
    return text


def _verdict(change: ResultChange) -> str:
    plain = {"added": "new", "removed": "gone", "unchanged": "unchanged"}
    said = [plain[change.verdict]] if change.verdict in plain else []
    if not said and (tolerance := _tolerance(change)):
        said = [f"{'within' if change.verdict == 'within_tolerance' else 'beyond'} tolerance {tolerance}"]
    said += [change.detail] if change.detail else []
    return "; ".join(said) or "changed"


def _tolerance(change: ResultChange) -> str:
    """The tolerance a move was measured against; "" when nobody stated one, or the value did not move."""
    sides = [side for side in (change.after, change.before) if side and (side.tolerance or side.relative_tolerance)]
    moved = change.delta or change.cells or change.verdict == "within_tolerance"
    if not sides or not moved:
        return ""
    parts = [number_text(sides[0].tolerance)] if sides[0].tolerance else []
    if sides[0].relative_tolerance:
        parts.append(f"{number_text(sides[0].relative_tolerance * 100)} % relative")
    return " or ".join(parts)
