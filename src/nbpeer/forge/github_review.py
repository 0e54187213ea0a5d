"""Inline comments and reviews. One bad position makes GitHub refuse a whole review, so a refused one is halved."""

from __future__ import annotations

from typing import Any

from nbpeer.forge import github_read
from nbpeer.forge.forge import ForgeError
from nbpeer.forge.github_client import Client
from nbpeer.forge.sticky import same_account
from nbpeer.model.pull_request import InlineComment, Placed, PostedInline, Review, ReviewState

# As reviewdog does: more than that in one go is noise, and 80 writes a minute is GitHub's limit.
MOST_INLINE = 30
MOST_ON_FILE = 10
_EVENTS: dict[ReviewState, str] = {
    "approved": "APPROVE",
    "changes_requested": "REQUEST_CHANGES",
    "commented": "COMMENT",
}


def inline_comments(client: Client, number: int) -> tuple[PostedInline, ...]:
    """The inline comments of every account, oldest first."""
    found = client.pages(f"/pulls/{number}/comments")
    return tuple(sorted(map(github_read.inline, found), key=lambda comment: comment.id))


def post_findings(client: Client, number: int, sha: str, comments: tuple[InlineComment, ...]) -> Placed:
    """As `Forge.post_findings`: at most 30 on lines, then 10 on files. All are refused once the head has moved on."""
    posting = _Posting(client, number, sha)
    wanted = [comment for comment in comments if comment.line]
    posting.on_lines(wanted[:MOST_INLINE])
    files = [*posting.misplaced, *wanted[MOST_INLINE:], *(comment for comment in comments if not comment.line)]
    for comment in files:
        posting.on_file(comment)
    return Placed(
        on_line=tuple(comment for comment in comments if comment in posting.placed),
        on_file=tuple(comment for comment in comments if comment in posting.filed),
        refused=tuple(comment for comment in comments if comment not in posting.placed + posting.filed),
    )


def edit(client: Client, comment: int, body: str) -> None:
    """Replace the text of an inline comment; somebody may have deleted it meanwhile."""
    try:
        client.put("PATCH", f"/pulls/comments/{comment}", {"body": body})
    except ForgeError as error:
        if error.status not in (404, 410):
            raise


def reviews(client: Client, number: int) -> tuple[Review, ...]:
    """Every review, oldest first."""
    found = client.pages(f"/pulls/{number}/reviews")
    return tuple(sorted(map(github_read.review, found), key=lambda review: review.id))


def submit(client: Client, number: int, sha: str, state: ReviewState, body: str) -> Review:
    """As `Forge.submit_review`. GitHub refuses an approval of one's own pull request."""
    if state not in _EVENTS:
        raise ForgeError(f"a review cannot be submitted as {state}", "approve, request changes or comment")
    before = {review.id for review in reviews(client, number)}

    def done() -> Review | None:
        new = (review for review in reviews(client, number) if review.id not in before)
        return next((one for one in new if one.commit == sha and same_account(one.author, client.me)), None)

    sent = {"commit_id": sha, "event": _EVENTS[state], "body": body}
    return client.post(f"/pulls/{number}/reviews", sent, done, github_read.review)


class _Posting:
    """Inline comments being posted: what became of each so far."""

    def __init__(self, client: Client, number: int, sha: str) -> None:
        self._client, self._number, self._sha = client, number, sha
        self._moved = False
        self._without_lines: set[str] = set()
        self.placed: list[InlineComment] = []
        self.filed: list[InlineComment] = []
        self.misplaced: list[InlineComment] = []

    def on_lines(self, comments: list[InlineComment]) -> None:
        """Post as one review; when that is refused, each half, down to the one that has no such line."""
        comments, whole = self._with_lines(comments)
        self.misplaced += whole
        if not comments or self._moved:
            return
        sent = {"commit_id": self._sha, "event": "COMMENT", "comments": [_on_line(one) for one in comments]}
        if self._sent(f"/pulls/{self._number}/reviews", sent, comments):
            self.placed += comments
        elif len(comments) > 1 and not self._moved:
            half = len(comments) // 2
            self.on_lines(comments[:half])
            self.on_lines(comments[half:])
        elif not self._moved:
            self.misplaced += comments

    def on_file(self, comment: InlineComment) -> None:
        """Post on the whole file, if there is room for it."""
        if self._moved or len(self.filed) >= MOST_ON_FILE:
            return
        sent = {"commit_id": self._sha, "path": comment.path, "subject_type": "file", "body": comment.body}
        if self._sent(f"/pulls/{self._number}/comments", sent, [comment]):
            self.filed.append(comment)

    def _with_lines(self, comments: list[InlineComment]) -> tuple[list[InlineComment], list[InlineComment]]:
        """Those of files whose diff GitHub holds, and those of files too large for it."""
        able = [one for one in comments if one.path not in self._without_lines]
        return able, [one for one in comments if one.path in self._without_lines]

    def _sent(self, path: str, body: dict[str, Any], comments: list[InlineComment]) -> bool:
        def done() -> bool | None:
            mine = [
                one.body
                for one in inline_comments(self._client, self._number)
                if same_account(one.author, self._client.me)
            ]
            there = all(any(comment.fingerprint in text for text in mine) for comment in comments)
            return True if there else None

        try:
            return self._client.post(path, body, done, lambda answer: True)
        except ForgeError as error:
            if error.status != 422:
                raise
            self._learn(str(error), comments)
            return False

    def _learn(self, said: str, comments: list[InlineComment]) -> None:
        """Whether a refusal is about the commit, or about a file as a whole, so that nothing is tried in vain."""
        paths = {comment.path for comment in comments}
        if "diff too large" in said.lower() and len(paths) == 1:
            self._without_lines |= paths
        self._moved = self._client.get(f"/pulls/{self._number}")["head"]["sha"] != self._sha


def _on_line(comment: InlineComment) -> dict[str, Any]:
    return {"path": comment.path, "line": comment.line, "side": "RIGHT", "body": comment.body}
