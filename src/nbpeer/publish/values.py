"""Python values as the JSON values of a payload."""

from __future__ import annotations

import datetime
import decimal
import math
import numbers
from typing import Any

from nbpeer.errors import NbpeerError
from nbpeer.model.result import Scalar

MAX_NAME = 80
MAX_TEXT = 5_000
MAX_ROWS = 200
MAX_COLUMNS = 30

_HINT = "publish a number, a text or a data frame"
_HINTS = {
    "dict": "publish each value under its own name, or make it a data frame",
    "list": "make it a data frame, or a series",
    "tuple": "make it a data frame, or a series",
    "ndarray": "publish its .item() when it is one number, else make it a data frame",
    "Styler": "publish its .data",
    "DataFrameGroupBy": "aggregate it first",
    "complex": "publish its real and its imaginary part",
}


def checked_name(name: Any) -> str:
    """The name itself. Raises NbpeerError when it is empty, longer than 80 characters or more than one line."""
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME or one_line(name) != name:
        raise NbpeerError(f"{name!r} cannot be a name", f"use one line of 1 to {MAX_NAME} characters")
    return name


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def typed_value(name: str, value: Any) -> dict[str, Any]:
    """`type` and `value` of a payload. Raises NbpeerError for what is no number, text or small table."""
    scalar = unwrap(value)
    if isinstance(scalar, bool):
        raise NbpeerError(f"result {name!r} is a bool", "use nbpeer.expect for what has to be true, or a text")
    if isinstance(scalar, str):
        if not scalar or len(scalar) > MAX_TEXT:
            raise NbpeerError(f"result {name!r} has {len(scalar):,} characters", f"publish 1 to {MAX_TEXT:,}")
        return {"type": "text", "value": scalar}
    if missing(scalar):
        raise NbpeerError(f"result {name!r} is missing ({scalar})", "publish a number, a text or a data frame")
    spelled = _iso(scalar) or _of_pandas(scalar)
    if spelled is not None:
        return {"type": "text", "value": spelled}
    number = _number(scalar)
    if number is not None:
        return {"type": "number", "value": number}
    return {"type": "table", "value": _table(name, value)}


def precision(name: str, unit: Any, tolerance: Any, relative_tolerance: Any) -> dict[str, Any]:
    """`unit` and the tolerances of a payload. Raises NbpeerError for a unit or a tolerance that cannot be."""
    if not isinstance(unit, str) or len(unit) > MAX_NAME or one_line(unit) != unit:
        raise NbpeerError(f"result {name!r}: {unit!r} cannot be a unit", "use a short text, such as '%' or 'minutes'")
    for what, value in (("tolerance", tolerance), ("relative_tolerance", relative_tolerance)):
        number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or value < 0:
            raise NbpeerError(f"result {name!r}: {what} is {value!r}", "give a number that is zero or more")
    return {"unit": unit, "tolerance": float(tolerance), "relative_tolerance": float(relative_tolerance)}


def unwrap(value: Any) -> Any:
    """A numpy scalar, or an array or tensor without dimensions, as the Python value inside it."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item()
    return value


def missing(value: Any) -> bool:
    """Whether a value is None or one of pandas's own missing values."""
    return value is None or (type(value).__module__.startswith("pandas") and str(value) in ("NaT", "<NA>"))


def _number(value: Any) -> float | int | str | None:
    if isinstance(value, numbers.Integral):
        return int(value)
    if not isinstance(value, numbers.Real | decimal.Decimal):
        return None
    found = float(value)
    if math.isnan(found):
        return "NaN"
    return found if math.isfinite(found) else "Infinity" if found > 0 else "-Infinity"


def _table(name: str, value: Any) -> dict[str, Any]:
    import narwhals as nw

    try:
        found = nw.from_native(value, allow_series=True)
    except TypeError:
        kind = type(value).__name__
        raise NbpeerError(f"result {name!r} is a {kind}", _HINTS.get(kind, _HINT)) from None
    if isinstance(found, nw.LazyFrame):
        found = found.head(MAX_ROWS + 1).collect()
    frame: Any = nw.from_native(_with_labels(name, nw.to_native(found)), eager_only=True, allow_series=True)
    if isinstance(frame, nw.Series):
        frame = (found if found.name else found.alias("value")).to_frame()
    rows, width = frame.shape
    if not width:
        raise NbpeerError(f"table {name!r} has no columns", "publish a number, or a data frame with columns")
    if rows > MAX_ROWS or width > MAX_COLUMNS:
        raise NbpeerError(
            f"table {name!r} is larger than {MAX_ROWS} rows by {MAX_COLUMNS} columns ({rows:,} by {width:,} were read)",
            "aggregate it first: a named result is what a reviewer reads",
        )
    columns = [" ".join(map(str, column)) if isinstance(column, tuple) else str(column) for column in frame.columns]
    if len(set(columns)) < len(columns):
        raise NbpeerError(f"table {name!r} has two columns of one name", "rename one of them")
    return {"columns": columns, "rows": [[_cell(name, item) for item in row] for row in frame.rows()]}


def _with_labels(name: str, native: Any) -> Any:
    """A pandas object whose index says something (it has a name, or is not of integers) with the index as columns."""
    index = getattr(native, "index", None)
    if index is None or not hasattr(native, "reset_index"):
        return native
    named = any(part is not None for part in index.names)
    if not named and index.inferred_type in ("integer", "empty"):
        return native
    native = native.rename("value") if getattr(native, "name", "") is None else native
    try:
        return native.reset_index()
    except ValueError:  # pandas: cannot insert ..., already exists
        raise NbpeerError(
            f"table {name!r}: its index and a column have one name",
            "rename the index, or drop it: reset_index(drop=True)",
        ) from None


def _cell(name: str, value: Any) -> Scalar:
    value = unwrap(value)
    if isinstance(value, str | bool):
        return value
    if missing(value):
        return None
    number = _number(value)
    if number is not None:
        return None if number == "NaN" else number
    spelled = _iso(value) or _of_pandas(value)
    if spelled is not None:
        return spelled
    raise NbpeerError(f"table {name!r} holds a {type(value).__name__}", "turn it into numbers, texts or dates first")


def _iso(value: Any) -> str | None:
    if isinstance(value, datetime.datetime) and value.time() == datetime.time() and value.tzinfo is None:
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):  # pandas has its own spelling, and nanoseconds
        exact = not getattr(value, "nanoseconds", 0)
        return str(datetime.timedelta(value.days, value.seconds, value.microseconds) if exact else value)
    return None


def _of_pandas(value: Any) -> str | None:
    """An interval or a period of pandas as it spells itself."""
    known = type(value).__module__.startswith("pandas") and type(value).__name__ in ("Interval", "Period")
    return str(value) if known else None
