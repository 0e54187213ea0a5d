"""A decision and what became of it, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nbpeer.model.decision import Compared, DecisionSheet
from nbpeer.render.numbers import number_text
from nbpeer.render.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

_WITHIN = {True: ("inside the interval", "green"), False: ("outside the interval", "red"), None: ("", "")}
_VERDICTS = {"supported": "green", "refuted": "red", "undecided": "yellow"}


def sheet_text(sheet: DecisionSheet) -> Text:
    """A decision with its predictions, each against what was observed, and the words on hypothesis and use."""
    from rich.text import Text

    decision = sheet.decision
    text = Text().append(visible(decision.title) or visible(decision.path), "bold")
    text.append(f"\n{visible(decision.path)}  {_standing(sheet)}\n", "dim")
    _line(text, "chosen", decision.chosen)
    _line(text, "decided by", ", ".join(decision.decision_makers))
    _line(text, "analysis", decision.analysis.path, _approval(sheet))
    _hypothesis(text, sheet)
    for compared in sheet.compared:
        _prediction(text, compared)
    _line(text, "used", sheet.used or "")
    owner = decision.outcome_review.owner
    if sheet.due:
        _line(text, "due", f"{sheet.due}" + (f", {owner}" if owner else ""))
    for record in decision.outcomes:
        if record.note:
            _line(text, "note", record.note, f"  {record.by}, {record.on}")
    for note in sheet.notes:
        text.append(f"! {visible(note)}\n", "yellow")
    text.rstrip()
    return text


def sheet_values(sheet: DecisionSheet) -> dict[str, Any]:
    """The same as JSON values."""
    found: dict[str, Any] = msgspec.to_builtins(sheet)
    return found


def interval_text(compared: Compared) -> str:
    """A prediction's interval, or that there is none."""
    one = compared.prediction
    if one.low80 is None or one.high80 is None:
        return "no interval"
    return f"{number_text(one.low80)} to {number_text(one.high80)}"


def _standing(sheet: DecisionSheet) -> str:
    decision = sheet.decision
    if not decision.date:
        return decision.status
    said = [f"decided on {decision.date}"]
    said += [f"reviewed on {sheet.reviewed_on}"] if sheet.reviewed_on else []
    if decision.status == "superseded":
        said.append(f"superseded by {decision.superseded_by:04}" if decision.superseded_by else "superseded")
    return ", ".join(said)


def _approval(sheet: DecisionSheet) -> str:
    analysis = sheet.decision.analysis
    if analysis.not_approved:
        return f"  not approved: {analysis.not_approved}"
    return f"  approved by {', '.join(analysis.approved_by)}" if analysis.approved_by else ""


def _line(text: Text, name: str, value: str, more: str = "") -> None:
    if value:
        text.append(f"  {name:<12}").append(visible(value)).append(f"{visible(more)}\n", "dim")


def _hypothesis(text: Text, sheet: DecisionSheet) -> None:
    if not (sheet.decision.hypothesis or sheet.hypothesis):
        return
    text.append(f"  {'hypothesis':<12}{visible(sheet.decision.hypothesis)}")
    if sheet.hypothesis:
        text.append(f" → {sheet.hypothesis}", _VERDICTS[sheet.hypothesis])
    text.append("\n")


def _prediction(text: Text, compared: Compared) -> None:
    one = compared.prediction
    unit = f" {one.unit}" if one.unit else ""
    text.append(f"  {'predicted':<12}{visible(one.metric)}: {number_text(one.expect)}{visible(unit)}")
    by = f", by {one.by}" if one.by else ""
    text.append(f" ({interval_text(compared)}{by})", "dim")
    if compared.observed is not None:
        said, colour = _WITHIN[compared.within]
        text.append(f" → observed {number_text(compared.observed)} on {compared.on}")
        text.append(f"  {said}" if said else "", colour)
    text.append("\n")
