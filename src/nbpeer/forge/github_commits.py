"""What stands on a commit: check runs, statuses, and the pull requests it belongs to."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from nbpeer.forge import github_read
from nbpeer.forge.forge import ForgeError
from nbpeer.forge.github_client import Client
from nbpeer.model.pull_request import Annotation, CheckRun, CommitStatus, PullRequest

# OpenAPI of GitHub: "The Checks API limits the number of annotations to a maximum of 50 per API request."
BATCH = 50
# OpenAPI of GitHub: 64 KB for a message, 255 characters for a title.
_MOST_MESSAGE = 60_000
_MOST_TITLE = 255
_MOST_SUMMARY = 65_535
# Not documented; what longer ones are refused at (422 "description is too long (maximum is 140 characters)").
_MOST_DESCRIPTION = 140
_QUEUE = "gh-readonly-queue/"
_QUEUED = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-(\d+)-([0-9a-f]{40})")
# The newest pull requests, 100 a page, that are looked through for a head GitHub does not tie to one.
_MOST_PAGES = 5


def annotate(client: Client, run: CheckRun) -> str:
    """As `Forge.annotate`. The same run again sends nothing, and one that broke off is completed."""
    try:
        return _complete(client, run, _standing(client, run) or _started(client, run))
    except ForgeError as error:
        if error.status == 403:
            return ""
        raise


def set_status(client: Client, status: CommitStatus) -> None:
    """As `Forge.set_status`."""
    description = _cut(status.description, _MOST_DESCRIPTION)
    sent = {"state": status.state, "context": status.context, "description": description}
    if status.target_url:
        sent["target_url"] = status.target_url
    found = client.pages(f"/commits/{status.sha}/statuses", most=10)
    newest = next((one for one in found if one["context"] == status.context), None)
    if newest is None or any((newest.get(key) or "") != sent.get(key, "") for key in (*sent, "target_url")):
        client.put("POST", f"/statuses/{status.sha}", sent)


def pull_requests_of(client: Client, sha: str) -> tuple[PullRequest, ...]:
    """As `Forge.pull_requests_of`."""
    tied = client.find(f"/commits/{sha}/pulls", per_page=100) or []
    found = _headed(tied, sha)
    if not found:
        found = _queued(client, sha)
    if not found:  # GitHub does not always tie a fork's commit to its pull request.
        newest = client.pages("/pulls", most=_MOST_PAGES, state="open", sort="updated", direction="desc")
        found = _headed(newest, sha)
    return found


def _headed(found: list[dict[str, Any]], sha: str) -> tuple[PullRequest, ...]:
    every = map(github_read.pull_request, found)
    return tuple(sorted((one for one in every if one.open and one.head_sha == sha), key=lambda one: one.number))


def _queued(client: Client, sha: str) -> tuple[PullRequest, ...]:
    """The pull requests in a merge queue's commit: its branch names one, and the commit that one stands on."""
    branches = client.get(f"/git/matching-refs/heads/{_QUEUE}")
    by_commit = {one["object"]["sha"]: _QUEUED.fullmatch(one["ref"]) for one in branches}
    numbers: list[int] = []
    while (named := by_commit.pop(sha, None)) is not None:
        numbers.append(int(named[1]))
        sha = named[2]
    return tuple(github_read.pull_request(client.get(f"/pulls/{number}")) for number in sorted(numbers))


def _standing(client: Client, run: CheckRun) -> dict[str, Any] | None:
    """This very check run where it was posted before, known by a digest of what it says."""
    found = client.pages(f"/commits/{run.sha}/check-runs", "check_runs", most=10, check_name=run.name)
    return next((one for one in found if one.get("external_id") == _digest(run)), None)


def _started(client: Client, run: CheckRun) -> dict[str, Any]:
    def read(answer: dict[str, Any]) -> dict[str, Any]:
        return answer

    return client.post("/check-runs", _first(run), lambda: _standing(client, run), read)


def _complete(client: Client, run: CheckRun, found: dict[str, Any]) -> str:
    """Send the batches that are not there yet: GitHub adds the annotations of each to those it holds."""
    held = int(found["output"]["annotations_count"])
    while held < len(run.annotations):
        output = _output(run) | {"annotations": [_annotation(one) for one in run.annotations[held : held + BATCH]]}
        wanted = min(held + BATCH, len(run.annotations))
        _add(client, int(found["id"]), {"output": output}, wanted)
        held = wanted
    return str(found["html_url"] or "")


def _add(client: Client, number: int, body: dict[str, Any], wanted: int) -> None:
    """A PATCH that adds, so it is looked at before it is sent twice."""

    def done() -> bool | None:
        return client.get(f"/check-runs/{number}")["output"]["annotations_count"] >= wanted or None

    client.patch(f"/check-runs/{number}", body, done)


def _first(run: CheckRun) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": run.name,
        "head_sha": run.sha,
        "status": "completed",
        "conclusion": run.conclusion,
        "external_id": _digest(run),
        "output": _output(run) | {"annotations": [_annotation(one) for one in run.annotations[:BATCH]]},
    }
    return body | ({"details_url": run.details_url} if run.details_url else {})


def _output(run: CheckRun) -> dict[str, Any]:
    return {"title": _cut(run.title, _MOST_TITLE), "summary": _cut(run.summary, _MOST_SUMMARY)}


def _annotation(found: Annotation) -> dict[str, Any]:
    return {
        "path": found.path,
        "start_line": max(found.line, 1),
        "end_line": max(found.end_line, found.line, 1),
        "annotation_level": found.level,
        "title": _cut(found.title, _MOST_TITLE),
        "message": _cut(found.message, _MOST_MESSAGE),
    }


def _digest(run: CheckRun) -> str:
    return hashlib.sha256(msgspec.json.encode(run)).hexdigest()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
