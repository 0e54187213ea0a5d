"""The ledger as text and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbpeer.model.ledger import ENOUGH, Ledger, Rate
from nbpeer.render.visible import visible

if TYPE_CHECKING:
    from rich.text import Text


def ledger_text(ledger: Ledger) -> Text:
    """A line a rate with its n, and under it what was counted."""
    from rich.text import Text

    text = Text(f"Ledger on {ledger.on}\n", "bold")
    for rate in ledger.rates:
        value = value_text(rate)
        text.append(f"  {rate.name:<22}").append(f"{value:<17}", "bold" if rate.enough else "dim")
        text.append(f"{size_text(rate)}\n")
        more = f"; {rate.more}" if rate.more else ""
        text.append(f"  {'':<22}{rate.meaning}{more}\n", "dim")
    for one in ledger.broken:
        text.append(f"! {visible(one.path)} is not counted: {visible(one.problem)}\n", "yellow")
    text.rstrip()
    return text


def ledger_markdown(ledger: Ledger) -> str:
    """One table, for a message or a page."""
    lines = [f"## Ledger on {ledger.on}", "", "| | | of | what was counted |", "|---|---|---|---|"]
    for rate in ledger.rates:
        more = f"; {rate.more}" if rate.more else ""
        lines.append(f"| {rate.name} | {value_text(rate)} | {size_text(rate)} | {rate.meaning}{more} |")
    if ledger.broken:
        lines.append("")
        lines += [f"* {visible(one.path)} is not counted: {visible(one.problem)}" for one in ledger.broken]
    return "\n".join(lines) + "\n"


def value_text(rate: Rate) -> str:
    """The value of a rate, or that there is not enough to tell."""
    if rate.value is None:
        return "not enough data"
    if rate.unit == "share":
        return f"{100 * rate.value:.0f} %"
    if rate.value < 1:
        return f"{24 * rate.value:.1f} hours"
    return f"{rate.value:.1f} days"


def size_text(rate: Rate) -> str:
    """How much a rate rests on."""
    few = f" (fewer than {ENOUGH})" if not rate.enough else ""
    counted = f"{rate.count} of {rate.n}" if rate.count is not None else f"n = {rate.n}"
    return counted + few
