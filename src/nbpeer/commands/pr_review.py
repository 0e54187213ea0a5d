"""`nbpeer pr review`: one person's review of a pull request, posted under their own account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from nbpeer.commands.pr_hear import own_checklists
from nbpeer.commands.pr_judge import People
from nbpeer.commands.pr_look import PullTree
from nbpeer.commands.sign import facts_to_sign
from nbpeer.commands.status import changed_analyses, facts_for, questions_for
from nbpeer.errors import NbpeerError
from nbpeer.forge.forge import Forge, ForgeError
from nbpeer.model.marks import ITEM, marks, ticked
from nbpeer.model.pull_request import MAY_REVIEW, Comment, Person, PullRequest, ReviewState
from nbpeer.model.review import Answer, DecisionValue
from nbpeer.review.answers import complete, read_answers
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.ticks import same_person, ticks, with_ticks

Decision = Literal["approve", "request_changes", "comment"]
_STATES: dict[Decision, ReviewState] = {
    "approve": "approved",
    "request_changes": "changes_requested",
    "comment": "commented",
}


class Reviewed(msgspec.Struct, frozen=True):
    """What was posted: the review, and by analysis the items that were ticked and those that a line answers."""

    number: int
    head: str
    decision: Decision
    url: str
    ticked: dict[str, tuple[str, ...]]
    lines: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()


def reviewer_of(forge: Forge, pull: PullRequest) -> Person:
    """Whose review it will be. Raises NbpeerError when theirs would not count: an app, who may not write, the author
    of the pull request; and when that is closed."""
    me = forge.myself()
    if not pull.open:
        raise NbpeerError(f"pull request {pull.number} is closed", "name one that is open")
    if me.bot:
        raise NbpeerError(f"{me.login} is an app, whose review does not count", "use a token of your own")
    if same_person(me, pull.author):
        raise NbpeerError(f"{me.login} is the author of pull request {pull.number}", "ask somebody else to review it")
    if forge.permission(me.login) not in MAY_REVIEW:
        raise NbpeerError(f"{me.login} may not write to the repository, so a review does not count", "ask for access")
    return me


def analyses_of(tree: PullTree) -> tuple[str, ...]:
    """The analyses to review. Raises NbpeerError when none changed."""
    found = tuple(change.path for change in changed_analyses(tree.root, tree.config, tree.before))
    if not found:
        raise NbpeerError(f"no analysis has changed against {tree.base}", "there is nothing to review")
    return found


def refuse_authors(people: People, me: Person, facts: AnalysisFacts) -> None:
    """Raises NbpeerError when the reviewer wrote any of the changes to an analysis."""
    if people.wrote(me, facts):
        raise NbpeerError(f"{me.login} is an author of the changes to {facts.path}", "ask somebody else to review it")


def read_given(value: object, name: str, paths: Sequence[str]) -> dict[str, dict[str, Answer]]:
    """The answers of a file by analysis: item → answer where only one changed, else path → item → answer.

    Raises NbpeerError for a path that is none of `paths`, and as `read_answers`.
    """
    by_path = isinstance(value, dict) and (len(paths) > 1 or any(key in paths for key in value))
    if not by_path:
        return {paths[0]: read_answers(value, name)} if len(paths) == 1 else {path: {} for path in paths}
    assert isinstance(value, dict)  # noqa: S101 - asked above
    unknown = [str(key) for key in value if key not in paths]
    if unknown:
        hint = f"several analyses changed: give answers below each of {', '.join(paths)}"
        raise NbpeerError(f"{name}: {unknown[0]!r} is no analysis that changed", hint)
    return {path: read_answers(value.get(path), f"{name}, {path}") for path in paths}


def completed(
    tree: PullTree, path: str, given: Mapping[str, Answer], decision: Decision, comment: str
) -> tuple[AnalysisFacts, tuple[Answer, ...]]:
    """The answers of a person that fit an analysis and the decision. Raises NbpeerError as `sign`."""
    if decision == "approve":
        facts = facts_to_sign(tree.root, tree.config, path, tree.before)
    else:
        facts = facts_for(tree.root, tree.config, path, tree.before)
    final: DecisionValue = "approve" if decision == "approve" else "request_changes"
    answers = complete(questions_for(facts), given, final, comment or "a comment" * (decision == "comment"))
    return facts, tuple(answer for answer in answers if answer.by == "human")


def post_review(
    forge: Forge, pull: PullRequest, answers: Mapping[str, Sequence[Answer]], decision: Decision, comment: str = ""
) -> Reviewed:
    """Tick what was answered yes, and submit the review with the other answers in lines, `answers` by analysis.

    Raises NbpeerError when the pull request's head is another than `pull` has: nothing is posted then.
    """
    now = forge.pull_request(pull.number)
    if now.head_sha != pull.head_sha:
        raise NbpeerError(
            f"pull request {pull.number} moved on to {now.head_sha[:7]} meanwhile: nothing is posted, answers are kept",
            f"nbpeer pr review {pull.number}",
        )
    me, boxes, notes = forge.myself(), own_checklists(forge.comments(pull.number), forge.myself()), []
    done: dict[str, tuple[str, ...]] = {}
    for path, given in answers.items():
        yes = [answer.item for answer in given if answer.answer == "yes" and not answer.note]
        try:
            done[path] = _tick(forge, boxes[path], me, yes) if path in boxes else ()
        except ForgeError as error:
            done[path] = ()
            notes.append(f"the checklist of {path} could not be ticked, so lines answer it: {error.message}")
    said = {path: [one for one in given if one.item not in done[path]] for path, given in answers.items()}
    body = _body(comment, said)
    review = forge.submit_review(pull.number, pull.head_sha, _STATES[decision], body)
    lines = {path: tuple(one.item for one in found) for path, found in said.items()}
    return Reviewed(pull.number, pull.head_sha, decision, review.url, done, lines, tuple(notes))


def _tick(forge: Forge, comment: Comment, me: Person, yes: Sequence[str]) -> tuple[str, ...]:
    """Tick boxes, and which of `yes` are ticked by the reviewer then: those ticked by others stay others'."""
    standing = ticked(comment.body)
    there = {mark.values.get("id") for mark in marks(comment.body) if mark.kind == ITEM}
    new = [item for item in yes if item in there and item not in standing]
    if new:
        forge.rewrite(comment, with_ticks(comment.body, {*standing, *new}))
    mine = {said.item for said in ticks(forge.edits(comment), comment.author) if same_person(said.person, me)}
    return tuple(item for item in yes if item in new or item in mine)


def _body(comment: str, said: Mapping[str, Sequence[Answer]]) -> str:
    lines = [_line(path, answer) for path, answers in said.items() for answer in answers]
    parts = [comment.strip(), "\n".join(lines)]
    return "\n\n".join(part for part in parts if part) or "Answered in the checklist."


def _line(path: str, answer: Answer) -> str:
    note = f": {' '.join(answer.note.split())}" if answer.note else ""
    line = f"nbpeer {path} {answer.item} {answer.answer}{note}"
    return line if "`" in line else f"`{line}`"
