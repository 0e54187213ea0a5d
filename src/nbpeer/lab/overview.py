"""The head of the panel: what a notebook is, whether its gate is met, and what stands in the way of knowing that."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nbpeer.commands.status import AnalysisStatus, analysis_status, compared_with
from nbpeer.errors import NbpeerError
from nbpeer.lab.here import Here, Obstacle, State, find, sha256
from nbpeer.lab.reviewer import reviewer_of
from nbpeer.lab.session import Session
from nbpeer.model.front_matter import FrontMatter, FrontMatterError, parse_front_matter
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.review import AnalysisGate, Condition
from nbpeer.repo import git


class OverviewAsked(msgspec.Struct, forbid_unknown_fields=True):
    """`sha256` is the digest of the file as the panel knows it."""

    path: str
    base: str = ""
    sha256: str = ""


class Header(msgspec.Struct, frozen=True):
    """The front matter, as texts."""

    title: str
    kind: str
    question: str
    hypothesis: str
    decision: str
    decision_owner: str
    tier: str
    change_my_mind: str
    review_on: str
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    metrics: tuple[str, ...]


class HeaderError(msgspec.Struct, frozen=True):
    """What is wrong with the front matter; `line` counts inside the first cell."""

    message: str
    line: int
    key: str


class Gate(msgspec.Struct, frozen=True):
    """The gate of one analysis."""

    met: bool
    said: str
    conditions: tuple[Condition, ...]


class File(msgspec.Struct, frozen=True):
    """The notebook's file. `same` tells whether it is what the panel knows; None when the panel did not say."""

    size: int = 0
    last_modified: str = ""
    sha256: str = ""
    same: bool | None = None


class Overview(msgspec.Struct, frozen=True):
    """Everything the head of the panel shows; docs/lab.md says what each state means."""

    path: str
    state: State = "ok"
    message: str = ""
    hint: str = ""
    analysis: bool = False
    why_not: str = ""
    front_matter: Header | None = None
    front_matter_error: HeaderError | None = None
    tier: str = ""
    minutes: int = 0
    base: str = ""
    changed: bool = False
    gate: Gate | None = None
    notes: tuple[str, ...] = ()
    content: str = ""
    reviewer: str = ""
    file: File = File()


def overview(asked: OverviewAsked, session: Session) -> Overview:
    """What is known of a notebook; what stands in the way of knowing more is the `state`."""
    found = find(session.server_root, asked.path)
    if isinstance(found, Obstacle):
        return Overview(asked.path, found.state, found.message, found.hint)
    try:
        content = found.file.read_bytes()
    except OSError as error:
        return Overview(asked.path, "not_there", f"{asked.path} could not be read ({error.strerror})")
    start = Overview(
        asked.path, reviewer=reviewer_of(session, found.root), file=_file(found.file, content, asked.sha256)
    )
    try:
        notebook = parse_notebook(content, asked.path)
    except NbpeerError as error:
        return _stopped(start, "invalid_notebook", error)
    try:
        front = parse_front_matter(notebook)
    except FrontMatterError as error:
        wrong = HeaderError(error.problem, error.line, error.key)
        start = msgspec.structs.replace(start, front_matter_error=wrong, why_not="its front matter is not valid")
        return _with_gate(start, found, asked.base)
    if front is None:
        start = msgspec.structs.replace(start, why_not="it has no front matter in its first cell")
    elif not git.selected(found.name, found.config.include, found.config.exclude):
        start = msgspec.structs.replace(start, why_not="the configuration excludes it", front_matter=header_of(front))
    else:
        start = msgspec.structs.replace(start, analysis=True, front_matter=header_of(front))
    return _with_gate(start, found, asked.base)


def header_of(front: FrontMatter) -> Header:
    """The front matter, as texts."""
    return Header(
        title=front.title,
        kind=front.kind,
        question=front.question,
        hypothesis=front.hypothesis,
        decision=front.decision,
        decision_owner=front.decision_owner,
        tier=tier_words(front.tier or ""),
        change_my_mind=front.change_my_mind,
        review_on=front.review_on.isoformat() if front.review_on else "",
        tags=front.tags,
        authors=front.authors,
        metrics=front.metrics,
    )


def tier_words(tier: str) -> str:
    """A tier as people write it."""
    return tier.replace("_", "-")


def gate_row(gate: AnalysisGate | None) -> Gate | None:
    """The gate as the panel shows it."""
    return Gate(gate.met, "met" if gate.met else "not met", gate.conditions) if gate else None


def _with_gate(start: Overview, here: Here, base: str) -> Overview:
    try:
        before = compared_with(here.root, here.config, base or None)
    except NbpeerError as error:
        return _stopped(start, "no_base" if git.has_commits(here.root) else "unborn", error)
    try:
        found = analysis_status(here.root, here.config, here.name, before)
    except NbpeerError as error:
        return _stopped(start, "invalid_configuration", error)
    return _judged(start, found)


def _judged(start: Overview, found: AnalysisStatus) -> Overview:
    return msgspec.structs.replace(
        start,
        tier=tier_words(found.facts.checklist.tier),
        minutes=found.facts.checklist.minutes,
        base=found.base.label,
        changed=found.gate is not None,
        gate=gate_row(found.gate),
        notes=found.notes,
        content=found.facts.content,
    )


def _stopped(start: Overview, state: State, error: NbpeerError) -> Overview:
    return msgspec.structs.replace(start, state=state, message=error.message, hint=error.hint)


def _file(file: Path, content: bytes, known: str) -> File:
    digest = sha256(content)
    time = datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(timespec="microseconds")
    return File(len(content), time.replace("+00:00", "Z"), digest, digest == known if known else None)
