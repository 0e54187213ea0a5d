"""A notebook compared with the base, or with what this reviewer last saw."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from nbpeer.commands.diff import analysis_diff
from nbpeer.commands.looks import Since, reading_seen, since_last_look, since_signed
from nbpeer.commands.outputs import analysis_with_outputs
from nbpeer.commands.sittings import sitting
from nbpeer.commands.status import changed_path, compared_with, facts_for
from nbpeer.lab.here import Here
from nbpeer.lab.reviewer import reviewer_of
from nbpeer.lab.session import Session
from nbpeer.model.change import WORKTREE, AnalysisDiff, Version
from nbpeer.render.changes import version_text
from nbpeer.repo import git
from nbpeer.repo.seen import read_look, read_seen


class CompareAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A notebook and what to compare it with: the `base`, or this reviewer's last `look` at other content."""

    path: str
    base: str = ""
    since: Literal["base", "look"] = "base"


class Compared(NamedTuple):
    """A comparison; `before` names the older version in words, `time` is when it was looked at ("": the base)."""

    before: str
    time: str
    diff: AnalysisDiff | None


def compared(here: Here, asked: CompareAsked, session: Session) -> Compared:
    """What changed in a notebook; no `diff` when this reviewer never looked at other content."""
    if asked.since == "look":
        since = _since(here, asked, reviewer_of(session, here.root))
        return (
            Compared(f"what you saw on {since.time[:10]}", since.time, since.diff) if since else Compared("", "", None)
        )
    before = compared_with(here.root, here.config, asked.base or None)
    found = analysis_diff(here.root, before, WORKTREE, changed_path(here.root, before, here.name))
    return Compared(version_text(before), "", analysis_with_outputs(found, here.root))


def reader(here: Here, asked: CompareAsked, session: Session) -> tuple[Version, git.Read]:
    """The older version, and how to read files of it and of the working tree."""
    if asked.since == "base":
        return compared_with(here.root, here.config, asked.base or None), lambda *name: git.read(here.root, *name)
    reviewer = reviewer_of(session, here.root)
    last = read_look(here.root, here.name, reviewer)
    other = last.on_other(sitting(here.root, here.name, reviewer).content) if last else None
    seen = read_seen(here.root, other.content) if other else None
    before = Version("file", label=f"what you saw on {other.time[:10]}" if other else "")
    if seen is None:
        return before, lambda version, name: None if version == before else git.read(here.root, version, name)
    return before, reading_seen(here.root, before, seen)


def _since(here: Here, asked: CompareAsked, reviewer: str) -> Since | None:
    content = sitting(here.root, here.name, reviewer).content
    found = since_last_look(here.root, here.name, content, reviewer)
    if found:
        return found
    before = compared_with(here.root, here.config, asked.base or None)
    return since_signed(here.root, here.config, facts_for(here.root, here.config, here.name, before), reviewer)
