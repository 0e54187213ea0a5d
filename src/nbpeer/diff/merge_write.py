"""The merged notebook in bytes: those of ours, but for what the merge changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from nbpeer.diff.merge_cells import MergedCell
from nbpeer.diff.merge_read import Part, Span, Style, Version
from nbpeer.diff.merge_values import MISSING, same


class _Object(NamedTuple):
    """A JSON object in the bytes of a file: its first and last byte, and each member's key, place and end."""

    content: bytes
    start: int
    end: int
    members: Mapping[str, tuple[int, Any]]


def write_notebook(version: Version, cells: Iterable[MergedCell], members: dict[str, Any]) -> bytes:
    """The file of `version` with other cells, and with other values of some members (MISSING: without them)."""
    start, end, _ = version.cell_list
    written = _cell_list(version, cells)
    key, style = "cells", version.style
    if version.nbformat < 4:
        key = "worksheets"
        first, last, _ = version.members[key][1]
        written = version.content[first:start] + written + version.content[end:last]
    root = _Object(version.content, *version.root, version.members)
    changes = {name: value for name, value in members.items() if not same(value, version.value(name))}
    text = _with_members(root, changes | {key: Span(written, style)}, style, 1)
    return version.content[: root.start] + text + version.content[root.end :]


def write_part(part: Part, changes: dict[str, Any], style: Style, depth: int) -> bytes:
    """A cell with other values of some members, as a file of this style has it."""
    whole = Span(part.version.content[part.start : part.end], part.version.style)
    changes = _really(part, changes)
    if not _fits(whole, style):
        plain = {key: value.value if isinstance(value, Span) else value for key, value in changes.items()}
        merged = {**whole.value, **plain}
        return _spelled({key: value for key, value in merged.items() if value is not MISSING}, style, depth)
    if not changes:
        return whole.content
    found = _Object(part.version.content, part.start, part.end, part.members)
    return _with_members(found, changes, style, depth + 1)


def _cell_list(version: Version, cells: Iterable[MergedCell]) -> bytes:
    start, end, _ = version.cell_list
    depth, style, parts, content = version.depth, version.style, version.parts, version.content
    lead, tail = _line(style, depth), _line(style, depth - 1)
    if parts:
        lead, tail = content[start + 1 : parts[0].start], content[parts[-1].end : end - 1]
    texts = [write_part(cell.home, cell.changes, style, depth) for cell in cells]
    return b"[" + lead + _comma(style, lead).join(texts) + tail + b"]" if texts else b"[]"


def _really(part: Part, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes that change something, with the source as this cell has it: one string, or one a line."""
    found = {}
    for key, value in changes.items():
        if key == part.source_key and isinstance(value, str):
            if value == part.cell.source and not part.virtual:
                continue
            value = value if isinstance(part.value(key), str) else value.splitlines(keepends=True)
        if isinstance(value, Span) or not same(value, part.value(key)):
            found[key] = value
    return found


def _with_members(found: _Object, changes: dict[str, Any], style: Style, depth: int) -> bytes:
    """The object with changed, new and without MISSING members; every other member keeps its bytes."""
    content, start, end, members = found
    lead, tail = _line(style, depth), _line(style, depth - 1)
    if members:
        lead = content[start + 1 : min(place for place, _ in members.values())]
        tail = content[max(value[1] for _, value in members.values()) : end - 1]
    texts = {}
    for key, (place, value) in members.items():
        if key not in changes:
            texts[key] = content[place : value[1]]
        elif changes[key] is not MISSING:
            texts[key] = content[place : value[0]] + _spelled(changes[key], style, depth)
    for key, new in changes.items():
        if key not in members and new is not MISSING:
            texts[key] = _spelled(key, style, depth) + style.colon.encode() + _spelled(new, style, depth)
    keys = sorted(texts) if list(members) == sorted(members) else list(texts)
    return b"{" + lead + _comma(style, lead).join(texts[key] for key in keys) + tail + b"}"


def _spelled(value: Any, style: Style, depth: int) -> bytes:
    if isinstance(value, Span):
        if _fits(value, style):
            return value.content
        value = value.value
    text = json.dumps(
        value,
        indent=style.indent if style.eol else None,
        ensure_ascii=style.escaped,
        separators=("," if style.eol else style.comma, style.colon),
        sort_keys=style.ordered,
    )
    if style.eol:
        text = text.replace("\n", style.eol + style.indent * depth)
    return text.encode("utf-8", "backslashreplace")


def _fits(span: Span, style: Style) -> bool:
    """Whether bytes of one file can stand in another as they are. Escapes may stand beside plain characters."""
    return span.style._replace(escaped=style.escaped) == style and (not style.escaped or span.content.isascii())


def _comma(style: Style, lead: bytes) -> bytes:
    return b"," + lead if style.eol else style.comma.encode()


def _line(style: Style, depth: int) -> bytes:
    return (style.eol + style.indent * depth if style.eol else "").encode()
