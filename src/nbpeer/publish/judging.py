"""Whether data are as expected."""

from __future__ import annotations

from typing import Any

from nbpeer.errors import NbpeerError
from nbpeer.publish.values import missing, unwrap

_LISTINGS = ("to_list", "tolist", "to_pylist")  # of polars and pandas, numpy, pyarrow


def judge(name: str, condition: Any, frame: Any) -> tuple[bool, str]:
    """Whether a condition holds, and what was found when it does not. Raises NbpeerError when it is no condition."""
    listing = next((way for way in _LISTINGS if hasattr(condition, way)), None)
    if listing is None and hasattr(condition, "validate"):
        if frame is None:
            raise NbpeerError(f"expectation {name!r} has a schema and no frame", "pass frame=DATA")
        return _satisfies(condition, frame)
    if callable(condition):
        return judge(name, condition(frame), None)
    condition = unwrap(condition)
    if isinstance(condition, bool):
        return condition, ""
    flags = getattr(condition, listing)() if listing else condition
    if not isinstance(flags, list | tuple) or not all(isinstance(flag, bool) or missing(flag) for flag in flags):
        kind = type(condition).__name__
        raise NbpeerError(f"expectation {name!r} is a {kind}, not a bool or bools", "compare it with what you expect")
    if not flags:
        return False, "no rows to look at"
    failing = sum(flag is not True for flag in flags)
    return not failing, f"{failing:,} of {len(flags):,} fail" if failing else ""


def _satisfies(schema: Any, frame: Any) -> tuple[bool, str]:
    try:
        schema.validate(frame, lazy=True)
    except Exception as error:
        # Pandera's own errors list the failing cells; anything else is a mistake in the notebook, not in the data.
        cases = getattr(error, "failure_cases", None)
        if cases is None:
            raise
        checks = sorted({str(check) for check in cases["check"]})
        return False, f"{len(cases):,} fail: {', '.join(checks[:5])}"
    return True, ""
