"""Members taken out of metadata, with the comma that becomes one too many, and every other byte left as it was."""

from __future__ import annotations

from nbpeer.outline import read, take_apart
from nbpeer.volatile import OURS, PATH_LEVELS, REQUIRED, holds_path, is_path

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from nbpeer.outline import Value

    Edit = tuple[int, int, bytes]  # replace from, replace to, by


def metadata_edits(text: str, metadata: Value, found: dict[str, Any], keys: dict[str, Any]) -> Iterator[Edit]:
    """Take out members by their key, at any depth, and those whose value is a path on somebody's machine.

    A key that leads to no further keys in `keys` goes as a whole.
    """
    gone = [keys.get(key) == {} for key in found]
    if True in gone and False not in gone:  # as in old notebooks, where most cells have `collapsed` and nothing else
        yield metadata[0] + 1, metadata[1] - 1, b""
        return
    stays = {key: value for key, value in found.items() if keys.get(key) != {}}  # widgets may be megabytes
    levels = PATH_LEVELS if holds_path(stays) else 0
    if not levels and keys.keys().isdisjoint(found):
        return
    waiting = [(metadata, keys, levels)]
    while waiting:
        parent, keys, levels = waiting.pop()
        members = take_apart(text, parent)[2] or []
        if text[parent[0]] == "[":
            waiting += [(value, {}, levels - 1) for value in members if levels > 1 and text[value[0]] in "{["]
            continue
        gone = []
        for key, _, value in members:
            left = 0 if key in OURS else levels
            below = keys.get(key)
            gone.append(below == {} or (left > 0 and key not in REQUIRED and is_path(read(text, value))))
            if not gone[-1] and (left > 1 or below) and text[value[0]] in "{[":
                waiting.append((value, below or {}, max(left - 1, 0)))
        yield from removals(parent, [(start, value[1]) for _, start, value in members], gone)


def removals(parent: Value, spans: list[tuple[int, int]], gone: list[bool]) -> Iterator[Edit]:
    """Take members or list values out together with the comma that becomes one too many."""
    if True not in gone:
        return
    if False not in gone:
        yield parent[0] + 1, parent[1] - 1, b""
        return
    first_kept = gone.index(False)
    for number, (start, end) in enumerate(spans):
        if gone[number] and number < first_kept:
            yield start, spans[number + 1][0], b""
        elif gone[number]:
            yield spans[number - 1][1], end, b""


def read_object(text: str, value: Value) -> dict[str, Any]:
    """The object that a value is; empty when it is none."""
    found = read(text, value) if value[1] - value[0] > 2 and text[value[0]] == "{" else {}
    return found if isinstance(found, dict) else {}


def splice(content: bytes | memoryview, edits: list[Edit]) -> bytes:
    """The content after the edits, which are in order and do not overlap."""
    view = memoryview(content)
    pieces: list[bytes | memoryview] = []
    position = 0
    for start, end, replacement in edits:
        pieces += (view[position:start], replacement)
        position = end
    pieces.append(view[position:])
    return b"".join(pieces)
