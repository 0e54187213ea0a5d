"""Typed values as JSON for programs."""

from __future__ import annotations

from typing import Any

import msgspec


def to_json(value: Any) -> str:
    """Indented JSON text of a typed value, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2).decode() + "\n"
