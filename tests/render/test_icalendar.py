"""The calendar against RFC 5545, and against a library that reads it."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from nbpeer.render.icalendar import Event, calendar, escaped, folded

# What a property may hold as text: no control characters but tab and line feed, no half characters.
WRITABLE = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n"))
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1))


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n"), max_size=400))
def test_folding_keeps_the_text_and_no_line_is_longer_than_75_octets(line: str) -> None:
    lines = folded(line).split("\r\n")
    assert all(len(one.encode()) <= 75 for one in lines)
    assert all(one.startswith(" ") for one in lines[1:])
    assert lines[0] + "".join(one[1:] for one in lines[1:]) == line


def test_a_line_of_75_octets_is_not_folded_and_one_of_76_is() -> None:
    assert folded("x" * 75) == "x" * 75
    assert folded("x" * 76) == "x" * 75 + "\r\n x"
    assert folded("x" * 74 + "é") == "x" * 74 + "\r\n é"


@given(st.lists(st.builds(Event, WRITABLE, DAYS, WRITABLE, WRITABLE), max_size=4))
def test_a_library_reads_what_was_written(events: list[Event]) -> None:
    text = calendar(events)
    assert "\n" not in text.replace("\r\n", "")
    read = Calendar.from_ical(text).walk("VEVENT")
    found = [(one.decoded("dtstart"), str(one["summary"]), str(one["description"])) for one in read]
    assert found == [(event.day, event.summary, event.description) for event in events]
    assert len({str(one["uid"]) for one in read}) == len({event.key for event in events})


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_ends_a_line_or_brings_a_control_character_in(text: str) -> None:
    value = escaped(text)
    assert not any(ord(character) < 0x20 and character != "\t" for character in value)
    value.encode()


def test_separators_are_escaped() -> None:
    assert escaped("a,b;c\\d\r\ne\rf") == "a\\,b\\;c\\\\d\\ne\\nf"


def test_the_same_events_give_the_same_text_in_the_standards_order() -> None:
    event = Event("outcome-0007", datetime.date(2026, 6, 1), "Outcome due", "By ben.")
    assert calendar([event]) == calendar([event])
    assert calendar([event]).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//nbpeer//due//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        "UID:outcome-0007@nbpeer",
        "DTSTAMP:20260601T000000Z",
        "DTSTART;VALUE=DATE:20260601",
        "SUMMARY:Outcome due",
        "DESCRIPTION:By ben.",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
