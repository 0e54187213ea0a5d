"""A reviewer's answers as they give them, the answers of others beside them, and the sign-off that ends it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nbpeer.commands.review import open_review
from nbpeer.commands.sign import Statement, sign, signing_key
from nbpeer.commands.sittings import Known, Sitting, SittingChangedError, refuse_changed, save_answers, sitting
from nbpeer.commands.status import analysis_status, compared_with
from nbpeer.errors import NbpeerError
from nbpeer.lab.here import Here, require
from nbpeer.lab.overview import Gate, gate_row
from nbpeer.lab.refused import ConflictError
from nbpeer.lab.reviewer import git_person, reviewer_of
from nbpeer.lab.session import Session
from nbpeer.model.review import Answer, AnswerValue, DecisionValue, sign_off_path


class SittingAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A notebook."""

    path: str


class AnswerRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer and its line."""

    answer: AnswerValue
    note: str = ""


class SaveAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Answers to keep, or with null to take back; `content` and `revision` are those of the sitting that was seen."""

    path: str
    content: str
    revision: str
    answers: dict[str, AnswerRow | None]


class SignAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A decision on the content and the answers that were seen."""

    path: str
    content: str
    revision: str
    decision: DecisionValue
    comment: str = ""
    base: str = ""
    unsigned: bool = False


class OtherRow(msgspec.Struct, frozen=True):
    """What somebody else answered so far to the same content."""

    reviewer: str
    time: str
    answers: dict[str, AnswerRow]


class SittingRow(msgspec.Struct, frozen=True):
    """One reviewer's sitting; `revision` is to be given back with what they say next."""

    path: str
    content: str
    reviewer: str
    revision: str
    answers: dict[str, AnswerRow]
    others: tuple[OtherRow, ...]


class Signed(msgspec.Struct, frozen=True):
    """A sign-off that was written: its file in the repository, and the gate after it."""

    file: str
    reviewer: str
    signed_with_key: bool
    said: str
    gate: Gate | None


def look(asked: SittingAsked, session: Session) -> SittingRow:
    """The answers so far, one's own and those of others."""
    here = require(session.server_root, asked.path)
    return sitting_row(asked.path, sitting(here.root, here.name, reviewer_of(session, here.root)))


def save(asked: SaveAsked, session: Session) -> SittingRow:
    """Keep answers. Raises ConflictError, with the sitting as it is, when another one was seen."""
    here = require(session.server_root, asked.path)
    reviewer = _reviewer(session, here)
    changes = {
        item: Answer(item, row.answer, " ".join(row.note.split())) if row else None
        for item, row in asked.answers.items()
    }
    try:
        kept = save_answers(here.root, here.name, reviewer, Known(asked.content, asked.revision), changes)
    except SittingChangedError as error:
        raise _conflict(asked.path, error) from None
    return sitting_row(asked.path, kept)


def sign_off(asked: SignAsked, session: Session) -> Signed:
    """Sign an analysis off with the answers that are kept. Raises ConflictError when others were seen."""
    here = require(session.server_root, asked.path)
    reviewer, base = _reviewer(session, here), asked.base or None
    try:
        refuse_changed(sitting(here.root, here.name, reviewer), here.name, Known(asked.content, asked.revision))
    except SittingChangedError as error:
        raise _conflict(asked.path, error) from None
    answers = open_review(here.root, here.config, here.name, reviewer, base).answers
    key = signing_key(here.root, "", asked.unsigned or reviewer != git_person(here.root))
    statement = Statement(reviewer, asked.decision, answers, asked.comment, asked.content, key)
    written = sign(here.root, here.config, here.name, statement, base)
    verb = "approved" if asked.decision == "approve" else "asked for changes to"
    gate = analysis_status(here.root, here.config, here.name, compared_with(here.root, here.config, base)).gate
    return Signed(
        file=sign_off_path(written),
        reviewer=reviewer,
        signed_with_key=bool(written.signature),
        said=f"{reviewer} {verb} {here.name}; commit the sign-off",
        gate=gate_row(gate),
    )


def sitting_row(path: str, kept: Sitting) -> SittingRow:
    """A sitting as the panel shows it."""
    others = tuple(OtherRow(one.reviewer, one.time, _rows(one.answers)) for one in kept.others)
    return SittingRow(path, kept.content, kept.reviewer, kept.revision, _rows(kept.answers), others)


def answer_row(answer: Answer) -> AnswerRow:
    """An answer as the panel shows it."""
    return AnswerRow(answer.answer, answer.note)


def _rows(answers: Mapping[str, Answer]) -> dict[str, AnswerRow]:
    return {item: answer_row(answer) for item, answer in answers.items()}


def _reviewer(session: Session, here: Here) -> str:
    found = reviewer_of(session, here.root)
    if not found:
        raise NbpeerError("git does not know who you are", "git config user.email YOU@EXAMPLE.ORG")
    return found


def _conflict(path: str, error: SittingChangedError) -> ConflictError:
    return ConflictError(error.message, error.hint, sitting_row(path, error.sitting))
