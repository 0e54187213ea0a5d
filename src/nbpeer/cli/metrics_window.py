"""The days that `nbpeer metrics reconcile --window` names."""

from __future__ import annotations

import datetime

from nbpeer.errors import NbpeerError


def days(window: str) -> tuple[str, str]:
    """First and last day of `FIRST..LAST`, or of one day. Raises NbpeerError for what is no date or runs backwards."""
    first, dots, last = window.partition("..")
    found = tuple(_day(text) for text in (first, last if dots else first))
    if found[0] > found[1]:
        raise NbpeerError(f"the window {window} ends before it begins", "write FIRST..LAST")
    return found[0], found[1]


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise NbpeerError(f"{text.strip()!r} is no date", "write the window as 2026-01-01..2026-03-31") from None
