"""Published values as people read them in the notebook itself: plain text, and a small piece of escaped HTML."""

from __future__ import annotations

import math
from html import escape
from typing import Any, NamedTuple


class Shown(NamedTuple):
    """One published value as text/plain and as text/html."""

    text: str
    html: str


def shown_scalar(payload: dict[str, Any]) -> Shown:
    """A number or a text with its unit, and the tolerance in small print."""
    value = _with_unit(spell(payload["value"]), payload["unit"])
    html = f"<strong>{escape(payload['name'])}</strong>: {escape(value)}"
    tolerances = _tolerances(payload)
    if tolerances:
        html += f" <small>{escape(tolerances)}</small>"
    return Shown(f"{payload['name']}: {value}", html)


def shown_table(payload: dict[str, Any]) -> Shown:
    """A table, aligned as text."""
    table = payload["value"]
    title = f"{payload['name']} ({payload['unit']})" if payload["unit"] else payload["name"]
    rows = [[spell(value) for value in row] for row in table["rows"]]
    lines = [list(table["columns"]), *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(item.ljust(width) for item, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    head = "".join(f"<th>{escape(column)}</th>" for column in table["columns"])
    body = "".join("<tr>" + "".join(f"<td>{escape(item)}</td>" for item in row) + "</tr>" for row in rows)
    html = f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return Shown("\n".join([f"{title}:", *text]), html)


def shown_expectation(payload: dict[str, Any]) -> Shown:
    """A tick or a cross, and what was found."""
    passed = payload["passed"]
    detail = f" ({payload['detail']})" if payload["detail"] else ""
    text = f"{'✓ as expected' if passed else '✗ NOT as expected'}: {payload['name']}{detail}"
    return Shown(text, escape(text) if passed else f"<strong>{escape(text)}</strong>")


def spell(value: Any) -> str:
    """A value for people: thousands separated, six significant digits, nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.6g}"
    decimals = 5 - math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:,.{max(decimals, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text


def _tolerances(payload: dict[str, Any]) -> str:
    absolute, relative = payload["tolerance"], payload["relative_tolerance"]
    ways = [_with_unit(spell(absolute), payload["unit"])] if absolute else []
    ways += [f"{spell(relative * 100)} %"] if relative else []
    return f"tolerance {' or '.join(ways)}" if ways else ""
