"""What is due, as text, Markdown and a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbpeer.model.due import DueItem, DueReport, DueState
from nbpeer.render.icalendar import Event, calendar
from nbpeer.render.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

_COLOURS: dict[DueState, str] = {"overdue": "bold red", "due": "bold yellow", "coming": ""}
_HEADINGS = {"overdue": "Overdue", "due": "Due today", "coming": "Coming"}


def due_text(report: DueReport) -> Text:
    """A paragraph an item under the heading of its state, and the counts as the last line."""
    from rich.text import Text

    text = Text()
    for state, colour in _COLOURS.items():
        items = [item for item in report.items if item.state == state]
        if items:
            heading = f"Due on {report.on}" if state == "due" else _HEADINGS[state]
            text.append(f"{heading}\n", colour or "bold")
        for item in items:
            text.append(f"  {item.date}  {visible(item.title)}")
            text.append(f"  {_late(item)}{visible(item.owner) or 'nobody named'}\n", "dim")
            text.append(f"              waits for {visible(', '.join(item.waits_for))}\n", "dim")
            text.append(f"              → {visible(item.todo)}\n", "cyan")
    for line in _notes(report):
        text.append(f"! {visible(line)}\n", "yellow")
    return text.append(_summary(report), "bold")


def due_markdown(report: DueReport) -> str:
    """One table, for a message or a page."""
    lines = [f"## Due on {report.on}", "", _summary(report)]
    if report.items:
        lines += ["", "| due | what | by whom | waits for | to do |", "|---|---|---|---|---|"]
        for item in report.items:
            when = f"**{item.date}** ({_late(item).rstrip(' ,')})" if item.state == "overdue" else str(item.date)
            cells = [_cell(item.title), _cell(item.owner) or "nobody named", _cell(", ".join(item.waits_for))]
            lines.append(f"| {when} | {' | '.join(cells)} | `{_cell(item.todo)}` |")
    lines += ["", *(f"* {_cell(line)}" for line in _notes(report))] if _notes(report) else []
    return "\n".join(lines) + "\n"


def due_calendar(report: DueReport) -> str:
    """An iCalendar file with an all-day event an item."""
    return calendar([_event(item) for item in report.items])


def _event(item: DueItem) -> Event:
    what = "Outcome due" if item.kind == "outcome" else "Decision due"
    who = f"By {item.owner}. " if item.owner else ""
    said = f"{who}Waits for {', '.join(item.waits_for)}.\nTo do: {item.todo}\n{item.path}"
    # A new day for the same thing moves the event; another decision is another event.
    key = f"{item.number:04}" if item.number is not None else item.path
    return Event(f"{item.kind}-{key}", item.date, f"{what}: {item.title}", said)


def _late(item: DueItem) -> str:
    if item.state != "overdue":
        return ""
    return f"{item.days} day{'s' * (item.days != 1)} late, "


def _notes(report: DueReport) -> list[str]:
    found = [f"{one.path} could not be read and may be due: {one.problem}" for one in report.broken]
    return found + [f"{path} names no day on which its outcome is due" for path in report.undated]


def _summary(report: DueReport) -> str:
    parts = [f"{count} {state}" for state in _COLOURS if (count := report.count(state))]
    later = f"; {report.later} more after that (--all lists them)" if report.later else ""
    return (", ".join(parts) if parts else "Nothing is due") + f"{later}."


def _cell(text: str) -> str:
    return " ".join(visible(text).split()).replace("\\", "\\\\").replace("|", "\\|")
