"""What another job exported, read as a stranger's: its questions are the base's, in the base's words."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec

from nbpeer.commands.gate_base import GateBase, gate_base
from nbpeer.config import Config, PullRequestConfig
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.kind import Kind
from nbpeer.model.posting import MOST_BYTES, AnalysisPosting, Posting, decode_posting
from nbpeer.model.review import Checklist
from nbpeer.repo import git
from nbpeer.repo.remote import fetch_branch, fetch_commits
from nbpeer.repo.templates import find_kind
from nbpeer.review.checklist import checklist_for


def exported(path: Path, root: Path, config: Config, head: str, branch: str) -> tuple[Posting, PullRequestConfig]:
    """The posting in a file that another job wrote, with the base's questions, and what the base says of posting.

    A tick answers the question that the gate asks. A document that words it otherwise would have people tick
    something else, so that words are taken from the base, and what is not asked there is left out. The base is the
    remote's `branch` that the pull request goes into, "" for the checkout. Raises NbpeerError when the file is not
    there, is no such document, or is about another commit than `head` ("" for any).
    """
    found = decode_posting(_content(path), str(path))
    if head and found.head != head:
        raise NbpeerError(
            f"{path} is about {found.head[:7]}, but the pull request's head is {head[:7]}",
            "post what the job of that commit exported",
        )
    base = git.resolve(root, fetch_branch(root, branch)) if branch else None
    trusted = gate_base(root, config, base) if base else GateBase(root, WORKTREE, config, None, ())
    return _with_questions(found, trusted), trusted.config.pr


def _content(path: Path) -> bytes:
    """At most one byte more than a document may have. A link may lead to what is none of the other job's."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise NbpeerError(f"{path} is no plain file", "name what --export wrote")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "name what --export wrote") from None


def _with_questions(found: Posting, trusted: GateBase) -> Posting:
    # A kind that only the pull request has is asked as the gate takes it: read from git, never checked out.
    head = Version("commit", found.head, found.head[:7])
    versions = (trusted.version,) if fetch_commits(trusted.root, (found.head,)) else (trusted.version, head)
    kinds = {name: _kind(trusted, name, versions) for name in {one.checklist for one in found.analyses}}
    common = trusted.common()
    analyses = (_asked(one, checklist_for(common, kinds[one.checklist], one.tier), trusted) for one in found.analyses)
    return msgspec.structs.replace(found, analyses=tuple(analyses))


def _kind(trusted: GateBase, name: str, versions: Sequence[Version]) -> Kind | None:
    found = (find_kind(trusted.root, trusted.config, name, version) for version in versions)
    return next((kind for kind in found if kind), None)


def _asked(analysis: AnalysisPosting, checklist: Checklist, trusted: GateBase) -> AnalysisPosting:
    items = {item.id: item for item in checklist.items}
    asked = {question.item.id: question for question in analysis.questions if question.item.id in items}
    return msgspec.structs.replace(
        analysis,
        checklist=checklist.id,
        version=checklist.version,
        minutes=checklist.minutes,
        reviewers=trusted.config.gate.of(analysis.tier).reviewers or checklist.reviewers,
        questions=tuple(msgspec.structs.replace(one, item=items[name]) for name, one in asked.items()),
    )
