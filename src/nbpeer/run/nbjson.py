"""A notebook as plain values, read from and written to the bytes nbformat writes, without importing nbformat.

In a file a text is a list of its lines; here, as in nbformat, it is one text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

_ALSO_SPLIT = ("application/javascript", "image/svg+xml")


def from_json(content: bytes) -> Any:
    """The values of a notebook's JSON, its texts joined. Raises ValueError for what is not JSON."""
    return _each_text(msgspec.json.decode(content), _joined)


def to_json(notebook: Any) -> bytes:
    """What nbformat writes for a notebook of format 4: sorted keys, an indent of one, texts split into lines.

    Numbers may be spelled otherwise (1e-5 for 1e-05). The values hold no number that JSON cannot spell.
    """
    split = _each_text(notebook, _split)
    try:
        return msgspec.json.format(msgspec.json.encode(split, order="sorted"), indent=1) + b"\n"
    except (UnicodeEncodeError, TypeError):  # half a character, or a key that is no text
        text = json.dumps(split, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
        return text.encode("utf-8", "surrogatepass") + b"\n"


def _each_text(notebook: Any, change: Callable[[str, Any], Any]) -> Any:
    """A copy of a notebook's skeleton with `change` applied where nbformat keeps multi-line text, given its type."""
    cells = []
    for cell in notebook["cells"]:
        new = {**cell, "source": change("text/plain", cell["source"])}
        if "attachments" in cell:
            new["attachments"] = {name: _bundle(bundle, change) for name, bundle in cell["attachments"].items()}
        if cell["cell_type"] == "code":
            new["outputs"] = [_output(output, change) for output in cell["outputs"]]
        cells.append(new)
    return {**notebook, "cells": cells}


def _output(output: Any, change: Callable[[str, Any], Any]) -> Any:
    kind = output.get("output_type")
    if kind == "stream":
        return {**output, "text": change("text/plain", output["text"])}
    if kind in ("display_data", "execute_result"):
        return {**output, "data": _bundle(output["data"], change)}
    return output


def _bundle(bundle: Any, change: Callable[[str, Any], Any]) -> Any:
    return {mime: change(mime, value) for mime, value in bundle.items()}


def _joined(mime: str, value: Any) -> Any:
    if mime == "application/json" or (mime.startswith("application/") and mime.endswith("+json")):
        return value
    return "".join(value) if isinstance(value, list) and all(isinstance(line, str) for line in value) else value


def _split(mime: str, value: Any) -> Any:
    if isinstance(value, str) and (mime.startswith("text/") or mime in _ALSO_SPLIT):
        return value.splitlines(keepends=True)
    return value
