"""Who touched which analysis when, for all of a repository at once: one walk through its history."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from nbpeer.naming import is_notebook
from nbpeer.repo.process import GitRefusedError, git

_FIELDS = "%x01%H%x00%at%x00%aN%x00%ae%x00%(trailers:key=Co-authored-by,valueonly,separator=%x1f)%x00"
_CO_AUTHOR = re.compile(r"\s*(.*?)\s*<([^>]+)>")
_LOG = ("-c", "diff.renameLimit=0", "log", "-M", "--topo-order", "--name-status", "-z", f"--format={_FIELDS}")


class Touch(msgspec.Struct, frozen=True, array_like=True):
    """One commit that touched an analysis, which was called `path` there. `time` is seconds since 1970, UTC; `people`
    are the addresses of author and co-authors, in lower case."""

    commit: str
    time: int
    people: tuple[str, ...]
    path: str


class Timeline(msgspec.Struct, frozen=True):
    """The commits up to `head` by the name each notebook has there, newest first, and people's names by address."""

    head: str = ""
    touches: dict[str, tuple[Touch, ...]] = {}
    names: dict[str, str] = {}


def timeline(root: Path, head: str, known: Timeline) -> Timeline:
    """The timeline up to the commit `head`; of `known` what holds is kept, so that only new commits are read."""
    if known.head == head:
        return known
    begun = known if known.head and _is_ancestor(root, known.head, head) else Timeline()
    scope = f"{begun.head}..{head}" if begun.head else head
    return _extended(begun, head, git(root, *_LOG, scope))


def _is_ancestor(root: Path, one: str, other: str) -> bool:
    try:
        git(root, "merge-base", "--is-ancestor", one, other)
    except GitRefusedError:
        return False
    return True


def _extended(begun: Timeline, head: str, log: str) -> Timeline:
    now: dict[str, str] = {}  # what a name of an older commit has become
    found: dict[str, list[Touch]] = {}
    names = dict(begun.names)
    for record in log.split("\x01")[1:]:
        commit, time, name, email, others, *changes = record.split("\0")
        people = {email.strip().lower(): name}
        people |= {address.lower(): other for other, address in map(_co_author, others.split("\x1f")) if address}
        for address, other in people.items():
            names.setdefault(address, other)
        for path, former in _analyses(changes):
            last = now.get(path, path)
            if former:
                now.setdefault(former, last)
            touches = found.setdefault(last, [])
            if not touches or touches[-1].commit != commit:
                touches.append(Touch(commit, int(time), tuple(people), path))
    older: dict[str, tuple[Touch, ...]] = {}
    for path, earlier in begun.touches.items():
        older.setdefault(now.get(path, path), earlier)
    every = {path: (*found.get(path, ()), *older.get(path, ())) for path in {*found, *older}}
    return Timeline(head, every, names)


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
        former, path = (path, next(fields)) if status[0] in "RC" else ("", path)
        if is_notebook(path):
            yield path, former if status[0] == "R" else ""
        elif path.endswith(".results.json"):
            yield path.removesuffix(".results.json") + ".ipynb", ""
