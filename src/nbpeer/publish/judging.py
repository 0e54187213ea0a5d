"""Whether data are as expected."""

from __future__ import annotations

from typing import Any

from nbpeer.errors import NbpeerError
from nbpeer.publish.values import missing, one_line, unwrap

_MOST_CHECKS = 8
_LONGEST_CHECK = 80
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
    """Every row is looked at: of a lazy frame pandera would look at its columns alone."""
    data = frame.collect() if type(frame).__name__ == "LazyFrame" else frame
    try:
        schema.validate(data, lazy=True)
    except Exception as error:
        # Pandera's own errors list the failing cells; anything else is a mistake in the notebook, not in the data.
        cases = getattr(error, "failure_cases", None)
        if cases is None:
            raise
        return False, _failing(cases)
    return True, ""


def _failing(cases: Any) -> str:
    """Which checks failed on which column, and how many rows each; never a value of the data."""
    listed = {name: list(cases[name]) for name in cases.columns}
    empty = [None] * len(listed["check"])
    rows: dict[str, set[Any]] = {}
    columns = zip(
        *(listed.get(name, empty) for name in ("check", "schema_context", "column", "index", "failure_case")),
        strict=True,
    )
    for place, (check, context, column, index, case) in enumerate(columns):
        what = one_line(str(check))[:_LONGEST_CHECK]
        if what == "column_in_dataframe":  # the case is the name of the column that is missing
            what = f"column {case} is missing"
        elif context == "Column":
            what = f"{column}: {what}"
        rows.setdefault(what, set()).add(place if missing(index) or index != index else index)
    counted = [f"{what} ({len(found):,})" for what, found in sorted(rows.items())]
    more = [f"and {len(counted) - _MOST_CHECKS} more checks"] if len(counted) > _MOST_CHECKS else []
    return ", ".join([*counted[:_MOST_CHECKS], *more])
