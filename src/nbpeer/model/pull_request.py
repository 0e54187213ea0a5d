"""A pull request as nbpeer sees it, on any forge: who, which commits, what was said, what is posted."""

from __future__ import annotations

from typing import Literal

import msgspec

ReviewState = Literal["approved", "changes_requested", "commented", "dismissed", "pending"]
Permission = Literal["none", "read", "triage", "write", "maintain", "admin"]
MAY_REVIEW: tuple[Permission, ...] = ("write", "maintain", "admin")
StatusState = Literal["pending", "success", "failure", "error"]
Level = Literal["notice", "warning", "failure"]
Conclusion = Literal["success", "failure", "neutral"]


class Person(msgspec.Struct, frozen=True):
    """An account of the forge. `id` never changes, `login` may; `bot` is an app or a workflow's token."""

    login: str
    id: int = 0
    bot: bool = False


class PullRequest(msgspec.Struct, frozen=True):
    """One pull request. `base_ref` and `head_ref` are branch names, `base_sha` and `head_sha` full commits.

    `fork` is whether the head lies in another repository, `head_repository` which ("" when that is gone).
    """

    number: int
    title: str
    author: Person
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head_repository: str = ""
    fork: bool = False
    draft: bool = False
    open: bool = True
    url: str = ""
    labels: tuple[str, ...] = ()


class Comment(msgspec.Struct, frozen=True):
    """A comment on the whole pull request."""

    id: int
    author: Person
    body: str
    url: str = ""


class CommentEdit(msgspec.Struct, frozen=True):
    """One version of a comment: its whole text once `editor` had written it at `time` (UTC, ISO 8601).

    `editor` is None when the account is gone or the forge does not say.
    """

    editor: Person | None
    time: str
    body: str


class InlineComment(msgspec.Struct, frozen=True):
    """A comment on a `line` of a file's head side; 0 is the file itself.

    `fingerprint` tells it from others for ever; `body` holds it in a hidden marker, so that it is found again.
    """

    path: str
    line: int
    body: str
    fingerprint: str


class PostedInline(msgspec.Struct, frozen=True):
    """An inline comment as it stands on the forge. `line` is None where the diff has moved away from it."""

    id: int
    author: Person
    path: str
    line: int | None
    body: str
    url: str = ""


class Placed(msgspec.Struct, frozen=True):
    """What became of inline comments: posted on their line, on their file, or refused by the forge."""

    on_line: tuple[InlineComment, ...] = ()
    on_file: tuple[InlineComment, ...] = ()
    refused: tuple[InlineComment, ...] = ()


class Review(msgspec.Struct, frozen=True):
    """A review somebody submitted. `commit` is the head they saw; `time` UTC, ISO 8601."""

    id: int
    author: Person
    state: ReviewState
    commit: str
    body: str
    time: str
    url: str = ""


class Annotation(msgspec.Struct, frozen=True):
    """One line of a check run: a finding on lines `line` to `end_line` of a file."""

    path: str
    line: int
    level: Level
    title: str
    message: str
    end_line: int = 0


class CheckRun(msgspec.Struct, frozen=True):
    """A check run on one commit, with any number of annotations (the forge's adapter sends them in its batches)."""

    name: str
    sha: str
    conclusion: Conclusion
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    details_url: str = ""


class CommitStatus(msgspec.Struct, frozen=True):
    """A commit's status of one context. The adapter shortens `description` to what the forge holds."""

    context: str
    sha: str
    state: StatusState
    description: str
    target_url: str = ""
