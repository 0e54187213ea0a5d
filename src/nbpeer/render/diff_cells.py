"""Changed cells for the terminal: what happened to each, and its lines with the words that differ marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nbpeer.model.change import CellChange
from nbpeer.model.notebook import Cell
from nbpeer.render.changes import CellBlock, cell_blocks
from nbpeer.render.diff_lines import LONGEST_LINE, SIGNS, cell_lines, first_mark
from nbpeer.render.visible import shortened, visible
from nbpeer.render.words import Line

if TYPE_CHECKING:
    from rich.text import Text

    from nbpeer.render.spans import Span

_STYLES = {"same": "", "removed": "red", "added": "green"}
_WIDTH = 64
_MARKS = {"same": "", "removed": "bold white on red", "added": "bold black on green"}
_TITLES = {
    "added": "green",
    "removed": "red",
    "changed": "yellow",
    "unchanged": "yellow",
    "moved": "cyan",
    "moved_changed": "magenta",
    "split": "cyan",
    "joined": "cyan",
}


class Look(NamedTuple):
    """How cells are shown. `highlight` colours the syntax of code, which takes the time to load a lexer; `columns` is
    the width of the screen to show both sides beside each other, 0 for one below the other; `width` is how far the line
    above a cell goes."""

    highlight: bool = False
    columns: int = 0
    width: int = _WIDTH


def cell_spans(changes: Iterable[CellChange], look: Look) -> Iterator[Span]:
    """Each changed cell under a line that says what happened, then its outputs; of a moved one only its first line."""
    for block in cell_blocks(changes):
        change = block.change
        yield f"── {block.title} ", _TITLES[change.kind]
        yield "─" * (look.width - len(block.title) - 4) + "\n", "dim"
        for note in block.notes:
            yield f"   {visible(note)}\n", "yellow"
        if change.kind in ("moved", "unchanged") and change.after:
            first = change.after.source.strip().partition("\n")[0]
            yield f"   {shortened(visible(first), 100)}\n", "dim"
        elif shows_lines(block):
            yield from _lines(change, look)
        if change.outputs:
            yield from _outputs(change, look)


def shows_lines(block: CellBlock) -> bool:
    """Whether the source of a cell is part of what changed."""
    change = block.change
    came_or_went = not (change.before and change.after)
    return change.kind not in ("moved", "unchanged") and (came_or_went or "source" in change.aspects)


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
        yield f"{SIGNS[line.change]} ", f"bold {_STYLES[line.change]}"
        coloured = new if line.after else old
        yield from _line_spans(line, coloured[number - 1] if number <= len(coloured) else None)
        yield "\n", ""


def _outputs(change: CellChange, look: Look) -> Iterator[Span]:
    from nbpeer.render.outputs_text import output_text

    for output in change.changed_outputs:
        found = output_text(output)
        yield f"   output: {_one_line(found.said)}\n", _TITLES[output.verdict]
        for value in found.values:
            yield f"      {_one_line(value)}\n", ""
        if look.columns and found.lines:
            from nbpeer.render.diff_columns import column_spans

            yield from column_spans(found.lines, look.columns)
        else:
            yield from _output_lines(found.lines)
        if found.more:
            yield f"      and {found.more} more\n", "dim"


def _output_lines(lines: Iterable[Line | None]) -> Iterator[Span]:
    for line in lines:
        if line:
            yield f"      {SIGNS[line.change]} ", f"bold {_STYLES[line.change]}"
            yield from _line_spans(line, None)
            yield "\n", ""


def _one_line(text: str) -> str:
    return shortened(visible(" ".join(text.split())), LONGEST_LINE)


def _line_spans(line: Line, coloured: Text | None) -> Iterator[Span]:
    if sum(len(piece.text) for piece in line.pieces) > LONGEST_LINE:
        whole = "".join(piece.text for piece in line.pieces)
        yield shortened(visible(whole), LONGEST_LINE, first_mark(line.pieces)), _STYLES[line.change]
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


def _coloured(cell: Cell | None) -> Sequence[Text]:
    """The lines of a cell with the colours of their syntax, character for character the source."""
    from rich.syntax import Syntax

    if cell is None or len(cell.source) > 100_000:
        return ()
    lexer = {"code": "python", "markdown": "markdown"}.get(cell.cell_type, "yaml")
    plain = visible(cell.source).replace("\t", " ")
    return list(Syntax(plain, lexer, theme="ansi_dark").highlight(plain).split("\n", allow_blank=True))
