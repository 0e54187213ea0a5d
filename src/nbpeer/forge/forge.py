"""What nbpeer asks of a forge. Each adapter (`github`, `folder`) answers it; nothing else knows which it talks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from nbpeer.errors import NbpeerError
from nbpeer.model.pull_request import (
    CheckRun,
    Comment,
    CommentEdit,
    CommitStatus,
    InlineComment,
    Permission,
    Person,
    Placed,
    PostedInline,
    PullRequest,
    Review,
    ReviewState,
)


class ForgeError(NbpeerError):
    """The forge refused or could not be reached: exit code 3. `status` is its HTTP status, 0 for none."""

    def __init__(self, message: str, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint, exit_code=3)
        self.status = status


class TooLongError(ForgeError):
    """A text is longer than the forge holds: send a shorter form."""


class Forge(Protocol):
    """One repository on a forge. Every verb raises ForgeError, after the retries that are safe for it."""

    def pull_request(self, number: int) -> PullRequest:
        """The pull request as it is now."""

    def pull_requests_of(self, sha: str) -> tuple[PullRequest, ...]:
        """The open pull requests a commit belongs to: those it is the head of, or that a merge queue's commit holds."""

    def comments(self, number: int) -> tuple[Comment, ...]:
        """Every comment on the whole pull request, oldest first."""

    def upsert_comment(self, number: int, marker: str, body: Callable[[str], str]) -> Comment:
        """Write our one comment with this hidden marker.

        `body` is given the text that stands there now ("" for none) and returns what shall stand there; the marker is
        in it. Only a comment of our own account counts. Doubles (two jobs at once) are folded into the oldest. Nothing
        is sent when nothing differs. Raises TooLongError when the forge refuses the length.
        """

    def rewrite(self, comment: Comment, body: str) -> Comment:
        """Replace the text of a comment, be it another account's: how a reviewer ticks a box of our checklist."""

    def edits(self, comment: Comment) -> tuple[CommentEdit, ...]:
        """The versions of a comment, oldest first, the present one last; who wrote each. None when it is gone."""

    def inline_comments(self, number: int) -> tuple[PostedInline, ...]:
        """The inline comments of every account, oldest first."""

    def post_findings(self, number: int, sha: str, comments: tuple[InlineComment, ...]) -> Placed:
        """Post inline comments on a commit: on the line, else on the file, else refused. One never costs the others."""

    def edit_inline(self, comment: PostedInline, body: str) -> None:
        """Replace the text of one of our own inline comments; one that is gone is left gone."""

    def annotate(self, run: CheckRun) -> str:
        """Post a check run with all its annotations; its address, "" where the token may not write check runs."""

    def set_status(self, status: CommitStatus) -> None:
        """Set a commit's status; nothing is sent when it already says so."""

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Every review, oldest first."""

    def submit_review(self, number: int, sha: str, state: ReviewState, body: str) -> Review:
        """Submit a review of one commit in the name of the account whose token this is."""

    def request_reviewers(self, number: int, logins: tuple[str, ...]) -> None:
        """Ask people for their review; those who were asked before are left alone."""

    def label(self, number: int, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        """Add and take off labels; what already is so is left alone."""

    def commit_accounts(self, number: int, commits: Mapping[str, str]) -> dict[str, Person]:
        """The accounts that the forge matches with the authors and co-authors of the pull request's commits, by e-mail
        address in lower case; an address that it matches with nobody is left out.

        `commits` names for each address that git knows of them one commit it stands in: a forge's own list of commits
        may end too early, and may leave co-authors out.
        """

    def permission(self, login: str) -> Permission:
        """What an account may do in the repository."""

    def myself(self) -> Person:
        """The account whose token this is."""

    def upload_image(self, name: str, content: bytes) -> str:
        """Keep an image where a comment can show it; its address, "" where the forge cannot."""
