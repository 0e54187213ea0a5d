"""Numbers as people read them."""

from __future__ import annotations

import math
from typing import TypeGuard

_DIGITS = 6
_GROUP_FROM = 10_000


def number_text(value: object, digits: int = _DIGITS) -> str:
    """A scalar as people read it: at most `digits` significant digits, thousands grouped from 10,000, a real minus.

    What is not a number is its own text; a boolean is yes or no; None is a dash.
    """
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        text = f"{value:,}" if abs(value) >= _GROUP_FROM else str(value)
    elif isinstance(value, float):
        text = _float(value, digits)
    else:
        return str(value)
    return text.replace("-", "\N{MINUS SIGN}")


def number_pair(before: object, after: object, tolerance: float = 0.0) -> tuple[str, str]:
    """Two values with as many digits as it takes to see that they differ.

    With a tolerance, both are rounded to one digit finer than it: what is finer still is noise to a reader.
    """
    if tolerance and _is_number(before) and _is_number(after):
        pair = _rounded(before, tolerance), _rounded(after, tolerance)
        if pair[0] != pair[1] or before == after:
            return _aligned(*pair) if _has_decimals(before) and _has_decimals(after) else pair
    for digits in (_DIGITS, 9, 12):
        pair = number_text(before, digits), number_text(after, digits)
        if pair[0] != pair[1] or before == after:
            return pair
    return number_text(before, 17), number_text(after, 17)


def signed_text(value: float, digits: int = _DIGITS, tolerance: float = 0.0) -> str:
    """A difference, always with its sign; rounded as `number_pair` rounds unless nothing would be left of it."""
    rounded = _rounded(value, tolerance) if tolerance else ""
    text = rounded if rounded not in ("", "0") else number_text(value, digits)
    return text if value <= 0 or math.isnan(value) else f"+{text}"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_decimals(value: float) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _rounded(value: float, tolerance: float) -> str:
    """The value with decimals down to a tenth of the tolerance's first digit; whole numbers keep all of theirs."""
    if isinstance(value, int) or not math.isfinite(value):
        return number_text(value)
    places = max(0, 1 - math.floor(math.log10(tolerance)))
    text = f"{value:,.{places}f}" if abs(value) >= _GROUP_FROM else f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def _aligned(one: str, other: str) -> tuple[str, str]:
    """Two rounded numbers with equally many decimals: 10.72 and 9.30."""
    places = max(len(text.partition(".")[2]) for text in (one, other))
    if not places:
        return one, other
    first, second = (
        f"{whole}.{decimals:0<{places}}" for whole, _, decimals in (one.partition("."), other.partition("."))
    )
    return first, second


def _float(value: float, digits: int) -> str:
    if not math.isfinite(value):
        return {math.inf: "infinity", -math.inf: "-infinity"}.get(value, "not a number")
    if value == 0:
        return "0"
    grouped = abs(value) >= _GROUP_FROM
    text = f"{value:,.{digits}g}" if grouped else f"{value:.{digits}g}"
    if "e" in text and abs(value) < 1e15 and abs(value) >= 1:
        text = f"{value:,.0f}"
    mantissa, exponent, power = text.partition("e")
    return f"{mantissa}e{int(power)}" if exponent else text
