"""Plotly and Vega charts compared by what they say: their data, and how the data are drawn."""

from __future__ import annotations

import array
import base64
import binascii
import re
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from nbpeer.model.change import ValueChange, Verdict
from nbpeer.results.numbers import Tolerance, compare_numbers, is_finite

_PLOTLY = "application/vnd.plotly.v1+json"
_VEGA = re.compile(r"application/vnd\.vega(?:lite)?\.v\d+(?:\.\d+)*\+json")
# What a library writes anew for each run, or takes from its own version rather than from the analysis.
_IGNORED = frozenset({"uid", "template", "$schema", "usermeta"})
_COUNTED_NAME = re.compile(r"(?:view|param|selector|concat|layer)_?\d+")
_MOST_VALUES = 200
_LONGEST_TEXT = 80
_DEEPEST = 100
# numpy's names, as plotly 6 writes them, and array's.
_BINARY = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "f4": "f", "f8": "d"}


class ChartChange(NamedTuple):
    """`values` are what differs, each name beginning with its part: data, or layout (Plotly) or encoding (Vega)."""

    verdict: Verdict
    values: tuple[ValueChange, ...]
    detail: str


def chart_type(data: dict[str, Any]) -> str:
    """The MIME type in a bundle that holds a chart's specification; "" when none does."""
    return next((mime for mime in data if mime == _PLOTLY or _VEGA.fullmatch(mime)), "")


def compare_charts(before: Any, after: Any, allowed: Tolerance) -> ChartChange:
    """Compare two specifications of one library. Ids, themes and the names that a library counts up do not count."""
    old, new = dict(_leaves(_parts(before))), dict(_leaves(_parts(after)))
    moved: list[ValueChange] = []
    within = True
    for name in [*new, *(name for name in old if name not in new)]:
        one, other = old.get(name, _MISSING), new.get(name, _MISSING)
        if one is other or (type(one) is type(other) and one == other) or (is_finite(one) and one == other):
            continue
        near = is_finite(one) and is_finite(other) and compare_numbers(one, other, (allowed,)).within
        within = within and near
        moved.append(ValueChange(name, _text(one), _text(other)))
    if not moved:
        return ChartChange("unchanged", (), "")
    return ChartChange("within_tolerance" if within else "changed", tuple(moved[:_MOST_VALUES]), _summary(moved))


class _Missing:
    pass


_MISSING = _Missing()


def _summary(moved: list[ValueChange]) -> str:
    """`3 values of the data, 1 of the layout differ`."""
    parts: dict[str, int] = {}
    for change in moved:
        part = change.name.partition(",")[0]
        parts[part] = parts.get(part, 0) + 1
    said = ", ".join(f"{count:,} of the {part}" for part, count in parts.items())
    return f"{said} differ{'s' if len(moved) == 1 else ''}"


def _parts(specification: Any) -> dict[str, Any]:
    """The specification as its data and the rest."""
    if not isinstance(specification, dict):
        return {"data": specification}
    if isinstance(specification.get("data"), list):  # Plotly
        traces = {_trace_name(trace, number): trace for number, trace in enumerate(specification["data"], 1)}
        return {"data": traces} | {key: specification[key] for key in ("layout", "frames") if key in specification}
    names: dict[str, str] = {}
    sets = specification.get("datasets")
    if isinstance(sets, dict):
        names |= {name: f"table {number}" for number, name in enumerate(sets, 1)}
    rest = {key: value for key, value in specification.items() if key not in ("datasets", "config")}
    data = {names[name]: rows for name, rows in sets.items()} if isinstance(sets, dict) else {}
    found = _renamed(rest, names, 0)
    inline = found.get("data")
    if isinstance(inline, dict) and "values" in inline:
        data |= {"values": inline["values"]}
        found = {key: value for key, value in found.items() if key != "data"}
    return {"data": data, "encoding": found, "theme": specification.get("config", {})}


def _trace_name(trace: Any, number: int) -> str:
    name = trace.get("name") if isinstance(trace, dict) else None
    return f"trace {number} ({name})" if isinstance(name, str) and name else f"trace {number}"


def _renamed(value: Any, names: dict[str, str], depth: int) -> Any:
    """The value with the names that a library made up replaced by their order of appearance."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return {_renamed(key, names, depth): _renamed(item, names, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names, depth + 1) for item in value]
    if isinstance(value, str):
        if value not in names and _COUNTED_NAME.fullmatch(value):
            names[value] = f"name {len(names) + 1}"
        return names.get(value, value)
    return value


def _leaves(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every scalar under the path that leads to it; an empty object or list is one too."""
    decoded = _decoded(value)
    if isinstance(decoded, dict) and decoded and depth < _DEEPEST:
        for key, item in decoded.items():
            if key not in _IGNORED:
                yield from _leaves(item, f"{name}, {key}" if name else str(key), depth + 1)
    elif isinstance(decoded, list) and decoded and depth < _DEEPEST:
        for number, item in enumerate(decoded, 1):
            yield from _leaves(item, f"{name} {number}", depth + 1)
    else:
        yield name, decoded


def _decoded(value: Any) -> Any:
    """A list that plotly wrote as base64 of its bytes (little-endian), read; anything else as it is."""
    if not isinstance(value, dict) or not {"dtype", "bdata"} <= value.keys():
        return value
    try:
        found = array.array(_BINARY[value["dtype"]], base64.b64decode(value["bdata"], validate=True))
    except (KeyError, TypeError, ValueError, binascii.Error):
        return value
    if sys.byteorder == "big":
        found.byteswap()
    return found.tolist()


def _text(value: Any) -> str | None:
    if isinstance(value, _Missing):
        return None
    text = str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
