"""Tables among the outputs: HTML tables, and data frames and series printed as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from nbpeer.model.notebook import Cell, Notebook, Output, join
from nbpeer.model.result import RESULT_MIME

_SERIES = re.compile(r"^(?:Name: (?P<name>[^,\n]+), )?(?:Length: \d+, )?dtype: \w+$", re.MULTILINE)


class OutputTable(NamedTuple):
    """One table as text. Rows have as many values as there are `columns`, the index included ("" when unnamed)."""

    cell: Cell
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def output_tables(notebook: Notebook) -> Iterator[OutputTable]:
    """Every table among the outputs, in order. Named results are left out: the results file has them."""
    for cell in notebook.cells:
        for output in cell.outputs if cell.raw_outputs else ():
            if RESULT_MIME not in output.data:
                yield from _tables(cell, output)


def _tables(cell: Cell, output: Output) -> Iterator[OutputTable]:
    html = str(output.mime("text/html") or "")
    if "<table" in html:
        reader = _Reader()
        reader.feed(html)
        for head, body in reader.tables:
            columns = _named(head)
            width = len(columns)
            rows = (("",) * (width - len(row)) + tuple(row) for row in body if len(row) <= width)
            if columns:
                yield OutputTable(cell, columns, tuple(rows))
        return
    text = join(output.text) if output.output_type == "stream" else str(output.mime("text/plain") or "")
    found = _as_text(text)
    if found:
        yield OutputTable(cell, *found)


def _named(head: list[list[str]]) -> tuple[str, ...]:
    """One name a column: what stands above it in all header rows."""
    width = max(map(len, head), default=0)
    padded = [row + [""] * (width - len(row)) for row in head]
    return tuple(" ".join(filter(None, column)) for column in zip(*padded, strict=True))


def _as_text(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]] | None:
    lines = text.rstrip().split("\n")
    if len(lines) < 3:
        return None
    series = _SERIES.match(lines[-1])
    if series:
        pairs = [line.rsplit(None, 1) for line in lines[:-1]]
        return ("", series["name"] or ""), tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2)
    if not lines[0].startswith(" "):
        return None
    # Pandas aligns values and headings to the right, so a value belongs to the heading that ends where it ends.
    heads = {match.end(): match.group() for match in re.finditer(r"\S+(?: \S+)*", lines[0])}
    rows = []
    for line in lines[1:]:
        values = {match.end(): match.group() for match in re.finditer(r"\S+(?: \S+)*", line)}
        if not heads or not heads.keys() <= values.keys():
            continue
        rows.append(("", *(values[end] for end in heads)))
    return (("", *heads.values()), tuple(rows)) if rows else None


class _Reader(HTMLParser):
    """Collects the tables of a page: their header rows and their other rows, as texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[tuple[list[list[str]], list[list[str]]]] = []
        self._row: list[str] | None = None
        self._data = self._open = False
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append(([], []))
        elif tag == "tr":
            self._row, self._data = [], False
        elif tag in ("td", "th") and self._row is not None:
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), 100) if span.isdecimal() else 1
            self._row.append("")
            self._open = True
            self._data |= tag == "td"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._row and self._open:
            self._row[-1] = " ".join(self._row[-1].split())
            self._row += self._row[-1:] * (self._span - 1)
            self._open = False
        elif tag == "tr" and self._row is not None:
            if self.tables:
                head, body = self.tables[-1]
                (body if self._data else head).append(self._row)
            self._row = None

    def handle_data(self, data: str) -> None:
        if self._row and self._open:
            self._row[-1] += data
