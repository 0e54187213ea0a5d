"""Event files: GitHub's own examples, about the pull request of a test."""

from __future__ import annotations

import copy
from typing import Any

from forge.fake_github import Account, FakeGitHub, contract, shapes
from forge.fake_github.state import Pull, Said, account


def pull_request(fake: FakeGitHub, pull: Pull, action: str = "opened") -> dict[str, Any]:
    """A push brings `synchronize`."""
    return _example(f"pull_request.{action}", fake, number=pull.number, pull_request=_pull(fake, pull))


def review(fake: FakeGitHub, pull: Pull, said: Said) -> dict[str, Any]:
    """Somebody submitted a review."""
    shown = {"id": said.id, "user": account(said.author), "body": said.body, **said.known}
    return _example("pull_request_review.submitted", fake, review=shown, pull_request=_pull(fake, pull))


def edited(fake: FakeGitHub, pull: Pull, said: Said, sender: Account) -> dict[str, Any]:
    """Somebody edited a comment of a pull request; an issue that is one has the member `pull_request`."""
    url = f"{fake.address}/repos/{fake.name}/pulls/{pull.number}"
    issue = {"number": pull.number, "user": account(pull.author), "pull_request": {"url": url, "html_url": "x"}}
    comment = {"id": said.id, "user": account(said.author), "body": said.body}
    return _example("issue_comment.edited", fake, issue=issue, comment=comment, sender=account(sender))


def on_an_issue(fake: FakeGitHub) -> dict[str, Any]:
    """Somebody commented on an issue that is no pull request."""
    return _example("issue_comment.created", fake)


def queued(fake: FakeGitHub, head_ref: str, head: str, base: str) -> dict[str, Any]:
    """A merge queue made a group."""
    group = {"head_ref": head_ref, "head_sha": head, "base_ref": "refs/heads/main", "base_sha": base}
    return _example("merge_group.checks_requested", fake, merge_group=group)


def ran(fake: FakeGitHub, pull: Pull, event: str, run: int, conclusion: str = "success") -> dict[str, Any]:
    """A run of the other workflow ended; of a fork's pull request its list of pull requests is empty."""
    known = {
        "id": run,
        "name": "nbpeer",
        "event": event,
        "status": "completed",
        "conclusion": conclusion,
        "head_branch": pull.head_ref,
        "head_sha": fake.head(pull),
        "head_repository": {"full_name": pull.fork or fake.name},
        "html_url": f"{shapes.HTML}/{fake.name}/actions/runs/{run}",
        "pull_requests": [],
    }
    return _example("workflow_run.completed", fake, workflow_run=known)


def _pull(fake: FakeGitHub, pull: Pull) -> dict[str, Any]:
    return shapes.pull(fake, pull)


def _example(name: str, fake: FakeGitHub, **known: Any) -> dict[str, Any]:
    """The example of an event with what is known; objects keep the members that nobody named."""
    found: dict[str, Any] = copy.deepcopy(contract.events()[name][0])
    repository = {"full_name": fake.name, "default_branch": "main"}
    for key, value in {"repository": repository, **known}.items():
        found[key] = {**found[key], **value} if isinstance(value, dict) and key in found else value
    return found
