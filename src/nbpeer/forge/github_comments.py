"""Comments on the whole pull request: ours written once, and who wrote which version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbpeer.forge import github_read
from nbpeer.forge.forge import ForgeError
from nbpeer.forge.github_client import Client
from nbpeer.forge.sticky import ours, plan
from nbpeer.model.pull_request import Comment, CommentEdit, Person

# A comment that was never edited has no such list. Newest first; `diff` holds the whole text, whatever its name says.
_EDITS = """
query ($id: ID!, $after: String) {
  node(id: $id) {
    ... on IssueComment {
      body
      createdAt
      userContentEdits(first: 100, after: $after) {
        nodes {
          editedAt
          diff
          editor { __typename login ... on User { databaseId } ... on Bot { databaseId } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""


def comments(client: Client, number: int) -> tuple[Comment, ...]:
    """Every comment on the whole pull request, oldest first."""
    found = client.pages(f"/issues/{number}/comments")
    return tuple(sorted(map(github_read.comment, found), key=lambda comment: comment.id))


def upsert(client: Client, number: int, marker: str, body: Callable[[str], str]) -> Comment:
    """As `Forge.upsert_comment`. A comment that vanishes meanwhile is written anew."""

    def standing() -> tuple[Comment, ...]:
        return ours(comments(client, number), client.me, marker)

    wanted = plan(standing(), marker, body)
    if wanted.keep is None:
        _create(client, number, wanted.text, standing)
        found, text = standing(), wanted.text
        wanted = plan(found, marker, body if len(found) > 1 else lambda now: text)
    written = wanted.keep
    if written is None:
        raise ForgeError("GitHub took a comment and does not show it", "run it again")
    if written.body != wanted.text:
        edited = _edit(client, written.id, wanted.text)
        if edited is None:
            return upsert(client, number, marker, body)
        written = edited
    for double in wanted.fold:
        _delete(client, double.id)
    return written


def rewrite(client: Client, comment: Comment, body: str) -> Comment:
    """As `Forge.rewrite`."""
    written = _edit(client, comment.id, body)
    if written is None:
        raise ForgeError(f"the comment {comment.url} is not there", "somebody deleted it", 404)
    return written


def edits(client: Client, comment: Comment) -> tuple[CommentEdit, ...]:
    """As `Forge.edits`. A version whose text was deleted from the history is left out, and who wrote the next is not
    told: it holds what the deleted one changed, whoever that was. A comment that is gone has no versions."""
    try:
        found, entries = _history(client, client.get(f"/issues/comments/{comment.id}")["node_id"])
    except ForgeError as error:
        if error.status in (404, 410):
            return ()
        raise
    versions = _versions(entries[::-1])
    present = github_read.text(found["body"])
    if not versions:
        return (CommentEdit(comment.author, found["createdAt"], present),)
    if versions[-1].body != present:
        return (*versions, CommentEdit(None, versions[-1].time, present))
    return versions


def _history(client: Client, node: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A comment as it is now and its edits, newest first. Raises ForgeError with status 404 when it is gone."""
    entries: list[dict[str, Any]] = []
    after = None
    while True:
        found = client.graphql(_EDITS, id=node, after=after)["node"]
        edits = found["userContentEdits"] or {"nodes": [], "pageInfo": {"hasNextPage": False}}
        entries += edits["nodes"]
        if not edits["pageInfo"]["hasNextPage"]:
            return found, entries
        after = edits["pageInfo"]["endCursor"]


def _create(client: Client, number: int, text: str, standing: Callable[[], tuple[Comment, ...]]) -> Comment:
    def done() -> Comment | None:
        return next(iter(standing()), None)

    return client.post(f"/issues/{number}/comments", {"body": text}, done, github_read.comment)


def _edit(client: Client, comment: int, text: str) -> Comment | None:
    """The comment as it is now; None when somebody deleted it."""
    try:
        return github_read.comment(client.put("PATCH", f"/issues/comments/{comment}", {"body": text}))
    except ForgeError as error:
        if error.status in (404, 410):
            return None
        raise


def _delete(client: Client, comment: int) -> None:
    """Delete a double; another job may have done it."""
    try:
        client.put("DELETE", f"/issues/comments/{comment}")
    except ForgeError as error:
        if error.status not in (404, 410):
            raise


def _versions(entries: list[dict[str, Any]]) -> tuple[CommentEdit, ...]:
    found: list[CommentEdit] = []
    after_deleted = False
    for entry in entries:
        if entry["diff"] is not None:
            editor = None if after_deleted else _editor(entry["editor"])
            found.append(CommentEdit(editor, entry["editedAt"], github_read.text(entry["diff"])))
        after_deleted = entry["diff"] is None
    return tuple(found)


def _editor(actor: dict[str, Any] | None) -> Person | None:
    """An actor of GraphQL; a bot's login comes without the `[bot]` that REST shows."""
    if not actor:
        return None
    bot = actor["__typename"] == "Bot"
    return Person(f"{actor['login']}[bot]" if bot else actor["login"], actor.get("databaseId") or 0, bot)
