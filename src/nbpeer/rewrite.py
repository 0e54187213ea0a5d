"""The source of one cell replaced in the bytes of a notebook, every other byte as it was."""

from __future__ import annotations

import json

from nbpeer.outline import outline, take_apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from nbpeer.outline import Value


def raw_source(content: bytes, cell: int) -> str:
    """The source of the cell at `cell` (from 0) as it stands, its line ends too. Raises NotANotebook, IndexError."""
    return "".join(_lines(content, _source(content, cell)[1]))


def with_source(content: bytes, cell: int, source: str) -> bytes:
    """The notebook with another source of the cell at `cell`. Lines that stay keep their bytes.

    Raises NotANotebook when it is none, IndexError when there is no such cell.
    """
    text, value = _source(content, cell)
    start, end, parts = value
    if parts is None:
        return content[:start] + _spelled(source, content[start:end]) + content[end:]
    old, new = _lines(content, value), source.splitlines(keepends=True)
    first = _shared(old, new)
    last = min(_shared(old[::-1], new[::-1]), len(old) - first, len(new) - first)
    lead = text[start + 1 : parts[0][0]] if parts else ""
    between = text[parts[0][1] : parts[1][0]] if len(parts) > 1 else f",{lead}"
    spans = [content[one[0] : one[1]] for one in parts]
    fresh = [_spelled(line, content[start:end]) for line in new[first : len(new) - last]]
    kept = [*spans[:first], *fresh, *spans[len(spans) - last :]]
    tail = text[parts[-1][1] : end - 1] if parts else ""
    return (
        content[: start + 1]
        + (lead + "\0" + tail).encode("latin-1").replace(b"\0", between.encode("latin-1").join(kept))
        + content[end - 1 :]
    )


def _source(content: bytes, cell: int) -> tuple[str, Value]:
    text, root = outline(content)
    members = {key: value for key, _, value in root[2] or []}
    cells = members["cells"][2] or [] if "cells" in members else []
    found = {key: value for key, _, value in cells[cell][2] or []}
    value = found["source"]
    return text, take_apart(text, value) if text[value[0]] == "[" else value


def _lines(content: bytes, value: Value) -> list[str]:
    start, end, parts = value
    spans = [(start, end)] if parts is None else [one[:2] for one in parts]
    return [json.loads(content[begin:stop]) for begin, stop in spans]


def _spelled(text: str, like: bytes) -> bytes:
    """A JSON string, its characters escaped where those of `like` are."""
    return json.dumps(text, ensure_ascii=like.isascii()).encode()


def _shared(one: list[str], other: list[str]) -> int:
    """How many lines two texts have in common at their start."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
