"""Where the parts of a notebook stand in its bytes, so that an edit can leave every other byte alone.

The text of a notebook is here its bytes read as Latin-1: a position in the text is a position in the bytes, JSON's own
characters are what they are in UTF-8, and a string that is not valid UTF-8 does no harm. A string that is not ASCII
comes out misspelled; `spellings` tells how.

Two readers find the same positions. One walks the text with the standard library's scanner. The other lets msgspec
validate the file and cut the cells up, proves each position it derives, and gives way to the first where it cannot. It
is twice as fast, and is used once somebody has imported msgspec, which costs as much as reading 25 MB saves.
"""

from __future__ import annotations

import sys

from nbpeer.errors import NbpeerError

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    # (start, end, parts): the members of an object or the values of a list, None where nobody asked for them.
    Value = tuple[int, int, list[Any] | None]
    Member = tuple[str, int, Value]  # the key, where the key starts, and the value
    Shape = Mapping[str, Any]

BOM = b"\xef\xbb\xbf"
# Which values to take apart: below a key of an object, or below "" for every value of a list.
OBJECT: Shape = {}
OBJECTS: Shape = {"": OBJECT}
NOTEBOOK: Shape = {"cells": OBJECTS, "worksheets": {"": {"cells": OBJECTS}}}  # worksheets: nbformat 2 and 3

try:
    from _json import make_scanner, scanstring  # importing json itself would double the time the filter needs to start

    class _Lenient:
        """What the scanner makes of JSON: numbers stay text, so that none is too long and NaN is one."""

        strict = True
        object_hook = object_pairs_hook = None
        parse_float = parse_int = parse_constant = str

    _scan = make_scanner(_Lenient)  # type: ignore[arg-type]
except ImportError:  # an interpreter without the accelerator
    from json import JSONDecoder
    from json.decoder import scanstring  # type: ignore[attr-defined, no-redef]

    _scan = JSONDecoder(parse_float=str, parse_int=str, parse_constant=str).scan_once  # type: ignore[attr-defined]


class NotANotebook(NbpeerError):  # noqa: N818 - says what the bytes are
    """Bytes that cannot be read as a notebook. `problem` continues a sentence that begins with the file's name."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"the notebook {problem}", hint)
        self.problem = problem


def outline(content: bytes) -> tuple[str, Value]:
    """The text of a notebook of any nbformat, and its value taken apart as far as the members of every cell.

    Raises NotANotebook when it is not a JSON object, or is nested deeper than Python reads.
    """
    text = content.decode("latin-1")
    try:
        root = _quick_root(text, content) or _root(text, content, NOTEBOOK)
    except RecursionError:
        raise NotANotebook("is nested too deeply to be a notebook", "restore it from git") from None
    except (ValueError, IndexError, StopIteration) as error:
        raise _explain(content, error) from None
    if text[root[0]] != "{":
        raise NotANotebook("is JSON but not a notebook", "an .ipynb file has nbformat and cells at its top")
    return text, root


def take_apart(text: str, value: Value, shape: Shape = OBJECT) -> Value:
    """The object or list that starts where `value` does, with its parts."""
    return _value(text, value[0], shape)


def read(text: str, value: Value) -> Any:
    """The JSON value itself. Its numbers are text."""
    return _scan(text, value[0])[0]


def is_empty_list(text: str, value: Value) -> bool:
    """Whether the value is a list without values."""
    return text[value[0]] == "[" and text[_skip(text, value[0] + 1)] == "]"


def spellings(word: str) -> frozenset[str]:
    """The strings of an outline's text that mean `word`: with its characters escaped in the file, and without."""
    return frozenset((word, word.encode("utf-8", "surrogatepass").decode("latin-1")))


def _root(text: str, content: bytes, shape: Shape) -> Value:
    root = _value(text, _skip(text, len(BOM) if content.startswith(BOM) else 0), shape)
    if text[root[1] :].strip(" \t\n\r"):
        raise ValueError(_skip(text, root[1]))
    return root


def _value(text: str, position: int, shape: Any) -> Value:
    if shape is not None:
        if callable(shape):
            return shape(position)  # type: ignore[no-any-return]
        if text[position] == "{":
            return _members(text, position, shape)
        if text[position] == "[":
            return _elements(text, position, shape)
    return position, _scan(text, position)[1], None


def _members(text: str, start: int, shape: Shape) -> Value:
    members: list[Member] = []
    position = _skip(text, start + 1)
    if text[position] == "}":
        return start, position + 1, members
    while True:
        if text[position] != '"':
            raise ValueError(position)
        key, end = scanstring(text, position + 1, True)
        colon = _skip(text, end)
        if text[colon] != ":":
            raise ValueError(colon)
        value = _value(text, _skip(text, colon + 1), shape.get(key))
        members.append((key, position, value))
        position = _skip(text, value[1])
        if text[position] == "}":
            return start, position + 1, members
        position = _next(text, position)


def _elements(text: str, start: int, shape: Shape) -> Value:
    elements: list[Value] = []
    position = _skip(text, start + 1)
    if text[position] == "]":
        return start, position + 1, elements
    while True:
        value = _value(text, position, shape.get(""))
        elements.append(value)
        position = _skip(text, value[1])
        if text[position] == "]":
            return start, position + 1, elements
        position = _next(text, position)


def _next(text: str, position: int) -> int:
    if text[position] != ",":
        raise ValueError(position)
    return _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    while text[position] in " \t\n\r":
        position += 1
    return position


def _quick_root(text: str, content: bytes) -> Value | None:
    """The outline by way of msgspec; None when it is not loaded, or is not certain of every position."""
    if "msgspec" not in sys.modules:
        return None
    from nbpeer.quick_cells import decode_cells, locate_cells

    try:
        cells = decode_cells(content.removeprefix(BOM))
        return _root(text, content, {"cells": lambda position: locate_cells(content, position, cells)})
    except (ValueError, IndexError, StopIteration, RecursionError):
        return None


def _explain(content: bytes, error: Exception) -> NotANotebook:
    """Why bytes are not JSON, in the words a person needs to mend them."""
    if not content.removeprefix(BOM).strip():
        return NotANotebook("is empty", "open it in JupyterLab and save it, or restore it from git")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:4]:
        return NotANotebook("is not UTF-8 text", "save it as UTF-8")
    if content.startswith(b"version https://git-lfs"):
        return NotANotebook("is a git-lfs pointer", "run `git lfs pull`")
    marker = 0 if content.startswith(b"<<<<<<< ") else content.find(b"\n<<<<<<< ") + 1
    if marker or content.startswith(b"<<<<<<< "):
        line = content.count(b"\n", 0, marker) + 1
        return NotANotebook(f"has merge conflict markers (line {line})", "resolve them first")
    # The scanner's errors have pos; StopIteration and ours nothing but the position; an IndexError is the text's end.
    position = len(content) if isinstance(error, IndexError) else getattr(error, "pos", error.args[0])
    if position >= len(content.rstrip()):
        return NotANotebook("ends in the middle", "restore it from git")
    line = content.count(b"\n", 0, position) + 1
    return NotANotebook(f"is not JSON (line {line})", "restore it from git, or mend that line")
