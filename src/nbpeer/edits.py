"""Every edit that takes out of a notebook what is volatile: `volatile` says what goes, `outline` where it stands."""

from __future__ import annotations

from nbpeer.metadata import metadata_edits, read_object, removals
from nbpeer.outline import OBJECTS, NotANotebook, is_empty_list, read, take_apart
from nbpeer.scanner import spellings
from nbpeer.volatile import COUNTS, StripOptions, is_on, keeps_output, strings, tags

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from nbpeer.metadata import Edit
    from nbpeer.outline import Value


def volatile_edits(text: str, root: Value, options: StripOptions, keys: dict[str, Any]) -> Iterator[Edit]:
    """Every edit that stripping makes; none overlaps another."""
    found = list(cell_lists(text, root))
    if not found:
        raise NotANotebook("is JSON but not a notebook", "an .ipynb file has nbformat and cells at its top")
    for key, _, value in root[2] or []:
        if key == "metadata":
            yield from metadata_edits(text, value, read_object(text, value), keys["metadata"])
    if keeps_every_output(text, root):
        options = StripOptions(**{**vars(options), "keep_output": True})
    for cell_list in found:
        cells = cell_list[2] or []
        if options.drop_empty_cells or options.drop_tagged_cells:
            dropped = [_is_dropped(text, cell, options) for cell in cells]
            yield from removals(cell_list, [cell[:2] for cell in cells], dropped)
            cells = [cell for cell, gone in zip(cells, dropped, strict=True) if not gone]
        for cell in cells:
            if cell[2] and text[cell[0]] == "{":
                yield from _cell_edits(text, cell, options, keys["cell"])


def cell_lists(text: str, root: Value) -> Iterator[Value]:
    """Every list of cells of a notebook: nbformat 2 and 3 have one in each worksheet."""
    for key, _, value in root[2] or []:
        if text[value[0]] != "[":
            continue
        if key == "cells":
            yield value
        elif key == "worksheets":
            for sheet in value[2] or []:
                if text[sheet[0]] == "{":
                    yield from (cells for name, _, cells in sheet[2] if name == "cells" and text[cells[0]] == "[")


def keeps_every_output(text: str, root: Value) -> bool:
    """Whether the notebook's own metadata say that outputs stay."""
    return is_on(_metadata(text, root).get("keep_output"))


def _cell_edits(text: str, cell: Value, options: StripOptions, keys: dict[str, Any]) -> Iterator[Edit]:
    keep = options.keep_output
    members = cell[2] or []
    for key, _, value in members:
        if key == "metadata":
            found = read_object(text, value)
            keep = keeps_output(found, options.keep_output)
            yield from metadata_edits(text, value, found, keys["metadata"])
    for key, _, value in members:
        if key == "outputs":
            yield from output_edits(text, value, keep, options)
        elif key in COUNTS and not options.keep_count and text[value[0]] != "n":
            yield value[0], value[1], b"null"
    if len(keys) > 1:
        gone = [key != "metadata" and keys.get(key) == {} for key, _, _ in members]
        yield from removals(cell, [(start, value[1]) for _, start, value in members], gone)


def output_edits(text: str, outputs: Value, keep: bool, options: StripOptions) -> Iterator[Edit]:
    """What goes of a cell's outputs when the cell's own metadata say `keep`."""
    start, end, _ = outputs
    if is_empty_list(text, outputs) or text[start] == "n":  # null
        return
    if text[start] != "[" or not (keep or options.max_size):
        if not keep:
            yield start, end, b"[]"
        return
    every = take_apart(text, outputs, OBJECTS)[2] or []
    gone = [not keep and _size(read(text, output)) > options.max_size for output in every]
    yield from removals(outputs, [output[:2] for output in every], gone)
    for output, dropped in zip(every, gone, strict=True):
        if not dropped and not options.keep_count and text[output[0]] == "{":
            for key, _, value in output[2]:
                if key in COUNTS and text[value[0]] != "n":
                    yield value[0], value[1], b"null"


def _metadata(text: str, parent: Value) -> dict[str, Any]:
    """The metadata of a cell or notebook: the last, as JSON has it, when there are several."""
    values = [value for key, _, value in parent[2] or [] if key == "metadata"]
    return read_object(text, values[-1]) if values else {}


def _is_dropped(text: str, cell: Value, options: StripOptions) -> bool:
    if cell[2] is None or text[cell[0]] != "{":
        return False
    its_tags = set(tags(_metadata(text, cell)))
    if any(not its_tags.isdisjoint(spellings(tag)) for tag in options.drop_tagged_cells):
        return True
    if not options.drop_empty_cells:
        return False
    sources = [read(text, value) for key, _, value in cell[2] if key in ("source", "input")]
    return not any(part.strip() for source in sources for part in strings(source))


def _size(value: Any) -> int:
    """nbstripout's size of an output: the length of all its text, keys left out."""
    size = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
        else:
            size += len(item if isinstance(item, str) else str(item))
    return size
