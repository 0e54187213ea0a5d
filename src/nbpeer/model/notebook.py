"""A notebook as nbpeer sees it, built from JSON text: file, git blob or editor buffer alike."""

from __future__ import annotations

import functools
from typing import Any

import msgspec

from nbpeer.errors import NbpeerError


class Output(msgspec.Struct, frozen=True):
    """One output of a code cell, nbformat 4. `text` and every text in `data` are joined strings."""

    output_type: str
    name: str = ""
    text: str | list[str] = ""
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    execution_count: int | None = None
    ename: str = ""
    evalue: str = ""
    traceback: list[str] = []

    def mime(self, mime_type: str) -> Any:
        """The value of one MIME type of `data` (lines joined), or None."""
        value = self.data.get(mime_type)
        return join(value) if isinstance(value, list) and not mime_type.endswith("json") else value


class Cell(msgspec.Struct, frozen=True):
    """One cell. `index` counts from 0; `number`, what people see, from 1."""

    index: int
    cell_type: str
    source: str
    id: str | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] = {}
    attachments: dict[str, Any] = {}
    execution_count: int | None = None
    raw_outputs: tuple[Any, ...] = ()

    @property
    def number(self) -> int:
        """What people see: the first cell is 1."""
        return self.index + 1

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs, decoded on demand because most readers never look."""
        return tuple(_decode_output(raw) for raw in self.raw_outputs)


class Notebook(msgspec.Struct, frozen=True):
    """A notebook of nbformat 4, and the bytes it came from, so that findings can name a line of the file."""

    path: str
    cells: tuple[Cell, ...]
    metadata: dict[str, Any]
    nbformat_minor: int
    raw: bytes = b""

    @property
    def language(self) -> str:
        """The kernel's language in lower case; `python` when the notebook does not say."""
        info = self.metadata.get("language_info") or {}
        spec = self.metadata.get("kernelspec") or {}
        return str(info.get("name") or spec.get("language") or "python").lower()

    def file_line(self, cell: Cell, line: int = 1) -> int:
        """The line of the file (from 1) that holds line `line` of the cell's source.

        Falls back to the cell's first line when the source is one JSON string, and to 1 when the text is JSON
        that only Python reads (NaN, lone surrogates).
        """
        lines = _source_offsets(self.raw, cell.index)
        if not lines:
            return 1
        start = _cell_offsets(self.raw)[cell.index][1]
        offset = lines[min(max(line, 1), len(lines)) - 1]
        return _cell_lines(self.raw)[cell.index] + self.raw.count(b"\n", start, offset)


def join(text: Any) -> str:
    """nbformat's multi-line string as one string."""
    return "".join(map(str, text)) if isinstance(text, list | tuple) else str(text or "")


class _RawCell(msgspec.Struct):
    cell_type: str = ""
    source: str | list[str] = ""
    id: str | None = None
    metadata: dict[str, Any] = {}
    attachments: dict[str, Any] | None = None
    execution_count: int | None = None
    outputs: list[msgspec.Raw] = []


class _RawNotebook(msgspec.Struct):
    nbformat: int
    cells: list[_RawCell] | None = None
    metadata: dict[str, Any] = {}
    nbformat_minor: int = 0


_decode_notebook = msgspec.json.Decoder(_RawNotebook).decode
_decode_raw_output = msgspec.json.Decoder(Output).decode


def parse_notebook(content: bytes | str, path: str = "notebook") -> Notebook:
    """The notebook in `content`, the bytes (UTF-8) or text of an .ipynb file; `path` names it in messages.

    Raises NbpeerError when it is empty, not JSON, not a notebook, or of another major format than 4.
    """
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if not raw or raw.isspace():
        raise NbpeerError(f"{path} is empty", "open it in JupyterLab and save it, or restore it from git")
    try:
        found = _decode_notebook(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = _decode_leniently(raw, path)
    if found.nbformat != 4:
        raise NbpeerError(
            f"{path} is nbformat {found.nbformat}, nbpeer reads nbformat 4",
            f"jupyter nbconvert --to notebook --nbformat 4 --inplace {path}",
        )
    if found.cells is None:
        raise NbpeerError(f"{path} has no cells list", "it is not a notebook; open it in JupyterLab and save it")
    cells = tuple(_cell(index, cell) for index, cell in enumerate(found.cells))
    return Notebook(path, cells, found.metadata, found.nbformat_minor, raw)


def _cell(index: int, raw: _RawCell) -> Cell:
    tags = raw.metadata.get("tags")
    return Cell(
        index=index,
        cell_type=raw.cell_type,
        source=join(raw.source).replace("\r\n", "\n").replace("\r", "\n"),
        id=raw.id,
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
        metadata=raw.metadata,
        attachments=raw.attachments or {},
        execution_count=raw.execution_count,
        raw_outputs=tuple(raw.outputs),
    )


def _decode_leniently(raw: bytes, path: str) -> _RawNotebook:
    """What Python's json reads and msgspec refuses: NaN, Infinity, lone surrogates."""
    import json

    try:
        value = json.loads(raw.decode("utf-8-sig", "surrogatepass"))
    except UnicodeDecodeError as error:
        raise NbpeerError(f"{path} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None
    except RecursionError:
        raise NbpeerError(f"{path} is nested too deeply to be a notebook", "restore it from git") from None
    except ValueError as error:
        if b"\n<<<<<<< " in raw or raw.startswith(b"<<<<<<< "):
            line = raw[: raw.find(b"<<<<<<< ")].count(b"\n") + 1
            raise NbpeerError(f"{path} has merge conflict markers (line {line})", "resolve them first") from None
        line = getattr(error, "lineno", 1)
        raise NbpeerError(f"{path} is not JSON (line {line})", "restore it from git or mend that line") from None
    if not isinstance(value, dict) or not isinstance(value.get("nbformat"), int):
        raise NbpeerError(f"{path} is JSON but not a notebook", "an .ipynb file has nbformat and cells at its top")
    try:
        return _lenient_notebook(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise NbpeerError(f"{path} is not a valid notebook ({error})", "open it in JupyterLab and save it") from None


def _lenient_notebook(value: dict[str, Any]) -> _RawNotebook:
    cells = value.get("cells")
    found = None
    if cells is not None:
        found = [
            _RawCell(
                cell_type=str(cell.get("cell_type", "")),
                source=join(cell.get("source", "")),
                id=cell.get("id") if isinstance(cell.get("id"), str) else None,
                metadata=dict(cell.get("metadata") or {}),
                attachments=cell.get("attachments"),
                execution_count=cell.get("execution_count"),
                outputs=list(cell.get("outputs") or []),
            )
            for cell in cells
        ]
    minor = value.get("nbformat_minor") or 0
    if not isinstance(minor, int):
        raise TypeError(f"nbformat_minor is {minor!r}")
    return _RawNotebook(value["nbformat"], found, dict(value.get("metadata") or {}), minor)


def _decode_output(raw: Any) -> Output:
    try:
        output = _decode_raw_output(raw) if isinstance(raw, msgspec.Raw) else msgspec.convert(raw, Output)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Output("unreadable")
    return msgspec.structs.replace(output, text=join(output.text))


_decode_spans = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def _source_offsets(raw: bytes, index: int) -> list[int]:
    """Byte offsets of each line's text of one cell's source, found by walking the raw spans in order."""
    try:
        cell, start = _cell_offsets(raw)[index]
        source, start = _span(cell, start, "source")
        if not source.startswith(b"["):
            return [start]
        return [offset for _, offset in _list_offsets(raw, source, start)] or [start]
    except (msgspec.DecodeError, KeyError):
        return []


# Two, because a check asks for the lines of one notebook many times and then never again.
@functools.lru_cache(maxsize=2)
def _cell_offsets(raw: bytes) -> list[tuple[bytes, int]]:
    cells, start = _span(raw, 0, "cells")
    return _list_offsets(raw, cells, start)


@functools.lru_cache(maxsize=2)
def _cell_lines(raw: bytes) -> list[int]:
    """The line of the file on which each cell begins, counted on from cell to cell so that the work is linear."""
    lines, line, position = [], 1, 0
    for _, start in _cell_offsets(raw):
        line += raw.count(b"\n", position, start)
        position = start
        lines.append(line)
    return lines


def _span(raw: bytes, start: int, key: str) -> tuple[bytes, int]:
    """The text of one value of the object `raw`, and where it starts when `raw` starts at `start`."""
    position = 0
    for name, value in _decode_spans(raw.removeprefix(b"\xef\xbb\xbf")).items():
        text = bytes(value)
        position = raw.find(text, raw.find(b":", position))
        if name == key:
            return text, start + position
        position += len(text)
    raise KeyError(key)


def _list_offsets(raw: bytes, text: bytes, start: int) -> list[tuple[bytes, int]]:
    found = []
    position = start
    for value in _decode_list(text):
        item = bytes(value)
        position = raw.find(item, position)
        found.append((item, position))
        position += len(item)
    return found
