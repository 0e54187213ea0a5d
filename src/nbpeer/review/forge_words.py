"""Sign-offs from what people said on a forge: reviews and answers. The gate judges them as it does those in files."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from nbpeer.model.marks import Mark
from nbpeer.model.pull_request import Person, Review
from nbpeer.model.review import TIERS, Answer, DecisionValue, Question, SignOff
from nbpeer.review.answers import asks
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.ticks import Said, same_person

# https://docs.github.com/account-and-profile/reference/email-addresses-reference: with the account's number since 2017.
_NOREPLY = re.compile(r"(?:(\d+)\+)?([^@+]+)@users\.noreply\.")
_DECISIONS: dict[str, DecisionValue] = {"approved": "approve", "changes_requested": "request_changes"}


class Seen(NamedTuple):
    """What a reviewer had before them: the source digest and the results digest (None: no results recorded)."""

    source: str
    results: str | None
    content: str


def address_of(person: Person) -> str:
    """The address by which an account signs off; it names nobody's mailbox."""
    number = f"{person.id}+" if person.id else ""
    return f"{number}{person.login}@users.noreply.github.com".lower()


def login_of(address: str) -> str:
    """The account's name in such an address; "" for any other address."""
    found = _NOREPLY.match(address)
    return found[2] if found else ""


def decisive(reviews: Sequence[Review]) -> tuple[Review, ...]:
    """Each person's last word, oldest first: approvals and requests for changes.

    A comment takes neither back, a dismissal takes back what was said before it as well.
    """
    last: list[Review] = []
    for review in sorted(reviews, key=lambda one: (one.time, one.id)):
        if review.state in ("approved", "changes_requested", "dismissed"):
            last = [one for one in last if not same_person(one.author, review.author)]
            last.append(review)
    return tuple(one for one in last if one.state in _DECISIONS)


def wrote(person: Person, addresses: Collection[str], accounts: Mapping[str, Person]) -> bool:
    """Whether an account is one of the authors at `addresses`, by the forge's word or by the address itself."""
    known = (accounts[one] for one in addresses if one in accounts)
    named = (found for one in addresses if (found := _NOREPLY.match(one)))
    return any(same_person(person, one) for one in known) or any(
        same_person(person, Person(found[2], int(found[1] or 0))) for found in named
    )


def signed(
    facts: AnalysisFacts, review: Review, seen: Seen, answers: Sequence[Answer], checklist: Mark | None
) -> SignOff:
    """The sign-off that a review is. `checklist` is the mark of the checklist that was answered, None for none."""
    asked = checklist.values if checklist else {}
    tier = asked.get("tier", "")
    return SignOff(
        analysis=facts.path,
        content=seen.content,
        source=seen.source,
        results=seen.results,
        reviewer=address_of(review.author),
        checklist=asked.get("checklist", facts.checklist.id),
        checklist_version=asked.get("version", facts.checklist.version),
        tier=tier if tier in TIERS else facts.checklist.tier,
        answers=tuple(answers),
        decision=_DECISIONS[review.state],
        time=review.time,
        comment=_first_line(review.body),
    )


def answered(questions: Sequence[Question], said: Mapping[str, Said], content: str) -> tuple[Answer, ...]:
    """The answers in the checklist's order: what people said, else the machine's own. Evidence says who said it."""
    found = []
    for question in questions:
        one = said.get(question.item.id)
        if one is not None:
            evidence = "; ".join([*question.evidence, _who(one, content)])
            found.append(Answer(question.item.id, one.answer, one.note, evidence=evidence))
        elif question.answer is not None:
            found.append(question.answer)
    return tuple(found)


def unanswered(questions: Sequence[Question], said: Mapping[str, Said]) -> tuple[str, ...]:
    """The items that wait for a person; a "no" without a line that says why still does."""
    return tuple(
        question.item.id
        for question in questions
        if asks(question) and ((one := said.get(question.item.id)) is None or (one.answer == "no" and not one.note))
    )


def _who(said: Said, content: str) -> str:
    verb = "ticked" if said.ticked else "answered"
    earlier = ", for earlier content" if said.content not in ("", content) else ""
    return f"{verb} by {said.person.login} on {said.time[:10]}{earlier}"


def _first_line(body: str) -> str:
    lines = (" ".join(line.split()) for line in body.splitlines())
    return next((line for line in lines if line and not line.startswith(("<!--", "nbpeer ", "`nbpeer "))), "")
