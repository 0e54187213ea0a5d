"""What a reviewer is shown of one analysis, and the answers they have given so far."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.checks.sections import plain_title, sections
from nbpeer.commands.diff import diff
from nbpeer.commands.gate_base import gate_base
from nbpeer.commands.looks import Since, look, since_last_look, since_signed
from nbpeer.commands.sign import facts_to_sign, refuse_author, refuse_unready
from nbpeer.commands.status import compared_with, facts_for, questions_for
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, AnalysisDiff, Version
from nbpeer.model.review import Answer, Excerpt, Question
from nbpeer.repo.seen import read_look
from nbpeer.repo.store import read_notebook
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.shown import excerpts


class ReviewSheet(msgspec.Struct, frozen=True):
    """One analysis as its reviewer sees it: `answers` are those remembered from an earlier sitting on this content,
    `since` is what changed since their last look at other content, `shown` the parts of the analysis by item, `notes`
    what this branch changes of what the gate goes by.
    """

    facts: AnalysisFacts
    base: str
    diff: AnalysisDiff
    questions: tuple[Question, ...]
    reviewer: str
    answers: dict[str, Answer]
    since: Since | None = None
    shown: dict[str, tuple[Excerpt, ...]] = {}
    notes: tuple[str, ...] = ()


def open_review(root: Path, config: Config, path: str, reviewer: str, base: str | None = None) -> ReviewSheet:
    """The review of an analysis as it is in the working tree, for one reviewer.

    Raises NbpeerError when the analysis cannot be signed off, and when the reviewer is an author of the changes.
    """
    before = compared_with(root, config, base)
    facts = facts_to_sign(root, config, path, before)
    refuse_author(facts, reviewer)
    return _sheet(root, config, facts, before, reviewer)


class Consulted(NamedTuple):
    """A review that may be looked at by anybody; `refusal` is why this person cannot sign it, None when they can."""

    sheet: ReviewSheet
    refusal: NbpeerError | None


def consult(root: Path, config: Config, path: str, reviewer: str, base: str | None = None) -> Consulted:
    """The same for whoever looks, its author too. Raises NbpeerError when the analysis cannot be read."""
    before = compared_with(root, config, base)
    facts = facts_for(root, config, path, before)
    if facts.problem:
        raise NbpeerError(facts.problem)
    sheet = _sheet(root, config, facts, before, reviewer)
    try:
        refuse_unready(root, config, facts, before)
        refuse_author(facts, reviewer)
    except NbpeerError as error:
        return Consulted(sheet, error)
    return Consulted(sheet, None)


def _sheet(root: Path, config: Config, facts: AnalysisFacts, before: Version, reviewer: str) -> ReviewSheet:
    path = facts.path
    changed = diff(root, config, before, WORKTREE, (path,)).analyses
    questions = questions_for(facts)
    known = {question.item.id for question in questions}
    last = read_look(root, path, reviewer)
    given = last.answers if last and last.content == facts.content else {}
    remembered = {item: answer for item, answer in given.items() if item in known}
    found = changed[0] if changed else AnalysisDiff(path, "changed")
    return ReviewSheet(
        facts=facts,
        base=before.label,
        diff=found,
        questions=questions,
        reviewer=reviewer,
        answers=remembered,
        since=since_last_look(root, path, facts.content, reviewer) or since_signed(root, config, facts, reviewer),
        shown=shown_beside(root, facts, questions),
        notes=(*gate_base(root, config, before).notes, *facts.notes),
    )


def remember(root: Path, sheet: ReviewSheet, answers: Mapping[str, Answer]) -> None:
    """Keep a reviewer's answers for this content, in a folder git ignores. Raises NbpeerError when that fails."""
    look(root, sheet.facts.path, sheet.facts.content, sheet.reviewer, answers)


def shown_beside(root: Path, facts: AnalysisFacts, questions: tuple[Question, ...]) -> dict[str, tuple[Excerpt, ...]]:
    """What is shown next to each question: front matter, results, and the text under headings."""
    notebook = read_notebook(root, WORKTREE, facts.path)
    front = facts.front_matter
    if notebook is None or front is None:
        return {}
    under = {plain_title(section.title): section.prose for section in sections(notebook)}
    named = {name for question in questions for name in question.item.show}
    prose = {name: under.get(plain_title(name), ()) for name in named}
    return {question.item.id: excerpts(question.item, front, facts.results, prose) for question in questions}
