"""Sign-offs that were derived again, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nbpeer.model.review import VerifiedAnalysis, VerifiedSignOff, VerifyReport
from nbpeer.render.gate import note_text
from nbpeer.render.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

_MARKS = {"holds": ("✓", "green"), "lapsed": ("·", "dim"), "fails": ("✗", "red")}


def verified_text(report: VerifyReport) -> Text:
    """A paragraph an analysis, a line a sign-off, and the verdict as the last line."""
    from rich.text import Text

    paragraphs = [_analysis(analysis) for analysis in report.analyses]
    if report.stray:
        stray = Text().append("Sign-offs of nothing that is here\n", "bold")
        paragraphs.append(Text().append_text(stray).append_text(Text().join(map(_line, report.stray))))
    paragraphs += [note_text(note).append("\n") for note in report.notes]
    return Text("\n").join([*paragraphs, _summary(report)])


def verified_values(report: VerifyReport) -> dict[str, Any]:
    """The report as JSON values, with whether all is sound."""
    return {"sound": report.sound, **msgspec.to_builtins(report)}


def _analysis(analysis: VerifiedAnalysis) -> Text:
    from rich.text import Text

    mark, colour = _MARKS["holds" if analysis.approved else "fails"]
    text = Text().append(f"{mark} ", colour).append(visible(analysis.path), "bold")
    text.append(f"  {analysis.tier.replace('_', '-')}, {'approved' if analysis.approved else 'not approved'}\n", colour)
    if not analysis.approved:
        text.append(f"    {visible(analysis.reason)}\n")
    for sign_off in analysis.sign_offs:
        text.append_text(_line(sign_off))
    return text


def _line(sign_off: VerifiedSignOff) -> Text:
    from rich.text import Text

    mark, colour = _MARKS[sign_off.standing]
    text = Text().append(f"  {mark} {sign_off.standing:<6} ", colour)
    if sign_off.reviewer:
        text.append(f"{visible(sign_off.reviewer)} ")
    text.append(f"{visible(sign_off.reason)}\n", "dim" if sign_off.standing != "fails" else "")
    return text.append(f"           {visible(sign_off.file)}\n", "dim")


def _summary(report: VerifyReport) -> Text:
    from rich.text import Text

    count = len(report.analyses)
    every = [*report.stray, *(one for analysis in report.analyses for one in analysis.sign_offs)]
    held = f"{sum(one.standing == 'holds' for one in every)} of {len(every)} sign-offs hold"
    lapsed = sum(one.standing == "lapsed" for one in every)
    held += f", {lapsed} lapsed" if lapsed else ""
    if report.sound:
        return Text(f"Sound: {count} {'analysis' if count == 1 else 'analyses'} approved; {held}.", "bold green")
    failing = sum(one.standing == "fails" for one in every)
    open_ = sum(not analysis.approved for analysis in report.analyses)
    return Text(f"Not sound: {open_} of {count} not approved, {failing} failing; {held}.", "bold red")
