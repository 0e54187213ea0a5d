"""The results of a packet: each named result before and after, tables and figures included, ready for the template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbpeer.model.change import ResultChange
from nbpeer.model.packet import FigureImage
from nbpeer.model.result import NamedResult, Scalar, Table
from nbpeer.render.changes import finest_tolerance, result_row
from nbpeer.render.numbers import number_pair, number_text
from nbpeer.render.sanitise import png_uri
from nbpeer.render.words import Piece, changed_words

_MOST_ROWS = 200
_LONG_TEXT = 40
_ORDER = ("changed", "removed", "added", "within_tolerance", "unchanged")


class GridCell(NamedTuple):
    """One cell of a table: `before` is "" when only one text is to be seen."""

    text: str
    before: str
    change: str
    numeric: bool


class Grid(NamedTuple):
    """A named table with what moved in it. `rows` are (what happened to the row, its cells)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[GridCell, ...]], ...]
    left_out: int


class Picture(NamedTuple):
    """One side of a figure as a `data:` address."""

    label: str
    uri: str


class ResultView(NamedTuple):
    """One named result. `verdict` is the class of its chip, `said` the chip's words, `detail` what goes below it.

    A result with `words`, `grid` or `pictures` needs room of its own; the others are rows of one table.
    """

    name: str
    unit: str
    old_unit: str
    before: str
    after: str
    delta: str
    verdict: str
    said: str
    detail: str
    words: tuple[Piece, ...]
    grid: Grid | None
    pictures: tuple[Picture, ...]
    note: str

    @property
    def is_exhibit(self) -> bool:
        """Whether the result needs more room than a row."""
        return bool(self.words or self.grid or self.pictures or self.note)


def result_views(results: Sequence[ResultChange], figures: Sequence[FigureImage] = ()) -> tuple[ResultView, ...]:
    """Every result of either side, those that really changed first, figures with the pictures that are at hand."""
    images = {image.name: image for image in figures}
    changes = sorted(results, key=lambda change: _ORDER.index(change.verdict))
    return tuple(_view(change, images.get(change.name)) for change in changes)


def _view(change: ResultChange, image: FigureImage | None) -> ResultView:
    row = result_row(change)
    said, detail = _verdict(change, row.verdict)
    shown = change.after or change.before
    kind = shown.type if shown else "number"
    pictures, note = _pictures(change, image) if kind == "figure" else ((), "")
    grid = table_grid(change) if kind == "table" else None
    counted = _counted(grid) if grid else ""
    return ResultView(
        name=change.name,
        unit=shown.unit if shown else "",
        old_unit=change.before.unit if change.before else "",
        before=_without_unit(row.before, change.before),
        after=_without_unit(row.after, change.after),
        delta=row.delta.replace(f" {shown.unit} (", " (") if shown and shown.unit else row.delta,
        verdict=change.verdict,
        said=said,
        detail="; ".join(part for part in (counted, detail) if part),
        words=_words(change) if kind == "text" else (),
        grid=grid,
        pictures=pictures,
        note=note,
    )


def _verdict(change: ResultChange, text: str) -> tuple[str, str]:
    """The verdict as a chip's few words, and what is left to say."""
    first, _, rest = text.partition("; ")
    if change.verdict == "changed" and not first.startswith("beyond"):
        return "changed", "" if text == "changed" else text
    return first, rest


def _without_unit(text: str, result: NamedResult | None) -> str:
    """The value alone: a packet sets the unit in smaller type."""
    return text.removesuffix(f" {result.unit}") if result and result.unit else text


def _words(change: ResultChange) -> tuple[Piece, ...]:
    """A text too long for a table's cell, with its changes marked."""
    before, after = _text(change.before), _text(change.after)
    if max(len(before), len(after)) <= _LONG_TEXT:
        return ()
    if change.before is None or change.after is None or before == after:
        return (Piece("same", after or before),)
    return changed_words(before, after)


def _text(result: NamedResult | None) -> str:
    return str(result.value) if result and result.type == "text" else ""


def table_grid(change: ResultChange) -> Grid | None:
    """A table with what moved in it, values before beside values after; None when no side is a table."""
    before = change.before.value if change.before and isinstance(change.before.value, Table) else None
    after = change.after.value if change.after and isinstance(change.after.value, Table) else None
    shown = after or before
    if shown is None:
        return None
    tolerance = finest_tolerance(*(side for side in (change.before, change.after) if side))
    old = _by_label(before, change.key) if before and after else {}
    counted = {cell.name for cell in change.cells} if change.verdict != "within_tolerance" else set()
    rows: list[tuple[str, tuple[GridCell, ...]]] = []
    labels = _by_label(shown, change.key)
    for label, values in labels.items():
        if not (before and after):
            rows.append(("", tuple(_cell(value, tolerance) for value in values.values())))
        elif label not in old:
            rows.append(("added", tuple(_cell(value, tolerance) for value in values.values())))
        else:
            rows.append(("", tuple(_compared(old[label], values, f"{label}, ", counted, tolerance))))
    gone = [values for label, values in old.items() if label not in labels]
    rows += [("removed", tuple(_cell(values.get(column), tolerance) for column in shown.columns)) for values in gone]
    return Grid(shown.columns, tuple(rows[:_MOST_ROWS]), max(0, len(rows) - _MOST_ROWS))


def _by_label(table: Table, key: tuple[str, ...]) -> dict[str, dict[str, Scalar]]:
    """The rows under the labels that the comparison gave them: key values, or the position."""
    found = {}
    for number, row in enumerate(table.rows, 1):
        values = dict(zip(table.columns, row, strict=False))
        label = " / ".join(str(values.get(column)) for column in key) if key else f"row {number}"
        found[label] = values
    return found


def _compared(
    old: dict[str, Scalar], new: dict[str, Scalar], prefix: str, counted: set[str], tolerance: float
) -> list[GridCell]:
    cells = []
    for column, value in new.items():
        if column not in old:
            cells.append(_cell(value, tolerance)._replace(change="added"))
        elif old[column] == value and isinstance(old[column], bool) == isinstance(value, bool):
            cells.append(_cell(value, tolerance))
        else:
            before, after = number_pair(old[column], value, tolerance)
            change = "changed" if prefix + column in counted else "near"
            cells.append(GridCell(after, before, change, _is_numeric(value)))
    return cells


def _counted(grid: Grid) -> str:
    """What moved in a table, in words."""
    rows = [change for change, _ in grid.rows]
    cells = [cell.change for change, cells in grid.rows if not change for cell in cells]
    found = [
        (cells.count("changed"), "value", "changed"),
        (cells.count("near") if "changed" not in cells else 0, "value", "within tolerance"),
        (rows.count("added"), "row", "new"),
        (rows.count("removed"), "row", "gone"),
    ]
    return ", ".join(f"{count} {noun}{'' if count == 1 else 's'} {what}" for count, noun, what in found if count)


def _cell(value: Scalar, tolerance: float) -> GridCell:
    text, _ = number_pair(value, value, tolerance)
    return GridCell(text, "", "", _is_numeric(value))


def _is_numeric(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _pictures(change: ResultChange, image: FigureImage | None) -> tuple[tuple[Picture, ...], str]:
    if image is None or not (image.before or image.after):
        return (), "No picture is at hand here: run the analysis on this machine and build the packet again."
    if change.verdict == "unchanged":
        return (Picture("unchanged", png_uri(image.after or image.before)),), ""
    found = [("before", image.before), ("after", image.after), (_share(image), image.difference)]
    note = ""
    if change.before and not image.before:
        note = "The picture before is not at hand: only its digest and its grey thumbnail were recorded."
    return tuple(Picture(label, png_uri(png)) for label, png in found if png), note


def _share(image: FigureImage) -> str:
    return f"difference: {number_text(image.share * 100, 2)} % of the pixels"
