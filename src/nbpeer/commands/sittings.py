"""The answers that people gave so far to the content an analysis has now, kept so that no tick is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import msgspec

from nbpeer.commands.contents import content_of
from nbpeer.commands.looks import look
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.model.digests import content_hash, digest, results_digest
from nbpeer.model.look import Look
from nbpeer.model.review import Answer
from nbpeer.repo.seen import looks_at


class Sitting(NamedTuple):
    """One reviewer's answers to the content an analysis has now, and the looks of others at just that content.

    `revision` changes with the answers: who saves says which ones they know.
    """

    content: str
    reviewer: str
    answers: dict[str, Answer]
    others: tuple[Look, ...]

    @property
    def revision(self) -> str:
        """A digest of what is kept for this reviewer."""
        return digest([self.content, self.reviewer, msgspec.to_builtins(self.answers)])[7:23]


class SittingChangedError(NbpeerError):
    """Answers that would replace others nobody has seen, or are to other content; `sitting` is what is kept."""

    def __init__(self, message: str, hint: str, sitting: Sitting) -> None:
        super().__init__(message, hint)
        self.sitting = sitting


_saving = Lock()


def sitting(root: Path, path: str, reviewer: str) -> Sitting:
    """What is kept for a reviewer, and of others. Raises NbpeerError when the analysis cannot be read."""
    found = content_of(root, WORKTREE, path)
    if found is None:
        raise NbpeerError(f"{path} could not be read", "mend it, then look again")
    source, results = found
    content = content_hash(source, results_digest(results.result_set) if results else None)
    looks = [one for one in looks_at(root, path) if one.content == content]
    reviewer = reviewer.strip().lower()
    own = next((one.answers for one in looks if one.reviewer == reviewer), {})
    return Sitting(content, reviewer, dict(own), tuple(one for one in looks if one.reviewer != reviewer))


class Known(NamedTuple):
    """What a person saw of their sitting when they said something: its content and its revision."""

    content: str
    revision: str


def refuse_changed(kept: Sitting, path: str, known: Known) -> None:
    """Raises SittingChangedError unless what is kept is what the person saw."""
    if known.content != kept.content:
        raise SittingChangedError(f"{path} changed while you were reviewing it", "see what changed", kept)
    if known.revision != kept.revision:
        raise SittingChangedError("your answers were changed elsewhere meanwhile", "look at them again", kept)


def save_answers(root: Path, path: str, reviewer: str, known: Known, changes: Mapping[str, Answer | None]) -> Sitting:
    """Keep answers to some items, or take them back (None), and leave the others; the sitting after that.

    Raises SittingChangedError, with nothing kept, when what the person saw is not what is kept now.
    """
    with _saving:
        kept = sitting(root, path, reviewer)
        refuse_changed(kept, path, known)
        answers = {item: answer for item, answer in (kept.answers | dict(changes)).items() if answer}
        look(root, path, kept.content, kept.reviewer, answers)
        return sitting(root, path, kept.reviewer)
