"""Which tier an analysis belongs to: four questions about impact and the likelihood of error.

After the AQuA Book (HM Treasury): assurance in proportion to what hangs on the analysis and how easily it is wrong.
How the answers are counted is our judgement.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from nbpeer.model.review import Tier


class TierQuestion(NamedTuple):
    """One question: its name as a flag, the question, and the reason that a yes is written down as."""

    name: str
    question: str
    reason: str


QUESTIONS = (
    TierQuestion(
        "costly",
        "Would acting on a wrong answer be costly, or hard to undo?",
        "costly or irreversible",
    ),
    TierQuestion(
        "main_evidence",
        "Is it the main evidence for the decision?",
        "main evidence",
    ),
    TierQuestion(
        "novel",
        "Is the method or the data new to the team, or complex?",
        "novel or complex",
    ),
    TierQuestion(
        "reused",
        "Will it be reused, live long, or be seen outside?",
        "reused or long-lived or public",
    ),
)
BUSINESS_CRITICAL = TierQuestion(
    "business_critical",
    "Would an error do serious financial, legal or reputational damage, or decide what money is spent on?",
    "business-critical",
)
EVERY = (*QUESTIONS, BUSINESS_CRITICAL)


def tier_of(yes: Collection[str]) -> Tier:
    """The tier, from the names of the questions answered yes: none or one is low, two medium, three or four high.

    Business-critical overrides the count.
    """
    if BUSINESS_CRITICAL.name in yes:
        return "business_critical"
    count = sum(question.name in yes for question in QUESTIONS)
    return "low" if count < 2 else "medium" if count == 2 else "high"


def reasons_of(yes: Collection[str]) -> list[str]:
    """What is written down: the reasons of the questions answered yes, in their order."""
    return [question.reason for question in EVERY if question.name in yes]


def read_reasons(value: object) -> frozenset[str] | None:
    """The names of the questions answered yes in written reasons; None for what nobody could have written so."""
    if not isinstance(value, list | tuple):
        return None
    names = {question.reason: question.name for question in EVERY}
    found = frozenset(names[reason] for reason in value if reason in names)
    return found if len(found) == len(value) else None
