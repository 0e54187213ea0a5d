"""The action's steps, as GitHub runs a composite action's: by its modes."""

from __future__ import annotations

import tomllib

from actions import events
from actions.runner import ROOT
from actions.story import Story
from forge.fake_github import ALICE


def test_look_writes_a_file_and_post_posts_it(story: Story) -> None:
    runner, fake = story.runner, story.fake
    opened = events.pull_request(fake, story.pull)
    looked = runner.act("pull_request", opened, story.head, mode="look", token="")
    assert [step.name for step in looked.steps] == ["mode", "install nbpeer", "look"]
    assert (looked.result, fake.requests) == ("success", [])
    work = runner.folder / "run1-action" / "work"
    assert (work / "packets" / "packet.html").exists()
    assert (runner.artifact(1, "nbpeer-packets") / "packet.html").exists()
    posted = runner.act("pull_request", opened, "main", mode="post", file=str(work / "review.json"))
    assert posted.result == "success", posted.out
    assert [step.name for step in posted.steps] == ["mode", "install nbpeer", "post", "sync"]
    assert story.status().state == "pending"
    assert len(fake.comments) == 2


def test_review_does_all_at_once_and_only_syncs_what_is_no_push(story: Story) -> None:
    runner, fake = story.runner, story.fake
    done = runner.act("pull_request", events.pull_request(fake, story.pull), story.head)
    assert done.result == "success", done.out
    assert [step.name for step in done.steps] == ["mode", "install nbpeer", "review", "sync"]
    assert "actions/runs/1" in story.summary.body
    assert (runner.artifact(1, "nbpeer-packets") / "packet.html").exists()  # what that address leads to
    fake.rewrite(story.checklist, ALICE, story.ticked())
    approval = fake.review(17, ALICE, "APPROVED", story.head)
    before = len(fake.sent("PATCH"))
    done = runner.act("pull_request_review", events.review(fake, story.pull, approval), "main")
    assert done.result == "success", done.out
    assert story.status().state == "success"
    assert len(fake.sent("PATCH")) == before


def test_sign_offs_are_committed_where_that_is_asked_for(story: Story) -> None:
    runner, fake = story.runner, story.fake
    runner.act("pull_request", events.pull_request(fake, story.pull), story.head)
    fake.rewrite(story.checklist, ALICE, story.ticked())
    approved = events.review(fake, story.pull, fake.review(17, ALICE, "APPROVED", story.head))
    before = story.head
    done = runner.act("pull_request_review", approved, "main", mode="sync", **{"commit-sign-off": "true"})
    assert done.result == "success", done.out
    assert f"the sign-offs are committed: {story.head[:7]}" in done.out
    changed = story.author.git("--git-dir", str(fake.path), "diff", "--name-only", before, story.head)
    assert changed.startswith(".nbpeer/signoffs/")
    assert story.status().state == "success"  # of the new head too: no workflow starts for it


def test_a_job_with_a_token_executes_no_notebook(story: Story) -> None:
    opened = events.pull_request(story.fake, story.pull)
    done = story.runner.act("pull_request", opened, story.head, rerun="true")
    assert (done.result, done.steps[-1].code) == ("failure", 2)
    assert done.steps[-1].out.startswith("::error::rerun executes notebooks, and this job has a token")
    assert story.fake.requests == []


def test_a_mode_that_is_none_is_refused(story: Story) -> None:
    opened = events.pull_request(story.fake, story.pull)
    done = story.runner.act("pull_request", opened, story.head, mode="$(false)")
    assert (done.result, done.steps[-1].code) == ("failure", 2)
    assert done.steps[-1].out == "::error::mode is look, post, sync or review\n"


def test_what_is_installed_has_the_extras_that_are_named(story: Story) -> None:
    """Executing needs one more; the event is of no pull request, so that nothing else is done."""
    event = events.on_an_issue(story.fake)
    for mode, rerun in (("look", "true"), ("sync", "false")):
        story.runner.act("issue_comment", event, "main", mode=mode, rerun=rerun)
    assert story.runner.installed == [f"{ROOT}[github,checks,packet,run]", f"{ROOT}[github,checks,packet]"]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {"github", "checks", "packet", "run"} <= extras.keys()
