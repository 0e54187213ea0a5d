"""Every sign-off of an analysis, derived again, with what it says."""

from __future__ import annotations

import msgspec

from nbpeer.commands.verify import verify
from nbpeer.lab.here import Here, require
from nbpeer.lab.review import ReviewAsked
from nbpeer.lab.session import Session
from nbpeer.model.change import WORKTREE
from nbpeer.model.review import SignOff, Standing, VerifiedSignOff
from nbpeer.repo.git import has_commits, resolve
from nbpeer.repo.store import sign_off_files


class SignOffRow(msgspec.Struct, frozen=True):
    """One sign-off: whether it holds and why, and what it says; `committed` tells whether a commit holds it."""

    file: str
    reviewer: str
    standing: Standing
    reason: str
    decision: str
    time: str
    comment: str
    committed: bool


class SignOffs(msgspec.Struct, frozen=True):
    """Whether the present content is approved, why or why not, and every sign-off, the newest first."""

    path: str
    approved: bool
    reason: str
    sign_offs: tuple[SignOffRow, ...]


def sign_offs(asked: ReviewAsked, session: Session) -> SignOffs:
    """The sign-offs of a notebook. Raises NbpeerError when there is no base."""
    here = require(session.server_root, asked.path)
    report = verify(here.root, here.config, asked.base or None, (here.name,))
    found = next((one for one in report.analyses if one.path == here.name), None)
    if found is None:
        return SignOffs(asked.path, False, "it has not changed, and was never signed off", ())
    rows = sorted(_rows(here, found.sign_offs), key=lambda row: row.time, reverse=True)
    return SignOffs(asked.path, found.approved, found.reason, tuple(rows))


def _rows(here: Here, verified: tuple[VerifiedSignOff, ...]) -> list[SignOffRow]:
    kept = sign_off_files(here.root, WORKTREE)
    committed = sign_off_files(here.root, resolve(here.root, "HEAD")) if has_commits(here.root) else {}
    rows = []
    for one in verified:
        said = kept.get(one.file)
        decision, time, comment = (
            (said.decision, said.time, said.comment) if isinstance(said, SignOff) else ("", "", "")
        )
        same = committed.get(one.file) == said
        rows.append(SignOffRow(one.file, one.reviewer, one.standing, one.reason, decision, time, comment, same))
    return rows
