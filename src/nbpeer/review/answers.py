"""A reviewer's answers, read and held against the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.review import Answer, DecisionValue, Question


def read_answers(value: Any, name: str) -> dict[str, Answer]:
    """The answers in a mapping of item → yes, no, na or {answer, note}; an item without a value is not answered.

    Raises NbpeerError naming the item; `name` says where the mapping comes from.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NbpeerError(f"{name} must map items to answers", "for example `C1: yes`; see `nbpeer sign --template`")
    return {str(item): _read(str(item), given, name) for item, given in value.items() if given is not None}


def _read(item: str, given: Any, name: str) -> Answer:
    found = given if isinstance(given, dict) else {"answer": given}
    unknown = [str(key) for key in found if key not in ("answer", "note")]
    if unknown:
        raise NbpeerError(f"{name}: item {item} has the unknown key {unknown[0]!r}", "use `answer` and `note`")
    answer = found.get("answer")
    if answer not in ("yes", "no", "na"):
        raise NbpeerError(f"{name}: the answer to {item} is {answer!r}", "answer yes, no or na")
    note = found.get("note")
    return Answer(item, answer, " ".join(str(note).split()) if note is not None else "")


def complete(
    questions: Sequence[Question], given: Mapping[str, Answer], decision: DecisionValue, comment: str = ""
) -> tuple[Answer, ...]:
    """The answers of a sign-off, in the checklist's order, the machine's own among them.

    Raises NbpeerError for an item the checklist does not have, a "no" without a note, an approval that leaves an item
    open (a person has to answer an automatic "no" as well), and a request for changes that does not say which.
    """
    known = {question.item.id: question for question in questions}
    _refuse_unknown(given, known)
    silent = [item for item, answer in given.items() if answer.answer == "no" and not answer.note]
    if silent:
        raise NbpeerError(f'a "no" needs a line that says why: {", ".join(silent)}', "add a note to it")
    if decision == "approve":
        missing = [question.item for question in questions if asks(question) and question.item.id not in given]
        if missing:
            listed = ", ".join(f"{item.id} ({item.question})" for item in missing)
            raise NbpeerError(f"not answered: {listed}", "an approval answers every item")
    elif not comment.strip() and not any(answer.answer == "no" for answer in given.values()):
        raise NbpeerError("a request for changes has to say which", 'answer an item "no", or give a comment')
    return tuple(answer for question in questions if (answer := _final(question, given)))


def asks(question: Question) -> bool:
    """Whether a person has to answer: the machine could not, or its answer is "no"."""
    return question.answer is None or question.answer.answer == "no"


def _refuse_unknown(given: Mapping[str, Answer], known: Mapping[str, Question]) -> None:
    for item in given:
        if item not in known:
            close = get_close_matches(item, known, n=1, cutoff=0.4)
            meant = f", did you mean {close[0]}?" if close else ""
            raise NbpeerError(
                f"the checklist has no item {item!r}{meant}", f"it has {', '.join(known) or 'no items at all'}"
            )


def _final(question: Question, given: Mapping[str, Answer]) -> Answer | None:
    answer = given.get(question.item.id)
    if answer is None:
        return question.answer
    return msgspec.structs.replace(answer, by="human", evidence="; ".join(question.evidence))
