"""GitHub and GitHub Enterprise Server, through PyGithub."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nbpeer.forge import github_comments, github_commits, github_images, github_people, github_read, github_review
from nbpeer.forge.forge import ForgeError
from nbpeer.forge.github_client import Client
from nbpeer.forge.sticky import same_account
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


class GitHub:
    """`Forge` over one repository; docs/forges.md says what each verb sends."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def pull_request(self, number: int) -> PullRequest:
        """As `Forge`."""
        return github_read.pull_request(self._client.get(f"/pulls/{number}"))

    def pull_requests_of(self, sha: str) -> tuple[PullRequest, ...]:
        """As `Forge`; of forks too, and of a merge queue's commit."""
        return github_commits.pull_requests_of(self._client, sha)

    def comments(self, number: int) -> tuple[Comment, ...]:
        """As `Forge`."""
        return github_comments.comments(self._client, number)

    def upsert_comment(self, number: int, marker: str, body: Callable[[str], str]) -> Comment:
        """As `Forge`."""
        return github_comments.upsert(self._client, number, marker, body)

    def rewrite(self, comment: Comment, body: str) -> Comment:
        """As `Forge`; GitHub lets whoever may write to the repository."""
        return github_comments.rewrite(self._client, comment, body)

    def edits(self, comment: Comment) -> tuple[CommentEdit, ...]:
        """As `Forge`, from GraphQL: REST does not tell who edited."""
        return github_comments.edits(self._client, comment)

    def inline_comments(self, number: int) -> tuple[PostedInline, ...]:
        """As `Forge`."""
        return github_review.inline_comments(self._client, number)

    def post_findings(self, number: int, sha: str, comments: tuple[InlineComment, ...]) -> Placed:
        """As `Forge`; at most 30 on lines and 10 on files."""
        return github_review.post_findings(self._client, number, sha, comments)

    def edit_inline(self, comment: PostedInline, body: str) -> None:
        """As `Forge`."""
        if not same_account(comment.author, self._client.me):
            raise ForgeError(f"{comment.url} is {comment.author.login}'s", "only its author edits it", status=403)
        if body != comment.body:
            github_review.edit(self._client, comment.id, body)

    def annotate(self, run: CheckRun) -> str:
        """As `Forge`, in batches of 50."""
        return github_commits.annotate(self._client, run)

    def set_status(self, status: CommitStatus) -> None:
        """As `Forge`; the description is cut at 140 characters."""
        github_commits.set_status(self._client, status)

    def reviews(self, number: int) -> tuple[Review, ...]:
        """As `Forge`."""
        return github_review.reviews(self._client, number)

    def submit_review(self, number: int, sha: str, state: ReviewState, body: str) -> Review:
        """As `Forge`."""
        return github_review.submit(self._client, number, sha, state, body)

    def request_reviewers(self, number: int, logins: tuple[str, ...]) -> None:
        """As `Forge`; who has reviewed was asked before."""
        seen = frozenset(review.author.login.lower() for review in self.reviews(number))
        github_people.request_reviewers(self._client, number, logins, seen)

    def label(self, number: int, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        """As `Forge`."""
        github_people.label(self._client, number, add, remove)

    def commit_accounts(self, number: int, commits: Mapping[str, str]) -> dict[str, Person]:
        """As `Forge`; GitHub lists at most 250 commits, with their first authors."""
        return github_people.commit_accounts(self._client, number, commits)

    def permission(self, login: str) -> Permission:
        """As `Forge`."""
        return github_people.permission(self._client, login)

    def myself(self) -> Person:
        """As `Forge`."""
        return self._client.me

    def upload_image(self, name: str, content: bytes) -> str:
        """As `Forge`; on the branch `nbpeer-assets` of a public repository."""
        return github_images.upload_image(self._client, name, content)
