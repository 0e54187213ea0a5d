"""A calendar that every calendar program reads (RFC 5545): all-day events, escaped and folded."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

_OCTETS = 75  # RFC 5545, 3.1: longest line without its end
# RFC 5545, 3.1: a text may hold no control characters but the tab; an unpaired surrogate has no octets.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Event(NamedTuple):
    """One all-day event. `key` is what stays the same when the event is told again, on whatever day."""

    key: str
    day: datetime.date
    summary: str
    description: str


def calendar(events: Iterable[Event]) -> str:
    """The text of an iCalendar file; its lines end as the standard asks. The same events give the same text."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//nbpeer//due//EN", "CALSCALE:GREGORIAN"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{quote(event.key, safe='')}@nbpeer",
            f"DTSTAMP:{event.day:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"SUMMARY:{escaped(event.summary)}",
            f"DESCRIPTION:{escaped(event.description)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """A text as the value of a property (RFC 5545, 3.3.11)."""
    text = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", re.sub("\r\n?", "\n", text))
    for plain, spelled in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, spelled)
    return text


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, no character cut in two; each further piece begins with a space."""
    pieces, piece, room = [], "", _OCTETS
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", _OCTETS - 1
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])
