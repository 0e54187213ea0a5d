"""A pull request from open to approved: a bare repository, its clones, and what people say in a folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import reviewing
from conftest import GitRepository
from nbpeer.forge.folder import NBPEER, Folder
from nbpeer.forge.folder_files import Member
from nbpeer.model.marks import CHECKLIST, ITEM, mark
from nbpeer.model.pull_request import Comment, CommitStatus, Permission, Person, PullRequest, Review, ReviewState
from nbpeer.review.ticks import with_ticks
from reviewing import ANSWERS, PATH

ALICE, BOB, CAROL, DAVE = (Person(name, number) for number, name in enumerate(("alice", "bob", "carol", "dave"), 11))
CONTEXT = "nbpeer/sign-off"


class Pulled:
    """Pull request 17 from `work` into main. `author` is the author's clone, `robot` that of the job,
    which runs on main and never had the branch. Time passes by the minute, whenever somebody acts."""

    def __init__(self, folder: Path) -> None:
        self.remote, self.folder = folder / "origin.git", folder / "forge"
        self.author = GitRepository(folder / "author")
        self.author.git("init", "--quiet", "--bare", "-b", "main", str(self.remote))
        self.author.git("init", "--quiet", "-b", "main")
        self.author.git("remote", "add", "origin", str(self.remote))
        self.now = datetime(2026, 7, 1, tzinfo=UTC)
        reviewing.begin(self.author)
        self.author.be("analyst@example.org")
        self.author.git("push", "--quiet", "origin", "main")
        self.robot = GitRepository(folder / "robot")
        self.robot.git("clone", "--quiet", str(self.remote), ".")
        people: dict[Person, Permission] = {ALICE: "write", BOB: "write", CAROL: "maintain", DAVE: "read"}
        self.as_(NBPEER).join(*(Member(one.login, may, one.id) for one, may in people.items()))
        self.push()

    def as_(self, person: Person) -> Folder:
        """The folder in the hands of somebody."""
        return Folder(self.folder, person, self._tick)

    def push(self, *, force: bool = False, number: int = 17, branch: str = "work") -> str:
        """Push the branch and tell the forge; the new head."""
        self.author.git("push", "--quiet", *(["--force"] if force else []), "origin", branch)
        head, main = (self.author.git("rev-parse", name).strip() for name in (branch, "main"))
        self.as_(NBPEER).open(PullRequest(number, "Prices", ALICE, "main", main, branch, head))
        return head

    @property
    def head(self) -> str:
        return self.as_(NBPEER).pull_request(17).head_sha

    def post(self, path: str = PATH, items: tuple[str, ...] = tuple(ANSWERS)) -> Comment:
        """The checklist as nbpeer posts it, with the ticks that stand in it; its content is what `author` has."""
        first = mark(CHECKLIST, path=path, content="sha256:0", checklist="ab_test", version=self.version, tier="medium")
        body = "\n".join([first, "", *(f"- [ ] **{item}** question {mark(ITEM, id=item)}" for item in items), ""])

        def keep(current: str) -> str:
            from nbpeer.model.marks import ticked

            return with_ticks(body, ticked(current))

        return self.as_(NBPEER).upsert_comment(17, mark(CHECKLIST, path=path).removesuffix("-->"), keep)

    version = "1.1"

    def tick(self, person: Person, *items: str, path: str = PATH) -> None:
        """Tick boxes, and leave those that are ticked."""
        from nbpeer.model.marks import ticked

        comment = self.checklist(path)
        self.as_(person).rewrite(comment, with_ticks(comment.body, {*ticked(comment.body), *items}))

    def checklist(self, path: str = PATH) -> Comment:
        begin = mark(CHECKLIST, path=path).removesuffix("-->")
        return next(one for one in self.as_(NBPEER).comments(17) if one.body.startswith(begin))

    def say(self, person: Person, body: str) -> Comment:
        return self.as_(person).comment(17, body)

    def review(self, person: Person, state: ReviewState = "approved", body: str = "", commit: str = "") -> Review:
        return self.as_(person).submit_review(17, commit or self.head, state, body)

    def dismiss(self, review: Review) -> None:
        import msgspec

        from nbpeer.forge import folder_files

        folder_files.write(Path(review.url), msgspec.structs.replace(review, state="dismissed"))

    def status(self, sha: str = "") -> CommitStatus:
        (found,) = self.as_(NBPEER).statuses(sha or self.head)
        assert found.context == CONTEXT
        assert len(found.description) <= 140
        return found

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now
