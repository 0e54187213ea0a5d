"""`nbpeer ledger`: how often reviews, decisions and predictions held, from decisions, sign-offs and git's history."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from nbpeer.commands.contents import content_of
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.decision import BrokenDecision
from nbpeer.model.digests import content_hash, results_digest, source_digest
from nbpeer.model.ledger import Ledger
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import decode_results, results_path
from nbpeer.model.review import SignOff
from nbpeer.registry.decisions import sheet
from nbpeer.registry.ledger import Approval, Wait, rates
from nbpeer.repo import git
from nbpeer.repo.decisions import read_decisions
from nbpeer.repo.history import touching
from nbpeer.repo.store import sign_off_files
from nbpeer.review.signed import address, signed_at

Progress = Callable[[int, int], None]
_DAY = 24 * 60 * 60


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def ledger(root: Path, on: datetime.date, progress: Progress = no_progress) -> Ledger:
    """The rates of the working tree on the day `on`. `progress` is told how many analyses of how many are looked at.

    Decisions and sign-offs that cannot be read are named, and not counted.
    """
    decisions, broken = read_decisions(root)
    kept = sign_off_files(root, WORKTREE)
    unread = tuple(BrokenDecision(path, why) for path, why in kept.items() if isinstance(why, str))
    approvals = [one for one in kept.values() if isinstance(one, SignOff) and one.decision == "approve"]
    dated = [one for one in approvals if signed_at(one) and address(one)]
    waits = _waits(root, dated, progress)
    found = rates([sheet(one) for one in decisions], _last_words(root, dated), waits, on)
    return Ledger(on, found, (*broken, *unread))


def _last_words(root: Path, approvals: list[SignOff]) -> list[Approval]:
    """Each reviewer's last approval of each analysis."""
    last: dict[tuple[str, str], SignOff] = {}
    for one in sorted(approvals, key=_when):
        last[one.analysis, address(one)] = one
    content = cache(partial(_content_now, root))

    def holds(one: SignOff) -> bool | None:
        now = content(one.analysis)
        return None if now is None else now == one.content

    return [Approval(path, who, one.content, _when(one), holds(one)) for (path, who), one in last.items()]


def _content_now(root: Path, path: str) -> str | None:
    found = content_of(root, WORKTREE, path)
    if found is None:
        return None
    source, results = found
    return content_hash(source, results_digest(results.result_set) if results else None)


def _waits(root: Path, approvals: list[SignOff], progress: Progress) -> list[Wait]:
    """How long each approved content waited: from the first commit that has it to its first approval."""
    first: dict[tuple[str, str], datetime.datetime] = {}
    for one in sorted(approvals, key=_when):
        first.setdefault((one.analysis, one.content), _when(one))
    wanted: dict[str, set[str]] = {}
    for path, content in first:
        wanted.setdefault(path, set()).add(content)
    commits = touching(root, [name for path in wanted for name in (path, results_path(path))])
    found = []
    with git.reading(root) as read:
        for number, (path, contents) in enumerate(wanted.items(), 1):
            began = _began(read, path, contents, commits)
            for content in sorted(contents):
                since = began.get(content)
                days = (first[path, content].timestamp() - since) / _DAY if since is not None else None
                found.append(Wait(path, days if days is not None and days >= 0 else None))
            progress(number, len(wanted))
    return found


def _began(read: git.Read, path: str, wanted: set[str], commits: dict[str, list[tuple[str, int]]]) -> dict[str, int]:
    """When each wanted content of an analysis was first committed, in seconds since 1970 by the author's clock."""
    found: dict[str, int] = {}
    steps = {*commits.get(path, ()), *commits.get(results_path(path), ())}
    for commit, time in sorted(steps, key=lambda step: step[1]):
        if len(found) == len(wanted):
            break
        content = _content(read, commit, path)
        if content in wanted:
            found.setdefault(content, time)
    return found


def _content(read: git.Read, commit: str, path: str) -> str:
    version = Version("commit", commit)
    try:
        notebook = read(version, path)
        if notebook is None:
            return ""
        recorded = read(version, results_path(path))
        results = results_digest(decode_results(recorded, path).result_set) if recorded is not None else None
        return content_hash(source_digest(parse_notebook(notebook, path)), results)
    except NbpeerError:
        return ""


def _when(sign_off: SignOff) -> datetime.datetime:
    return signed_at(sign_off) or datetime.datetime.min.replace(tzinfo=datetime.UTC)
