"""Suggestions carried out on the bytes of a notebook: every byte that a suggestion does not name stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from nbpeer.model.finding import Edit, Finding, Region
from nbpeer.outline import outline, take_apart

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)


class Splice(NamedTuple):
    """One replacement in bytes."""

    start: int
    end: int
    text: bytes


def mend(content: bytes, findings: Iterable[Finding]) -> bytes:
    """The notebook after the suggestions of findings, given the findings that a check of just these bytes made.

    Raises NotANotebook when the bytes are no notebook, ValueError when an edit does not fit them.
    """
    return spliced(content, _splices(content, findings))


def region(content: bytes, finding: Finding) -> Region:
    """The suggestion of one finding as one piece of the file, which stays JSON with it. Raises as `mend`."""
    splices = sorted(set(_splices(content, [finding])))
    if not splices:
        raise ValueError("nothing to replace")
    after = spliced(content, splices)
    json.loads(after.decode("utf-8-sig"))
    start, end = splices[0].start, splices[-1].end
    text = after[start : len(after) - len(content) + end].decode()
    (line, column, byte), (end_line, end_column, end_byte) = _place(content, start), _place(content, end)
    return Region(line, column, end_line, end_column, byte, end_byte, text)


def _place(content: bytes, offset: int) -> tuple[int, int, int]:
    """Line, column in characters and column in bytes of a place in the file, each from 1."""
    start = content.rfind(b"\n", 0, offset) + 1
    before = content[start:offset]
    return content.count(b"\n", 0, offset) + 1, len(before.decode("utf-8", "surrogatepass")) + 1, len(before) + 1


def _splices(content: bytes, findings: Iterable[Finding]) -> list[Splice]:
    text, root = outline(content)
    cells = _member(root, "cells")[2] or []
    edits: dict[int, list[Edit]] = {}
    cleared: set[int] = set()
    for finding in findings:
        if finding.suggestion and finding.cell:
            edits.setdefault(finding.cell - 1, []).extend(finding.suggestion.edits)
            if finding.suggestion.clear_outputs:
                cleared.add(finding.cell - 1)
    splices: list[Splice] = []
    for index, wanted in edits.items():
        splices += _source_splices(content, text, _member(cells[index], "source"), wanted)
    for index in cleared:
        splices += _without_outputs(cells[index])
    return splices


def spliced(content: bytes, splices: Sequence[Splice]) -> bytes:
    """The bytes with every replacement made. Raises ValueError when two overlap."""
    parts: list[bytes] = []
    position = 0
    for splice in sorted(set(splices)):
        if splice.start < position:
            raise ValueError("two edits overlap")
        parts += [content[position : splice.start], splice.text]
        position = splice.end
    return b"".join((*parts, content[position:]))


def _member(value: Any, name: str) -> Any:
    """The value of a member; of repeated ones the last counts. Raises ValueError when there is none."""
    found = [below for key, _, below in value[2] or [] if key == name]
    if not found:
        raise ValueError(f"no member {name}")
    return found[-1]


def _without_outputs(cell: Any) -> list[Splice]:
    found = []
    for key, _, (start, end, _) in cell[2]:
        if key in ("outputs", "execution_count"):
            found.append(Splice(start, end, b"[]" if key == "outputs" else b"null"))
    return found


def _source_splices(content: bytes, text: str, source: Any, edits: Sequence[Edit]) -> list[Splice]:
    """The edits of one cell as replacements inside the JSON strings that its source is made of."""
    spans = [source[:2]]
    if text[source[0]] == "[":
        spans = [(start, end) for start, end, _ in take_apart(text, source, {"": None})[2] or []]
    raws = [content[start:end].decode("utf-8", "surrogatepass") for start, end in spans]
    whole = "".join(json.loads(raw, strict=False) for raw in raws)
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", whole))]
    found: list[Splice] = []
    for edit in edits:
        if not 0 < edit.line <= len(starts):
            raise ValueError(f"no line {edit.line}")
        begin, end = starts[edit.line - 1] + edit.column - 1, starts[edit.line - 1] + edit.end - 1
        found += _in_strings(spans, raws, begin, end, edit.text)
    return found


def _in_strings(spans: list[tuple[int, int]], raws: list[str], begin: int, end: int, text: str) -> Iterator[Splice]:
    """A replacement of some characters of the joined strings, in the bytes of the strings they are in.

    One line may be several strings: nbformat also begins a new one after a form feed and the like.
    """
    position, left = 0, text
    for (start, _), raw in zip(spans, raws, strict=True):
        offsets = _offsets(raw)
        length = len(offsets) - 1
        first, last = max(begin - position, 0), min(end - position, length)
        if first < last or (first == last <= length and left):
            before = len(raw[: offsets[first]].encode("utf-8", "surrogatepass"))
            width = len(raw[offsets[first] : offsets[last]].encode("utf-8", "surrogatepass"))
            written = json.dumps(left, ensure_ascii=raw.isascii())[1:-1].encode()
            yield Splice(start + before, start + before + width, written)
            left = ""
        position += length
    if left:
        raise ValueError("an empty source has no string to edit")


def _offsets(raw: str) -> list[int]:
    """Where each character of a JSON string stands in its spelling, and where the last one ends."""
    found, position = [], 1
    while position < len(raw) - 1:
        found.append(position)
        match = _ESCAPE.match(raw, position) if raw[position] == "\\" else None
        position = match.end() if match else position + 1
    return [*found, len(raw) - 1]
