"""JSON Schemas of our own documents."""

from __future__ import annotations

from typing import Any

import msgspec


def json_schema(document: Any, title: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a type, the same text each time."""
    found = _in_order(msgspec.json.schema(document))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **found}


def _in_order(value: Any) -> Any:
    """The same schema with alternatives sorted: msgspec lists them as a set, another way each time."""
    if isinstance(value, dict):
        found = {key: _in_order(item) for key, item in value.items()}
        return found | {"anyOf": sorted(found["anyOf"], key=str)} if "anyOf" in found else found
    return [_in_order(item) for item in value] if isinstance(value, list | tuple) else value
