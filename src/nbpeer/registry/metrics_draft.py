"""A metric as its document has it, before metrics that are computed of others are worked out."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple, cast, get_args

from nbpeer.errors import NbpeerError
from nbpeer.model.metric import Grain, MetricStatus
from nbpeer.sql.compose import Measure


class About(NamedTuple):
    """What a document says of a metric besides its definition."""

    version: str = ""
    owner: str = ""
    status: MetricStatus = "active"
    valid_from: datetime.date | None = None
    grain: Grain = ""
    description: str = ""


class Input(NamedTuple):
    """One metric that another is computed of: what the expression calls it, its name, and filters of this use alone."""

    alias: str
    name: str
    filters: tuple[str, ...] = ()


class Draft(NamedTuple):
    """One metric: either `measures` (one a dialect, the first is what counts), or an `expression` over `inputs`.

    With neither, `problem` says why no SQL can be given, and `meaning` is what its definition is known by.
    """

    name: str
    about: About = About()
    measures: tuple[Measure, ...] = ()
    expression: str = ""
    dialect: str = ""
    inputs: tuple[Input, ...] = ()
    filters: tuple[str, ...] = ()
    problem: str = ""
    meaning: Any = None


class Unsayable(Exception):  # noqa: N818 - not an error: it is the reason why no SQL is given
    """Why no SQL can be given for a metric."""


_KEYS = {"version", "owner", "status", "valid_from", "grain"}


def read_about(where: str, found: dict[str, Any], description: str) -> About:
    """Version, owner, status, date and grain of a metric. Raises NbpeerError naming `where` and the key."""
    given = {key: found[key] for key in _KEYS if found.get(key) is not None}
    for key in ("version", "owner"):
        if not isinstance(given.get(key, ""), str | int | float):
            raise NbpeerError(f"{where}, {key}: {given[key]!r} is no text", "write one line of text")
    return About(
        version=str(given.get("version", "")),
        owner=str(given.get("owner", "")),
        status=cast(MetricStatus, _one_of(where, "status", given.get("status", "active"), get_args(MetricStatus))),
        valid_from=_date(where, given.get("valid_from")),
        grain=cast(Grain, _one_of(where, "grain", given.get("grain", ""), get_args(Grain))),
        description=" ".join(str(description or "").split()),
    )


def _one_of(where: str, key: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        names = ", ".join(name for name in allowed if name)
        raise NbpeerError(f"{where}, {key}: {value!r} is not one of {names}", "write one of these")
    return str(value)


def _date(where: str, value: Any) -> datetime.date | None:
    if value is None or (isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise NbpeerError(f"{where}, valid_from: {value!r} is no date", "write YYYY-MM-DD") from None
