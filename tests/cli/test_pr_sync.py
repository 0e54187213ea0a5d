"""`nbpeer pr sync` as a workflow runs it: event files, exit codes, the merge queue."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import reviewing
from conftest import Outcome
from nbpeer.commands.pr_sync import sync_group
from nbpeer.forge.folder import Folder
from nbpeer.model.pull_request import PullRequest
from pulling import BOB, NBPEER, Pulled
from reviewing import ANSWERS, PATH

Sync = Callable[..., Outcome]


@pytest.fixture
def pulled(tmp_path: Path) -> Pulled:
    made = Pulled(tmp_path)
    made.post()
    return made


@pytest.fixture
def sync(pulled: Pulled, nbpeer: Callable[..., Outcome]) -> Sync:
    def run(*arguments: str | Path) -> Outcome:
        return nbpeer("pr", "sync", "--folder", pulled.folder, *arguments, cwd=pulled.robot.path)

    return run


def approve(pulled: Pulled) -> None:
    pulled.tick(BOB, *ANSWERS)
    pulled.review(BOB)


def event(folder: Path, payload: dict[str, object]) -> Path:
    path = folder / "event.json"
    path.write_text(json.dumps({"action": "created", "sender": {"login": "bob"}} | payload))
    return path


def test_a_pending_gate_is_no_failed_job_unless_asked(pulled: Pulled, sync: Sync) -> None:
    done = sync("17")
    assert (done.code, done.err) == (0, "")
    first, second = done.out.splitlines()
    head = pulled.head[:7]
    assert first.startswith(f"pull request 17: nbpeer/sign-off of {head} is pending: 0 of 1 reviewer; C1, C3")
    assert second == f"  {PATH}, signed off: nobody has signed this content off"
    assert sync("17", "--fail-unmet").code == 1
    approve(pulled)
    assert sync("17", "--fail-unmet").code == 0


def test_json_has_the_verdict_of_status_and_the_sign_offs(pulled: Pulled, sync: Sync) -> None:
    approve(pulled)
    found = sync("17", "--format", "json").json
    assert (found["met"], found["state"], found["verdict"]["met"]) == (True, "success", True)
    assert found["sign_offs"][0]["reviewer"] == "12+bob@users.noreply.github.com"


def test_a_comment_on_the_pull_request_and_one_on_an_issue(pulled: Pulled, sync: Sync, tmp_path: Path) -> None:
    issue: dict[str, object] = {"number": 17, "pull_request": {"url": "x"}}
    done = sync("--event", event(tmp_path, {"issue": issue, "comment": {"id": 1}}))
    assert (done.code, pulled.status().state) == (0, "pending")
    done = sync("--event", event(tmp_path, {"issue": {"number": 3}, "comment": {"id": 1}}))
    assert (done.code, done.out) == (0, "the event is about no open pull request: nothing to do\n")


def test_a_run_of_another_workflow_is_about_the_pull_request_of_its_head(
    pulled: Pulled, sync: Sync, tmp_path: Path
) -> None:
    run = {"head_sha": pulled.head, "head_branch": "work", "event": "pull_request_review", "head_repository": None}
    done = sync("--event", event(tmp_path, {"workflow_run": run}))
    assert (done.code, pulled.status().state) == (0, "pending")
    gone = run | {"head_sha": "1" * 40}
    assert "nothing to do" in sync("--event", event(tmp_path, {"workflow_run": gone})).out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "no pull request is named"),
        (("99",), 3, "is not there"),
        (("17", "--base", "nowhere"), 2, "nowhere"),
        (("--event", "missing.json"), 2, "missing.json is not there"),
    ],
)
def test_what_goes_wrong_is_one_line(
    pulled: Pulled, sync: Sync, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = sync(*arguments)
    assert done.code == code
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert pulled.as_(NBPEER).statuses(pulled.head) == ()


def test_what_cannot_be_judged_is_an_error_of_the_status_too(pulled: Pulled, sync: Sync) -> None:
    pulled.author.write(".nbpeer/signoffs/broken.json", "{")
    pulled.author.commit("broken")
    pulled.push()
    done = sync("17")
    assert done.code == 2
    assert pulled.status().state == "error"
    assert "broken.json is not a valid sign-off" in pulled.status().description


def test_a_head_that_is_nowhere_is_a_failure_of_the_remote(pulled: Pulled, sync: Sync) -> None:
    pulled.as_(NBPEER).open(PullRequest(17, "x", BOB, "main", "0" * 40, "work", "2" * 40))
    done = sync("17")
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert "the head 2222222 of pull request 17 could not be fetched" in done.err


class Queue(Folder):
    """A folder whose merge queue holds pull request 17."""

    def pull_requests_of(self, sha: str) -> tuple[PullRequest, ...]:
        return (self.pull_request(17),)


def test_the_queues_commit_succeeds_when_what_it_holds_is_what_was_approved(pulled: Pulled) -> None:
    author = pulled.author
    author.git("switch", "--quiet", "-c", "queue", "main")
    author.git("merge", "--quiet", "--no-ff", "--no-edit", "work")
    group = author.git("rev-parse", "HEAD").strip()
    author.git("push", "--quiet", "origin", "queue")
    queue = Queue(pulled.folder)
    waiting = sync_group(pulled.robot.path, queue, group)
    assert (waiting.state, pulled.status(group).state) == ("pending", "pending")
    assert pulled.status(group).description.startswith("#17: 0 of 1 reviewer; C1, C3")
    approve(pulled)
    assert sync_group(pulled.robot.path, queue, group).met
    assert pulled.status(group).description == "approved: #17"
    reviewing.record(author, 0.09)
    mixed = author.commit("another pull request's results")
    author.git("push", "--quiet", "origin", "queue")
    found = sync_group(pulled.robot.path, queue, mixed)
    assert (found.state, found.description) == ("failure", f"#17: {PATH} is not as it was approved")


def test_what_post_asks_is_what_sync_reads(pulled: Pulled, sync: Sync, nbpeer: Callable[..., Outcome]) -> None:
    """The real checklist: ticks outlive a push, and the evidence says that they were made for earlier content."""
    Path(pulled.checklist().url).unlink()
    post = ("pr", "post", "17", "--folder", pulled.folder)
    assert nbpeer(*post, cwd=pulled.author.path).code == 0
    assert "C1, C3, C6 to C8 unticked" in sync("17").out
    approve(pulled)
    assert sync("17", "--fail-unmet").code == 0
    pulled.author.write(PATH, reviewing.pricing("rate = 0.05\nprint(rate)\n"))
    reviewing.record(pulled.author)
    pulled.author.commit("another price")
    pulled.push()
    assert nbpeer(*post, cwd=pulled.author.path).code == 0
    lapsed = sync("17", "--format", "json").json
    assert lapsed["description"] == "0 of 1 reviewer; approval of bob lapsed: pricing.ipynb changed"
    pulled.review(BOB)
    found = sync("17", "--format", "json").json
    assert found["state"] == "success"
    by_hand = [one["evidence"] for one in found["sign_offs"][0]["answers"] if one.get("by") != "auto"]
    assert len(by_hand) == 5
    assert all("ticked by bob on 2026-07-01, for earlier content" in evidence for evidence in by_hand)
