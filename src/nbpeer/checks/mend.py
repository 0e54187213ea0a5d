"""Suggestions carried out on the bytes of a notebook: every byte that a suggestion does not name stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from nbpeer.model.finding import Edit, Finding
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
    return spliced(content, splices)


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
