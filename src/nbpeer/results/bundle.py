"""The MIME bundle of a named result, as any language may publish it: what is in it, and its JSON Schema.

`docs/schemas/result.json` is the schema, `docs/results.md` says how to publish one from R, Julia and others.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec

from nbpeer.model.json_schema import json_schema
from nbpeer.model.result import RESULT_MIME, Scalar

SCHEMA = 1

_Name = Annotated[str, msgspec.Meta(min_length=1)]
_Tolerance = Annotated[float, msgspec.Meta(ge=0)]
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
# What R and Julia call the numbers that JSON cannot spell.
_UNSPELLABLE = {name: name for name in ("NaN", "Infinity", "-Infinity")} | {"Inf": "Infinity", "-Inf": "-Infinity"}


class Value(msgspec.Struct, frozen=True, tag_field="type"):
    """What every named result says of itself."""

    name: _Name
    schema: int = SCHEMA
    unit: str = ""
    tolerance: _Tolerance = 0.0
    relative_tolerance: _Tolerance = 0.0


class NumberBundle(Value, frozen=True, tag="number", kw_only=True):
    """A number. Where a language's JSON would round it, its digits as text; NaN, Infinity and -Infinity are texts."""

    value: float | int | str


class TextBundle(Value, frozen=True, tag="text", kw_only=True):
    """A text."""

    value: str


class Grid(msgspec.Struct, frozen=True):
    """The rows in the order of the columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]


class TableBundle(Value, frozen=True, tag="table", kw_only=True):
    """A small table."""

    value: Grid


class FigureBundle(Value, frozen=True, tag="figure"):
    """A figure; the picture is image/png in the same bundle."""


class ExpectationBundle(msgspec.Struct, frozen=True, tag_field="type", tag="expectation"):
    """Whether data are as expected."""

    name: _Name
    passed: bool
    detail: str = ""
    schema: int = SCHEMA


class CaveatBundle(msgspec.Struct, frozen=True, tag_field="type", tag="caveat"):
    """A limitation that travels with the results."""

    text: _Name
    schema: int = SCHEMA


class MetricBundle(msgspec.Struct, frozen=True, tag_field="type", tag="metric"):
    """The agreed metric that the notebook cites."""

    name: _Name
    schema: int = SCHEMA


Bundle = NumberBundle | TextBundle | TableBundle | FigureBundle | ExpectationBundle | CaveatBundle | MetricBundle


def json_value(found: Any) -> Any:
    """What a kernel sent as a JSON value: some send JSON types as text. Raises msgspec.DecodeError."""
    return msgspec.json.decode(found) if isinstance(found, str) else found


def read_bundle(found: Any) -> Bundle:
    """A bundle from its JSON value. Raises ValueError or msgspec.ValidationError saying what is wrong."""
    payload: Bundle = msgspec.convert(found, Bundle)
    msgspec.json.encode(payload)  # refuses, as a ValueError, what the results file could not hold: unpaired surrogates
    if isinstance(payload, NumberBundle) and isinstance(payload.value, str):
        return msgspec.structs.replace(payload, value=_number(payload.value))
    if isinstance(payload, TableBundle):
        columns = payload.value.columns
        if len(set(columns)) != len(columns):
            raise ValueError("two columns of the table have one name")
        if any(len(row) != len(columns) for row in payload.value.rows):
            raise ValueError("a row of the table has not as many cells as there are columns")
    return payload


def schema_of(found: Any) -> int:
    """The schema that a bundle says it follows; ours when it does not say, or is no bundle."""
    schema = found.get("schema", SCHEMA) if isinstance(found, dict) else SCHEMA
    return schema if isinstance(schema, int) else SCHEMA


def bundle_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the bundle."""
    return json_schema(Bundle, RESULT_MIME)


def _number(text: str) -> float | int | str:
    if text in _UNSPELLABLE:
        return _UNSPELLABLE[text]
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a number")
    return float(text) if found[1] or found[2] else int(text)
