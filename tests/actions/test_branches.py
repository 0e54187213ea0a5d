"""The workflow for branches: its steps run as GitHub runs them, from an opened pull request to the merge queue."""

from __future__ import annotations

from actions import events
from actions.story import Story
from forge.fake_github import ALICE
from forge.fake_github.repository import queue
from nbpeer.model.marks import ticked
from nbpeer.repo import workflows

# What the rules do not answer.
ASKED = ("C1", "C3", "C6", "C7", "C8")
BRANCHES = workflows.text("branches.yml")


def opened(story: Story, action: str = "opened") -> dict[str, str]:
    """Run the workflow for a push; the results of its jobs."""
    run = story.runner.run(BRANCHES, "pull_request", events.pull_request(story.fake, story.pull, action))
    for name in ("look", "review"):
        assert run.jobs[name].result == "success", run.jobs[name].out
    assert run.jobs["look"].requests == []  # it has no token, and asks GitHub nothing
    return {name: job.out for name, job in run.jobs.items()} | {
        "run": str(run.id),
        "look summary": run.jobs["look"].summary,
    }


def synced(story: Story, name: str, event: dict[str, object]) -> str:
    """Run the workflow for what somebody said or a queue made; what it printed."""
    run = story.runner.run(BRANCHES, name, event)
    assert run.jobs["look"].result == "skipped"
    assert run.jobs["review"].result == "success", run.jobs["review"].out
    return run.jobs["review"].out


def test_a_pull_request_from_opened_to_merged(story: Story) -> None:
    fake = story.fake
    done = opened(story)
    assert "nbpeer/sign-off of" in done["review"]
    assert "1 new analysis" in done["look summary"]
    assert "✓ ready for review" in story.summary.body
    assert f"actions/runs/{done['run']}" in story.summary.body
    assert [one["conclusion"] for one in fake.checks.values()] == ["success"]
    first = story.status()
    assert (first.state, first.description) == (
        "pending",
        "0 of 1 reviewer; C1, C3, C6 to C8 unticked in pricing.ipynb",
    )

    fake.rewrite(story.checklist, ALICE, story.ticked())
    synced(story, "issue_comment", events.edited(fake, story.pull, story.checklist, ALICE))
    assert story.status().description == "0 of 1 reviewer"
    approval = fake.review(17, ALICE, "APPROVED", story.head, "Good.")
    said = synced(story, "pull_request_review", events.review(fake, story.pull, approval))
    assert "is success: approved" in said
    assert story.status().state == "success"

    group = queue(fake.path, "main", [(17, story.head)])
    base = story.author.git("rev-parse", "origin/main").strip()
    synced(story, "merge_group", events.queued(fake, f"refs/heads/gh-readonly-queue/main/pr-17-{base}", group, base))
    assert story.status(group).state == "success"

    story.change()
    opened(story, "synchronize")
    lapsed = story.status()
    assert lapsed.state == "pending"
    assert "approval of alice lapsed: pricing.ipynb changed" in lapsed.description
    assert ticked(story.checklist.body) == set(ASKED)  # no push takes a tick away
    assert "- [ ] **C4**" in story.checklist.body  # and what the change asks anew has none
    assert "NBP302" in "".join(one.body for one in fake.inline.values())
    assert [one["conclusion"] for one in fake.checks.values()] == ["success", "failure"]
    assert len(fake.comments) == 2


def test_a_pull_request_that_cannot_be_looked_at_gets_no_status(story: Story) -> None:
    story.author.write("nbpeer.toml", "[gate\n")
    story.author.commit("a broken configuration")
    story.push()
    run = story.runner.run(BRANCHES, "pull_request", events.pull_request(story.fake, story.pull))
    assert (run.jobs["look"].result, run.jobs["review"].result) == ("failure", "skipped")
    assert "nbpeer.toml" in run.jobs["look"].out
    assert story.fake.requests == []


def test_a_token_that_only_reads_is_one_clear_line(story: Story) -> None:
    story.runner.read_only = True
    run = story.runner.run(BRANCHES, "pull_request", events.pull_request(story.fake, story.pull))
    (_, post) = run.jobs["review"].steps
    assert (run.jobs["review"].result, post.code) == ("failure", 3)
    (line,) = post.out.splitlines()
    assert line.startswith("nbpeer: the token may not POST /issues/17/comments")
    assert "nbpeer init --github=forks" in line
    assert "1 new analysis" in run.jobs["review"].summary  # the step summary needs no right
    assert story.fake.comments == {}


def test_the_job_with_rights_is_for_branches_of_this_repository_and_for_pull_requests(
    story: Story,
) -> None:
    starts, fake = story.runner.starts, story.fake
    assert starts(BRANCHES, "pull_request", events.pull_request(fake, story.pull)) == ["look", "review"]
    fork = fake.open(18, fork="stranger/analyses")
    assert starts(BRANCHES, "pull_request", events.pull_request(fake, fork)) == ["look"]
    assert starts(BRANCHES, "issue_comment", events.on_an_issue(fake)) == []
    assert starts(BRANCHES, "pull_request", events.pull_request(fake, story.pull) | {"action": "labeled"}) == []
    approval = fake.review(17, ALICE, "APPROVED", story.head)
    assert starts(BRANCHES, "pull_request_review", events.review(fake, story.pull, approval)) == ["review"]
