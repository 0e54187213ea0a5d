"""What changed in a notebook, cell by cell, with the place of each cell in the editor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from nbpeer.lab.compared import CompareAsked, compared
from nbpeer.lab.here import require
from nbpeer.lab.pictures import PictureRow, output_png, png_row
from nbpeer.lab.session import Session
from nbpeer.model.change import AnalysisDiff, CellChange, CellChangeKind, OutputChange, Verdict
from nbpeer.render.changes import CellBlock, analysis_summary, cell_blocks, kind_words
from nbpeer.render.diff_cells import shows_lines
from nbpeer.render.diff_lines import cell_lines
from nbpeer.render.outputs_text import output_detail, output_text
from nbpeer.render.words import Change, Line, Piece


class PieceRow(msgspec.Struct, frozen=True):
    """A run of characters of one line."""

    change: Change
    text: str


class LineRow(msgspec.Struct, frozen=True):
    """One line of a cell; its number on either side counts from 1, 0 when it is not there."""

    change: Change
    before: int
    after: int
    pieces: tuple[PieceRow, ...]


class OutputRow(msgspec.Struct, frozen=True):
    """One output that differs; `more` is how many lines or values are left out."""

    verdict: Verdict
    said: str
    values: tuple[str, ...]
    lines: tuple[LineRow | None, ...]
    more: int
    pictures: tuple[PictureRow, ...]


class CellPlace(msgspec.Struct, frozen=True):
    """A cell of the present notebook."""

    index: int
    cell_id: str | None


class ChangedCell(msgspec.Struct, frozen=True):
    """One change as people see it. `after_index` is, for a removed cell, the index of the cell it stood before."""

    kind: CellChangeKind
    word: str
    title: str
    notes: tuple[str, ...]
    cells: tuple[CellPlace, ...]
    cell_type: str
    after_index: int
    lines: tuple[LineRow | None, ...]
    outputs: tuple[OutputRow, ...]


class Changes(msgspec.Struct, frozen=True):
    """What changed since `before`; see docs/lab.md."""

    path: str
    since: str
    before: str
    time: str
    status: str = "unchanged"
    before_path: str = ""
    summary: str = ""
    problem: str = ""
    cells: tuple[ChangedCell, ...] = ()


def changes(asked: CompareAsked, session: Session) -> Changes:
    """What changed in a notebook. Raises NbpeerError when there is no base."""
    here = require(session.server_root, asked.path)
    found = compared(here, asked, session)
    diff = found.diff
    if diff is None:
        return Changes(asked.path, asked.since, found.before, found.time)
    unchanged = diff.status == "changed" and not diff.shown_cells and not diff.changed_results and not diff.problem
    return Changes(
        path=asked.path,
        since=asked.since,
        before=found.before,
        time=found.time,
        status="unchanged" if unchanged else diff.status,
        before_path=diff.before_path if diff.status == "renamed" else "",
        summary=analysis_summary(diff),
        problem=diff.problem,
        cells=tuple(_cells(diff)),
    )


def pieces(found: Iterable[Piece]) -> tuple[PieceRow, ...]:
    """Runs of characters as values for JSON."""
    return tuple(PieceRow(piece.change, piece.text) for piece in found)


def _cells(diff: AnalysisDiff) -> Iterator[ChangedCell]:
    places = _places(diff.cells)
    for block in cell_blocks(diff.shown_cells):
        change = block.change
        several = [one.after for one in diff.cells if change.group and one.group == change.group and one.after]
        present = several or ([change.after] if change.after else [])
        shown = change.after or change.before
        yield ChangedCell(
            kind=change.kind,
            word="other output" if change.kind == "unchanged" else kind_words(change.kind),
            title=block.title,
            notes=block.notes,
            cells=tuple(CellPlace(cell.index, cell.id) for cell in present),
            cell_type=shown.cell_type if shown else "code",
            after_index=-1 if present or not change.before else places[change.before.index],
            lines=tuple(_lines(block)),
            outputs=tuple(map(_output, change.changed_outputs)),
        )


def _places(cells: Iterable[CellChange]) -> dict[int, int]:
    """For each cell of the old notebook that is gone, where in the present one it stood."""
    place, found = 0, {}
    for change in cells:
        if change.after:
            place = change.after.index + 1
        elif change.before:
            found[change.before.index] = place
    return found


def _lines(block: CellBlock) -> Iterator[LineRow | None]:
    return _line_rows(cell_lines(block.change)) if shows_lines(block) else iter(())


def _line_rows(lines: Iterable[Line | None]) -> Iterator[LineRow | None]:
    for line in lines:
        yield LineRow(line.change, line.before, line.after, pieces(line.pieces)) if line else None


def _output(change: OutputChange) -> OutputRow:
    text = output_text(change)
    before, after = output_png(change.before), output_png(change.after)
    pictures = (
        *png_row("before", before),
        *png_row("after", after),
        *png_row(f"difference: {output_detail(change)}", change.difference),
    )
    return OutputRow(change.verdict, text.said, text.values, tuple(_line_rows(text.lines)), text.more, pictures)
