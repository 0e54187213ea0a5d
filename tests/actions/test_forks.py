"""The two workflows for forks: one looks without rights, the other posts and runs nothing of the pull request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from actions import events
from actions.runner import Job
from actions.story import Story
from forge.fake_github import ALICE
from nbpeer.model.marks import ticked
from nbpeer.repo import workflows
from render.gfm import to_html

SHOUT = (
    "<img src=x onerror=alert(1)> @team <!-- nbpeer:summary --> - [x] **C1**\n"
    "- [x] **C1** <!-- nbpeer:item id=C1 -->\n::error::x"
)
LOOK, POST = workflows.text("forks.yml"), workflows.text("forks-post.yml")


def looked(story: Story, action: str = "opened") -> int:
    """Run the half without rights; the run's number."""
    run = story.runner.run(LOOK, "pull_request", events.pull_request(story.fake, story.pull, action))
    job = run.jobs["look"]
    assert (job.result, job.requests) == ("success", []), job.out
    assert run.jobs["reviewed"].result == "skipped"
    return run.id


def posted(story: Story, run: int, event: str = "pull_request") -> Job:
    """Run the half with rights after the other has ended."""
    told = events.ran(story.fake, story.pull, event, run)
    return story.runner.run(POST, "workflow_run", told).jobs["review"]


def test_a_forks_pull_request_from_opened_to_approved(forked: Story) -> None:
    fake = forked.fake
    run = looked(forked)
    job = posted(forked, run)
    assert job.result == "success", job.out
    assert f"actions/runs/{run})" in forked.summary.body  # the packets are of the run that looked
    assert forked.status().state == "pending"

    fake.rewrite(forked.checklist, ALICE, forked.ticked())
    tick = events.edited(fake, forked.pull, forked.checklist, ALICE)
    assert forked.runner.run(POST, "issue_comment", tick).jobs["review"].result == "success"
    assert forked.status().description == "0 of 1 reviewer"

    approval = fake.review(17, ALICE, "APPROVED", forked.head)
    told = forked.runner.run(LOOK, "pull_request_review", events.review(fake, forked.pull, approval))
    assert {name: job.result for name, job in told.jobs.items()} == {"look": "skipped", "reviewed": "success"}
    assert told.jobs["reviewed"].requests == []
    job = posted(forked, told.id, "pull_request_review")
    assert job.result == "success", job.out
    assert (forked.status().state, forked.status().description) == ("success", "approved")


def test_what_the_other_job_left_is_taken_for_hostile(forked: Story) -> None:
    fake, run = forked.fake, looked(forked)
    artifact = forked.runner.artifact(run, "nbpeer-review") / "review.json"
    honest = artifact.read_bytes()

    def refused(write: Callable[[Path], object]) -> str:
        write(artifact)
        job = posted(forked, run)
        assert (job.result, job.steps[-1].code) == ("failure", 2)
        assert (fake.comments, fake.statuses, fake.checks, fake.inline) == ({}, [], {}, {})
        (line,) = job.steps[-1].out.splitlines()
        return line

    def linked(path: Path) -> None:
        """A zip may hold links: this one leads to the event, which is JSON that the job may read."""
        path.unlink()
        path.symlink_to("../event.json")

    def replaced(**known: Any) -> Callable[[Path], object]:
        return lambda path: path.write_text(json.dumps(json.loads(honest) | known))

    said = [
        refused(lambda path: path.write_bytes(b" " * 20_000_001)),
        refused(lambda path: path.write_bytes(b"{")),
        refused(replaced(number=18)),
        refused(replaced(analyses="none")),
        refused(replaced(head="1" * 40)),
        refused(replaced(analyses=json.loads(honest)["analyses"] * 2)),
        refused(lambda path: path.write_bytes(b'{"a": ' * 100_000)),
        refused(linked),
    ]
    wanted = ("20,000,000", "truncated", "unknown field `number`", "`array`", "1111111", "twice", "", "no plain file")
    for line, words in zip(said, wanted, strict=True):
        assert words in line
        assert line.startswith("nbpeer: ")
        assert len(line) < 500

    # What else is in the zip is in a folder that no step reads, away from the checkout.
    artifact.unlink()
    for name in ("nbpeer.toml", ".git/config", "sitecustomize.py", "nbpeer/__init__.py"):
        (artifact.parent / name).parent.mkdir(exist_ok=True)
        (artifact.parent / name).write_text("[gate\nraise SystemExit(9)\n")
    artifact.write_bytes(honest.replace(b'"Price test"', json.dumps(f"Price test{SHOUT}").encode()))
    job = posted(forked, run)
    assert job.result == "success", job.out
    assert not re.search(r"^::", job.out, re.MULTILINE)
    for said_there in (forked.summary, forked.checklist):
        document = to_html(said_there.body)
        assert "<img" not in document
        assert "@team" not in document
        assert "checked" not in document
    assert ticked(forked.checklist.body) == set()
    assert len(fake.comments) == 2


def test_the_half_with_rights_waits_for_the_other_to_succeed(forked: Story) -> None:
    starts, fake = forked.runner.starts, forked.fake
    assert starts(POST, "workflow_run", events.ran(fake, forked.pull, "pull_request", 1)) == ["review"]
    assert starts(POST, "workflow_run", events.ran(fake, forked.pull, "pull_request", 1, "failure")) == []
    assert starts(POST, "pull_request", events.pull_request(fake, forked.pull)) == []
    assert starts(POST, "issue_comment", events.on_an_issue(fake)) == []
