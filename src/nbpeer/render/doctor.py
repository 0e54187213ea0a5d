"""The doctor's report for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbpeer.model.setup import Diagnosis, DoctorReport

if TYPE_CHECKING:
    from rich.text import Text

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "problem": ("✗", "red")}


def doctor_text(report: DoctorReport) -> Text:
    """A line a diagnosis, under it what it means and how to mend it, and the count as the last line."""
    from rich.text import Text

    text = Text()
    for diagnosis in report.diagnoses:
        _append(text, diagnosis)
    states = [diagnosis.state for diagnosis in report.diagnoses]
    counts = [
        f"{number} {word}{'s' * (number > 1)}" for word in ("problem", "warning") if (number := states.count(word))
    ]
    text.append(" and ".join(counts) if counts else "Nothing to mend.", "bold")
    return text


def _append(text: Text, diagnosis: Diagnosis) -> None:
    mark, colour = _MARKS[diagnosis.state]
    text.append(f"{mark} ", colour)
    text.append(f"{diagnosis.name:<14} ", "bold")
    text.append(f"{diagnosis.found}\n", "dim" if diagnosis.state == "ok" else "")
    if diagnosis.meaning:
        text.append(f"  {'':<14} {diagnosis.meaning}\n")
    if diagnosis.mend:
        text.append(f"  {'':<14} → {diagnosis.mend}\n", "cyan")
