"""Who touched which analysis when, for all of a repository at once: one walk through its history."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec

from nbpeer.naming import is_notebook
from nbpeer.repo.process import GitRefusedError, git

_FIELDS = "%H%x00%at%x00%aN%x00%ae%x00%(trailers:key=Co-authored-by,valueonly,separator=%x1f)%x00"
_CO_AUTHOR = re.compile(r"\s*(.*?)\s*<([^>]+)>")
# -c: a merge touches what it has unlike any of its parents.
_LOG = ("-c", "diff.renameLimit=0", "log", "-M", "-c", "--topo-order", "--name-status", "-z")


class Touch(msgspec.Struct, frozen=True, array_like=True):
    """One commit that touched an analysis, which was called `path` there. `time` is seconds since 1970, UTC; `people`
    are the addresses of author and co-authors, in lower case."""

    commit: str
    time: int
    people: tuple[str, ...]
    path: str


class Timeline(msgspec.Struct, frozen=True):
    """The commits up to `head` by the name each notebook has there, newest first, and people's names by address.

    `mailmap` is the text of the `.mailmap` that gave the names.
    """

    head: str = ""
    touches: dict[str, tuple[Touch, ...]] = {}
    names: dict[str, str] = {}
    mailmap: str = ""


def timeline(root: Path, head: str, known: Timeline) -> Timeline:
    """The timeline up to the commit `head`; of `known` what holds is kept, so that only new commits are read."""
    mailmap = _mailmap(root)
    begun = known if known.mailmap == mailmap else Timeline()
    if begun.head == head:
        return begun
    if begun.head and _leads_on(root, begun.head, head):
        found = _extended(begun, head, _log(root, f"{begun.head}..{head}"))
        if found is not None:
            return found
    found = _extended(Timeline(mailmap=mailmap), head, _log(root, head))
    assert found is not None  # noqa: S101 - nothing was known that two names could share
    return found


def touches_between(root: Path, since: str, until: str) -> dict[str, tuple[Touch, ...]]:
    """The commits between two commits by the name each notebook they touched has in the end, newest first."""
    found = _extended(Timeline(), until, _log(root, f"{since}..{until}")) if since != until else None
    return found.touches if found else {}


def _log(root: Path, revisions: str) -> list[str]:
    """The records of commits. What divides them is a word that no message can know."""
    word = f"\x01{secrets.token_hex(8)}"
    return git(root, *_LOG, f"--format={word}{_FIELDS}", revisions).split(word)[1:]


def _mailmap(root: Path) -> str:
    try:
        return (root / ".mailmap").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _leads_on(root: Path, one: str, other: str) -> bool:
    """Whether first parents lead from the commit `other` to `one`.

    A whole walk then shows what is newer than `one` before everything else, and in the same order: git follows the
    first parent of a merge last.
    """
    try:
        newer = git(root, "rev-list", "--first-parent", "--parents", f"{one}..{other}").splitlines()
    except GitRefusedError:  # a commit that is gone
        return False
    return bool(newer) and newer[-1].split()[1:2] == [one]


def _extended(begun: Timeline, head: str, log: list[str]) -> Timeline | None:
    """A timeline with the commits of a log before it; None when two files of `begun` have one name now, since the order
    of their commits is not known."""
    now: dict[str, str] = {}  # what a name of an older commit has become
    found: dict[str, list[Touch]] = {}
    names: dict[str, str] = {}
    for record in log:
        commit, time, name, email, others, *changes = record.split("\0")
        people = {email.strip().lower(): name}
        people |= {address.lower(): other for other, address in map(_co_author, others.split("\x1f")) if address}
        for address, other in people.items():
            names.setdefault(address, other)
        for path, former in _analyses(changes):
            last = now.get(path, path)
            if former:
                now[former] = last
            touches = found.setdefault(last, [])
            if not touches or touches[-1].commit != commit:
                touches.append(Touch(commit, int(time), tuple(people), path))
    older: dict[str, tuple[Touch, ...]] = {}
    for path, earlier in begun.touches.items():
        last = now.get(path, path)
        if last in older:
            return None
        older[last] = earlier
    every = {path: (*found.get(path, ()), *older.get(path, ())) for path in {*found, *older}}
    return Timeline(head, every, {**begun.names, **names}, begun.mailmap)


def _co_author(text: str) -> tuple[str, str]:
    match = _CO_AUTHOR.match(text)
    return (match[1], match[2].strip()) if match else ("", "")


def _analyses(changes: list[str]) -> Iterable[tuple[str, str]]:
    """The notebooks a commit touched, themselves or by their results, each with its former name when it was renamed."""
    fields = iter(field.strip("\n") for field in changes)
    for status in fields:
        if not status:
            continue
        path = next(fields)
        renamed = (
            status[0] in "RC" and status[1:].isdigit()
        )  # of a merge there is a letter for each parent, and one name
        former, path = (path, next(fields)) if renamed else ("", path)
        if is_notebook(path):
            yield path, former if status[0] == "R" else ""
        elif path.endswith(".results.json"):
            yield path.removesuffix(".results.json") + ".ipynb", ""
