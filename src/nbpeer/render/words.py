"""Two texts as lines, and inside changed lines as words, for showing a change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Change = Literal["same", "removed", "added"]

# A number is one word: of 0.62 → 0.41 the whole is marked, not what follows the point.
_WORD = re.compile(r"\d+(?:[.,]\d+)+(?!\w)|\w+|\s+|[^\w\s]")
# Beyond these, a word-level comparison takes seconds and tells a reader nothing.
_LONGEST_LINE = 2_000
_MOST_LINES = 4_000
# Two lines that share less than this are shown as one removed and one added, without marks.
_ALIKE = 0.4


class Piece(NamedTuple):
    """A run of characters of one line."""

    change: Change
    text: str


class Line(NamedTuple):
    """One line to show. Numbers count from 1; 0 when the line is not on that side."""

    change: Change
    before: int
    after: int
    pieces: tuple[Piece, ...]


def changed_lines(before: str, after: str) -> tuple[Line, ...]:
    """Every line of both texts in reading order: removed lines stand before the added ones that replace them."""
    old, new = before.split("\n"), after.split("\n")
    if max(len(old), len(new)) > _MOST_LINES:
        return (*_plain("removed", old, 0), *_plain("added", new, 0))
    lines: list[Line] = []
    for operation, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            pairs = zip(range(start, end), range(new_start, new_end), strict=True)
            lines += [Line("same", i + 1, j + 1, (Piece("same", old[i]),)) for i, j in pairs]
        else:
            lines += _replaced(old[start:end], new[new_start:new_end], start, new_start)
    return tuple(lines)


def changed_words(before: str, after: str) -> tuple[Piece, ...]:
    """One text that holds both: what is common, what went, what came."""
    return tuple(_pieces(before, after))


def _replaced(old: list[str], new: list[str], start: int, new_start: int) -> list[Line]:
    removed = list(_plain("removed", old, start))
    added = list(_plain("added", new, new_start))
    for position, (one, other) in enumerate(zip(old, new, strict=False)):
        pieces = tuple(_pieces(one, other))
        shared = sum(len(piece.text.strip()) for piece in pieces if piece.change == "same")
        if shared >= _ALIKE * max(len(one.strip()), len(other.strip())):
            kept = tuple(piece for piece in pieces if piece.change != "added")
            removed[position] = removed[position]._replace(pieces=kept)
            kept = tuple(piece for piece in pieces if piece.change != "removed")
            added[position] = added[position]._replace(pieces=kept)
    return removed + added


def _plain(change: Change, texts: list[str], start: int) -> Iterator[Line]:
    for number, text in enumerate(texts, start + 1):
        sides = (number, 0) if change == "removed" else (0, number)
        yield Line(change, *sides, (Piece("same", text),))


def _pieces(before: str, after: str) -> Iterator[Piece]:
    if max(len(before), len(after)) > _LONGEST_LINE:
        yield from _ends(before, after)
        return
    old, new = _WORD.findall(before), _WORD.findall(after)
    for operation, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            yield Piece("same", "".join(old[start:end]))
            continue
        if end > start:
            yield Piece("removed", "".join(old[start:end]))
        if new_end > new_start:
            yield Piece("added", "".join(new[new_start:new_end]))


def _ends(before: str, after: str) -> Iterator[Piece]:
    """What two long texts have in common at either end, and what is between."""
    start = _common(before, after)
    rest = min(len(before), len(after)) - start
    end = _common(before[len(before) - rest :][::-1], after[len(after) - rest :][::-1])
    stop, new_stop = len(before) - end, len(after) - end
    parts = before[:start], before[start:stop], after[start:new_stop], after[new_stop:]
    changes: tuple[Change, ...] = ("same", "removed", "added", "same")
    yield from (Piece(change, text) for change, text in zip(changes, parts, strict=True) if text)


def _common(one: str, other: str) -> int:
    """How many characters two texts share at their start, by halving: slices compare faster than a loop."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low
