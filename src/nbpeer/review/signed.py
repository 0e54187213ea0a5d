"""Which sign-offs count for the content an analysis has now, and why the others do not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from nbpeer.model.digests import content_hash
from nbpeer.model.review import TIERS, Answer, Condition, Item, SignOff
from nbpeer.review.facts import AnalysisFacts, command

NAME = "signed off"


class Standing(NamedTuple):
    """One reviewer's sign-off, and why it does not count ("" when it does)."""

    sign_off: SignOff
    fault: str


def signed_off(facts: AnalysisFacts) -> Condition:
    """Whether enough people other than the authors approve exactly this content, and none of them asks for changes."""
    standings = standing(facts)
    counting = [item.sign_off for item in standings if not item.fault]
    approvals = [sign_off for sign_off in counting if sign_off.decision == "approve"]
    requests = [sign_off for sign_off in counting if sign_off.decision == "request_changes"]
    needed = facts.checklist.reviewers
    faults = [f"{person(item.sign_off)} {item.fault}" for item in standings if item.fault]
    if requests:
        asked = "; ".join(f"{person(request)} asks for changes{_asked(request)}" for request in requests)
        return Condition(NAME, False, asked, f"make the changes, or ask again: {command('review', facts.path)}")
    if len(approvals) >= needed:
        return Condition(NAME, True, _approved(approvals, facts), _commit_first(approvals, facts))
    if approvals:
        reasons = [f"{len(approvals)} of {needed} reviewers approved: {_approved(approvals, facts)}", *faults]
    else:
        reasons = faults or ["nobody has signed this content off"]
    return Condition(NAME, False, "; ".join(reasons), _todo(facts))


def standing(facts: AnalysisFacts) -> tuple[Standing, ...]:
    """Each reviewer's word on this content, or their last word on an earlier one, in the order of their addresses."""
    reviewers: dict[str, list[SignOff]] = {}
    for sign_off in facts.sign_offs:
        reviewers.setdefault(address(sign_off), []).append(sign_off)
    return tuple(_last_word(reviewers[address], facts) for address in sorted(reviewers))


def fault_of(sign_off: SignOff, facts: AnalysisFacts) -> str:
    """Why one sign-off does not count for the analysis as it is; "" when it does."""
    return _stand(sign_off, facts).fault


def person(sign_off: SignOff) -> str:
    """How a reviewer is named in a reason: the address, its white space and case as the sign-off has them."""
    return " ".join(sign_off.reviewer.split()) or "a reviewer without an address"


def _last_word(given: list[SignOff], facts: AnalysisFacts) -> Standing:
    here = [sign_off for sign_off in given if sign_off.content == facts.content]
    return _stand(max(here or given, key=_when), facts)


def _when(sign_off: SignOff) -> tuple[datetime, bool]:
    """By time; of two words at the same time the request for changes is the last."""
    return signed_at(sign_off) or datetime.min.replace(tzinfo=UTC), sign_off.decision == "request_changes"


def _stand(sign_off: SignOff, facts: AnalysisFacts) -> Standing:
    if sign_off.content != content_hash(sign_off.source, sign_off.results):
        return Standing(sign_off, "has a sign-off whose content hash does not belong to its digests: it was edited")
    if sign_off.content != facts.content:
        did = "approved" if sign_off.decision == "approve" else "asked for changes to"
        return Standing(sign_off, f"{did} different content{_on(sign_off)}: {_changed(sign_off, facts)} changed since")
    if not address(sign_off):
        return Standing(sign_off, "signed off, and a sign-off without a reviewer does not count")
    if address(sign_off) in facts.authors:
        return Standing(sign_off, "signed off and is an author of the changes, whose sign-off does not count")
    if signed_at(sign_off) is None:
        return Standing(sign_off, f"signed off at {sign_off.time!r}, which is not a time in ISO 8601")
    if unsigned := _unsigned(sign_off, facts):
        return Standing(sign_off, unsigned)
    return Standing(sign_off, _incomplete(sign_off, facts) if sign_off.decision == "approve" else "")


def _unsigned(sign_off: SignOff, facts: AnalysisFacts) -> str:
    """Why its SSH signature does not vouch for it, where there is one or the gate asks for one."""
    needed = "and the gate asks for an SSH signature"
    if not sign_off.signature:
        return f"signed off without a key, {needed}" if facts.gate.require_signature else ""
    if facts.signatures is None:
        return f"signed off with a key, but the base lists no signers, {needed}" * facts.gate.require_signature
    fault = facts.signatures.get(sign_off, "nobody verified it")
    return f"has a signature that does not hold: {fault}" if fault else ""


def _incomplete(sign_off: SignOff, facts: AnalysisFacts) -> str:
    checklist = facts.checklist
    older = sign_off.checklist_version != checklist.version
    if sign_off.checklist != checklist.id:
        return f"answered the checklist {sign_off.checklist!r}, and this analysis has {checklist.id!r}"
    if older and not facts.merged:
        return f"answered version {sign_off.checklist_version} of the checklist, which is now {checklist.version}"
    if TIERS.index(sign_off.tier) < TIERS.index(checklist.tier):
        return f"answered for tier {sign_off.tier}, and this analysis is {checklist.tier}"
    answers = {answer.item: answer for answer in sign_off.answers}
    asked = [item for item in checklist.items if item.id in answers or not older]
    missing = [item.id for item in asked if not _answered(item, answers.get(item.id))]
    return f"left {', '.join(missing)} without a reviewer's answer" if missing else ""


def _answered(item: Item, answer: Answer | None) -> bool:
    if answer is None or (answer.by == "auto" and (item.ticked_by == "human" or answer.answer == "no")):
        return False
    return answer.answer != "no" or bool(answer.note.strip())


def _changed(sign_off: SignOff, facts: AnalysisFacts) -> str:
    changed = ["cell sources"] if sign_off.source != facts.source else []
    changed += ["results"] if sign_off.results != facts.results_digest else []
    return " and ".join(changed)


def _asked(request: SignOff) -> str:
    words = [request.comment] if request.comment else []
    words += [f"{answer.item} {answer.note}" for answer in request.answers if answer.answer == "no"]
    return ": " + "; ".join(" ".join(word.split()) for word in words) if words else ""


def _approved(approvals: list[SignOff], facts: AnalysisFacts) -> str:
    return "; ".join(
        f"{person(approval)} approved this content{_on(approval)}"
        + (" with a verified signature" if (facts.signatures or {}).get(approval) == "" else "")
        + (" (not committed yet)" if approval in facts.uncommitted else "")
        for approval in approvals
    )


def _commit_first(approvals: list[SignOff], facts: AnalysisFacts) -> str:
    return "commit the sign-off" if any(approval in facts.uncommitted for approval in approvals) else ""


def _todo(facts: AnalysisFacts) -> str:
    authors = ", ".join(sorted(facts.authors))
    who = f"somebody other than {authors}" if authors else "a reviewer"
    return f"{who}: {command('review', facts.path)}"


def address(sign_off: SignOff) -> str:
    """The reviewer's address as it is compared: lower case, without white space around it."""
    return sign_off.reviewer.strip().lower()


def _on(sign_off: SignOff) -> str:
    time = signed_at(sign_off)
    return f" on {time:%Y-%m-%d}" if time else ""


def signed_at(sign_off: SignOff) -> datetime | None:
    """When it was signed, by its own word; None when that is no time in ISO 8601."""
    try:
        found = datetime.fromisoformat(sign_off.time)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
