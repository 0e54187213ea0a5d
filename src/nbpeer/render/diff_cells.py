"""Changed cells for the terminal: what happened to each, and its lines with the words that differ marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nbpeer.model.change import CellChange
from nbpeer.model.notebook import Cell
from nbpeer.render.changes import aspect_notes, cell_title
from nbpeer.render.visible import shortened, visible
from nbpeer.render.words import Line, Piece, changed_lines

if TYPE_CHECKING:
    from rich.text import Text

CONTEXT = 3
_LONGEST_LINE = 400
_SIGNS = {"same": " ", "removed": "-", "added": "+"}
_STYLES = {"same": "", "removed": "red", "added": "green"}
_MARKS = {"same": "", "removed": "bold white on red", "added": "bold black on green"}
_TITLES = {"added": "green", "removed": "red", "changed": "yellow", "moved": "cyan", "moved_changed": "magenta"}


def cells_text(changes: Iterable[CellChange], *, highlight: bool) -> Text:
    """Each changed cell under a line that says what happened; of a moved one only its first line."""
    from rich.text import Text

    text = Text()
    for change in changes:
        text.append(f"── {cell_title(change)} ", _TITLES[change.kind])
        text.append("─" * max(4, 60 - len(cell_title(change))) + "\n", "dim")
        for note in aspect_notes(change):
            text.append(f"   {visible(note)}\n", "yellow")
        if change.kind == "moved" and change.after:
            first = change.after.source.strip().partition("\n")[0]
            text.append(f"   {shortened(visible(first), 100)}\n", "dim")
        elif not (change.before and change.after) or "source" in change.aspects:
            _append_lines(text, change, highlight)
    return text


def cell_lines(change: CellChange, context: int = CONTEXT) -> Iterator[Line | None]:
    """The lines of a cell to show, each change with `context` lines around it; None where lines are left out."""
    if change.before and change.after:
        lines = changed_lines(change.before.source, change.after.source)
    else:
        lines = tuple(_whole(change))
    near: set[int] = set()
    for place, line in enumerate(lines):
        if line.change != "same":
            near.update(range(place - context, place + context + 1))
    skipping = False
    for place, line in enumerate(lines):
        if place in near:
            skipping = False
            yield line
        elif not skipping:
            skipping = True
            yield None


def _whole(change: CellChange) -> Iterator[Line]:
    cell = change.after or change.before
    for number, text in enumerate(cell.source.split("\n") if cell else (), 1):
        if change.after:
            yield Line("added", 0, number, (Piece("same", text),))
        else:
            yield Line("removed", number, 0, (Piece("same", text),))


def _append_lines(text: Text, change: CellChange, highlight: bool) -> None:
    old = _coloured(change.before) if highlight else ()
    new = _coloured(change.after) if highlight else ()
    for line in cell_lines(change):
        if line is None:
            text.append("     ⋮\n", "dim")
            continue
        number = line.after or line.before
        text.append(f"{number:>4} ", "dim")
        text.append(f"{_SIGNS[line.change]} ", f"bold {_STYLES[line.change]}")
        coloured = new if line.after else old
        text.append_text(_line_text(line, coloured[number - 1] if number <= len(coloured) else None))
        text.append("\n")


def _line_text(line: Line, coloured: Text | None) -> Text:
    from rich.text import Text

    whole = "".join(piece.text for piece in line.pieces)
    if len(whole) > _LONGEST_LINE:
        return Text(shortened(visible(whole), _LONGEST_LINE, first_mark(line.pieces)), _STYLES[line.change])
    found = Text(style="" if coloured else _STYLES[line.change])
    for piece in line.pieces:
        found.append(visible(piece.text), _MARKS[piece.change])
    if coloured:
        marks = found.spans
        found.spans = [span for span in coloured.spans if span.start < len(found)] + marks
    return found


def first_mark(pieces: Sequence[Piece]) -> int:
    """Where a line first differs from its counterpart, be it by something that only the counterpart has."""
    return len(pieces[0].text) if len(pieces) > 1 and pieces[0].change == "same" else 0


def _coloured(cell: Cell | None) -> Sequence[Text]:
    """The lines of a cell with the colours of their syntax, character for character the source."""
    from rich.syntax import Syntax

    if cell is None or len(cell.source) > 100_000:
        return ()
    lexer = {"code": "python", "markdown": "markdown"}.get(cell.cell_type, "yaml")
    plain = visible(cell.source).replace("\t", " ")
    return list(Syntax(plain, lexer, theme="ansi_dark").highlight(plain).split("\n", allow_blank=True))
