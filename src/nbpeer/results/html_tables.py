"""What HTML says, for comparing: its tables as grids of text, and the text around them."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from typing import NamedTuple

from nbpeer.model.result import Scalar, Table
from nbpeer.results.normalise import normalise, normalise_value

# Beyond these a table is data, not a display; the rest of it is compared as text would be: not at all, and said so.
MOST_CELLS = 50_000
_WIDEST_SPAN = 1_000
_SILENT = frozenset("script style template title noscript".split())
_BREAKS = frozenset("address article blockquote br div dl dt dd h1 h2 h3 h4 h5 h6 hr li ol p pre section ul".split())
_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][-+]?\d{1,3})?\Z")
_SPACE = re.compile(r"\s+")


class HtmlTable(NamedTuple):
    """A table as a grid, spans filled in: `header` rows name the columns; the first `labels` columns name the rows."""

    caption: str
    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int


class HtmlContent(NamedTuple):
    """`text` is what stands outside tables, a paragraph a line; pictures and drawings stand in it by their digests.

    `cut` tells that it has more table cells than MOST_CELLS.
    """

    text: str
    tables: tuple[HtmlTable, ...]
    cut: bool


def read_html(html: str) -> HtmlContent:
    """The text and the tables of HTML, well formed or not. A table inside a table's cell is text of that cell."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_table()
    lines = (_plain(line) for line in "".join(reader.outside).split("\n"))
    text = "\n".join(line for line in lines if line)
    return HtmlContent(text, tuple(map(_table, reader.found)), reader.cells > MOST_CELLS)


def comparable(before: HtmlTable, after: HtmlTable) -> tuple[Table, Table]:
    """Two tables as values: numbers where the text spells one, row labels as text, columns by unique names.

    A label that only counts the rows on both sides (a data frame's default index) is left out: a row that came would
    rename all that follow.
    """
    counts = all(table.labels == 1 and _counts_rows(table) for table in (before, after))
    return _values(before, counts), _values(after, counts)


def _values(table: HtmlTable, without_labels: bool) -> Table:
    start = 1 if without_labels else 0
    columns = _column_names(table)
    rows = [
        tuple(
            normalise_value(text) if place < table.labels else _scalar(text)
            for place, text in enumerate(row[start:], start)
        )
        for row in table.rows
    ]
    return Table(columns[start:], tuple(rows))


def _scalar(text: str) -> Scalar:
    """A number when the text spells one plainly: `007`, `1,234` and `NA` stay text."""
    if not _NUMBER.match(text):
        return normalise_value(text)
    spelled = text.replace("\N{MINUS SIGN}", "-")
    is_whole = spelled.lstrip("+-").isdigit() and len(spelled) < 300
    return int(spelled) if is_whole else float(spelled)


def _counts_rows(table: HtmlTable) -> bool:
    return all(row[0] == str(number) for number, row in enumerate(table.rows))


def _column_names(table: HtmlTable) -> tuple[str, ...]:
    """The texts of the header rows above each other; a name that is taken gets a number."""
    width = len(table.rows[0]) if table.rows else len(table.header[0]) if table.header else 0
    names: list[str] = []
    taken: dict[str, int] = {}
    for place in range(width):
        parts = dict.fromkeys(row[place] for row in table.header if row[place])
        name = " / ".join(parts) or ("" if place < table.labels else f"column {place + 1}")
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return tuple(names)


class _Entry(NamedTuple):
    text: str
    is_header: bool
    columns: int
    rows: int


class _Draft:
    """A table while it is read."""

    def __init__(self) -> None:
        self.caption = ""
        self.rows: list[tuple[bool, list[_Entry]]] = []
        self.in_head = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outside: list[str] = []
        self.found: list[_Draft] = []
        self.cells = 0
        self._depth = 0  # of tables
        self._silent = ""
        self._drawing: list[str] = []
        self._draft: _Draft | None = None
        self._cell: tuple[str, dict[str, str | None]] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent:
            return
        if tag == "svg" or self._drawing:
            self._drawing.append(self.get_starttag_text() or tag)
        elif tag in _SILENT:
            self._silent = tag
        elif tag == "img":
            self._say(f" [picture {_digest(dict(attrs).get('src') or '')}] ")
        elif tag in _BREAKS:
            self._say(" " if self._draft else "\n")
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._draft = _Draft()
        elif self._draft and self._depth == 1:
            self._table_tag(self._draft, tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._drawing:
            self._drawing.append(self.get_starttag_text() or tag)
        else:
            self.handle_starttag(tag, attrs)
            if tag == "svg":
                self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent = "" if tag == self._silent else self._silent
        elif self._drawing:
            if tag == "svg":
                drawing, self._drawing = "".join(self._drawing), []
                self._say(f" [drawing {_digest(normalise(drawing))}] ")
        elif tag == "table" and self._depth:
            self._depth -= 1
            if not self._depth:
                self.end_table()
        elif tag in ("td", "th", "caption", "tr") and self._depth == 1:
            self._end_cell()
        elif tag == "thead" and self._draft and self._depth == 1:
            self._draft.in_head = False
        elif tag in _BREAKS and not self._draft:
            self.outside.append("\n")

    def handle_data(self, data: str) -> None:
        if self._drawing:
            self._drawing.append(data)
        elif not self._silent:
            self._say(data)

    def end_table(self) -> None:
        """Close the table that is open, as the end of the text does too."""
        self._end_cell()
        if self._draft:
            self.found.append(self._draft)
            self.outside.append("\n")
        self._draft, self._depth = None, 0

    def _table_tag(self, draft: _Draft, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "thead":
            draft.in_head = True
        elif tag == "tbody":
            draft.in_head = False
        elif tag == "tr":
            self._end_cell()
            draft.rows.append((draft.in_head, []))
        elif tag in ("td", "th", "caption"):
            self._end_cell()
            self._cell = tag, attributes

    def _say(self, text: str) -> None:
        if self._cell:
            self._text.append(text)
        elif not self._draft:
            self.outside.append(text)

    def _end_cell(self) -> None:
        if self._cell is None or self._draft is None:
            return
        (tag, attributes), self._cell = self._cell, None
        text, self._text = _plain("".join(self._text)), []
        if tag == "caption":
            self._draft.caption = text
            return
        if not self._draft.rows:
            self._draft.rows.append((self._draft.in_head, []))
        columns, rows = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
        self.cells += columns * rows
        if self.cells <= MOST_CELLS:
            self._draft.rows[-1][1].append(_Entry(text, tag == "th", columns, rows))


def _table(draft: _Draft) -> HtmlTable:
    grid = _grid([entries for _, entries in draft.rows])
    heads = [in_head for in_head, _ in draft.rows]
    count = 0
    while count < len(grid) and (heads[count] or (grid[count] and all(cell.is_header for cell in grid[count]))):
        count += 1
    width = max((len(row) for row in grid), default=0)
    body = grid[count:]
    labels = 0
    while labels < width - 1 and body and all(len(row) > labels and row[labels].is_header for row in body):
        labels += 1
    texts = [(*(cell.text for cell in row), *[""] * (width - len(row))) for row in grid]
    return HtmlTable(draft.caption, tuple(texts[:count]), tuple(texts[count:]), labels)


def _grid(rows: list[list[_Entry]]) -> list[list[_Entry]]:
    """Every cell where it is seen: one that spans columns or rows stands in each of them."""
    hanging: dict[int, tuple[_Entry, int]] = {}
    grid = []
    for entries in rows:
        row: list[_Entry] = []
        waiting = list(reversed(entries))
        while waiting or len(row) in hanging:
            if len(row) in hanging:
                entry, left = hanging.pop(len(row))
                if left > 1:
                    hanging[len(row)] = entry, left - 1
                row.append(entry)
                continue
            entry = waiting.pop()
            for _ in range(entry.columns):
                if entry.rows > 1:
                    hanging[len(row)] = entry, entry.rows - 1
                row.append(entry)
        grid.append(row)
    return grid


def _span(text: str | None) -> int:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), _WIDEST_SPAN)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
