"""Decisions in a user's repository: the files, the numbers ever given, and what git first held as decided."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.decision import DECISIONS, BrokenDecision, Decision, decision_number, decode_decision
from nbpeer.repo import git
from nbpeer.repo.process import git as _git

_FROZEN = re.compile(rb"^frozen:[ \t]*[\"']?(sha256:[0-9a-f]{64})", re.MULTILINE)
# What each commit changed, a merge against each of its parents: somebody may have resolved a conflict in it.
_NAMES = ("-m", "--no-renames", "--name-only", "-z")


def decision_files(root: Path) -> tuple[str, ...]:
    """The files of the working tree that are called as decisions are, by path."""
    if not (root / DECISIONS).is_dir():
        return ()
    return tuple(path for path in git.files(root, WORKTREE, DECISIONS) if decision_number(path) is not None)


def read_decisions(root: Path) -> tuple[tuple[Decision, ...], tuple[BrokenDecision, ...]]:
    """The decisions of the working tree by path, and those that cannot be read; records of other kinds are left out."""
    found, broken = [], []
    for path in decision_files(root):
        try:
            decision = read_decision(root, WORKTREE, path)
        except NbpeerError as error:
            broken.append(BrokenDecision(path, str(error)))
            continue
        if decision is not None:
            found.append(decision)
    return tuple(found), tuple(broken)


def read_decision(root: Path, version: Version, path: str) -> Decision | None:
    """The decision in a file of a version; None when there is none. Raises NbpeerError as `decode_decision`."""
    content = git.read(root, version, path)
    return None if content is None else decode_decision(content, path)


def numbers_given(root: Path) -> dict[int, str]:
    """Every number ever given, with a file that has or had it: here, on any branch of this clone, in any history."""
    found: dict[int, str] = {}
    paths: Iterable[str] = ()
    if git.has_commits(root) or _git(root, "for-each-ref", "--count=1"):
        log = _git(root, "log", "--all", *_NAMES, "--diff-filter=A", "--format=", "--", DECISIONS)
        paths = (path.lstrip("\n") for path in log.split("\0"))
    for path in (*paths, *decision_files(root)):
        number = decision_number(path)
        if number is not None:
            found[number] = path
    return found


class FirstDecided(NamedTuple):
    """The first commit that held a decision as decided, its digest there, and what the file held."""

    commit: str
    frozen: str
    content: bytes


def first_decided(root: Path) -> dict[str, FirstDecided]:
    """Each file that was ever decided in the history of HEAD."""
    if not git.has_commits(root):
        return {}
    order = ["--topo-order", "--reverse", "--diff-filter=AM", "--format=%x01%H"]
    told = _git(root, "log", *_NAMES, *order, "--", DECISIONS)
    found: dict[str, FirstDecided] = {}
    with git.reading(root) as read:
        for entry in told.split("\x01")[1:]:
            commit, *paths = (word.strip("\n") for word in entry.split("\0"))
            for path in paths:
                if decision_number(path) is None or path in found:
                    continue
                content = read(Version("commit", commit), path) or b""
                if match := _FROZEN.search(content):
                    found[path] = FirstDecided(commit, match.group(1).decode(), content)
    return found
