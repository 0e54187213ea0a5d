"""The operations on commits and on git itself: check runs, statuses, references, objects."""

from __future__ import annotations

import base64
from typing import Any

from forge.fake_github import contract, repository, shapes
from forge.fake_github.contract import filled
from forge.fake_github.handlers import Answer, Asked, RefusedError, handles, invalid, missing, page, pulled
from forge.fake_github.rules import MOST_COMMITS, MOST_DESCRIPTION
from forge.fake_github.state import State, account, owner_of


@handles("POST", "/check-runs")
def start_check(state: State, asked: Asked) -> Answer:
    _only_apps(asked)
    number = state.next()
    state.annotations[number] = []
    known = {key: value for key, value in asked.body.items() if key != "output"}
    state.checks[number] = {"id": number, **known}
    return 201, _output(state, number, asked.body["output"])


@handles("PATCH", "/check-runs/{check_run_id}")
def add_to_check(state: State, asked: Asked) -> Answer:
    _only_apps(asked)
    return 200, _output(state, asked.number("check_run_id"), asked.body["output"])


@handles("GET", "/check-runs/{check_run_id}")
def check(state: State, asked: Asked) -> Answer:
    if asked.number("check_run_id") not in state.checks:
        raise missing()
    return 200, _check(state, asked.number("check_run_id"))


@handles("GET", "/commits/{ref}/check-runs")
def checks(state: State, asked: Asked) -> Answer:
    sha, name = _commit(state, asked.values["ref"]), asked.query.get("check_name")
    found = [one for one in state.checks.values() if one["head_sha"] == sha and name in (None, one["name"])]
    listed = [_check(state, one["id"]) for one in reversed(found)]
    return 200, {"total_count": len(listed), "check_runs": page(asked, listed)}


@handles("GET", "/commits/{ref}/statuses")
def statuses(state: State, asked: Asked) -> Answer:
    sha = _commit(state, asked.values["ref"])
    return 200, page(asked, [one["shown"] for one in reversed(state.statuses) if one["sha"] == sha])


@handles("POST", "/statuses/{sha}")
def set_status(state: State, asked: Asked) -> Answer:
    if len(asked.body.get("description") or "") > MOST_DESCRIPTION:
        raise invalid(f"description is too long (maximum is {MOST_DESCRIPTION} characters)", "description")
    known = {"description": None, "target_url": None} | asked.body
    shown = filled("status", id=state.next(), creator=account(asked.me), **known)
    state.statuses.append({"sha": _commit(state, asked.values["sha"]), "shown": shown})
    return 201, shown


@handles("GET", "/commits/{commit_sha}/pulls")
def pulls_of(state: State, asked: Asked) -> Answer:
    """RULES["commit to pull request"]."""
    sha = _commit(state, asked.values["commit_sha"])
    found = [
        one
        for one in state.pulls.values()
        if not one.fork and sha in repository.commits(state.path, state.base(one), state.head(one))
    ]
    return 200, page(asked, [shapes.pull(state, one, "pull-request-simple") for one in found])


@handles("GET", "/pulls/{pull_number}/commits")
def commits_of(state: State, asked: Asked) -> Answer:
    """RULES["commits of a pull request"]."""
    one = pulled(state, asked)
    listed = reversed(repository.commits(state.path, state.base(one), state.head(one)))
    return 200, page(asked, [_listed_commit(state, sha) for sha in list(listed)[:MOST_COMMITS]])


@handles("GET", "/git/ref/{ref}")
def ref(state: State, asked: Asked) -> Answer:
    name = f"refs/{asked.values['ref']}"
    sha = repository.commit(state.path, name)
    if not sha:
        raise missing()
    return 200, _ref(name, sha)


@handles("GET", "/git/matching-refs/{ref}")
def matching_refs(state: State, asked: Asked) -> Answer:
    return 200, [_ref(*one) for one in repository.refs(state.path, f"refs/{asked.values['ref']}")]


@handles("POST", "/git/refs")
def make_ref(state: State, asked: Asked) -> Answer:
    if repository.commit(state.path, asked.body["ref"]):
        raise RefusedError(422, "Reference already exists")
    repository.git(state.path, "update-ref", asked.body["ref"], asked.body["sha"])
    return 201, _ref(asked.body["ref"], asked.body["sha"])


@handles("PATCH", "/git/refs/{ref}")
def move_ref(state: State, asked: Asked) -> Answer:
    name = f"refs/{asked.values['ref']}"
    old, new = repository.commit(state.path, name), asked.body["sha"]
    if repository.git(state.path, "merge-base", old, new) != old:
        raise RefusedError(422, "Update is not a fast forward")
    repository.git(state.path, "update-ref", name, new)
    return 200, _ref(name, new)


@handles("POST", "/git/blobs")
def make_blob(state: State, asked: Asked) -> Answer:
    content = base64.b64decode(asked.body["content"])
    return 201, filled("short-blob", sha=repository.git(state.path, "hash-object", "-w", "--stdin", given=content))


@handles("POST", "/git/trees")
def make_tree(state: State, asked: Asked) -> Answer:
    made = repository.write_tree(state.path, asked.body.get("base_tree", ""), asked.body["tree"])
    return 201, filled("git-tree", sha=made)


@handles("POST", "/git/commits")
def make_commit(state: State, asked: Asked) -> Answer:
    parents = [part for parent in asked.body.get("parents", ()) for part in ("-p", parent)]
    made = repository.git(state.path, "commit-tree", asked.body["tree"], *parents, "-m", asked.body["message"])
    return 201, _shown_commit(state, made)


@handles("GET", "/git/commits/{commit_sha}")
def git_commit(state: State, asked: Asked) -> Answer:
    return 200, _shown_commit(state, _commit(state, asked.values["commit_sha"]))


@handles("GET", "/contents/{path}")
def contents(state: State, asked: Asked) -> Answer:
    found = repository.git(state.path, "ls-tree", asked.query["ref"], "--", asked.values["path"])
    if not found:
        raise missing()
    path, sha = asked.values["path"], found.split()[2]
    return 200, filled("content-file", type="file", encoding="base64", path=path, name=path, sha=sha)


def _only_apps(asked: Asked) -> None:
    """RULES["check runs need an app"]."""
    if asked.me.kind != "Bot":
        raise RefusedError(403, "You must authenticate via a GitHub App.")


def _output(state: State, number: int, output: dict[str, Any]) -> dict[str, Any]:
    """RULES["annotations add up"]; the description bounds a batch."""
    state.annotations[number] += output.get("annotations", [])
    state.checks[number] |= {"title": output.get("title"), "summary": output["summary"]}
    return _check(state, number)


def _check(state: State, number: int) -> dict[str, Any]:
    known = dict(state.checks[number])
    title, summary = known.pop("title"), known.pop("summary")
    output = {
        "title": title,
        "summary": summary,
        "text": None,
        "annotations_count": len(state.annotations[number]),
        "annotations_url": "x",
    }
    optional = {"details_url": None, "external_id": None} | known
    return filled("check-run", output=output, html_url=f"{shapes.HTML}/{state.name}/runs/{number}", **optional)


def _listed_commit(state: State, sha: str) -> dict[str, Any]:
    email = repository.git(state.path, "show", "-s", "--format=%ae", sha)
    known = owner_of(state.accounts, email)
    person = {"name": email.partition("@")[0], "email": email, "date": state.clock.text()}
    inner = filled(contract.description()["schemas"]["commit"]["properties"]["commit"], author=person, committer=person)
    return filled("commit", sha=sha, commit=inner, author=account(known) if known else None, committer=None)


def _commit(state: State, name: str) -> str:
    found = repository.commit(state.path, name)
    if not found:
        raise RefusedError(422, f"No commit found for SHA: {name}")
    return found


def _ref(name: str, sha: str) -> dict[str, Any]:
    return filled("git-ref", ref=name, object={"type": "commit", "sha": sha, "url": "x"})


def _shown_commit(state: State, sha: str) -> dict[str, Any]:
    return filled(
        "git-commit", sha=sha, tree={"sha": repository.git(state.path, "rev-parse", f"{sha}^{{tree}}"), "url": "x"}
    )
