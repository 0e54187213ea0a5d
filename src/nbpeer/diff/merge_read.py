"""A notebook of any nbformat as the merge sees it: its cells, and where their parts stand in its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import Cell, join
from nbpeer.outline import NotANotebook, outline

if TYPE_CHECKING:
    from nbpeer.outline import Value

OUTPUTS = ("outputs", "execution_count", "prompt_number")


class Style(NamedTuple):
    """How a file writes JSON: `indent` and `eol` are empty when it is all on one line, `escaped` says that it has
    escapes instead of what is not ASCII, `ordered` that keys are sorted."""

    indent: str
    eol: str
    colon: str
    comma: str
    escaped: bool = False
    ordered: bool = True


class Span(NamedTuple):
    """The bytes of one JSON value as a file has it."""

    content: bytes
    style: Style

    @property
    def value(self) -> Any:
        """The value itself."""
        return decode(self.content)


class Part(NamedTuple):
    """A cell: what nbpeer makes of it, where it stands, and its members' keys, places and bytes.

    A `virtual` one has a source that is not in the file: a piece of a cell, or several cells joined.
    """

    cell: Cell
    start: int
    end: int
    members: dict[str, tuple[int, Value]]
    version: Version
    virtual: bool = False

    def span(self, key: str) -> Span | None:
        """The bytes of a member; None when it is not there."""
        if key not in self.members:
            return None
        start, end, _ = self.members[key][1]
        return Span(self.version.content[start:end], self.version.style)

    def value(self, key: str) -> Any:
        """The value of a member, UNSET when it is not there."""
        span = self.span(key)
        return msgspec.UNSET if span is None else span.value

    @property
    def source_key(self) -> str:
        """Where this cell keeps its source: nbformat 3 has `input` in code cells."""
        return "input" if "input" in self.members else "source"

    @property
    def count_key(self) -> str:
        """Where this cell keeps its execution count."""
        return "prompt_number" if self.version.nbformat < 4 else "execution_count"


class Version(msgspec.Struct, frozen=True, eq=False):
    """One of the three notebooks. `cells` is where the list of cells stands, `depth` how deep its cells are nested."""

    content: bytes
    nbformat: int
    root: tuple[int, int]
    members: dict[str, tuple[int, Value]]
    cell_list: Value
    depth: int
    style: Style
    parts: list[Part]

    @property
    def cells(self) -> list[Cell]:
        """The cells alone."""
        return [part.cell for part in self.parts]

    def value(self, key: str) -> Any:
        """The value of a member of the notebook, UNSET when it is not there."""
        if key not in self.members:
            return msgspec.UNSET
        start, end, _ = self.members[key][1]
        return decode(self.content[start:end])


NOTHING = Version(b"", 0, (0, 0), {}, (0, 0, []), 2, Style(" ", "\n", ": ", ","), [])


def read_version(content: bytes, name: str) -> Version:
    """The notebook in the bytes of a file, which `name` names in messages; NOTHING when the file is empty.

    Raises NbpeerError when it is not a notebook of nbformat 4, or of nbformat 3 with one worksheet.
    """
    if not content.strip():
        return NOTHING
    try:
        text, root = outline(content)
    except NotANotebook as error:
        raise NbpeerError(f"{name} {error.problem}", error.hint) from None
    members = {key: (start, value) for key, start, value in root[2] or []}
    try:
        nbformat = int(text[slice(*members["nbformat"][1][:2])])
        if nbformat not in (3, 4):
            raise NbpeerError(f"{name} is nbformat {nbformat}, nbpeer merges 3 and 4", "convert it: jupyter nbconvert")
        cell_list, depth = _cell_list(text, members, name)
        style = _style(text, root, cell_list)
        version = Version(content, nbformat, root[:2], members, cell_list, depth, style, [])
        version.parts.extend(_part(version, index, value) for index, value in enumerate(cell_list[2] or []))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise NbpeerError(f"{name} is JSON but not a valid notebook", "open it in JupyterLab and save it") from None
    return version


@contextmanager
def refusing_depth(name: str) -> Iterator[None]:
    """What is nested too deeply to be taken in, in the notebook `name`, raises NbpeerError."""
    try:
        yield
    except RecursionError:
        raise NbpeerError(f"{name} is nested too deeply", "look for it in metadata and outputs") from None


def decode(content: bytes) -> Any:
    """A JSON value; also what only Python reads: NaN, unpaired surrogates."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(content.decode("utf-8", "surrogatepass"))


def _cell_list(text: str, members: dict[str, tuple[int, Value]], name: str) -> tuple[Value, int]:
    if "cells" in members:
        found, depth = members["cells"][1], 2
    else:
        sheets = members["worksheets"][1][2] or []
        if len(sheets) != 1:
            raise NbpeerError(f"{name} has {len(sheets)} worksheets", "convert it to nbformat 4: jupyter nbconvert")
        found, depth = {key: value for key, _, value in sheets[0][2]}["cells"], 4
    if text[found[0]] != "[":
        raise ValueError
    return found, depth


def _part(version: Version, index: int, value: Value) -> Part:
    start, end, members = value
    part = Part(_NO_CELL, start, end, {key: (place, member) for key, place, member in members or []}, version)
    cell_type = part.value("cell_type")
    metadata = part.value("metadata") or {}
    attachments = part.value("attachments") or {}
    source = part.value(part.source_key)
    if not isinstance(cell_type, str) or not isinstance(metadata, dict) or not isinstance(attachments, dict):
        raise TypeError
    if not isinstance(source, str | list):
        raise TypeError
    name, tags = part.value("id"), metadata.get("tags")
    cell = Cell(
        index=index,
        cell_type=cell_type,
        source=join(source).replace("\r\n", "\n").replace("\r", "\n"),
        id=name if isinstance(name, str) else None,
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
        metadata=metadata,
        attachments=attachments,
    )
    return part._replace(cell=cell)


_NO_CELL = Cell(0, "", "")


def _style(text: str, root: Value, cell_list: Value) -> Style:
    """How a file is written: its layout from the first two members, the order of keys from the cells."""
    members = root[2] or []
    _, start, value = members[0]
    before, key_and_colon = text[root[0] + 1 : start], text[start : value[0]]
    eol = "\r\n" if "\r\n" in before else "\n" if "\n" in before else ""
    after = text[value[1] : members[1][1]] if len(members) > 1 else "," + before
    colon = key_and_colon[key_and_colon.rindex('"') + 1 :]
    comma = after if not eol else ","
    keys = [[key for key, _, _ in cell[2] or []] for cell in cell_list[2] or []]
    ordered = all(names == sorted(names) for names in keys)
    return Style(
        before.rpartition("\n")[2] if eol else "", eol, colon, comma, text.isascii() and "\\u" in text, ordered
    )
