"""Two outputs in HTML compared: their tables cell by cell, the text around them as text."""

from __future__ import annotations

import re

from nbpeer.model.change import OutputChange, ResultChange, Verdict
from nbpeer.model.notebook import Output
from nbpeer.model.result import NamedResult, Table
from nbpeer.results.html_tables import MOST_CELLS, HtmlContent, HtmlTable, comparable, read_html
from nbpeer.results.normalise import normalise
from nbpeer.results.numbers import Tolerance
from nbpeer.results.tables import compare_tables
from nbpeer.results.texts import compare_texts

# Parsing takes a second or two for this much, and grows with the square of tags that never end.
_MOST_HTML = 5_000_000
_MOST_UNENDED = 1_000
_SCRIPT = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(?!(?:img|svg|table)\b)[^<>]*>", re.IGNORECASE)


def is_shown(html: str) -> bool:
    """Whether HTML says anything by itself, and not only through a script."""
    return bool(_TAG.sub("", _SCRIPT.sub("", html)).strip())


def compare_html(before: Output, after: Output, allowed: Tolerance) -> OutputChange:
    """Compare two `text/html` outputs. Styling does not count; where only it differs, `detail` says so."""
    old_html, new_html = str(before.mime("text/html")), str(after.mime("text/html"))
    if not (_is_parsable(old_html) and _is_parsable(new_html)):
        return OutputChange("table", "changed", before, after, "too much HTML, or too broken, compared as a whole")
    old, new = read_html(old_html), read_html(new_html)
    texts = normalise(old.text), normalise(new.text)
    text = compare_texts(*texts, allowed)
    tables = tuple(table for table in _tables(old, new, allowed) if table.verdict != "unchanged")
    verdict = _verdict([text.verdict, *(table.verdict for table in tables)])
    notes = [text.detail, *(_table_detail(table) for table in tables)]
    if old.cut or new.cut:
        notes.append(f"only the first {MOST_CELLS:,} cells of tables were compared")
    if verdict == "unchanged" and normalise(old_html) != normalise(new_html):
        notes.append("only the styling differs")
    return OutputChange(
        kind="table" if old.tables or new.tables else "text",
        verdict=verdict,
        before=before,
        after=after,
        detail="; ".join(note for note in notes if note),
        texts=texts if text.verdict != "unchanged" else ("", ""),
        values=(*text.values, *(value for table in tables for value in table.cells)),
        tables=tables,
    )


def _is_parsable(html: str) -> bool:
    return len(html) <= _MOST_HTML and html.count("<") - html.count(">") <= _MOST_UNENDED


def _tables(old: HtmlContent, new: HtmlContent, allowed: Tolerance) -> list[ResultChange]:
    changes = []
    for place in range(max(len(old.tables), len(new.tables))):
        one = old.tables[place] if place < len(old.tables) else None
        other = new.tables[place] if place < len(new.tables) else None
        changes.append(_table(one, other, place + 1, allowed))
    return changes


def _table(before: HtmlTable | None, after: HtmlTable | None, number: int, allowed: Tolerance) -> ResultChange:
    shown = after or before
    assert shown is not None  # noqa: S101 - the caller has one
    name = shown.caption or f"table {number}"
    one, other = comparable(before or shown, after or shown)
    old, new = NamedResult(name, "table", one), NamedResult(name, "table", other)
    if before is None or after is None:
        return ResultChange(name, "added" if after else "removed", old if before else None, new if after else None)
    found = compare_tables(one, other, (allowed,))
    if found.cells or found.notes:
        return ResultChange(name, "changed", old, new, None, found.cells, "; ".join(found.notes), found.key)
    verdict: Verdict = "within_tolerance" if found.near else "unchanged"
    return ResultChange(name, verdict, old, new, None, found.near, "", found.key)


def _table_detail(table: ResultChange) -> str:
    """What moved in a table: which rows came and went, in which columns values changed, and by how much at most."""
    if table.before is None or table.after is None:
        return f"{table.name} {'new' if table.after else 'gone'}"
    assert isinstance(table.before.value, Table) and isinstance(table.after.value, Table)  # noqa: S101 - made above
    columns = [
        column for column in table.after.value.columns if any(c.name.endswith(f", {column}") for c in table.cells)
    ]
    whole = [cell for cell in table.cells if cell.before is None or cell.after is None]
    values = len(table.cells) - len(whole)
    came, went = sum(cell.before is None for cell in whole), sum(cell.after is None for cell in whole)
    notes = [f"{values:,} value{'' if values == 1 else 's'} in {', '.join(columns[:5])}"] if values else []
    notes += [f"{came:,} row{'' if came == 1 else 's'} new"] if came else []
    notes += [f"{went:,} row{'' if went == 1 else 's'} gone"] if went else []
    return ", ".join([*notes, *([table.detail] if table.detail else [])])


def _verdict(found: list[Verdict]) -> Verdict:
    if all(verdict == "unchanged" for verdict in found):
        return "unchanged"
    near = all(verdict in ("unchanged", "within_tolerance") for verdict in found)
    return "within_tolerance" if near else "changed"
