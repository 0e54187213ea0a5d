"""Cuts GitHub's own descriptions down to what the tests need; run again to renew them.

    python tests/forge/fake_github/contract/cut.py FOLDER

FOLDER holds the unpacked npm packages `openapi`, `graphql-schema` and `webhooks-examples` of @octokit, each with its
`package` folder in it. Objects of requests and answers are closed, so that a misspelt member is found.
"""

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphql import build_ast_schema, parse, print_ast
from graphql.language import ast

HERE = Path(__file__).parent
OPERATIONS = """
GET /repos/{owner}/{repo}
GET /repos/{owner}/{repo}/pulls
GET /repos/{owner}/{repo}/pulls/{pull_number}
GET /repos/{owner}/{repo}/pulls/{pull_number}/files
GET /repos/{owner}/{repo}/pulls/{pull_number}/commits
GET /repos/{owner}/{repo}/pulls/{pull_number}/comments
POST /repos/{owner}/{repo}/pulls/{pull_number}/comments
PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}
GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews
POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews
GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers
POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers
GET /repos/{owner}/{repo}/issues/{issue_number}/comments
POST /repos/{owner}/{repo}/issues/{issue_number}/comments
GET /repos/{owner}/{repo}/issues/comments/{comment_id}
PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}
DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}
GET /repos/{owner}/{repo}/issues/{issue_number}/labels
POST /repos/{owner}/{repo}/issues/{issue_number}/labels
DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}
POST /repos/{owner}/{repo}/check-runs
GET /repos/{owner}/{repo}/check-runs/{check_run_id}
PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}
GET /repos/{owner}/{repo}/commits/{ref}/check-runs
GET /repos/{owner}/{repo}/commits/{ref}/statuses
GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls
POST /repos/{owner}/{repo}/statuses/{sha}
GET /repos/{owner}/{repo}/collaborators/{username}/permission
GET /repos/{owner}/{repo}/git/ref/{ref}
GET /repos/{owner}/{repo}/git/matching-refs/{ref}
POST /repos/{owner}/{repo}/git/refs
PATCH /repos/{owner}/{repo}/git/refs/{ref}
POST /repos/{owner}/{repo}/git/blobs
POST /repos/{owner}/{repo}/git/trees
POST /repos/{owner}/{repo}/git/commits
GET /repos/{owner}/{repo}/git/commits/{commit_sha}
GET /repos/{owner}/{repo}/contents/{path}
""".split("\n")[1:-1]
GRAPHQL = {
    "Query": {"id", "viewer", "node", "repository"},
    "Repository": {"id", "object"},
    "GitObject": {"id", "oid"},
    "GitObjectID": set(),
    "Commit": {"id", "oid", "authors"},
    "GitActorConnection": {"nodes", "totalCount"},
    "GitActor": {"email", "user"},
    "Node": {"id"},
    "Actor": {"login"},
    "User": {"id", "login", "databaseId"},
    "Bot": {"id", "login", "databaseId"},
    "IssueComment": {"id", "body", "createdAt", "author", "userContentEdits"},
    "UserContentEditConnection": {"nodes", "pageInfo", "totalCount"},
    "UserContentEdit": {"id", "createdAt", "deletedAt", "diff", "editedAt", "editor"},
    "PageInfo": {"endCursor", "hasNextPage", "hasPreviousPage", "startCursor"},
    "DateTime": set(),
}
EVENTS = {
    "pull_request": ("opened", "synchronize"),
    "pull_request_review": ("submitted",),
    "issue_comment": ("created", "edited"),
    "merge_group": ("checks_requested",),
    "workflow_run": ("completed",),
}
_SAID = (
    "description",
    "example",
    "examples",
    "title",
    "x-github",
    "externalDocs",
    "deprecated",
    "format",
    "discriminator",
)


def main(folder: Path) -> None:
    openapi = json.loads((folder / "openapi/package/generated/api.github.com.json").read_text())
    keep("openapi.json.gz", rest(openapi))
    schema = (folder / "graphql-schema/package/schema.graphql").read_text()
    (HERE / "schema.graphql").write_text(graphql(schema))
    examples = json.loads((folder / "webhooks-examples/package/api.github.com/index.json").read_text())
    keep("events.json.gz", events(examples))


def keep(name: str, value: object) -> None:
    text = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    (HERE / name).write_bytes(gzip.compress(text, 9, mtime=0))


def rest(openapi: dict[str, Any]) -> dict[str, Any]:
    operations = {}
    for name in OPERATIONS:
        verb, path = name.split()
        operations[name] = operation(openapi, openapi["paths"][path][verb.lower()])
    schemas: dict[str, Any] = {}
    wanted = set(named(operations))
    while wanted - schemas.keys():
        for name in wanted - schemas.keys():
            schemas[name] = closed(openapi["components"]["schemas"][name])
        wanted |= set(named(schemas))
    return {"version": openapi["info"]["version"], "operations": operations, "schemas": schemas}


def operation(openapi: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    parameters = [resolved(openapi, one) for one in found.get("parameters", ())]
    body = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answers = {}
    for status, answer in found["responses"].items():
        content = resolved(openapi, answer).get("content", {})
        one = content.get("application/json", {})
        answers[status] = closed(one["schema"]) if "schema" in one else None
    query = {one["name"]: closed(one["schema"]) for one in parameters if one["in"] == "query"}
    return {"query": query, "body": closed(body) if body else None, "answers": answers}


def resolved(openapi: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = openapi
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def named(value: Any) -> list[str]:
    """The names of the schemas that a value refers to."""
    if isinstance(value, dict):
        own = [value["$ref"].rpartition("/")[2]] if isinstance(value.get("$ref"), str) else []
        return own + [name for one in value.values() for name in named(one)]
    return [name for one in value for name in named(one)] if isinstance(value, list) else []


def closed(schema: dict[str, Any], *, part: bool = False) -> dict[str, Any]:
    """OpenAPI 3.0 → JSON Schema, without prose; an object takes no other members, unless it is part of an `allOf`."""
    if "$ref" in schema:
        return {"$ref": f"#/schemas/{schema['$ref'].rpartition('/')[2]}"}
    found = {key: value for key, value in schema.items() if key not in _SAID and key != "nullable"}
    for key in ("items", "additionalProperties", "not"):
        if isinstance(found.get(key), dict):
            found[key] = closed(found[key])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in found:
            found[key] = [closed(one, part=key == "allOf") for one in found[key]]
    if "properties" in found:
        found["properties"] = {name: closed(one) for name, one in found["properties"].items()}
        if not part and not {"allOf", "anyOf", "oneOf"} & found.keys():
            found.setdefault("additionalProperties", False)
    return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") else found


def graphql(text: str) -> str:
    kept = []
    for definition in parse(text, no_location=True).definitions:
        name = definition.name.value if getattr(definition, "name", None) else ""
        if name in GRAPHQL:
            kept.append(print_ast(pruned(definition)))
    built = "\n\n".join(sorted(kept)) + "\n"
    build_ast_schema(parse(built))
    return built


def pruned(found: Any) -> Any:
    name = found.name.value
    if isinstance(found, ast.ScalarTypeDefinitionNode):
        return replace(found, description=None, directives=())
    fields = tuple(bare(field) for field in found.fields if field.name.value in GRAPHQL[name])
    implemented = tuple(one for one in found.interfaces or () if one.name.value in GRAPHQL)
    return replace(found, description=None, directives=(), fields=fields, interfaces=implemented)


def bare(field: Any) -> Any:
    arguments = tuple(replace(one, description=None, directives=()) for one in field.arguments or ())
    return replace(field, description=None, directives=(), arguments=arguments)


def events(examples: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {
        f"{one['name']}.{action}": [found for found in one["examples"] if found.get("action") == action][:2]
        for one in examples
        for action in EVENTS.get(one["name"], ())
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
