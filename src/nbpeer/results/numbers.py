"""Numbers of results compared exactly: decimal arithmetic on the digits people see, tolerances, NaN and infinities."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from typing import Any, NamedTuple

from nbpeer.model.result import NamedResult

_EXACT = Context(prec=400)
# Units of shares, each with what it is in hundredths of a per cent.
_SHARES = {"%": 100, "percent": 100, "per cent": 100, "": 10_000, "fraction": 10_000, "share": 10_000, "bp": 1}


class Tolerance(NamedTuple):
    """How far a number may move: absolute, or a share of the larger of the two magnitudes (as math.isclose)."""

    absolute: float = 0.0
    relative: float = 0.0

    def allows(self, delta: Decimal, before: Decimal, after: Decimal) -> bool:
        """Whether a move of `delta` between two finite numbers is within either tolerance."""
        within_absolute = abs(delta) <= _decimal(self.absolute)
        largest = max(abs(before), abs(after))
        return within_absolute or abs(delta) <= _EXACT.multiply(_decimal(self.relative), largest)

    def __str__(self) -> str:
        parts = [f"{self.absolute:g}"] if self.absolute else []
        parts += [f"{self.relative * 100:g} %"] if self.relative else []
        return " or ".join(parts) or "none"


class NumberChange(NamedTuple):
    """`delta` is after minus before, None when either is not finite."""

    same: bool
    within: bool
    delta: float | None


def tolerances(before: NamedResult, after: NamedResult) -> tuple[Tolerance, ...]:
    """The tolerances that a move must keep to: of each side that states one, so that nobody widens one unseen."""
    stated = (tolerance_of(before), tolerance_of(after))
    return tuple(tolerance for tolerance in stated if any(tolerance))


def tolerance_of(result: NamedResult) -> Tolerance:
    """The tolerance a result states."""
    return Tolerance(result.tolerance, result.relative_tolerance)


def compare_numbers(before: Any, after: Any, allowed: tuple[Tolerance, ...]) -> NumberChange:
    """Compare two numbers (or "NaN", "Infinity", "-Infinity", which equal themselves only)."""
    if is_finite(before) and is_finite(after):
        first, second = _decimal(before), _decimal(after)
        delta = _EXACT.subtract(second, first)
        within = bool(allowed) and all(tolerance.allows(delta, first, second) for tolerance in allowed)
        return NumberChange(not delta, within, float(delta))
    return NumberChange(str(before) == str(after), False, None)


def same_in_another_unit(before: NamedResult, after: NamedResult) -> bool:
    """Whether two numbers are one share, said in per cent on one side and as a fraction on the other."""
    one, other = _as_share(before), _as_share(after)
    return one is not None and one == other


def _as_share(result: NamedResult) -> Decimal | None:
    factor, value = _SHARES.get(result.unit.strip().lower()), result.value
    if factor is None or not isinstance(value, int | float) or not is_finite(value):
        return None
    return _EXACT.multiply(_decimal(value), factor)


def percent(share: float) -> str:
    """A share (0 to 1, or more) in per cent, with two significant digits or as a whole number."""
    value = share * 100
    return f"{value:.2g} %" if abs(value) < 99.5 else f"{value:,.0f} %"


def is_finite(value: Any) -> bool:
    """Whether a value is a finite number (a bool is none)."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value) if isinstance(value, float) else value)
