"""The cells of a notebook cut up by msgspec: what `outline` finds, in half the time. Used where msgspec is loaded."""

from __future__ import annotations

import re
from typing import Any

import msgspec


class _Top(msgspec.Struct):
    cells: list[dict[str, msgspec.Raw]]


_decode = msgspec.json.Decoder(_Top).decode
_layout = re.compile(rb'\[([ \t\n\r]*)\{([ \t\n\r]*)"[^"]*"(: ?)(?![ \t\n\r])').match
_end_of_list = re.compile(rb"[ \t\n\r]*\]").match
_BRACE, _COMMA = b"{,"


def decode_cells(content: bytes) -> list[dict[str, msgspec.Raw]]:
    """Every member of every cell as it is in the file, which is validated as a whole.

    Raises ValueError (msgspec's errors are ones) for JSON that msgspec refuses, or whose `cells` are not objects.
    """
    return _decode(content).cells


def locate_cells(content: bytes, start: int, cells: list[dict[str, msgspec.Raw]]) -> tuple[int, int, list[Any]]:
    """Where decoded cells stand when their list starts at `start`: a value of `outline`.

    Raises ValueError when a position is not certain. Each is proven: the file is valid JSON, and written out in the
    layout that its first cell has, every cell gives the bytes that stand there. One whose keys are repeated, or spelled
    with an escape, does not.
    """
    if not (layout := _layout(content, start)):
        raise ValueError(start)
    before_cell, before_key, colon = layout.groups()
    end_of_cell = before_cell + b"}"
    next_cell = end_of_cell + b"," + before_cell
    keys = _Keys(before_key, colon)
    found: list[tuple[int, int, list[Any]]] = []
    position = layout.end(1)
    for number, cell in enumerate(cells, 1):
        members, end = _members(content, position, cell, keys)
        ending = next_cell if number < len(cells) else end_of_cell
        if not content.startswith(ending, end):
            raise ValueError(end)
        found.append((position, end + len(end_of_cell), members))
        position = end + len(ending)
    if not (end_of_list := _end_of_list(content, position)):
        raise ValueError(position)
    return start, end_of_list.end(), found


def _members(content: bytes, position: int, cell: dict[str, msgspec.Raw], keys: _Keys) -> tuple[list[Any], int]:
    """The members of the cell that starts at `position`, and where the last one ends."""
    members = []
    mark = _BRACE
    for key, raw in cell.items():
        written, key_length = keys[key]
        start = position + 1 + len(written)
        if content[position] != mark or not (
            content.startswith(written, position + 1) and content.startswith(raw, start)
        ):
            raise ValueError(position)
        end = start + len(raw)
        members.append((key, start - key_length, (start, end, None)))
        position = end
        mark = _COMMA
    if not cell:
        raise ValueError(position)
    return members, position


class _Keys(dict[str, tuple[bytes, int]]):
    """Each key as it is written between a brace or comma and its value, and the length without the blanks before."""

    def __init__(self, before_key: bytes, colon: bytes) -> None:
        super().__init__()
        self.before_key = before_key
        self.colon = colon

    def __missing__(self, key: str) -> tuple[bytes, int]:
        if not key.isascii():  # the two readers spell it differently
            raise ValueError(key)
        written = b'"%b"%b' % (key.encode(), self.colon)
        self[key] = self.before_key + written, len(written)
        return self[key]
