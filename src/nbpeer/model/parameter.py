"""Values for the typed parameters of a kind: one reading for `nbpeer new` and `nbpeer run`."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nbpeer import yaml
from nbpeer.errors import NbpeerError
from nbpeer.model.kind import Parameter


def fitted(parameter: Parameter, text: str) -> Any:
    """The value that `text` is for a parameter. Raises NbpeerError when it does not fit, saying what would."""
    try:
        value = _PARSERS[parameter.type](text)
    except (ValueError, yaml.YamlError):
        wanted = _WANTED[parameter.type]
        raise NbpeerError(f"parameter {parameter.name} is {text!r}", f"{wanted} is wanted") from None
    if parameter.type == "choice" and value not in parameter.choices:
        raise NbpeerError(f"parameter {parameter.name} is {text!r}", f"choose from {', '.join(parameter.choices)}")
    if parameter.minimum is not None and parameter.type in _NUMBERS and value < parameter.minimum:
        raise NbpeerError(f"parameter {parameter.name} is {text}", f"give {parameter.minimum:g} or more")
    if parameter.maximum is not None and parameter.type in _NUMBERS and value > parameter.maximum:
        raise NbpeerError(f"parameter {parameter.name} is {text}", f"give {parameter.maximum:g} or less")
    return value


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _date(text: str) -> str:
    return datetime.date.fromisoformat(text).isoformat()


def _list(text: str) -> list[Any]:
    """A YAML list, or texts between commas."""
    if not text.lstrip().startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    found = yaml.load(text)
    if not isinstance(found, list) or not all(isinstance(item, str | int | float) for item in found):
        raise ValueError(text)
    return found


_PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "choice": str,
    "number": _number,
    "integer": int,
    "boolean": _boolean,
    "date": _date,
    "list": _list,
}
_NUMBERS = ("number", "integer")
ORDERED = (*_NUMBERS, "date")
_WANTED = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "date": "a date, YYYY-MM-DD,",
    "list": "a list, a,b,c or [a, b, c],",
}


def refuse_out_of_order(parameters: Iterable[Parameter], values: Mapping[str, Any]) -> None:
    """Raise NbpeerError for the first value that comes before the one its parameter says it must not come before.

    Values that are not there, or do not fit their own parameter, are not compared.
    """
    declared = {parameter.name: parameter for parameter in parameters}
    for parameter in declared.values():
        earlier = declared.get(parameter.not_before)
        if earlier is None:
            continue
        try:
            first, last = (fitted_value(one, values.get(one.name)) for one in (earlier, parameter))
        except NbpeerError:
            continue
        if last < first:
            message = f"parameter {parameter.name} is {last}, which comes before {earlier.name}, {first}"
            raise NbpeerError(message, f"give {parameter.name} {first} or later, or an earlier {earlier.name}")


def as_text(value: Any) -> str:
    """A value from YAML as somebody would type it for `fitted`."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fitted_value(parameter: Parameter, value: Any) -> Any:
    """The same for a value from YAML. Raises NbpeerError also for what nobody could have typed: nothing, a mapping."""
    if value is None or isinstance(value, dict):
        wanted = _WANTED.get(parameter.type, "a text")
        raise NbpeerError(f"parameter {parameter.name} is {value!r}", f"{wanted} is wanted")
    return fitted(parameter, as_text(value))
