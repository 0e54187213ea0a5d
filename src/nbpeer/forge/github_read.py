"""GitHub's JSON → the values of `model/pull_request.py`. Fields that version 2026-03-10 drops are not read."""

from __future__ import annotations

from typing import Any, get_args

from nbpeer.model.pull_request import Comment, Permission, Person, PostedInline, PullRequest, Review, ReviewState

# Of accounts that were deleted; GitHub shows their posts under this name.
_GHOST = Person("ghost", 10137)


def person(account: dict[str, Any] | None) -> Person:
    """An account; None is one that is gone."""
    if not account:
        return _GHOST
    return Person(account["login"], account["id"], bot=account.get("type") == "Bot")


def text(body: str | None) -> str:
    """A text as it was written: GitHub's own editor sends line ends as CR LF."""
    return (body or "").replace("\r\n", "\n")


def pull_request(found: dict[str, Any]) -> PullRequest:
    """A pull request, from the long or the short form."""
    head, base = found["head"], found["base"]
    of_head = (head.get("repo") or {}).get("full_name", "")
    return PullRequest(
        number=found["number"],
        title=found["title"],
        author=person(found.get("user")),
        base_ref=base["ref"],
        base_sha=base["sha"],
        head_ref=head["ref"],
        head_sha=head["sha"],
        head_repository=of_head,
        fork=of_head != base["repo"]["full_name"],
        draft=bool(found.get("draft")),
        open=found["state"] == "open",
        url=found["html_url"],
        labels=tuple(label["name"] for label in found["labels"]),
    )


def comment(found: dict[str, Any]) -> Comment:
    """A comment on the whole pull request."""
    return Comment(found["id"], person(found.get("user")), text(found.get("body")), found["html_url"])


def inline(found: dict[str, Any]) -> PostedInline:
    """A comment on a line or a file."""
    line = found.get("line") if found.get("subject_type") != "file" else None
    return PostedInline(
        found["id"], person(found.get("user")), found["path"], line, text(found.get("body")), found["html_url"]
    )


def review(found: dict[str, Any]) -> Review:
    """A review; one that was not submitted yet has no time, and a commit that is gone is ""."""
    said = found["state"].lower()
    state: ReviewState = said if said in get_args(ReviewState) else "commented"
    return Review(
        id=found["id"],
        author=person(found.get("user")),
        state=state,
        commit=found.get("commit_id") or "",
        body=text(found.get("body")),
        time=found.get("submitted_at") or "",
        url=found["html_url"],
    )


def permission(found: dict[str, Any]) -> Permission:
    """What an account may do. A role of an organisation's own counts as what it is based on."""
    known = get_args(Permission)
    role = found.get("role_name", "")
    said = role if role in known else found["permission"]
    return said if said in known else "none"
