"""A reviewer's looks at an analysis: what they saw, kept, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nbpeer.commands.diff import compare
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, AnalysisDiff, ChangedPath, FileStatus, Version
from nbpeer.model.look import Look, Seen
from nbpeer.model.review import Answer
from nbpeer.naming import is_notebook
from nbpeer.repo import git
from nbpeer.repo.seen import keep_look, keep_seen, read_look, read_seen
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.signed import address


class Since(msgspec.Struct, frozen=True):
    """What changed since a reviewer's last look at other content, when that was, and what they answered then."""

    time: str
    diff: AnalysisDiff
    answers: dict[str, Answer]


def look(root: Path, path: str, content: str, reviewer: str, answers: Mapping[str, Answer]) -> None:
    """Keep that a reviewer looks at this content, with their answers. Raises NbpeerError when that fails."""
    last = read_look(root, path, reviewer)
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    keep_seen(root, path, content)
    keep_look(
        root, path, reviewer, Look(content, time, dict(answers), _alone(last.on_other(content) if last else None))
    )


def since_last_look(root: Path, path: str, content: str, reviewer: str) -> Since | None:
    """What changed in the analysis since the reviewer's last look at other content; None when there was none here.

    What they saw was kept, so that no rewritten history takes it away.
    """
    last = read_look(root, path, reviewer)
    other = last.on_other(content) if last else None
    seen = read_seen(root, other.content) if other else None
    if other is None or seen is None:
        return None
    return Since(other.time, changes_since(root, path, seen, f"what you saw on {other.time[:10]}"), other.answers)


def since_signed(root: Path, config: Config, facts: AnalysisFacts, reviewer: str) -> Since | None:
    """What changed since the reviewer's last sign-off of other content, found in git; None when it is not found there.

    For a reviewer who looked at it on another machine.
    """
    from nbpeer.commands.since_review import since_review  # which may itself ask what a reviewer saw

    theirs = [one for one in facts.sign_offs if address(one) == reviewer.strip().lower()]
    other = [one for one in theirs if one.content != facts.content]
    if not other:
        return None
    last = max(other, key=lambda one: one.time)
    seen = read_seen(root, last.content)
    if seen:
        found = changes_since(root, facts.path, seen, f"what you signed on {last.time[:10]}")
        return Since(last.time, found, _by_hand(last.answers))
    try:
        report = since_review(root, config, reviewer, (facts.path,))
    except NbpeerError:
        return None
    found_in_git = [one for one in report.analyses if one.path == facts.path and not one.problem]
    return Since(last.time, found_in_git[0], _by_hand(last.answers)) if found_in_git else None


def _by_hand(answers: tuple[Answer, ...]) -> dict[str, Answer]:
    return {answer.item: answer for answer in answers if answer.by == "human"}


def changes_since(root: Path, path: str, seen: Seen, label: str) -> AnalysisDiff:
    """What changed in the analysis at `path` between what was seen and the working tree."""
    before = Version("file", label=label)
    status: FileStatus = "changed" if (root / path).is_file() else "removed"
    return compare(reading_seen(root, before, seen), before, WORKTREE, ChangedPath(path, status, path))


def reading_seen(root: Path, before: Version, seen: Seen) -> git.Read:
    """A function that reads what was seen for the version `before`, and the repository's files for any other."""

    def read(version: Version, name: str) -> bytes | None:
        if version != before:
            return git.read(root, version, name)
        return seen.notebook if is_notebook(name) else seen.results

    return read


def _alone(found: Look | None) -> Look | None:
    """One look without those before it."""
    return msgspec.structs.replace(found, before=None) if found else None
