"""What the fake remembers, in the shapes that GitHub sends."""

from __future__ import annotations

from typing import Any

from forge.fake_github.contract import description, filled
from forge.fake_github.repository import ChangedFile
from forge.fake_github.state import Pull, Said, State, account

HTML = "https://github.example"


def repository(state: State, schema: str, name: str = "") -> dict[str, Any]:
    full = name or state.name
    return filled(
        schema,
        full_name=full,
        name=full.partition("/")[2],
        private=state.private,
        html_url=f"{HTML}/{full}",
        default_branch="main",
    )


def pull(state: State, one: Pull, schema: str = "pull-request") -> dict[str, Any]:
    properties = description()["schemas"][schema]["properties"]
    head = {
        "ref": one.head_ref,
        "sha": state.head(one),
        "label": f"{(one.fork or state.name).partition('/')[0]}:{one.head_ref}",
        "repo": repository(state, "repository", one.fork),
        "user": account(one.author),
    }
    base = {
        "ref": one.base_ref,
        "sha": state.base(one),
        "label": f"{state.name.partition('/')[0]}:{one.base_ref}",
        "repo": repository(state, "repository"),
        "user": account(one.author),
    }
    labels = properties["labels"]["items"]
    known: dict[str, Any] = {
        "number": one.number,
        "title": one.title,
        "user": account(one.author),
        "state": one.state,
        "draft": False,
        "html_url": f"{HTML}/{state.name}/pull/{one.number}",
        "head": head,
        "base": base,
        "labels": [filled(labels, name=name, description="", id=7) for name in one.labels],
    }
    return filled(schema, **known)


def comment(state: State, one: Said) -> dict[str, Any]:
    return filled(
        "issue-comment",
        id=one.id,
        node_id=f"IC_{one.id}",
        user=account(one.author),
        body=one.body,
        created_at=one.time,
        updated_at=one.edits[-1][1] if one.edits else one.time,
        html_url=f"{HTML}/{state.name}/pull/{one.number}#issuecomment-{one.id}",
    )


def inline(state: State, one: Said) -> dict[str, Any]:
    url = f"{HTML}/{state.name}/pull/{one.number}#discussion_r{one.id}"
    return filled(
        "pull-request-review-comment", id=one.id, user=account(one.author), body=one.body, html_url=url, **one.known
    )


def review(state: State, one: Said) -> dict[str, Any]:
    return filled(
        "pull-request-review",
        id=one.id,
        user=account(one.author),
        body=one.body,
        submitted_at=one.time,
        html_url=f"{HTML}/{state.name}/pull/{one.number}#pullrequestreview-{one.id}",
        **one.known,
    )


def file(one: ChangedFile) -> dict[str, Any]:
    known = {"filename": one.path, "status": one.status, "additions": one.added, "deletions": one.deleted}
    patch = {} if one.patch is None else {"patch": one.patch}
    return filled("diff-entry", changes=one.added + one.deleted, **known, **patch)


def label(name: str) -> dict[str, Any]:
    return filled("label", name=name, description=None)


def error(message: str, errors: list[Any] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return made | ({"errors": errors} if errors is not None else {})
