"""The checklist beside the notebook: questions with their evidence, and why this person can or cannot sign."""

from __future__ import annotations

import msgspec

from nbpeer.commands.review import ReviewSheet, consult
from nbpeer.commands.sittings import sitting
from nbpeer.errors import NbpeerError
from nbpeer.lab.here import require
from nbpeer.lab.overview import tier_words
from nbpeer.lab.reviewer import reviewer_of
from nbpeer.lab.session import Session
from nbpeer.lab.sittings import AnswerRow, SittingRow, answer_row, sitting_row
from nbpeer.model.review import Excerpt, Question
from nbpeer.render.changes import analysis_summary
from nbpeer.render.checklist import header_rows
from nbpeer.review.answers import asks


class ReviewAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A notebook, and what it is compared with."""

    path: str
    base: str = ""


class Labelled(msgspec.Struct, frozen=True):
    """A text with its label."""

    label: str
    text: str


class ChecklistRow(msgspec.Struct, frozen=True):
    """What is asked: `tier` in words."""

    id: str
    version: str
    tier: str
    minutes: int
    reviewers: int


class QuestionRow(msgspec.Struct, frozen=True):
    """One question. `asks`: a person has to answer it; `by_rules` is what the rules answered; `earlier` what this
    reviewer answered to other content."""

    id: str
    question: str
    why: str
    evidence: tuple[str, ...]
    flagged: bool
    asks: bool
    by_rules: AnswerRow | None
    excerpts: tuple[Excerpt, ...]
    earlier: AnswerRow | None


class SinceRow(msgspec.Struct, frozen=True):
    """When this reviewer last looked at other content, and what changed since, counted."""

    time: str
    summary: str


class RefusalRow(msgspec.Struct, frozen=True):
    """Why a person cannot sign, and what to do."""

    message: str
    hint: str


class Review(msgspec.Struct, frozen=True):
    """One review, its sitting included."""

    path: str
    base: str
    content: str
    title: str
    header: tuple[Labelled, ...]
    checklist: ChecklistRow
    refusal: RefusalRow | None
    questions: tuple[QuestionRow, ...]
    since: SinceRow | None
    notes: tuple[str, ...]
    sitting: SittingRow


def review(asked: ReviewAsked, session: Session) -> Review:
    """The review of a notebook for whoever asks. Raises NbpeerError when it cannot be read, or there is no base."""
    here = require(session.server_root, asked.path)
    reviewer = reviewer_of(session, here.root)
    sheet, refusal = consult(here.root, here.config, here.name, reviewer, asked.base or None)
    if refusal is None and not reviewer:
        refusal = NbpeerError("git does not know who you are", "git config user.email YOU@EXAMPLE.ORG")
    front, checklist = sheet.facts.front_matter, sheet.facts.checklist
    rows = header_rows(front, checklist, sheet.diff, sheet.base) if front else ()
    return Review(
        path=asked.path,
        base=sheet.base,
        content=sheet.facts.content,
        title=(front.title if front else "") or here.name,
        header=tuple(Labelled(label, " ".join(text.split())) for label, text in rows),
        checklist=ChecklistRow(
            checklist.id, checklist.version, tier_words(checklist.tier), checklist.minutes, checklist.reviewers
        ),
        refusal=RefusalRow(refusal.message, refusal.hint) if refusal else None,
        questions=tuple(_question(sheet, question) for question in sheet.questions),
        since=SinceRow(sheet.since.time, analysis_summary(sheet.since.diff)) if sheet.since else None,
        notes=sheet.notes,
        sitting=sitting_row(asked.path, sitting(here.root, here.name, reviewer)),
    )


def _question(sheet: ReviewSheet, question: Question) -> QuestionRow:
    item = question.item
    earlier = sheet.since.answers.get(item.id) if sheet.since else None
    return QuestionRow(
        id=item.id,
        question=item.question,
        why=item.why,
        evidence=question.evidence,
        flagged=question.flagged,
        asks=asks(question),
        by_rules=answer_row(question.answer) if question.answer else None,
        excerpts=sheet.shown.get(item.id, ()),
        earlier=answer_row(earlier) if earlier else None,
    )
