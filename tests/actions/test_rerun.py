"""Both versions executed by real kernels in the job without a token, and what they gave posted by the one with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import reviewing
from actions import events
from actions.runner import Job
from actions.story import Story
from nbpeer.model.result import results_path
from nbpeer.repo import workflows
from posting import recorded

# The notebook itself looks whether there is anything to steal where it runs, and tries to speak to the runner.
SPY = """import os, subprocess
import nbpeer
told = subprocess.run(["git", "config", "--list"], capture_output=True, text=True, check=True)
held = {**os.environ, "git": told.stdout}
found = [name for name, value in held.items() if "token-" in value.lower() or "authorization" in value.lower()]
assert told.stdout and not found, found
nbpeer.result("revenue", sum(float(line) for line in open("orders.txt")) * RATE, unit="EUR", tolerance=1)
print("::set-env name=A::b")
"""
LOOK = "--export review.json --packet packets"


def pricing(rate: str) -> dict[str, object]:
    return reviewing.pricing(SPY.replace("RATE", rate))


def changed(story: Story) -> None:
    """The analysis is on main too, and both recorded results that no run gives any more."""
    author = story.author
    for branch, rate in (("main", "1"), ("work", "2")):
        author.git("switch", "--quiet", "main")
        author.git("switch", "--quiet", "-C", branch)
        author.write("analyses/orders.txt", "10\n20\n")
        author.write(reviewing.PATH, pricing(rate))
        author.write(results_path(reviewing.PATH), recorded(pricing(rate), 999))
        author.commit(f"rate {rate}")
    author.git("push", "--quiet", "origin", "main")
    story.push()


def by_the_workflow(story: Story) -> tuple[Job, Job]:
    text = workflows.text("branches.yml")
    assert LOOK in text
    pushed = events.pull_request(story.fake, story.pull, "synchronize")
    run = story.runner.run(text.replace(LOOK, f"{LOOK} --rerun"), "pull_request", pushed)
    return run.jobs["look"], run.jobs["review"]


def by_the_action(story: Story) -> tuple[Job, Job]:
    pushed = events.pull_request(story.fake, story.pull, "synchronize")
    look = story.runner.act("pull_request", pushed, story.head, mode="look", token="", rerun="true")
    file = story.runner.folder / "run1-action" / "work" / "review.json"
    return look, story.runner.act("pull_request", pushed, "main", mode="post", file=str(file))


@pytest.mark.parametrize("run", [by_the_workflow, by_the_action])
def test_from_the_event_to_a_comment_with_what_both_versions_give_on_one_machine(
    story: Story, run: Callable[[Story], tuple[Job, Job]]
) -> None:
    changed(story)
    look, post = run(story)
    assert look.result == post.result == "success", look.out + post.out
    summary = story.summary.body
    assert "| **revenue** <sub>EUR</sub> | 30 | **60** | ▲" in summary
    assert "| beyond tolerance 1 |" in summary
    assert "both versions run on one machine" in summary
    assert "effect" not in summary  # what was recorded is not what is compared
    assert not [line for line in look.out.splitlines() if line.strip().startswith("::")]
    assert story.status().state == "pending"


def test_what_does_not_run_is_said_first_and_is_no_pass(story: Story) -> None:
    changed(story)
    author = story.author
    author.write(reviewing.PATH, reviewing.pricing("import nbpeer\nnbpeer.result('revenue', 1 / 0)\n"))
    author.write(results_path(reviewing.PATH), recorded(pricing("2"), 999))
    author.commit("broken")
    story.push()
    look, post = by_the_workflow(story)
    assert look.result == post.result == "success", look.out + post.out
    summary = story.summary.body
    assert summary.startswith("### 1 analysis could not be compared\n")
    assert (
        "> ✗ Could not be compared: working tree: analyses/pricing.ipynb, cell 3, line 2: ZeroDivisionError" in summary
    )
    assert "ready for review" not in summary
    assert "No result" not in summary
