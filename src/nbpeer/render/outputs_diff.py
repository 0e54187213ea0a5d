"""Outputs before and after, ready for a page's template."""

from __future__ import annotations

from typing import NamedTuple

from nbpeer.model.change import OutputChange, ResultChange, ValueChange
from nbpeer.model.notebook import Output
from nbpeer.render.outputs_html import OutputHtml, show_output
from nbpeer.render.outputs_text import output_detail, output_noun, output_verdict, text_change
from nbpeer.render.packet_code import shown_lines
from nbpeer.render.packet_results import Grid, Picture, table_grid
from nbpeer.render.sanitise import png_uri
from nbpeer.render.words import Line

_MOST_VALUES = 20


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


def output_view(change: OutputChange, heading: int) -> OutputView:
    """An output ready for the template. `heading` is the level that the first headings inside it become."""
    texts = text_change(change)
    lines, left_out = shown_lines(texts) if texts else ((), 0)
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
        said=output_verdict(change),
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


def _grid(table: ResultChange) -> Grid | None:
    return table_grid(table) if table.verdict != "unchanged" else None


def _side(output: Output | None, heading: int) -> OutputHtml | None:
    return show_output(output, heading) if output else None


def _pictures(change: OutputChange, before: OutputHtml, after: OutputHtml) -> tuple[Picture, ...]:
    found = Picture("before", before.picture), Picture("after", after.picture)
    if not change.difference:
        return found
    return (*found, Picture(f"difference: {output_detail(change)}", png_uri(change.difference)))
