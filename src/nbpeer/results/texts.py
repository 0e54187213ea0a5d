"""Two texts without noise compared: words exactly, numbers within a tolerance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from nbpeer.model.change import ValueChange, Verdict
from nbpeer.results.numbers import Tolerance, percent

# A longer text is compared as a whole: nobody reads which of a million numbers moved.
MOST_TEXT = 2_000_000
_MOST_VALUES = 200
_LONGEST_NAME = 40
# In this order: what holds digits and is no number comes first. A threshold is a word: `p < 0.05` is not `p < 0.01`.
_TOKEN = re.compile(
    r"(?P<word>[<>≤≥]=? ?\d*\.\d+"
    r"|\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}:\d\d(?::\d\d)?"
    r"|\d+\.\d+\.\d+[\w.]*)(?!\w)"
    r"|(?P<number>(?<![\w.])[-+\N{MINUS SIGN}]?"
    r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?(?!\w))"
    r"|\w+|\S"
)
_NAME = re.compile(r"[^\W\d][\w ]*(?=\W*\Z)")


class TextChange(NamedTuple):
    """`values` are the numbers that moved, by line and the words before them, when only numbers did."""

    verdict: Verdict
    values: tuple[ValueChange, ...]
    detail: str


class _Token(NamedTuple):
    text: str
    is_number: bool
    start: int


def compare_texts(before: str, after: str, allowed: Tolerance) -> TextChange:
    """Compare two texts. White space does not count: a number with one more digit moves what stands beside it."""
    if before == after:
        return TextChange("unchanged", (), "")
    if max(len(before), len(after)) > MOST_TEXT:
        return TextChange("changed", (), f"more than {MOST_TEXT:,} characters, compared as a whole")
    old, new = list(_tokens(before)), list(_tokens(after))
    if len(old) != len(new):
        return TextChange("changed", (), "")
    moved = []
    within = True
    for one, other in zip(old, new, strict=True):
        if one.text == other.text:
            continue
        if not (one.is_number and other.is_number):
            return TextChange("changed", (), "")
        first, second = _decimal(one.text), _decimal(other.text)
        if first != second:
            moved.append((one, other))
            within = within and allowed.allows(second - first, first, second)
    if not moved:
        return TextChange("unchanged", (), "")
    values = tuple(_values(after, moved[:_MOST_VALUES]))
    return TextChange("within_tolerance" if within else "changed", values, _summary(moved))


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        yield _Token(match[0], match.lastgroup == "number", match.start())


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


def _values(after: str, moved: list[tuple[_Token, _Token]]) -> Iterator[ValueChange]:
    line, place = 1, 0
    for one, other in moved:
        line += after.count("\n", place, other.start)
        place = other.start
        begin = after.rfind("\n", 0, place) + 1
        name = _NAME.search(after[max(begin, place - 200) : place])
        label = f"line {line}, {name[0].strip()[-_LONGEST_NAME:]}" if name else f"line {line}"
        yield ValueChange(label, one.text, other.text)


def _summary(moved: list[tuple[_Token, _Token]]) -> str:
    """How many numbers moved, and the largest move as a share of the number before."""
    count = f"{len(moved)} number{'' if len(moved) == 1 else 's'} moved"
    pairs = [(_decimal(one.text), _decimal(other.text)) for one, other in moved]
    if any(not first for first, _ in pairs):
        return count
    largest = max(chain((abs((second - first) / first) for first, second in pairs), (Decimal(0),)))
    return f"{count}, by {'' if len(moved) == 1 else 'at most '}{percent(float(largest))}"
