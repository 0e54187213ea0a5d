"""The event file that GitHub Actions hands to a job: which pull request it is about, and what happened."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.pull_request import PullRequest

Kind = Literal["pull_request", "pull_request_review", "issue_comment", "merge_group", "workflow_run"]
# Event files are below 100 KB; GitHub caps a payload at 25 MB.
_MOST_BYTES = 25_000_000
# Source: the merge queue's branches as in GitHub's own merge_group examples.
_QUEUED = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-(\d+)-[0-9a-f]{40}")
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Event(msgspec.Struct, frozen=True):
    """What happened. `number` is 0 when the event does not say, and the head then leads to it.

    `head_sha`, `base_ref` (a branch name) and `base_sha` are "" when the event does not say; so are
    `head_repository` and `head_ref`. `about_pull_request` is whether there can be one at all: a comment on an issue,
    or a workflow run after a push, is about none.
    """

    kind: Kind
    action: str
    number: int = 0
    head_sha: str = ""
    base_ref: str = ""
    base_sha: str = ""
    head_repository: str = ""
    head_ref: str = ""
    about_pull_request: bool = True

    def fits(self, pull: PullRequest) -> bool:
        """Whether a pull request found by the head can be the one: two forks may hold the same commit."""
        same_place = not self.head_repository or pull.head_repository.lower() == self.head_repository.lower()
        return same_place and (not self.head_ref or pull.head_ref == self.head_ref)


def read_event(path: Path) -> Event:
    """The event in a file that GitHub wrote (`$GITHUB_EVENT_PATH`). Raises NbpeerError when it is none we know."""
    try:
        with path.open("rb") as file:
            payload = msgspec.json.decode(file.read(_MOST_BYTES))
        if not isinstance(payload, dict):
            raise TypeError("not an object")
        return event(payload)
    except FileNotFoundError:
        raise NbpeerError(f"{path} is not there", "give the file in $GITHUB_EVENT_PATH") from None
    except OSError as error:
        raise NbpeerError(
            f"{path} could not be read ({error.strerror})", "give the file in $GITHUB_EVENT_PATH"
        ) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NbpeerError(f"{path} is no event file ({error})", "give the file in $GITHUB_EVENT_PATH") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"it has no {error.args[0]}" if isinstance(error, KeyError) else str(error)
        said = f"{path} is no event of a pull request ({why})"
        raise NbpeerError(
            said, "nbpeer reads pull_request, its review and comments, merge_group and workflow_run"
        ) from None


def event(payload: dict[str, Any]) -> Event:
    """The event in a payload: it does not name its kind, but its members tell.

    Raises KeyError, TypeError, ValueError or AttributeError for what is no event of a pull request.
    """
    action = str(payload.get("action", ""))
    if "workflow_run" in payload:
        return _of_run(action, payload["workflow_run"])
    if "merge_group" in payload:
        return _of_queue(action, payload["merge_group"])
    if "issue" in payload:
        return _of_comment(action, payload["issue"])
    kind: Kind = "pull_request_review" if "review" in payload else "pull_request"
    return _of_pull_request(kind, action, payload["pull_request"])


def _of_pull_request(kind: Kind, action: str, pull: dict[str, Any]) -> Event:
    head, base = pull["head"], pull["base"]
    return Event(
        kind,
        action,
        number=_number(pull["number"]),
        head_sha=_sha(head["sha"]),
        base_ref=str(base["ref"]),
        base_sha=_sha(base["sha"]),
        head_repository=_name(head.get("repo")),
        head_ref=str(head["ref"]),
    )


def _of_comment(action: str, issue: dict[str, Any]) -> Event:
    about = bool(issue.get("pull_request"))
    number = _number(issue["number"]) if about else 0
    return Event("issue_comment", action, number=number, about_pull_request=about)


def _of_queue(action: str, group: dict[str, Any]) -> Event:
    found = _QUEUED.fullmatch(group["head_ref"])
    return Event(
        "merge_group",
        action,
        number=int(found[1]) if found else 0,
        head_sha=_sha(group["head_sha"]),
        base_ref=str(group["base_ref"]).removeprefix("refs/heads/"),
        base_sha=_sha(group["base_sha"]),
    )


def _of_run(action: str, run: dict[str, Any]) -> Event:
    """Only what GitHub itself says of the run: its list of pull requests is empty when they come from forks."""
    return Event(
        "workflow_run",
        action,
        head_sha=_sha(run["head_sha"]),
        head_repository=_name(run.get("head_repository")),
        head_ref=str(run.get("head_branch") or ""),
        about_pull_request=str(run.get("event")) in ("pull_request", "pull_request_review", "pull_request_target"),
    )


def _number(value: object) -> int:
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no number")
    return value


def _sha(value: object) -> str:
    if not isinstance(value, str) or not _SHA.fullmatch(value):
        raise ValueError(f"{str(value)[:80]!r} is no commit")
    return value


def _name(repository: object) -> str:
    return str(repository.get("full_name", "")) if isinstance(repository, dict) else ""
