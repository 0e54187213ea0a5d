"""GraphQL, answered by graphql-core over a slice of GitHub's own schema: what it does not know is refused."""

from __future__ import annotations

from functools import cache
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_schema, graphql_sync

from forge.fake_github.contract import HERE
from forge.fake_github.repository import commit as git_commit
from forge.fake_github.repository import git
from forge.fake_github.state import Account, Said, State, owner_of

# As GitHub words it; PyGithub makes a 404 of the error's type.
_UNKNOWN = "Could not resolve to a node with the global id"


def answer(state: State, me: Account, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """The answer to a query, with its errors as GitHub lists them."""

    def node(info: Any, id: str) -> dict[str, Any]:
        found = state.comments.get(int(id.removeprefix("IC_")))
        if found is None:
            raise GraphQLError(_UNKNOWN)
        return _comment(found)

    def repository(info: Any, owner: str, name: str, **_rest: object) -> dict[str, Any] | None:
        return {"id": "R_1", "object": commit_object} if f"{owner}/{name}" == state.name else None

    def commit_object(info: Any, oid: str, **_rest: object) -> dict[str, Any] | None:
        return _commit(state, oid) if git_commit(state.path, oid) else None

    # RULES["token of an installation"]
    viewer = {"id": f"U_{me.id}", "login": me.login, "databaseId": me.id}
    done = graphql_sync(
        _schema(), query, {"viewer": viewer, "node": node, "repository": repository}, variable_values=variables
    )
    answered: dict[str, Any] = {"data": done.data}
    if done.errors:
        answered["errors"] = [_error(error.message) for error in done.errors]
    return answered


def _error(message: str) -> dict[str, str]:
    return {"message": message} | ({"type": "NOT_FOUND"} if message == _UNKNOWN else {})


@cache
def _schema() -> GraphQLSchema:
    return build_schema((HERE / "schema.graphql").read_text())


def _commit(state: State, oid: str) -> dict[str, Any]:
    """RULES["authors of a commit"]."""
    told = git(state.path, "show", "-s", "--format=%ae%n%(trailers:key=co-authored-by,valueonly)", oid).splitlines()
    emails = [line.partition("<")[2].partition(">")[0] or line for line in told if line]
    nodes = [{"email": email, "user": _user(owner_of(state.accounts, email))} for email in emails]
    return {"__typename": "Commit", "id": "C_1", "oid": oid, "authors": {"nodes": nodes, "totalCount": len(nodes)}}


def _user(one: Account | None) -> dict[str, Any] | None:
    return _actor(one) if one else None


def _comment(found: Said) -> dict[str, Any]:
    """RULES["edit history"]."""

    def edits(info: Any, first: int, after: str | None = None, **_rest: object) -> dict[str, Any]:
        every = [_edit(*edit) for edit in reversed(found.edits)]
        start = int(after or 0)
        page = {
            "hasNextPage": start + first < len(every),
            "endCursor": str(start + first),
            "hasPreviousPage": start > 0,
        }
        return {"nodes": every[start : start + first], "totalCount": len(every), "pageInfo": page}

    return {
        "__typename": "IssueComment",
        "id": f"IC_{found.id}",
        "body": found.body,
        "createdAt": found.time,
        "author": _actor(found.author),
        "userContentEdits": edits,
    }


def _edit(editor: Account, time: str, text: str | None) -> dict[str, Any]:
    deleted = time if text is None else None
    return {
        "id": "UCE",
        "createdAt": time,
        "editedAt": time,
        "deletedAt": deleted,
        "diff": text,
        "editor": _actor(editor),
    }


def _actor(one: Account) -> dict[str, Any]:
    login = one.login.removesuffix("[bot]")
    return {
        "__typename": "Bot" if one.kind == "Bot" else "User",
        "id": f"U_{one.id}",
        "login": login,
        "databaseId": one.id,
    }
