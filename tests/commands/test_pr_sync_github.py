"""The gate on the fake GitHub: reviews, ticks, rights and authors as GitHub tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import reviewing
from actions.story import Story
from conftest import GitRepository, Outcome
from forge.fake_github import ALICE, BOB, STRANGER, FakeGitHub, adapter, served
from nbpeer.commands.pr_gather import Looking, gathered
from nbpeer.commands.pr_post import post
from nbpeer.commands.pr_sync import Synced, sync
from nbpeer.config import Config, PullRequestConfig
from nbpeer.render.pr_summary import NOTHING
from reviewing import PATH

STATUS = "POST /repos/{owner}/{repo}/statuses/{sha}"


class Hub(Story):
    """The pull request with its review posted, and the clone of the job, which is of main."""

    def __init__(self, folder: Path, fake: FakeGitHub) -> None:
        super().__init__(folder, fake)
        self.robot = GitRepository(folder / "robot")
        self.robot.git("clone", "--quiet", "-b", "main", str(self.server), ".")
        posting = gathered(self.author.path, Config(), Looking("origin/main")).posting
        post(adapter(fake), 17, posting, PullRequestConfig(), NOTHING)

    def sync(self) -> Synced:
        """What sync says, which is what the status says."""
        found = sync(self.robot.path, adapter(self.fake), 17)
        status = self.status(found.sha)
        assert (status.state, status.description, status.target_url) == (
            found.state,
            found.description,
            found.target_url,
        )
        return found

    def approve(self) -> None:
        self.fake.rewrite(self.checklist, ALICE, self.ticked())
        self.fake.review(17, ALICE, "APPROVED", self.head)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    path = tmp_path / "server.git"
    GitRepository(path).git("init", "--quiet", "--bare", "-b", "main")
    with served(path) as fake:
        yield Hub(tmp_path, fake)


@pytest.fixture
def on_github(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The command line speaks to it as alice, without the pauses between writes."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    for name, value in (
        ("GITHUB_API_URL", hub.fake.address),
        ("GITHUB_REPOSITORY", hub.fake.name),
        ("GITHUB_TOKEN", "alice"),
    ):
        monkeypatch.setenv(name, value)
    return hub


def reason(found: Synced) -> str:
    return next(one.reason for gate in found.verdict.analyses for one in gate.conditions if one.name == "signed off")


def test_a_dismissed_approval_is_gone(hub: Hub) -> None:
    hub.approve()
    assert hub.sync().state == "success"
    (approval,) = [one for one in hub.fake.reviews.values() if one.author == ALICE]
    approval.known["state"] = "DISMISSED"
    found = hub.sync()
    assert (found.state, reason(found)) == ("pending", "nobody has signed this content off")


def test_an_approval_outlives_a_rebase_and_lapses_with_a_change(hub: Hub) -> None:
    hub.approve()
    hub.author.git("switch", "--quiet", "main")
    hub.author.write("README.md", "elsewhere")
    hub.author.commit("main moves on")
    hub.author.git("push", "--quiet", "origin", "main")
    hub.author.git("switch", "--quiet", "work")
    hub.author.git("rebase", "--quiet", "main")
    before = hub.head
    assert hub.push() != before
    assert hub.sync().state == "success"
    hub.change("rate = 0.05\n")
    assert hub.sync().description == "0 of 1 reviewer; approval of alice lapsed: pricing.ipynb changed"


def test_who_may_only_read_decides_nothing(hub: Hub) -> None:
    hub.fake.rewrite(hub.checklist, STRANGER, hub.ticked())
    hub.fake.review(17, STRANGER, "APPROVED", hub.head)
    found = hub.sync()
    assert found.state == "pending"
    assert "stranger may not write to the repository: their approval does not count" in found.notes
    assert any("C1 was ticked by stranger, who may not write here" in note for note in found.notes)


def test_the_author_of_the_pull_request_ticks_in_vain(hub: Hub) -> None:
    hub.fake.rewrite(hub.checklist, BOB, hub.ticked())
    hub.fake.review(17, ALICE, "APPROVED", hub.head)
    assert "C1, C3, C6 to C8 unticked" in hub.sync().description


def test_a_forced_push_while_it_looks_leaves_the_new_head_without_a_status(hub: Hub) -> None:
    hub.approve()
    looked_at = hub.head
    hub.fake.meanwhile(STATUS, lambda: hub.change("rate = 0.06\n"))
    found = sync(hub.robot.path, adapter(hub.fake), 17)
    assert (found.sha, found.state) == (looked_at, "success")
    assert hub.head != looked_at
    assert [one["sha"] for one in hub.fake.statuses] == [looked_at]
    assert hub.sync().state == "pending"


def test_what_is_said_while_it_looks_is_heard_before_it_ends(hub: Hub) -> None:
    """The job of the request for changes may have been faster: its status is not written over by an older one."""
    hub.approve()
    hub.fake.meanwhile(STATUS, lambda: hub.fake.review(17, ALICE, "CHANGES_REQUESTED", hub.head, "Wait."))
    assert hub.sync().state == "failure"
    assert [one["shown"]["state"] for one in hub.fake.statuses] == ["success", "failure"]


@pytest.mark.parametrize("how", ["author", "co-author"])
def test_an_author_that_githubs_list_does_not_reach_is_still_one(hub: Hub, how: str) -> None:
    """It lists 250 commits and no co-authors; the author of the last of 260 approves."""
    stream = "".join(
        f"commit refs/heads/work\ncommitter m <m@elsewhere.example> {1_780_000_000 + number} +0000\ndata 1\nx\n"
        + ("from refs/heads/work^0\n" if not number else "")
        for number in range(260)
    )
    hub.author.git("switch", "--quiet", "--detach")
    (hub.author.path / ".git" / "stream").write_text(stream)
    hub.author.git("-c", "alias.load=!git fast-import --quiet < .git/stream", "load")
    hub.author.git("switch", "--quiet", "work")
    hub.author.write(PATH, reviewing.pricing("rate = 0.06\n"))
    reviewing.record(hub.author)
    alice = "Alice <alice@example.org>"
    message = f"more\n\nCo-authored-by: {alice}" if how == "co-author" else "more"
    hub.author.commit(message, author=alice if how == "author" else None)
    hub.push()
    hub.approve()
    found = hub.sync()
    assert found.state == "pending"
    assert "is an author of the changes, whose sign-off does not count" in reason(found)


def test_a_review_at_the_terminal_is_one_on_github(
    on_github: Hub, nbpeer: Callable[..., Outcome], tmp_path: Path
) -> None:
    answers = reviewing.answers_file(tmp_path, reviewing.ANSWERS | {"C8": {"answer": "na", "note": "no limits"}})
    done = nbpeer("pr", "review", "17", "--answers", answers, "--comment", "Fine.", cwd=on_github.robot.path)
    assert done.code == 0, done.err
    assert done.out.startswith(f"You approved pull request 17 at {on_github.head[:7]}: 4 ticked, 5 answered by lines\n")
    (review,) = on_github.fake.reviews.values()
    assert (review.author, review.known["state"], review.known["commit_id"]) == (ALICE, "APPROVED", on_github.head)
    assert f"`nbpeer {PATH} C8 na: no limits`" in review.body
    found = on_github.sync()
    assert found.state == "success"
    assert [(one.item, one.note) for one in found.sign_offs[0].answers if one.answer == "na"] == [("C8", "no limits")]


def test_what_was_pushed_meanwhile_is_not_reviewed(
    on_github: Hub, nbpeer: Callable[..., Outcome], tmp_path: Path
) -> None:
    looks = "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits"
    on_github.fake.meanwhile(looks, lambda: on_github.change("rate = 0.06\n"))
    asked = ("--answers", reviewing.answers_file(tmp_path))
    done = nbpeer("pr", "review", "17", *asked, cwd=on_github.robot.path)
    assert done.code == 2
    assert f"pull request 17 moved on to {on_github.head[:7]} meanwhile: nothing is posted" in done.err
    assert (on_github.fake.reviews, on_github.fake.sent("PATCH")) == ({}, [])


def test_an_author_of_the_changes_is_told_at_the_terminal(
    on_github: Hub, nbpeer: Callable[..., Outcome], tmp_path: Path
) -> None:
    on_github.author.be("alice@example.org")
    on_github.change("rate = 0.06\n")
    done = nbpeer("pr", "review", "17", "--answers", reviewing.answers_file(tmp_path), cwd=on_github.robot.path)
    assert done.code == 2
    assert f"alice is an author of the changes to {PATH}" in done.err
