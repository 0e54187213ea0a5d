"""JSON read value by value, each with the position where it ends: the standard library's scanner, of any depth."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from typing import Any

BLANK = " \t\n\r"

try:
    from _json import make_scanner, scanstring  # importing json itself would double the time the filter needs to start

    class _Lenient:
        """What the scanner makes of JSON: numbers stay text, so that none is too long and NaN is one."""

        strict = True
        object_hook = object_pairs_hook = None
        parse_float = parse_int = parse_constant = str

    _shallow = make_scanner(_Lenient)  # type: ignore[arg-type]
except ImportError:  # an interpreter without the accelerator
    from json import JSONDecoder
    from json.decoder import scanstring  # type: ignore[attr-defined, no-redef]

    _shallow = JSONDecoder(parse_float=str, parse_int=str, parse_constant=str).scan_once  # type: ignore[attr-defined]


def scan(text: str, position: int) -> tuple[Any, int]:
    """The value that starts here, and where it ends. Raises ValueError, IndexError or StopIteration."""
    try:
        return _shallow(text, position)
    except RecursionError:  # Python's scanner gives up at about a thousand levels
        return _deep(text, position)
    except SystemError:  # CPython 3.11 can say what is wrong only once json.decoder is imported
        _let_it_raise()
        return scan(text, position)


def scan_key(text: str, position: int) -> tuple[str, int]:
    """The key of a member that starts here, and where its value starts. Raises as `scan`."""
    if text[position] != '"':
        raise ValueError(position)
    try:
        key, end = scanstring(text, position + 1, True)
    except SystemError:
        _let_it_raise()
        key, end = scanstring(text, position + 1, True)
    if text[end : end + 2] == ": " and text[end + 2] not in BLANK:  # nearly always, and quicker
        return key, end + 2
    colon = skip(text, end)
    if text[colon] != ":":
        raise ValueError(colon)
    return key, skip(text, colon + 1)


def skip(text: str, position: int) -> int:
    """The next position that is not white space."""
    while text[position] in BLANK:
        position += 1
    return position


def following(text: str, position: int) -> int:
    """Where the part behind a comma starts."""
    if text[position] != ",":
        raise ValueError(position)
    return skip(text, position + 1)


def spellings(word: str) -> frozenset[str]:
    """The strings of a text that was read as Latin-1 which mean `word`: its characters escaped there, and not."""
    return frozenset((word, word.encode("utf-8", "surrogatepass").decode("latin-1")))


def _let_it_raise() -> None:
    import json.decoder  # noqa: F401


def _deep(text: str, start: int) -> tuple[Any, int]:
    """`scan` without recursion."""
    open_: list[tuple[Any, str]] = []  # the objects and lists we are in, each with the key its next value goes to
    key = ""
    position = start
    while True:
        if text[position] in "{[":
            value: Any = {} if text[position] == "{" else []
            inside = skip(text, position + 1)
            if text[inside] not in "}]":
                open_.append((value, key))
                key, position = scan_key(text, inside) if isinstance(value, dict) else ("", inside)
                continue
            position = _end(text, inside, value)
        else:
            value, position = scan(text, position)
        while open_:
            holder, outer = open_[-1]
            if isinstance(holder, dict):
                holder[key] = value
            else:
                holder.append(value)
            position = skip(text, position)
            if text[position] == ",":
                position = skip(text, position + 1)
                if isinstance(holder, dict):
                    key, position = scan_key(text, position)
                break
            value, position, key = holder, _end(text, position, holder), outer
            open_.pop()
        else:
            return value, position


def _end(text: str, position: int, holder: Any) -> int:
    if text[position] != ("}" if isinstance(holder, dict) else "]"):
        raise ValueError(position)
    return position + 1
