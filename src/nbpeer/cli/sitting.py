"""One sitting of a review: question after question by single keys, then the decision."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from nbpeer.cli.keys import ask_key, ask_line
from nbpeer.cli.options import show_hanging
from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.commands.review import ReviewSheet
    from nbpeer.config import Config
    from nbpeer.model.review import Answer, AnswerValue, DecisionValue, Question, SignOff

_ANSWERS: dict[str, AnswerValue] = {"y": "yes", "Y": "yes", "n": "no", "a": "na"}
_KEYS = {
    "y": "yes",
    "Y": "with a note",
    "n": "no",
    "a": "not applicable",
    "d": "changed cells",
    "e": "everything",
    "s": "skip",
    "b": "back",
    "q": "save and quit",
}
_DECIDE = {"a": "approve", "r": "request changes", "b": "back", "l": "later"}
_DECISIONS: dict[str, DecisionValue] = {"a": "approve", "r": "request_changes"}


class Sitting(NamedTuple):
    """What a reviewer sits over, and the SSH key they sign with ("" for none)."""

    root: Path
    config: Config
    sheet: ReviewSheet
    base: str | None
    key: str

    def earlier(self, question: Question) -> Answer | None:
        """What the reviewer answered to other content, when they looked at it last."""
        return self.sheet.since.answers.get(question.item.id) if self.sheet.since else None


def sit(sitting: Sitting, answers: dict[str, Answer]) -> SignOff | None:
    """Questions, then the decision, as often as the reviewer goes back; None when they stop before signing."""
    from nbpeer.review.answers import asks

    asked = [question for question in sitting.sheet.questions if asks(question)]
    position = _first_open(asked, answers)
    if answers:
        click.echo(f"\n{len(answers)} of {len(asked)} questions are answered from last time; b goes back to them.")
    while _walk(sitting, asked, answers, position):
        click.echo(f"\n{_summary(asked, answers)}")
        key = ask_key(_DECIDE, "l")
        if key == "l":
            return None
        if key == "b":
            position = max(len(asked) - 1, 0)
            continue
        try:
            return _signed(sitting, answers, _DECISIONS[key])
        except NbpeerError as error:
            click.echo(f"  {error}")
            position = _first_open(asked, answers)
    return None


def _signed(sitting: Sitting, answers: dict[str, Answer], decision: DecisionValue) -> SignOff:
    from nbpeer.commands.sign import Statement, sign

    sheet = sitting.sheet
    comment = ask_line("comment (Enter for none)") or ""
    statement = Statement(sheet.reviewer, decision, answers, comment, sheet.facts.content, sitting.key)
    return sign(sitting.root, sitting.config, sheet.facts.path, statement, sitting.base)


def _walk(sitting: Sitting, asked: list[Question], answers: dict[str, Answer], position: int) -> bool:
    """Ask one question, and from there on those still open; False when the reviewer quits."""
    from nbpeer.commands.review import remember
    from nbpeer.render.checklist import progress_text

    while position < len(asked):
        question = asked[position]
        click.echo()
        show_hanging(progress_text(len(answers), len(asked), sitting.sheet.facts.checklist.minutes))
        key = _key(sitting, question, f"{position + 1} of {len(asked)}", answers.get(question.item.id))
        if key == "q":
            return False
        if key in _ANSWERS or key == "k":
            answer = sitting.earlier(question) if key == "k" else _answer(question, key)
            if answer is None:
                return False
            if answer.answer == "no" and not answer.note:
                continue
            answers[question.item.id] = answer
            remember(sitting.root, sitting.sheet, answers)
        position = max(position - 1, 0) if key == "b" else _first_open(asked, answers, position + 1)
    return True


def _key(sitting: Sitting, question: Question, place: str, given: Answer | None) -> str:
    """Show a question and wait for a key that answers it or leaves it; what only shows more is done on the way."""
    from nbpeer.render.checklist import Beside, question_text

    earlier = None if given else sitting.earlier(question)
    time = sitting.sheet.since.time if sitting.sheet.since else ""
    keys = ({"k": "keep the earlier answer"} if earlier else {}) | _KEYS
    keys |= {"w": "whole change"} if sitting.sheet.since else {}
    whole = False
    while True:
        shown = sitting.sheet.shown.get(question.item.id, ())
        show_hanging(question_text(question, place, Beside(shown, whole, given, earlier, time)))
        key = ask_key(keys, "q")
        if key in ("d", "w"):
            _show_changes(sitting, whole=key == "w")
        elif key != "e":
            return key
        whole = whole or key == "e"
        click.echo()


def _show_changes(sitting: Sitting, *, whole: bool) -> None:
    """The changed cells, results and the rest: since the reviewer's last look, or against the base when `whole`."""
    from nbpeer.cli.paging import show_paged
    from nbpeer.model.change import WORKTREE, DiffReport, Version
    from nbpeer.render.diff import diff_text
    from nbpeer.render.diff_cells import Look

    since = None if whole else sitting.sheet.since
    label = f"what you saw on {since.time[:10]}" if since else sitting.sheet.base
    report = DiffReport(Version("file", label=label), WORKTREE, (since.diff if since else sitting.sheet.diff,))
    show_paged(lambda coloured: diff_text(report, Look(highlight=coloured)))


def _first_open(asked: list[Question], answers: dict[str, Answer], start: int = 0) -> int:
    """The position of the first question from `start` on that has no answer; one past the last when all have."""
    opened = (place for place in range(start, len(asked)) if asked[place].item.id not in answers)
    return next(opened, len(asked))


def _summary(asked: list[Question], answers: dict[str, Answer]) -> str:
    against = [
        question.item.id for question in asked if (found := answers.get(question.item.id)) and found.answer == "no"
    ]
    skipped = [question.item.id for question in asked if question.item.id not in answers]
    said = [f"{len(asked) - len(skipped)} of {len(asked)} questions answered"]
    said += [f"no to {', '.join(against)}"] if against else []
    said += [f"open: {', '.join(skipped)}"] if skipped else []
    return "; ".join(said)


def _answer(question: Question, key: str) -> Answer | None:
    """The answer with its note ("" to a no: it was not meant); None when the input ends before the note."""
    from nbpeer.model.review import Answer

    note: str | None = ""
    if key != "y":
        note = ask_line("why not, in one line (Enter goes back)" if key == "n" else "note")
    return None if note is None else Answer(question.item.id, _ANSWERS[key], note)
