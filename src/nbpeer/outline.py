"""Where the parts of a notebook stand in its bytes, so that an edit can leave every other byte alone.

The text of a notebook is here its bytes read as Latin-1: a position in the text is a position in the bytes, JSON's own
characters are what they are in UTF-8, and a string that is not valid UTF-8 does no harm. A string that is not ASCII
comes out misspelled; `scanner.spellings` tells how.

Two readers find the same positions. One walks the text with the standard library's scanner. The other, `quick_cells`,
has msgspec cut the cells up and proves what it derives, or gives way. It is used once somebody has imported msgspec.
"""

from __future__ import annotations

import sys

from nbpeer.errors import NbpeerError
from nbpeer.scanner import BLANK, following, scan, scan_key, skip

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    # (start, end, parts): the members of an object or the values of a list, None where nobody asked for them.
    Value = tuple[int, int, list[Any] | None]
    Member = tuple[str, int, Value]  # the key, where the key starts, and the value
    # Which values to take apart: below a key of an object, or below "" for every value of a list. A function decides
    # itself what becomes of the value that starts at a position of the text.
    Shape = Mapping[str, Any] | Callable[[str, int], Value]

BOM = b"\xef\xbb\xbf"
OBJECT: Shape = {}
OBJECTS: Shape = {"": OBJECT}
# What members that stripping may change look like when there is nothing to change.
UNTOUCHED = {"metadata": "{}", "outputs": "[]", "execution_count": "null", "prompt_number": "null"}


class NotANotebook(NbpeerError):  # noqa: N818 - says what the bytes are
    """Bytes that cannot be read as a notebook. `problem` continues a sentence that begins with the file's name."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"the notebook {problem}", hint)
        self.problem = problem


def outline(content: bytes, *, brief: bool = False) -> tuple[str, Value]:
    """The text of a notebook of any nbformat, and its value taken apart as far as the members of every cell.

    With `brief` a cell has only those members that outputs, counts and metadata may have to be taken out of, and cells
    without any are left out. Raises NotANotebook when it is not a JSON object.
    """
    text = content.decode("latin-1")
    try:
        root = (None if brief else _quick_root(text, content)) or _root(text, content, _cells(brief))
    except (ValueError, IndexError, StopIteration) as error:
        raise explain(content, error) from None
    if text[root[0]] != "{":
        raise NotANotebook("is JSON but not a notebook", "an .ipynb file has nbformat and cells at its top")
    return text, root


def take_apart(text: str, value: Value, shape: Shape = OBJECT) -> Value:
    """The object or list that starts where `value` does, with its parts."""
    return _value(text, value[0], shape)


def read(text: str, value: Value) -> Any:
    """The JSON value itself. Its numbers are text."""
    return scan(text, value[0])[0]


def is_empty_list(text: str, value: Value) -> bool:
    """Whether the value is a list without values."""
    return text[value[0]] == "[" and text[skip(text, value[0] + 1)] == "]"


def _root(text: str, content: bytes, cells: Shape) -> Value:
    start = skip(text, len(BOM) if content.startswith(BOM) else 0)
    root = _value(text, start, {"cells": cells, "worksheets": {"": {"cells": cells}}})  # worksheets: nbformat 2 and 3
    if text[root[1] :].strip(BLANK):
        raise ValueError(skip(text, root[1]))
    return root


def _quick_root(text: str, content: bytes) -> Value | None:
    """The outline by way of msgspec; None when it is not loaded, or is not certain of every position."""
    if "msgspec" not in sys.modules:
        return None
    from nbpeer.quick_cells import decode_cells, locate_cells

    try:
        cells = decode_cells(content.removeprefix(BOM))
        return _root(text, content, lambda _, start: locate_cells(content, start, cells))
    except (ValueError, IndexError, StopIteration, RecursionError):
        return None


def _value(text: str, position: int, shape: Any) -> Value:
    if shape is not None:
        if callable(shape):
            return shape(text, position)  # type: ignore[no-any-return]
        if text[position] == "{":
            return _members(text, position, shape)
        if text[position] == "[":
            return _elements(text, position, shape)
    return position, scan(text, position)[1], None


# The two loops below expect what stood between two parts to stand between the next two: one comparison instead of a
# call for each character takes a fifth off the whole walk.
def _members(text: str, start: int, shape: Mapping[str, Any]) -> Value:
    members: list[Member] = []
    position = skip(text, start + 1)
    if text[position] == "}":
        return start, position + 1, members
    between = f',{text[start + 1 : position]}"'
    while True:
        key, value_start = scan_key(text, position)
        below = shape.get(key)
        if below is None:
            value: Value = (value_start, scan(text, value_start)[1], None)
        else:
            value = _value(text, value_start, below)
        members.append((key, position, value))
        end = value[1]
        if text.startswith(between, end):
            position = end + len(between) - 1
            continue
        position = skip(text, end)
        if text[position] == "}":
            return start, position + 1, members
        position = following(text, position)


def _elements(text: str, start: int, shape: Mapping[str, Any]) -> Value:
    elements: list[Value] = []
    position = skip(text, start + 1)
    if text[position] == "]":
        return start, position + 1, elements
    between = f",{text[start + 1 : position]}"
    below = shape.get("")
    while True:
        value = _value(text, position, below)
        elements.append(value)
        position = value[1]
        if text.startswith(between, position) and text[position + len(between)] not in BLANK:
            position += len(between)
            continue
        position = skip(text, position)
        if text[position] == "]":
            return start, position + 1, elements
        position = following(text, position)


def _cells(brief: bool) -> Shape:
    """How to read the list of cells."""
    cells: Shape = {"": {"outputs": _outputs}}
    return (lambda text, start: _brief(text, _value(text, start, cells))) if brief else cells


def _brief(text: str, cells: Value) -> Value:
    found = []
    for start, end, members in (cells[2] if text[cells[0]] == "[" else None) or []:
        if members and text[start] == "{":
            repeated = len({key for key, _, _ in members}) < len(members)  # then the last one counts, untouched or not
            some = members if repeated else [member for member in members if _may_matter(text, member)]
            if some:
                found.append((start, end, some))
    return cells[0], cells[1], found


def _may_matter(text: str, member: Member) -> bool:
    start, end, _ = member[2]
    return member[0] in UNTOUCHED and text[start:end] != UNTOUCHED[member[0]]


def _outputs(text: str, start: int) -> Value:
    """The outputs of a cell, as a whole. Four fifths of the bytes of real notebooks are pictures in them."""
    elements: Shape = {"": _output}
    return *_value(text, start, elements if text[start] == "[" else None)[:2], None


def _output(text: str, start: int) -> Value:
    # Only where a picture is in sight: taking an output apart takes longer than reading a small one.
    with_picture = text[start] == "{" and text.find('png"', start, start + 200) >= 0
    return _value(text, start, {"data": {"image/png": _picture}, "png": _picture} if with_picture else None)


def _picture(text: str, start: int) -> Value:
    """A string passed by looking for its end, ten times as fast as reading it. What is wrong in it goes unseen."""
    end = text.find('"', start + 1) if text[start] == '"' else -1
    if end > 0 and text[end - 1] != "\\" and text.find("\n", start, end) < 0:
        return start, end + 1, None
    return start, scan(text, start)[1], None


def explain(content: bytes, error: Exception) -> NotANotebook:
    """Why bytes are not JSON, by what reading them raised, in the words a person needs to mend them."""
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
