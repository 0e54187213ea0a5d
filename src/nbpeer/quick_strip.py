"""The edits that stripping makes, found by way of msgspec: several times as fast as from an outline.

msgspec validates the file as a whole and hands over the bytes of every member of every cell. Written out again in the
layout that the first cell has, every cell must give the bytes that stand in the file: that proves where it stands, and
a changed cell written out the same way differs in nothing but the changed members. A notebook whose keys are repeated,
or spelled with an escape, or whose cells differ in their layout, fails the proof and is left to the outline.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from nbpeer.edits import cell_lists, keeps_every_output, output_edits, volatile_edits
from nbpeer.metadata import metadata_edits, read_object, splice
from nbpeer.outline import BOM, UNTOUCHED, outline
from nbpeer.volatile import MACHINE, VOLATILE_KEYS, StripOptions, keeps_output, key_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbpeer.metadata import Edit

_Cell = dict[str, Raw]
_Place = tuple[int, Raw, str]  # the number of a piece, what it is like when there is nothing to change, and its key


class _Sheet(msgspec.Struct):
    cells: list[_Cell]


class _Notebook(msgspec.Struct):
    cells: list[_Cell] | UnsetType = UNSET
    worksheets: list[_Sheet] | UnsetType = UNSET  # nbformat 2 and 3


_decode = msgspec.json.Decoder(_Notebook).decode
_list_of_cells = re.compile(rb'"cells"[ \t\n\r]*:[ \t\n\r]*(?=\[)').search
_only_cells = re.compile(rb'[ \t\n\r]*\{[ \t\n\r]*"cells"[ \t\n\r]*:[ \t\n\r]*').fullmatch
_layout = re.compile(rb'\[([ \t\n\r]*)\{([ \t\n\r]*)"[^"]*"(: ?)(?![ \t\n\r])').match
_end_of_list = re.compile(rb"[ \t\n\r]*\}[ \t\n\r]*\]").match
_nothing_to_empty = re.compile(rb"\[[ \t\n\r]*\]|null").fullmatch
_UNTOUCHED = {key: Raw(value.encode()) for key, value in UNTOUCHED.items()}
_MOST_SEEN = 1000


def quick_edits(content: bytes | bytearray, size: int, options: StripOptions) -> list[Edit]:
    """Every edit that stripping the first `size` bytes of `content` makes, in order.

    Not for options that take out whole cells, or members of cells.

    Raises ValueError (msgspec's errors are ones), NotANotebook or RecursionError where one is not certain.
    """
    changes = _changes(options)
    begin = len(BOM) if content.startswith(BOM) else 0
    notebook = _decode(memoryview(content)[begin:size])
    cells = notebook.cells
    if not isinstance(cells, list):
        cells, *others = [sheet.cells for sheet in notebook.worksheets or ()]
        if others:
            raise ValueError(begin)
    if not (found := _list_of_cells(content, begin, size)):
        raise ValueError(begin)
    start = found.end()
    edits, end = _cell_edits(content, start, size, cells, changes)
    if _only_cells(content, begin, start) and not changes.told_by_notebook(content, end, size):
        return edits
    # What is around the cells is small: the outline reads it as a notebook without any.
    frame = b"".join((content[:start], b"[]", content[end:size]))
    text, root = outline(frame, brief=True)
    if [value[0] for value in cell_lists(text, root)] != [start] or keeps_every_output(text, root):
        raise ValueError(start)
    around = sorted(volatile_edits(text, root, options, changes.keys))
    moved = end - start - len(b"[]")
    before = [edit for edit in around if edit[0] < start]
    return [*before, *edits, *((one + moved, other + moved, by) for one, other, by in around[len(before) :])]


def _cell_edits(
    content: bytes | bytearray, start: int, size: int, cells: list[_Cell], changes: _Changes
) -> tuple[list[Edit], int]:
    """The edits in the list of cells that starts at `start`, each of a whole cell, and where the list ends."""
    if not (layout := _layout(content, start, size)):
        raise ValueError(start)
    before_cell, before_key, colon = layout.groups()
    between = before_cell + b"}," + before_cell
    members = _Members(between + b"{" + before_key, before_key, colon)
    edits: list[Edit] = []
    begin = end = layout.end(1) - len(between)  # a cell's text begins with what ends the cell before it
    stands = content.startswith
    for cell in cells:
        pieces, may_change = members[(*cell,)]
        pieces[1::2] = cell.values()
        text = b"".join(pieces)
        position = end
        if not stands(text, position) and not (position == begin and stands(text[len(between) :], layout.end(1))):
            raise ValueError(position)
        end += len(text)
        for place, untouched, _ in may_change:
            if pieces[place] != untouched:
                changes.make(pieces, may_change)
                changed = b"".join(pieces)
                if changed != text:
                    edits.append((position + len(between), end, changed[len(between) :]))
                break
    if not (closing := _end_of_list(content, end, size)):
        raise ValueError(end)
    return edits, closing.end()


class _Members(dict[tuple[str, ...], tuple[list[Any], list[_Place]]]):
    """By the keys of a cell: the pieces of its text, every other one to be filled with a value, and those pieces that
    may change, metadata first."""

    def __init__(self, before_first: bytes, before_key: bytes, colon: bytes) -> None:
        super().__init__()
        self.before = before_first, b"," + before_key
        self.colon = colon

    def __missing__(self, keys: tuple[str, ...]) -> tuple[list[Any], list[_Place]]:
        labels = (b'%b"%b"%b' % (self.before[number > 0], key.encode(), self.colon) for number, key in enumerate(keys))
        pieces = [piece for label in labels for piece in (label, b"")]
        may_change = [(2 * keys.index(key) + 1, raw, key) for key, raw in _UNTOUCHED.items() if key in keys]
        self[keys] = pieces, may_change
        return self[keys]


class _Changes:
    """What becomes of the members of cells under some options.

    `told_by_notebook` and `told_by_cell` look for what may matter in metadata: a key, a path, or an escape that may
    spell either. Most metadata have nothing of the kind and need not be read.
    """

    def __init__(self, options: StripOptions) -> None:
        self.options = options
        self.keys = key_tree((*VOLATILE_KEYS, *options.extra_keys))
        self.told_by_notebook = _telling([*self.keys["metadata"], "keep_output", "cells", "worksheets"])
        self.told_by_cell = _telling([*self.keys["cell"]["metadata"], "keep_output", "init_cell", "tags"])
        self.seen: dict[bytes, tuple[bool, bytes]] = {}  # many cells have the same metadata

    def make(self, pieces: list[Any], may_change: list[_Place]) -> None:
        """Put what stripping leaves of a cell's members in their place."""
        keep = self.options.keep_output
        for place, untouched, key in may_change:
            raw = pieces[place]
            if raw == untouched:
                continue
            if key == "metadata":
                if self.told_by_cell(raw):
                    keep, pieces[place] = self._metadata(bytes(raw))
            elif key != "outputs":
                if not self.options.keep_count:
                    pieces[place] = b"null"
            elif keep or self.options.max_size:
                pieces[place] = self._outputs(bytes(raw), keep)
            elif not _nothing_to_empty(raw):
                pieces[place] = b"[]"

    def _metadata(self, raw: bytes) -> tuple[bool, bytes]:
        """Whether a cell with these metadata keeps its outputs, and what stays of them."""
        if raw not in self.seen:
            if len(self.seen) > _MOST_SEEN:
                self.seen.clear()
            text = raw.decode("latin-1")
            value = (0, len(text), None)
            found = read_object(text, value)
            edits = sorted(metadata_edits(text, value, found, self.keys["cell"]["metadata"]))
            self.seen[raw] = keeps_output(found, self.options.keep_output), splice(raw, edits)
        return self.seen[raw]

    def _outputs(self, raw: bytes, keep: bool) -> bytes:
        text = raw.decode("latin-1")
        return splice(raw, sorted(output_edits(text, (0, len(text), None), keep, self.options)))


_changes = lru_cache(maxsize=8)(_Changes)


def _telling(keys: Iterable[str]) -> Callable[..., re.Match[bytes] | None]:
    names = b"|".join(re.escape(key.encode()) for key in keys)
    paths = b"|".join(re.escape(path.encode()) for path in MACHINE)
    return re.compile(rb'\\|"(?:(?:%b)"|%b|.:/)' % (names, paths), re.DOTALL).search
