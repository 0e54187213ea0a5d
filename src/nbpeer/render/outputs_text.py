"""Outputs before and after in words, for a terminal and a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.model.change import CellChange, OutputChange, ValueChange
from nbpeer.model.notebook import Cell
from nbpeer.render.changes import LONGEST_VALUE, table_changes, value_change_text
from nbpeer.render.diff_lines import cell_lines
from nbpeer.render.numbers import number_text
from nbpeer.render.words import Line

_MOST_LINES = 8
_MOST_VALUES = 6
_NOUNS = {"text": "text", "table": "table", "image": "picture", "chart": "chart", "error": "error", "other": "output"}
_VERDICTS = {"added": "new", "removed": "gone", "within_tolerance": "within tolerance"}


class OutputText(NamedTuple):
    """One output in words: `said` in one line, then the `values` that moved or the `lines` of its text that differ,
    and how many `more` of these there are."""

    said: str
    values: tuple[str, ...]
    lines: tuple[Line | None, ...]
    more: int


def output_text(change: OutputChange) -> OutputText:
    """What changed in an output, short enough to stand below a cell."""
    values = list(_values(change))
    texts = text_change(change) if change.kind not in ("table", "chart", "error") or change.detail else None
    lines = list(cell_lines(texts, 0)) if texts and not values else []
    more = max(0, len(values) - _MOST_VALUES) + max(0, len(lines) - _MOST_LINES)
    said = tuple(f"{value.name}: {value_change_text(value)}" for value in values[:_MOST_VALUES])
    return OutputText(output_line(change), said, tuple(lines[:_MOST_LINES]), more)


def output_line(change: OutputChange) -> str:
    """`table changed: 3 values in price, 1 row new`; of one that came or went its first words."""
    detail = output_detail(change) if change.before and change.after else _first_words(change)
    return f"{output_noun(change)} {output_verdict(change)}" + (f": {detail}" if detail else "")


def output_noun(change: OutputChange) -> str:
    """What people call such an output; what went to standard error is said to."""
    shown = change.after or change.before
    if shown and shown.output_type == "stream":
        return "printed to stderr" if shown.name == "stderr" else "printed text"
    return _NOUNS[change.kind]


def output_verdict(change: OutputChange) -> str:
    """What happened to an output, as people say it."""
    return _VERDICTS.get(change.verdict, change.verdict)


def output_detail(change: OutputChange) -> str:
    """What moved, in words; for a picture the share of its pixels, for an error its type, message and line."""
    if change.share:
        return f"{number_text(change.share * 100, 2)} % of the pixels"
    if change.kind == "error" and not change.detail:
        same = [change.after.ename] if change.after and all(value.name != "type" for value in change.values) else []
        return ", ".join([*same, *(f"{value.name} {_short(value_change_text(value))}" for value in change.values)])
    return change.detail


def text_change(change: OutputChange) -> CellChange | None:
    """An output's text before and after, noise taken out, as a cell that changed; None unless both sides have text."""
    before, after = (text.rstrip("\n") for text in change.texts)
    if not (change.before and change.after) or before == after:
        return None
    return CellChange("changed", Cell(0, "raw", before), Cell(0, "raw", after), ("source",))


def _values(change: OutputChange) -> Iterator[ValueChange]:
    """What moved by name, where names say more than lines: cells of tables, parts of charts."""
    if change.kind == "table":
        for table in change.tables:
            if table.before and table.after:
                yield from table_changes(table)
    elif change.kind == "chart":
        yield from change.values


def _first_words(change: OutputChange) -> str:
    shown = change.after or change.before
    if shown and change.kind == "error":
        return _short(f"{shown.ename}: {shown.evalue}")
    return _short(next((line.strip() for text in change.texts for line in text.splitlines() if line.strip()), ""))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
