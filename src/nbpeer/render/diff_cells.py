"""Changed cells for the terminal: what happened to each, and its lines with the words that differ marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nbpeer.model.change import CellChange
from nbpeer.model.notebook import Cell
from nbpeer.render.changes import CellBlock, cell_blocks
from nbpeer.render.visible import shortened, visible
from nbpeer.render.words import Line, Piece, changed_lines

if TYPE_CHECKING:
    from rich.text import Text

    from nbpeer.render.spans import Span

CONTEXT = 3
_LONGEST_LINE = 400
_SIGNS = {"same": " ", "removed": "-", "added": "+"}
_STYLES = {"same": "", "removed": "red", "added": "green"}
_MARKS = {"same": "", "removed": "bold white on red", "added": "bold black on green"}
_TITLES = {
    "added": "green",
    "removed": "red",
    "changed": "yellow",
    "moved": "cyan",
    "moved_changed": "magenta",
    "split": "cyan",
    "joined": "cyan",
}


class Look(NamedTuple):
    """How cells are shown. `highlight` colours the syntax of code, which takes the time to load a lexer; `columns` is
    the width of the screen to show both sides beside each other, 0 for one below the other."""

    highlight: bool = False
    columns: int = 0


def cell_spans(changes: Iterable[CellChange], look: Look) -> Iterator[Span]:
    """Each changed cell under a line that says what happened; of a moved one only its first line."""
    for block in cell_blocks(changes):
        change = block.change
        yield f"── {block.title} ", _TITLES[change.kind]
        yield "─" * max(4, 60 - len(block.title)) + "\n", "dim"
        for note in block.notes:
            yield f"   {visible(note)}\n", "yellow"
        if change.kind == "moved" and change.after:
            first = change.after.source.strip().partition("\n")[0]
            yield f"   {shortened(visible(first), 100)}\n", "dim"
        elif shows_lines(block):
            yield from _lines(change, look)


def shows_lines(block: CellBlock) -> bool:
    """Whether the source of a cell is part of what changed."""
    change = block.change
    return change.kind != "moved" and (not (change.before and change.after) or "source" in change.aspects)


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


def _lines(change: CellChange, look: Look) -> Iterator[Span]:
    if look.columns:
        from nbpeer.render.diff_columns import column_spans

        yield from column_spans(cell_lines(change), look.columns)
        return
    old = _coloured(change.before) if look.highlight else ()
    new = _coloured(change.after) if look.highlight else ()
    for line in cell_lines(change):
        if line is None:
            yield "     ⋮\n", "dim"
            continue
        number = line.after or line.before
        yield f"{number:>4} ", "dim"
        yield f"{_SIGNS[line.change]} ", f"bold {_STYLES[line.change]}"
        coloured = new if line.after else old
        yield from _line_spans(line, coloured[number - 1] if number <= len(coloured) else None)
        yield "\n", ""


def _line_spans(line: Line, coloured: Text | None) -> Iterator[Span]:
    if sum(len(piece.text) for piece in line.pieces) > _LONGEST_LINE:
        whole = "".join(piece.text for piece in line.pieces)
        yield shortened(visible(whole), _LONGEST_LINE, first_mark(line.pieces)), _STYLES[line.change]
        return
    if coloured:
        yield _marked(line, coloured)
        return
    for piece in line.pieces:
        yield visible(piece.text), _MARKS[piece.change] or _STYLES[line.change]


def _marked(line: Line, coloured: Text) -> Text:
    from rich.text import Text

    found = Text()
    for piece in line.pieces:
        found.append(visible(piece.text), _MARKS[piece.change])
    found.spans = [span for span in coloured.spans if span.start < len(found)] + found.spans
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
