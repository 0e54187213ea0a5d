"""The gate's verdict for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from nbpeer.model.finding import SEVERITIES
from nbpeer.model.review import AnalysisGate, Condition, GateRules, GateVerdict, TierAsks
from nbpeer.render.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

MET, UNMET = "✓", "✗"


def gate_text(verdict: GateVerdict) -> Text:
    """A paragraph an analysis, each condition with its reason and what to do, and the verdict as the last line."""
    from rich.text import Text

    paragraphs = [analysis_text(analysis) for analysis in verdict.analyses]
    notes = Text("\n").join(map(note_text, verdict.notes))
    return Text("\n").join([*paragraphs, *([notes.append("\n")] if verdict.notes else []), _summary(verdict)])


def note_text(note: str) -> Text:
    """Something that the changes change of what the gate goes by."""
    from rich.text import Text

    return Text(f"! {visible(note)}", "yellow")


def analysis_text(analysis: AnalysisGate) -> Text:
    """One analysis: a line for it, a line a condition, and under it what to do."""
    from rich.text import Text

    text = Text()
    text.append(f"{_mark(analysis.met)} ", _colour(analysis.met))
    text.append(visible(analysis.path), "bold")
    text.append("  met\n" if analysis.met else "  not met\n", _colour(analysis.met))
    for condition in analysis.conditions:
        _append(text, condition)
    return text


def rules_text(rules: GateRules) -> Text:
    """What the gate asks: of every analysis, and then tier by tier."""
    from rich.text import Text

    text = Text()
    text.append("Every analysis that changed needs passing checks, results of exactly its source and inputs,\n")
    text.append("expectations that hold, and the approval of people who are not authors of the changes.\n\n")
    for asks in rules.tiers:
        text.append(f"{asks.tier.replace('_', '-')}", "bold").append(f"  about {asks.minutes} minutes\n")
        for line in _asked(asks):
            text.append(f"  {line}\n")
    for note in rules.notes:
        text.append_text(note_text(note)).append("\n")
    where = f"[gate] of {rules.base}'s configuration, and {rules.base}'s checklists; the tier is in the front matter"
    return text.append(f"This is from {where} (see `nbpeer tier`).", "dim")


def _asked(asks: TierAsks) -> list[str]:
    severities = SEVERITIES[: SEVERITIES.index(asks.severity) + 1]
    people = "a reviewer" if asks.reviewers == 1 else f"{asks.reviewers} reviewers"
    return [
        f"checks pass: no {' or '.join(severities)} is left that nobody waived with a reason",
        "results fresh: a recorded run" + ("" if asks.require_results else ", where there is one"),
        f"signed off: {people}" + (", each with an SSH signature" if asks.require_signature else ""),
        f"answered: {item_names(asks.items)}" + (", and the kind's own items" if asks.kind_items else ""),
    ]


def item_names(items: Sequence[str]) -> str:
    """Items by name, many of one letter as a range: `C1 to C10, B1 to B2`."""
    series: list[list[str]] = []
    for item in items:
        if series and series[-1][-1][:1] == item[:1] and len(items) > 4:
            series[-1].append(item)
        else:
            series.append([item])
    return ", ".join(one[0] if len(one) == 1 else f"{one[0]} to {one[-1]}" for one in series)


def gate_values(verdict: GateVerdict) -> dict[str, Any]:
    """The verdict as JSON values, with what it derives: whether the gate, and each analysis, is met."""
    return {
        "met": verdict.met,
        "base": verdict.base,
        "notes": list(verdict.notes),
        "analyses": [
            {
                "path": analysis.path,
                "met": analysis.met,
                "content": analysis.content,
                "conditions": [msgspec.to_builtins(condition) for condition in analysis.conditions],
            }
            for analysis in verdict.analyses
        ],
    }


def _append(text: Text, condition: Condition) -> None:
    text.append(f"  {_mark(condition.met)} ", _colour(condition.met))
    text.append(f"{condition.name:<18} ")
    text.append(f"{visible(condition.reason)}\n", "" if not condition.met else "dim")
    if condition.todo:
        text.append(f"      → {visible(condition.todo)}\n", "cyan")


def _summary(verdict: GateVerdict) -> Text:
    from rich.text import Text

    count = len(verdict.analyses)
    if not count:
        return Text(f"The gate is met: no analysis has changed against {verdict.base}.", "green")
    noun = "analysis" if count == 1 else "analyses"
    if verdict.met:
        return Text(f"The gate is met: {count} changed {noun} against {verdict.base}.", "bold green")
    unmet = sum(not analysis.met for analysis in verdict.analyses)
    return Text(f"The gate is not met: {unmet} of {count} changed {noun} against {verdict.base}.", "bold red")


def _mark(met: bool) -> str:
    return MET if met else UNMET


def _colour(met: bool) -> str:
    return "green" if met else "red"
