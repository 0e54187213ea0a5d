"""Our one comment with a marker: which comments are ours, and what to do so that exactly one says the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.pull_request import Comment, Person


class Plan(NamedTuple):
    """`text` is what the comment `keep` (None: a new one) shall say; `fold` are doubles to delete."""

    keep: Comment | None
    text: str
    fold: tuple[Comment, ...]


def same_account(one: Person, other: Person) -> bool:
    """Whether two are one account: by id where both are known, else by login, with or without `[bot]`."""
    if one.id and other.id:
        return one.id == other.id
    return _bare(one.login) == _bare(other.login)


def ours(comments: Sequence[Comment], me: Person, marker: str) -> tuple[Comment, ...]:
    """Our comments with the marker, oldest first; a marker that another account wrote does not count."""
    found = (comment for comment in comments if marker in comment.body and same_account(comment.author, me))
    return tuple(sorted(found, key=lambda comment: comment.id))


def plan(standing: Sequence[Comment], marker: str, body: Callable[[str], str]) -> Plan:
    """What to do, given our comments with this marker, oldest first.

    `body` sees the text of doubles too, below the oldest's, so that a box ticked in a double stays ticked.
    """
    text = body("\n".join(comment.body for comment in standing))
    if marker not in text:
        raise NbpeerError("a comment without its marker would not be found again", marker, exit_code=3)
    return Plan(standing[0] if standing else None, text, tuple(standing[1:]))


def _bare(login: str) -> str:
    return login.lower().removesuffix("[bot]")
