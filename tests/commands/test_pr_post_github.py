"""The review of a pull request on the fake GitHub, which knows lines, limits and rights as GitHub does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

import making
from conftest import GitRepository, Outcome
from forge.fake_github import ALICE, FakeGitHub, Fault, adapter, served
from nbpeer.commands.pr_gather import Looking, gathered
from nbpeer.commands.pr_post import Posted, post
from nbpeer.config import Config, PullRequestConfig
from nbpeer.forge.forge import ForgeError
from nbpeer.model.marks import marks, ticked
from nbpeer.render.pr_inline import fingerprint_in
from nbpeer.render.pr_summary import MARK, NOTHING
from posting import analysis, put

PLAIN = PullRequestConfig()
JOIN = "import pandas as pd\norders = pd.read_csv('orders.csv')\nmerged = orders.merge(pd.read_csv('prices.csv'))\n"


@pytest.fixture
def team(repo: GitRepository) -> GitRepository:
    """An analysis changed on `work`: a join in a new cell, and an old one that the diff does not show."""
    cells = [making.markdown(f"## Section {number}\n\nText.\n") for number in range(8)]
    put(repo, analysis(making.code(JOIN), *cells), 0.62)
    repo.commit("first")
    repo.git("switch", "--quiet", "-c", "work")
    put(repo, analysis(making.code(JOIN), *cells, making.code(JOIN.replace("merged", "again"))), 0.41)
    repo.commit("another join")
    return repo


@pytest.fixture
def fake(team: GitRepository) -> Iterator[FakeGitHub]:
    with served(team.path) as found:
        found.open()
        yield found


def posted(fake: FakeGitHub, team: GitRepository, token: str = "actions") -> Posted:
    posting = gathered(team.path, Config(), Looking("main")).posting
    return post(adapter(fake, token), 17, posting, PLAIN, NOTHING)


def writes(fake: FakeGitHub) -> list[str]:
    return [
        name
        for name in fake.requests
        if name.split()[0] in ("POST", "PATCH", "PUT", "DELETE") and "graphql" not in name
    ]


def bodies(fake: FakeGitHub) -> list[str]:
    return [one.body for one in fake.comments.values()]


def test_posting_twice_writes_once(fake: FakeGitHub, team: GitRepository) -> None:
    first = posted(fake, team)
    assert (len(bodies(fake)), first.form, first.notes) == (2, 0, ())
    assert first.inline == len(fake.inline) > 0
    assert first.check
    before = len(writes(fake))
    again = posted(fake, team)
    assert len(writes(fake)) == before
    assert (again.inline, again.fixed, again.summary) == (0, 0, first.summary)


def test_two_posts_racing_leave_one_of_each_comment(fake: FakeGitHub, team: GitRepository) -> None:
    posting = gathered(team.path, Config(), Looking("main")).posting
    both = [Thread(target=post, args=(adapter(fake), 17, posting, PLAIN, NOTHING)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(next(marks(body)).kind for body in bodies(fake)) == ["checklist", "summary"]
    held = sorted(filter(None, (fingerprint_in(one.body) for one in fake.inline.values())))
    up = [key for key, struck in held if not struck]
    assert len(up) == len(set(up)) > 0
    assert {key for key, _ in held} == set(up)
    assert all("by two jobs at once" in one.body for one in fake.inline.values() if "<del>" in one.body)
    before = len(writes(fake))
    posted(fake, team)
    assert len(writes(fake)) == before


def test_every_line_we_name_is_one_that_github_takes(fake: FakeGitHub, team: GitRepository) -> None:
    posted(fake, team)
    lines = (team.path / "analyses/pricing.ipynb").read_text().splitlines()
    on_lines = [one for one in fake.inline.values() if one.known.get("line")]
    assert len(fake.sent("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews")) == 1  # none was refused and halved
    assert on_lines
    assert any("again = orders.merge" in lines[one.known["line"] - 1] for one in on_lines)


def test_ticks_in_the_comment_survive_a_push(fake: FakeGitHub, team: GitRepository) -> None:
    posted(fake, team)
    checklist = next(one for one in fake.comments.values() if "nbpeer:checklist" in one.body)
    fake.rewrite(checklist, ALICE, checklist.body.replace("- [ ] **C1**", "- [x] **C1**"))
    put(team, analysis(making.code("rate = 2\n")), 0.5)
    team.commit("a push")
    posted(fake, team)
    assert ticked(checklist.body) == {"C1"}


@pytest.mark.parametrize("kind", ["lost", "done", "dropped", "primary", "secondary"])
@pytest.mark.parametrize("ends", ["/issues/{issue_number}/comments", "/pulls/{pull_number}/reviews", "/check-runs"])
def test_what_breaks_on_the_way_doubles_nothing(fake: FakeGitHub, team: GitRepository, ends: str, kind: str) -> None:
    fake.faults.append(Fault(f"POST /repos/{{owner}}/{{repo}}{ends}", kind))  # type: ignore[arg-type]
    done = posted(fake, team)
    assert done.notes == ()
    assert sum(MARK in body for body in bodies(fake)) == 1
    assert sum("nbpeer:checklist" in body for body in bodies(fake)) == 1
    found = [one.body for one in fake.inline.values()]
    assert len(found) == len(set(found)) == done.inline
    assert len(fake.checks) == 1


def test_a_forced_push_between_reading_and_writing_loses_nothing_but_the_lines(
    fake: FakeGitHub, team: GitRepository
) -> None:
    def push() -> None:
        team.git("checkout", "--quiet", "--detach")
        team.git(
            "update-ref", "refs/heads/work", team.git("commit-tree", "work^{tree}", "-p", "main", "-m", "x").strip()
        )

    fake.meanwhile("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", push)
    done = posted(fake, team)
    assert (done.inline, len(fake.inline)) == (0, 0)
    assert done.unplaced > 0
    assert len(bodies(fake)) == 2


def test_a_token_that_only_reads_is_told_plainly_and_the_step_summary_is_there(
    fake: FakeGitHub,
    team: GitRepository,
    nbpeer: Callable[..., Outcome],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    step = tmp_path / "step.md"
    for name, value in (
        ("GITHUB_TOKEN", "fork"),
        ("GITHUB_API_URL", fake.address),
        ("GITHUB_REPOSITORY", fake.name),
        ("GITHUB_STEP_SUMMARY", str(step)),
    ):
        monkeypatch.setenv(name, value)
    done = nbpeer("pr", "post", "17", "--base", "main")
    assert done.code == 3
    assert "the token may not" in done.err
    assert "workflow_run" in done.err
    assert "1 result changed" in step.read_text()
    with pytest.raises(ForgeError):
        posted(fake, team, "fork")
    assert bodies(fake) == []
