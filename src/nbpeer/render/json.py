"""Typed values as JSON for programs."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def to_json(value: Any) -> str:
    """Indented JSON text of a typed value, ending in a newline; what UTF-8 cannot hold is a JSON escape."""
    try:
        return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2).decode() + "\n"
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), indent=2, sort_keys=True) + "\n"


def encodable(value: T) -> T:
    """A typed value with what UTF-8 cannot hold in its texts (unpaired surrogates) replaced by question marks."""
    try:
        msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
        return msgspec.json.decode(text.encode("utf-8", "replace"), type=type(value))
    return value


def to_json_line(value: Any) -> str:
    """The same on one line, without the line's end."""
    try:
        return msgspec.json.encode(value, order="deterministic").decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), sort_keys=True)
