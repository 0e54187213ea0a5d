"""`nbpeer review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbpeer.cli.keys import ask_key, ask_line
from nbpeer.cli.options import show
from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.commands.review import ReviewSheet
    from nbpeer.config import Config
    from nbpeer.model.review import Answer, AnswerValue, DecisionValue, Question, SignOff

_ANSWERS: dict[str, AnswerValue] = {"y": "yes", "Y": "yes", "n": "no", "a": "na"}
_KEYS = {
    "y": "yes",
    "Y": "yes, with a note",
    "n": "no",
    "a": "not applicable",
    "s": "skip",
    "b": "back",
    "q": "save and quit",
}
_DECIDE = {"a": "approve", "r": "request changes", "b": "back", "l": "later"}
_DECISIONS: dict[str, DecisionValue] = {"a": "approve", "r": "request_changes"}


@click.command(name="review")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--base", metavar="REF", help="What to compare with; without it the branch this one will go into.")
def command(path: Path, base: str | None) -> int:
    """Answer the checklist of an analysis and sign it off.

    Shows what is being decided and which results changed, then asks the questions the rules could not answer, each
    with its evidence. Answers are kept after every key, so that quitting loses nothing; they belong to this content.

    \b
    Example:
      nbpeer review analyses/pricing.ipynb
    """
    from nbpeer.commands.review import open_review
    from nbpeer.config import load_config
    from nbpeer.render.checklist import automatic_text, header_text
    from nbpeer.repo.git import find_root, identity, relative

    root = find_root(path.absolute())
    config = load_config(root)
    sheet = open_review(root, config, relative(root, path), identity(root), base)
    if sheet.facts.front_matter:
        show(header_text(sheet.facts.front_matter, sheet.facts.checklist, sheet.diff, sheet.base))
    if automatic := automatic_text(sheet.questions):
        show(automatic)
    sign_off = _sitting(root, config, sheet, dict(sheet.answers), base)
    if sign_off is None:
        click.echo(f"\nNothing is signed off. Your answers are kept; go on with: nbpeer review {path}")
    else:
        _say_signed(root, config, sign_off, base)
    return 0


def _sitting(
    root: Path, config: Config, sheet: ReviewSheet, answers: dict[str, Answer], base: str | None
) -> SignOff | None:
    """Questions, then the decision, as often as the reviewer goes back; None when they stop before signing."""
    from nbpeer.commands.review import forget
    from nbpeer.commands.sign import Statement, sign
    from nbpeer.review.answers import asks

    asked = [question for question in sheet.questions if asks(question)]
    position = _first_open(asked, answers)
    if sheet.answers:
        click.echo(
            f"{len(sheet.answers)} of {len(asked)} questions are answered from last time; b goes back to them.\n"
        )
    while _walk(root, sheet, asked, answers, position):
        click.echo(f"\n{_summary(asked, answers)}")
        key = ask_key(_DECIDE, "l")
        if key == "l":
            return None
        if key == "b":
            position = max(len(asked) - 1, 0)
            continue
        comment = ask_line("comment (Enter for none)") or ""
        statement = Statement(sheet.reviewer, _DECISIONS[key], answers, comment, sheet.facts.content)
        try:
            sign_off = sign(root, config, sheet.facts.path, statement, base)
        except NbpeerError as error:
            click.echo(f"  {error}")
            position = _first_open(asked, answers)
            continue
        forget(root, sheet)
        return sign_off
    return None


def _walk(root: Path, sheet: ReviewSheet, asked: list[Question], answers: dict[str, Answer], position: int) -> bool:
    """Ask one question, and from there on those still open; False when the reviewer quits."""
    from nbpeer.commands.review import remember
    from nbpeer.render.checklist import question_text

    while position < len(asked):
        question = asked[position]
        click.echo()
        show(question_text(question, f"{position + 1} of {len(asked)}", answers.get(question.item.id)))
        key = ask_key(_KEYS, "q")
        if key == "q":
            return False
        if key in _ANSWERS:
            answer = _answer(question, key)
            if answer is None:
                return False
            answers[question.item.id] = answer
            remember(root, sheet, answers)
        position = max(position - 1, 0) if key == "b" else _first_open(asked, answers, position + 1)
    return True


def _say_signed(root: Path, config: Config, sign_off: SignOff, base: str | None) -> None:
    from nbpeer.commands.status import status
    from nbpeer.model.review import sign_off_path
    from nbpeer.render.gate import gate_text

    click.echo(f"\nSigned off: {sign_off_path(sign_off)}; commit it.\n")
    show(gate_text(status(root, config, base, (sign_off.analysis,))))


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
    """The answer with its note; None when the input ends before a note that has to be there."""
    from nbpeer.model.review import Answer

    note: str | None = ""
    if key == "n":
        while note == "":
            note = ask_line("why not (one line)")
    elif key != "y":
        note = ask_line("note")
    return None if note is None else Answer(question.item.id, _ANSWERS[key], note)
