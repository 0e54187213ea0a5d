"""Hidden marks: how nbpeer finds its own comments, their items and their content again.

A mark is an HTML comment, `<!-- nbpeer:KIND key=value … -->`, which forges keep and do not show. Values are
percent-encoded, so that none can end the mark; text of an analysis never becomes one (`render` escapes it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

SUMMARY = "summary"
CHECKLIST = "checklist"
ITEM = "item"
FINDING = "finding"
_MARK = re.compile(r"<!-- nbpeer:([a-z]+)((?: [a-z]+=[^\s<>]*)*) -->")
_TICKED = re.compile(r"[-*+] \[[xX]\] .*")


class Mark(NamedTuple):
    """One mark. `start` and `end` are its place in the text it was read from."""

    kind: str
    values: dict[str, str]
    start: int = 0
    end: int = 0


def mark(kind: str, **values: str) -> str:
    """A hidden mark to put into a comment; keys are letters in lower case, values any text."""
    return f"<!-- nbpeer:{kind}{''.join(f' {key}={_encoded(value)}' for key, value in values.items())} -->"


def marks(text: str) -> Iterator[Mark]:
    """The marks in a comment, in order."""
    for found in _MARK.finditer(text):
        pairs = (pair.partition("=") for pair in found[2].split())
        yield Mark(found[1], {key: unquote(value) for key, _, value in pairs}, found.start(), found.end())


def ticked(text: str) -> frozenset[str]:
    """The ids of the items whose box is ticked: task lines (`- [x] …`) that end with an item's mark."""
    lines = (line.strip() for line in text.splitlines() if _TICKED.match(line.strip()))
    items = (found[-1] for line in lines if (found := list(marks(line))) and line.endswith("-->"))
    return frozenset(one.values["id"] for one in items if one.kind == ITEM and "id" in one.values)


def _encoded(value: str) -> str:
    """Percent-encoded; hyphens too, as two of them would end an HTML comment."""
    return quote(value, safe="/@+:.,").replace("-", "%2D")
