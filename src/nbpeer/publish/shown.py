"""Published values as people read them in the notebook itself: plain text, and a small piece of escaped HTML."""

from __future__ import annotations

import math
from html import escape
from typing import Any, NamedTuple

# Colours that stand out on white and on black alike; what they say is said in words too.
_BLUE, _GREEN, _RED, _YELLOW = "#3d85c6", "#3a9a5c", "#d9534f", "#c9962b"
_QUIET = "opacity: 0.75"


class Shown(NamedTuple):
    """One published value as text/plain and as text/html."""

    text: str
    html: str


def shown_scalar(payload: dict[str, Any]) -> Shown:
    """A number or a text with its unit, and the tolerance in small print."""
    value, unit = spell(payload["value"]), payload["unit"]
    size = "1.5em" if payload["type"] == "number" else "1em"
    html = f'<strong style="font-size: {size}">{escape(value)}</strong>'
    html += f" {escape(unit)}" if unit else ""
    tolerances = _tolerances(payload)
    html += f' <small style="{_QUIET}">{escape(tolerances)}</small>' if tolerances else ""
    return Shown(f"{payload['name']}: {_with_unit(value, unit)}", _card(_BLUE, payload["name"], html))


def shown_table(payload: dict[str, Any]) -> Shown:
    """A table, aligned as text."""
    table = payload["value"]
    title = f"{payload['name']} ({payload['unit']})" if payload["unit"] else payload["name"]
    tolerances = _tolerances(payload)
    rows = [[spell(value) for value in row] for row in table["rows"]]
    lines = [list(table["columns"]), *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(item.ljust(width) for item, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    sides = ["right" if _numeric(column) else "left" for column in _columns(table)]
    head, *body = (_row("td" if number else "th", line, sides) for number, line in enumerate(lines))
    html = f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"
    html += f'<small style="{_QUIET}">{escape(tolerances)}</small>' if tolerances else ""
    return Shown("\n".join([f"{title}:", *text]), _card(_BLUE, title, html))


def shown_expectation(payload: dict[str, Any]) -> Shown:
    """A tick or a cross, and what was found."""
    passed = payload["passed"]
    detail = f" ({payload['detail']})" if payload["detail"] else ""
    said = "✓ as expected" if passed else "✗ NOT as expected"
    html = f"{escape(payload['name'])}" + (f' <span style="{_QUIET}">{escape(detail)}</span>' if detail else "")
    card = _card(_GREEN if passed else _RED, said, html if passed else f"<strong>{html}</strong>")
    return Shown(f"{said}: {payload['name']}{detail}", card)


def shown_caveat(text: str) -> Shown:
    """A limitation, marked as one."""
    return Shown(f"caveat: {text}", _card(_YELLOW, "caveat", escape(text)))


def _card(colour: str, title: str, html: str) -> str:
    """A piece of HTML under its title. Text takes the page's own colours, so that it is read on light and on dark."""
    return (
        f'<div style="border-left: 4px solid {colour}; margin: 0.3em 0; padding: 0.1em 0.8em">'
        f'<div style="{_QUIET}"><small>{escape(title)}</small></div>{html}</div>'
    )


def _columns(table: dict[str, Any]) -> list[list[Any]]:
    return [[row[place] for row in table["rows"]] for place in range(len(table["columns"]))]


def _numeric(column: list[Any]) -> bool:
    found = [value for value in column if value is not None]
    return bool(found) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in found)


def _row(tag: str, items: list[str], sides: list[str]) -> str:
    cells = (
        f'<{tag} style="text-align: {side}">{escape(item)}</{tag}>' for item, side in zip(items, sides, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"


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
