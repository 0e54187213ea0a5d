"""A forge in a folder: the same review as Markdown and JSON, for any other forge, a mailing list, and the tests.

docs/forges.md says what lies where. Whoever may write in the folder can write as anybody: it decides nothing that
the folder's keeper would not decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nbpeer.files import write_atomic
from nbpeer.forge import folder_files
from nbpeer.forge.folder_files import Member, Post, Settings, StoredPost
from nbpeer.forge.forge import ForgeError, TooLongError
from nbpeer.forge.sticky import ours, plan, same_account
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

NBPEER = Person("nbpeer", 0, bot=True)


def _now() -> datetime:
    return datetime.now(UTC)


class Folder:
    """`Forge` over the folder `root`, in the name of the account `me`."""

    def __init__(self, root: Path, me: Person = NBPEER, clock: Callable[[], datetime] = _now) -> None:
        self.root = root
        self._me = me
        self._clock = clock

    def open(self, pull: PullRequest) -> None:
        """Write down a pull request as it is now: what nbpeer is told of it. Again after each push."""
        folder_files.write(self._of(pull.number) / "pull-request.json", pull)

    def join(self, *people: Member) -> None:
        """Write down accounts and what they may do."""
        others = (one for one in self._settings().people if one.login not in {new.login for new in people})
        settings = msgspec.structs.replace(self._settings(), people=(*others, *people))
        folder_files.write(self.root / "forge.json", settings)

    def pull_request(self, number: int) -> PullRequest:
        """As `pull-request.json` says."""
        return folder_files.read(self._of(number) / "pull-request.json", PullRequest)

    def pull_requests_of(self, sha: str) -> tuple[PullRequest, ...]:
        """The open ones whose head it is; a folder knows no merge queue."""
        names = (file.parent.name for file in self.root.glob("[0-9]*/pull-request.json"))
        found = (self.pull_request(number) for number in sorted(int(name) for name in names if name.isdecimal()))
        return tuple(pull for pull in found if pull.open and pull.head_sha == sha)

    def comments(self, number: int) -> tuple[Comment, ...]:
        """The texts in `comments/`, as they stand there now."""
        return tuple(_comment(stored) for stored in folder_files.posts(self._of(number) / "comments"))

    def comment(self, number: int, body: str) -> Comment:
        """Say something, as a person does."""
        return _comment(folder_files.add(self._of(number) / "comments", self._post(body)))

    def rewrite(self, comment: Comment, body: str) -> Comment:
        """Edit a comment, as a person does who ticks a box; the version says who it was."""
        return _comment(folder_files.rewrite(self._stored(comment.url), self._edit(body)))

    def upsert_comment(self, number: int, marker: str, body: Callable[[str], str]) -> Comment:
        """As `Forge`; the limit is `longest` in `forge.json`."""
        wanted = plan(ours(self.comments(number), self._me, marker), marker, body)
        self._fits(wanted.text)
        written = wanted.keep
        if written is None:
            written = self.comment(number, wanted.text)
        elif written.body != wanted.text:
            written = self.rewrite(written, wanted.text)
        for double in filter(None, (self._find(one.url) for one in wanted.fold)):
            folder_files.remove(double)
        return written

    def edits(self, comment: Comment) -> tuple[CommentEdit, ...]:
        """Every version; the editor of one that was written into the file by hand is not known."""
        stored = self._find(comment.url)
        return folder_files.versions(stored) if stored else ()

    def inline_comments(self, number: int) -> tuple[PostedInline, ...]:
        """The texts in `inline/`."""
        return tuple(_inline(stored) for stored in folder_files.posts(self._of(number) / "inline"))

    def post_findings(self, number: int, sha: str, comments: tuple[InlineComment, ...]) -> Placed:
        """Store each in `inline/`; a folder refuses none that is not too long."""
        longest = self._settings().longest
        kept = tuple(comment for comment in comments if not longest or len(comment.body) <= longest)
        for comment in kept:
            post = self._post(comment.body)
            place = msgspec.structs.replace(post, path=comment.path, line=comment.line, sha=sha)
            folder_files.add(self._of(number) / "inline", place)
        return Placed(
            on_line=tuple(comment for comment in kept if comment.line),
            on_file=tuple(comment for comment in kept if not comment.line),
            refused=tuple(comment for comment in comments if comment not in kept),
        )

    def edit_inline(self, comment: PostedInline, body: str) -> None:
        """Rewrite the text in `inline/`; another account's is refused."""
        stored = self._find(comment.url)
        if stored is None:
            return
        if not same_account(stored.post.author, self._me):
            raise ForgeError(f"{stored.file} is {stored.post.author.login}'s", "only its author edits it", status=403)
        self._fits(body)
        if stored.body != body:
            folder_files.rewrite(stored, self._edit(body))

    def annotate(self, run: CheckRun) -> str:
        """Write `commits/SHA/checks/NAME.json`."""
        file = self._of_commit(run.sha) / "checks" / f"{folder_files.slug(run.name)}.json"
        folder_files.write(file, run)
        return str(file.resolve())

    def check_runs(self, sha: str) -> tuple[CheckRun, ...]:
        """The check runs of a commit, by name."""
        files = sorted((self._of_commit(sha) / "checks").glob("*.json"))
        return tuple(folder_files.read(file, CheckRun) for file in files)

    def set_status(self, status: CommitStatus) -> None:
        """Write `commits/SHA/statuses/CONTEXT.json`."""
        file = self._of_commit(status.sha) / "statuses" / f"{folder_files.slug(status.context)}.json"
        folder_files.write(file, status)

    def statuses(self, sha: str) -> tuple[CommitStatus, ...]:
        """The statuses of a commit, by context."""
        files = sorted((self._of_commit(sha) / "statuses").glob("*.json"))
        return tuple(folder_files.read(file, CommitStatus) for file in files)

    def reviews(self, number: int) -> tuple[Review, ...]:
        """The files in `reviews/`."""
        files = sorted((self._of(number) / "reviews").glob("[0-9]*.json"))
        return tuple(folder_files.read(file, Review) for file in files)

    def submit_review(self, number: int, sha: str, state: ReviewState, body: str) -> Review:
        """Write the next file in `reviews/`."""
        self._fits(body)
        folder = self._of(number) / "reviews"
        last = max((review.id for review in self.reviews(number)), default=0)
        file = folder / f"{last + 1:04}-{folder_files.slug(self._me.login)}.json"
        review = Review(last + 1, self._me, state, sha, body, self._time(), str(file.resolve()))
        folder_files.write(file, review)
        return review

    def request_reviewers(self, number: int, logins: tuple[str, ...]) -> None:
        """Add to the list in `reviewers.json`."""
        folder_files.write(
            self._of(number) / "reviewers.json", tuple(dict.fromkeys((*self.requested(number), *logins)))
        )

    def requested(self, number: int) -> tuple[str, ...]:
        """Who was asked for a review, in the order of asking."""
        file = self._of(number) / "reviewers.json"
        return folder_files.read(file, tuple[str, ...]) if file.exists() else ()

    def label(self, number: int, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        """Change the labels in `pull-request.json`."""
        pull = self.pull_request(number)
        labels = tuple(label for label in dict.fromkeys((*pull.labels, *add)) if label not in remove)
        self.open(msgspec.structs.replace(pull, labels=labels))

    def commit_accounts(self, number: int, commits: Mapping[str, str]) -> dict[str, Person]:
        """As `commit-accounts.json` says; none without it."""
        file = self._of(number) / "commit-accounts.json"
        return folder_files.read(file, dict[str, Person]) if file.exists() else {}

    def permission(self, login: str) -> Permission:
        """As `forge.json` says; none for whoever is not in it."""
        people = self._settings().people
        return next((one.permission for one in people if one.login.lower() == login.lower()), "none")

    def myself(self) -> Person:
        """The account this folder was opened for."""
        return self._me

    def upload_image(self, name: str, content: bytes) -> str:
        """Write `images/NAME`; its address is the file's."""
        file = self.root / "images" / folder_files.slug(name)
        write_atomic(file, content)
        return file.resolve().as_uri()

    def _settings(self) -> Settings:
        file = self.root / "forge.json"
        return folder_files.read(file, Settings) if file.exists() else Settings()

    def _fits(self, text: str) -> None:
        longest = self._settings().longest
        if longest and len(text) > longest:
            said = f"{len(text)} characters are more than the {longest} that forge.json allows"
            raise TooLongError(said, "send less, or raise `longest` there", status=422)

    def _of(self, number: int) -> Path:
        return self.root / str(number)

    def _of_commit(self, sha: str) -> Path:
        return self.root / "commits" / folder_files.slug(sha)

    def _time(self) -> str:
        return folder_files.said_at(self._clock())

    def _edit(self, body: str) -> CommentEdit:
        return CommentEdit(self._me, self._time(), body)

    def _post(self, body: str) -> Post:
        return Post(self._me, (self._edit(body),))

    def _stored(self, url: str) -> StoredPost:
        found = self._find(url)
        if found is None:
            raise ForgeError(f"{url} is not there", "somebody deleted it", status=404)
        return found

    def _find(self, url: str) -> StoredPost | None:
        file = Path(url)
        return next((stored for stored in folder_files.posts(file.parent) if stored.file == file), None)


def _comment(stored: StoredPost) -> Comment:
    return Comment(stored.id, stored.post.author, stored.body, str(stored.file))


def _inline(stored: StoredPost) -> PostedInline:
    post = stored.post
    return PostedInline(stored.id, post.author, post.path, post.line or None, stored.body, str(stored.file))
