"""Which questions an analysis is asked, and which of them the rules have already answered.

Items, tiers and who ticks what come from `templates/`; their sources are the AQuA Book (proportionate assurance by
tier) and the NeurIPS checklist (yes, no or not applicable, with one line).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.finding import Finding
from nbpeer.model.kind import CommonChecklist, Kind
from nbpeer.model.review import Answer, Checklist, Condition, Item, Question, Tier

# An analysis that does not say its tier is asked the middle one's questions.
DEFAULT_TIER: Tier = "medium"
# What a fresh certificate proves by itself: a run from top to bottom (NBP101), every cell in order (NBP104), of exactly
# this source (NBP106). These rules are then not missed where they are not applied.
CERTIFIED = frozenset({"NBP101", "NBP104", "NBP106"})
COULD_NOT_ANALYSE = "NBP001"
_EXPECTATIONS = "expectations"


def checklist_for(common: CommonChecklist, kind: Kind | None, tier: Tier) -> Checklist:
    """The items that an analysis of this kind (None: a kind nobody knows) is asked at this tier, in order.

    Raises NbpeerError when the common checklist does not define the tier, or the tier names an item that is not there.
    """
    rule = common.tiers.get(tier)
    if rule is None:
        raise NbpeerError(f"the checklist says nothing of tier {tier}", "add it under `tiers` in checklist.yml")
    known = {item.id: item for item in common.items}
    unknown = [name for name in rule.items if name not in known]
    if unknown:
        raise NbpeerError(f"tier {tier} asks for {unknown[0]}, which is not an item", "mend checklist.yml")
    own = kind.items if kind and rule.kind_items else ()
    return Checklist(
        id=kind.name if kind else "common",
        version=f"{common.version}.{kind.checklist_version if kind else 0}",
        tier=tier,
        minutes=rule.minutes,
        reviewers=rule.reviewers,
        items=(*(known[name] for name in rule.items), *own),
    )


class Looked(NamedTuple):
    """What was looked at: the codes of the rules that were applied, and why others were not, as far as it is known;
    the gate's conditions on the run certificate, and on the expectations of exactly this content (None: nothing is
    known of them)."""

    applied: Collection[str]
    fresh: Condition
    held: Condition | None = None
    reasons: Mapping[str, str] = {}


def questions(checklist: Checklist, findings: Sequence[Finding], looked: Looked) -> tuple[Question, ...]:
    """Every item with its evidence, answered by the machine where it can be.

    An item whose rules were not all applied, or did not understand the whole notebook (NBP001 of these rules or of any,
    or nobody asked), is left to a person. So is one that shows the expectations, when none is known; one that failed
    speaks against it.
    """
    return tuple(_question(item, findings, looked) for item in checklist.items)


def _question(item: Item, findings: Sequence[Finding], looked: Looked) -> Question:
    bearing = [finding for finding in findings if finding.code in item.evidence]
    unread = [finding for finding in findings if _blinds(finding, item)]
    against = [_line(finding) for finding in bearing if not finding.waived]
    certified = CERTIFIED.intersection(item.evidence)
    blind = [
        code for code in item.evidence if code not in looked.applied and not (looked.fresh.met and code in certified)
    ]
    evidence = [_line(finding) for finding in bearing]
    evidence += _clear(item, looked.applied, [*bearing, *unread])
    evidence += _unapplied(blind, looked.reasons)
    evidence += [f"could not be analysed: {_line(unread[0])}"] if unread else []
    if certified:
        evidence.append(f"certificate: {looked.fresh.reason}")
        against += [] if looked.fresh.met else [looked.fresh.reason]
    if unread or COULD_NOT_ANALYSE not in looked.applied:
        blind.append(COULD_NOT_ANALYSE)
    if _EXPECTATIONS in item.show and item.ticked_by != "human":
        held = looked.held
        evidence.append(f"{_EXPECTATIONS}: {held.reason if held else 'none is known of exactly this content'}")
        against += [held.reason] if held and not held.met else []
        blind += [] if held else [_EXPECTATIONS]
    return Question(item, tuple(evidence), bool(against), _answer(item, against, blind, evidence))


def _clear(item: Item, applied: Collection[str], findings: Sequence[Finding]) -> list[str]:
    """The rules of an item that could look, and found nothing."""
    others = {code for finding in findings for code in (finding.code, *finding.blinds)}
    clear = [code for code in item.evidence if code in applied and code not in others]
    return [f"nothing found by {', '.join(clear)}"] if clear else []


def _unapplied(codes: Sequence[str], reasons: Mapping[str, str]) -> list[str]:
    """The rules that were not applied, a line for each reason."""
    lines: dict[str, list[str]] = {}
    for code in codes:
        lines.setdefault(reasons.get(code, ""), []).append(code)
    return [f"not applied: {', '.join(found)}{f' ({reason})' if reason else ''}" for reason, found in lines.items()]


def _blinds(finding: Finding, item: Item) -> bool:
    if finding.code != COULD_NOT_ANALYSE or not item.evidence:
        return False
    return not finding.blinds or not set(finding.blinds).isdisjoint(item.evidence)


def _answer(item: Item, against: list[str], blind: list[str], evidence: list[str]) -> Answer | None:
    shown = "; ".join(evidence)
    if item.ticked_by == "human":
        return None
    if against:
        # A rule's finding settles an automatic item; the other sort is exactly when a person is asked.
        return Answer(item.id, "no", against[0], "auto", shown) if item.ticked_by == "auto" else None
    if blind or not item.evidence:
        return None
    return Answer(item.id, "yes", by="auto", evidence=shown)


def _line(finding: Finding) -> str:
    where = f"cell {finding.cell}: " if finding.cell else ""
    waived = f" (waived: {finding.waived})" if finding.waived else ""
    return f"{finding.code} {finding.name}, {where}{finding.message}{waived}"
