"""Pull request 17 of bob's on the fake GitHub, and a runner for its workflows."""

from __future__ import annotations

from pathlib import Path

import reviewing
from actions.runner import Runner
from conftest import GitRepository
from forge.fake_github import BOB, FakeGitHub
from forge.fake_github.state import Pull, Said
from nbpeer.model.pull_request import CommitStatus
from nbpeer.review.ticks import with_ticks

CONTEXT = "nbpeer/sign-off"
JOIN = "import pandas as pd\norders = pd.read_csv('orders.csv')\nmerged = orders.merge(pd.read_csv('prices.csv'))\n"


class Story:
    """A pull request with the clone of its author. `of_fork` puts its head where GitHub keeps those of forks."""

    def __init__(self, folder: Path, fake: FakeGitHub, *, of_fork: bool = False) -> None:
        self.fake, self.server, self.author = fake, fake.path, GitRepository(folder / "author")
        self.runner = Runner(fake, self.server, folder / "runner")
        self._to = "refs/pull/17/head" if of_fork else "refs/heads/work"
        self.author.git("init", "--quiet", "-b", "main")
        self.author.git("remote", "add", "origin", str(self.server))
        self.author.be("maintainer@example.org")
        reviewing.begin(self.author)
        self.author.be("bob@example.org")
        self.author.git("push", "--quiet", "origin", "main")
        self.push()
        self.pull: Pull = fake.open(17, author=BOB, fork="bob/analyses" if of_fork else "")

    def push(self) -> str:
        self.author.git("push", "--quiet", "--force", "origin", f"HEAD:{self._to}")
        return self.author.git("rev-parse", "HEAD").strip()

    def change(self, source: str = JOIN) -> str:
        """The author pushes another cell, run again."""
        self.author.write(reviewing.PATH, reviewing.pricing(source))
        reviewing.record(self.author)
        self.author.commit("another cell")
        return self.push()

    @property
    def head(self) -> str:
        return self.fake.head(self.pull)

    @property
    def checklist(self) -> Said:
        return next(one for one in self.fake.comments.values() if "nbpeer:checklist" in one.body)

    @property
    def summary(self) -> Said:
        return next(one for one in self.fake.comments.values() if "nbpeer:summary" in one.body)

    def ticked(self) -> str:
        """The checklist with every box ticked."""
        return with_ticks(self.checklist.body, set(reviewing.ANSWERS))

    def status(self, sha: str = "") -> CommitStatus:
        """The newest status of a commit, the head without one."""
        wanted = sha or self.head
        shown = [one["shown"] for one in self.fake.statuses if one["sha"] == wanted][-1]
        assert shown["context"] == CONTEXT
        return CommitStatus(CONTEXT, wanted, shown["state"], shown["description"], shown["target_url"] or "")
