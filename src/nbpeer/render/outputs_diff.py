"""Outputs before and after: as a line of words, as JSON values, and ready for a page's template."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from nbpeer.model.change import CellChange, OutputChange, ResultChange, ValueChange
from nbpeer.model.notebook import Cell, Output
from nbpeer.render.numbers import number_text
from nbpeer.render.outputs_html import OutputHtml, show_output
from nbpeer.render.packet_code import shown_lines
from nbpeer.render.packet_results import Grid, Picture, table_grid
from nbpeer.render.sanitise import png_uri
from nbpeer.render.words import Line

_MOST_VALUES = 20
_NOUNS = {"text": "text", "table": "table", "image": "picture", "chart": "chart", "error": "error", "other": "output"}
_VERDICTS = {"added": "new", "removed": "gone", "within_tolerance": "within tolerance"}


class OutputView(NamedTuple):
    """One output of a cell. `verdict` is the class of its chip, `said` the chip's words.

    `lines` are those of its text that differ, `grids` its tables by name with what moved in them, `values` what else
    moved. `before` and `after` show the output as it was seen, where that says more.
    """

    noun: str
    verdict: str
    said: str
    detail: str
    lines: tuple[Line | None, ...]
    left_out: int
    grids: tuple[tuple[str, Grid], ...]
    pictures: tuple[Picture, ...]
    values: tuple[ValueChange, ...]
    more_values: int
    before: OutputHtml | None
    after: OutputHtml | None

    @property
    def size(self) -> int:
        """About how many characters of a page it takes."""
        sides = sum(len(side.html) + len(side.text) + len(side.picture) for side in (self.before, self.after) if side)
        return sides + sum(len(picture.uri) for picture in self.pictures)


def output_line(change: OutputChange) -> str:
    """`table changed: 3 values in price, 1 row new`: what a terminal or a pull request says of an output."""
    detail = output_detail(change)
    return f"{output_noun(change)} {_said(change)}" + (f": {detail}" if detail else "")


def output_values(change: OutputChange) -> dict[str, Any]:
    """The change as JSON values, without the outputs themselves and the map of pixels."""
    fields = ("kind", "verdict", "detail", "values", "share")
    found: dict[str, Any] = msgspec.to_builtins({name: getattr(change, name) for name in fields})
    tables = [{"name": table.name, "verdict": table.verdict, "key": list(table.key)} for table in change.tables]
    return {**found, "tables": tables}


def output_noun(change: OutputChange) -> str:
    """What people call such an output; what went to standard error is said to."""
    shown = change.after or change.before
    if shown and shown.output_type == "stream":
        return "printed to stderr" if shown.name == "stderr" else "printed text"
    return _NOUNS[change.kind]


def output_detail(change: OutputChange) -> str:
    """What moved, in words; for a picture the share of its pixels."""
    if change.share:
        return f"{number_text(change.share * 100, 2)} % of the pixels"
    if change.kind == "error" and not change.detail:
        return ", ".join(value.name for value in change.values)
    return change.detail


def output_view(change: OutputChange, heading: int) -> OutputView:
    """An output ready for the template. `heading` is the level that the first headings inside it become."""
    lines, left_out = _lines(change) if change.before and change.after else ((), 0)
    grids = tuple((table.name, grid) for table in change.tables if (grid := _grid(table)))
    listed = change.values if change.kind in ("chart", "error") else ()
    apart = not (lines or grids) and change.verdict not in ("unchanged", "within_tolerance")
    before = _side(change.before, heading) if apart else None
    after = _side(change.after, heading) if apart else None
    pictures: tuple[Picture, ...] = ()
    if before and after and before.picture and after.picture:
        pictures, before, after = _pictures(change, before, after), None, None
    elif change.kind == "chart" and before and after and before.text:
        before = after = None  # `Figure({…})` says nothing that the values do not
    return OutputView(
        noun=output_noun(change).capitalize(),
        verdict=change.verdict,
        said=_said(change),
        detail=change.detail if listed else output_detail(change),
        lines=lines,
        left_out=left_out,
        grids=grids,
        pictures=pictures,
        values=listed[:_MOST_VALUES],
        more_values=max(0, len(listed) - _MOST_VALUES),
        before=before,
        after=after,
    )


def _said(change: OutputChange) -> str:
    return _VERDICTS.get(change.verdict, change.verdict)


def _lines(change: OutputChange) -> tuple[tuple[Line | None, ...], int]:
    """The lines of the text that differ, noise taken out."""
    before, after = (text.rstrip("\n") for text in change.texts)
    if before == after:
        return (), 0
    return shown_lines(CellChange("changed", Cell(0, "raw", before), Cell(0, "raw", after), ("source",)))


def _grid(table: ResultChange) -> Grid | None:
    return table_grid(table) if table.verdict != "unchanged" else None


def _side(output: Output | None, heading: int) -> OutputHtml | None:
    return show_output(output, heading) if output else None


def _pictures(change: OutputChange, before: OutputHtml, after: OutputHtml) -> tuple[Picture, ...]:
    found = Picture("before", before.picture), Picture("after", after.picture)
    if not change.difference:
        return found
    return (*found, Picture(f"difference: {output_detail(change)}", png_uri(change.difference)))
