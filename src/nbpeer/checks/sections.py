"""The headings of a notebook and what stands under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.model.front_matter import front_matter_text
from nbpeer.model.notebook import Cell, Notebook

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_HTML = re.compile(r"\s*<h([1-6])\b[^>]*>(.*?)</h\1>", re.IGNORECASE)
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# What decorates a title without being part of it: numbering, emphasis, punctuation, emoji.
_DECORATION = re.compile(r"^(?:[\W\d_]|[ivxIVX]+[.)](?=\s))+|[*_`]|<[^>]*>|[\W_]+$")


class Line(NamedTuple):
    """One line of Markdown. `number` counts from 1 inside the cell; `fenced`: in a code fence, or one of its ends."""

    cell: Cell
    number: int
    text: str
    fenced: bool = False


class Section(NamedTuple):
    """One heading and the prose under it, subsections included. `code`: a code cell that is not empty is under it."""

    title: str
    level: int
    cell: Cell
    line: int
    prose: tuple[str, ...]
    code: bool

    @property
    def empty(self) -> bool:
        """Whether nothing is under the heading."""
        return not self.code and not self.prose


def plain_title(title: str) -> str:
    """A heading as it is compared: lower case, without numbering, emphasis and final punctuation."""
    return re.sub(r"\s+", " ", _DECORATION.sub("", title.strip())).strip().casefold()


def prose_lines(notebook: Notebook) -> list[Line]:
    """Every line of Markdown outside code fences, the front matter aside, in order."""
    return [line for line in _lines(notebook) if not line.fenced]


def _lines(notebook: Notebook) -> list[Line]:
    start = 0 if front_matter_text(notebook) is None else 1
    found = []
    for cell in notebook.cells[start:]:
        if cell.cell_type != "markdown":
            continue
        fence = ""
        for number, text in enumerate(cell.source.split("\n"), 1):
            match = _FENCE.match(text)
            ends = bool(match and (not fence or match.group(1).startswith(fence)))
            found.append(Line(cell, number, text, bool(ends or fence)))
            if match and ends:
                fence = "" if fence else match.group(1)
    return found


def sections(notebook: Notebook) -> tuple[Section, ...]:
    """Every section of a notebook, in order."""
    lines = prose_lines(notebook)
    found: list[Section] = []
    heads = [(place, *head) for place in range(len(lines)) if (head := _heading(lines, place))]
    titles = {at for at, _, _ in heads}
    for (place, level, title), end in zip(heads, _ends(heads, len(lines)), strict=True):
        first, last = lines[place].cell.index, lines[end].cell.index if end < len(lines) else len(notebook.cells)
        code = any(cell.cell_type == "code" and cell.source.strip() for cell in notebook.cells[first:last])
        text = _COMMENT.sub("", "\n".join(lines[at].text for at in range(place + 1, end) if at not in titles))
        prose = tuple(line.strip() for line in text.split("\n") if line.strip(" \t=-"))
        found.append(Section(title, level, lines[place].cell, lines[place].number, prose, code))
    return tuple(found)


def _ends(heads: list[tuple[int, int, str]], length: int) -> list[int]:
    """Where each section ends: at the next heading that is not below its own, else at the last of `length` lines."""
    ends = [length] * len(heads)
    open_heads: list[int] = []
    for order, (place, level, _) in enumerate(heads):
        while open_heads and heads[open_heads[-1]][1] >= level:
            ends[open_heads.pop()] = place
        open_heads.append(order)
    return ends


def lines_under(notebook: Notebook, titles: frozenset[str], *, fenced: bool = False) -> Iterator[Line]:
    """The lines of prose under headings with one of these plain titles, subsections included, headings left out;
    with `fenced` those of code fences too."""
    lines = _lines(notebook) if fenced else prose_lines(notebook)
    inside = 0
    for place, line in enumerate(lines):
        head = _heading(lines, place)
        if head and (not inside or head[0] <= inside):
            inside = head[0] if plain_title(head[1]) in titles else 0
        elif inside and not head:
            yield line


def _heading(lines: list[Line], place: int) -> tuple[int, str] | None:
    line = lines[place]
    if line.fenced:
        return None
    if match := _ATX.match(line.text):
        return len(match.group(1)), match.group(2) or ""
    if match := _HTML.match(line.text):
        return int(match.group(1)), match.group(2)
    below = lines[place + 1] if place + 1 < len(lines) else None
    if below and below.cell is line.cell and not below.fenced and line.text.strip() and _UNDERLINE.match(below.text):
        starts = place == 0 or lines[place - 1].cell is not line.cell or not lines[place - 1].text.strip()
        if starts and not line.text.lstrip().startswith(("-", "*", ">", "|")):
            return (1 if below.text.strip().startswith("=") else 2), line.text
    return None
