"""One function for each operation that the fake answers: comments, reviews, people, labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from forge.fake_github import shapes
from forge.fake_github.contract import filled
from forge.fake_github.repository import commit, commits
from forge.fake_github.rules import MOST_COMMENT
from forge.fake_github.state import Account, Pull, Said, State, account


@dataclass(frozen=True)
class Asked:
    """A request: the values in its path, its parameters, its body, whose token it came with."""

    values: dict[str, str]
    query: dict[str, str]
    body: Any
    me: Account

    def number(self, name: str) -> int:
        return int(self.values[name])


class RefusedError(Exception):
    def __init__(self, status: int, message: str, errors: list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = shapes.error(message, errors)


Answer = tuple[int, Any]
Handler = Callable[[State, Asked], Answer]
HANDLERS: dict[str, Handler] = {}
REPO = "/repos/{owner}/{repo}"


def handles(verb: str, path: str = "") -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        HANDLERS[f"{verb} {REPO}{path}"] = handler
        return handler

    return keep


def missing() -> RefusedError:
    return RefusedError(404, "Not Found")


def invalid(message: str, field: str = "body") -> RefusedError:
    return RefusedError(
        422, "Validation Failed", [{"resource": "x", "code": "custom", "field": field, "message": message}]
    )


def page(asked: Asked, entries: list[Any]) -> list[Any]:
    size, number = int(asked.query.get("per_page", 30)), int(asked.query.get("page", 1))
    assert size <= 100
    return entries[(number - 1) * size : number * size]


def pulled(state: State, asked: Asked, name: str = "pull_number") -> Pull:
    if asked.number(name) not in state.pulls:
        raise missing()
    return state.pulls[asked.number(name)]


def fits(text: str) -> str:
    if len(text) > MOST_COMMENT:
        raise invalid(f"body is too long (maximum is {MOST_COMMENT} characters)")
    return text


@handles("GET")
def repository(state: State, asked: Asked) -> Answer:
    return 200, shapes.repository(state, "full-repository")


@handles("GET", "/pulls")
def pulls(state: State, asked: Asked) -> Answer:
    wanted = asked.query.get("state", "open")
    found = [one for one in state.pulls.values() if wanted in ("all", one.state)]
    return 200, page(asked, [shapes.pull(state, one, "pull-request-simple") for one in found])


@handles("GET", "/pulls/{pull_number}")
def pull(state: State, asked: Asked) -> Answer:
    return 200, shapes.pull(state, pulled(state, asked))


@handles("GET", "/pulls/{pull_number}/files")
def files(state: State, asked: Asked) -> Answer:
    return 200, page(asked, [shapes.file(one) for one in state.files(pulled(state, asked))])


@handles("GET", "/issues/{issue_number}/comments")
def comments(state: State, asked: Asked) -> Answer:
    found = [one for one in state.comments.values() if one.number == pulled(state, asked, "issue_number").number]
    return 200, page(asked, [shapes.comment(state, one) for one in found])


@handles("POST", "/issues/{issue_number}/comments")
def add_comment(state: State, asked: Asked) -> Answer:
    number = pulled(state, asked, "issue_number").number
    return 201, shapes.comment(state, state.say(number, asked.me, fits(asked.body["body"])))


@handles("GET", "/issues/comments/{comment_id}")
def comment(state: State, asked: Asked) -> Answer:
    return 200, shapes.comment(state, _kept(state.comments, asked))


@handles("PATCH", "/issues/comments/{comment_id}")
def edit_comment(state: State, asked: Asked) -> Answer:
    found = _kept(state.comments, asked)
    state.rewrite(found, asked.me, fits(asked.body["body"]))
    return 200, shapes.comment(state, found)


@handles("DELETE", "/issues/comments/{comment_id}")
def delete_comment(state: State, asked: Asked) -> Answer:
    del state.comments[_kept(state.comments, asked).id]
    return 204, None


@handles("GET", "/pulls/{pull_number}/comments")
def inline_comments(state: State, asked: Asked) -> Answer:
    found = [one for one in state.inline.values() if one.number == pulled(state, asked).number]
    return 200, page(asked, [shapes.inline(state, one) for one in found])


@handles("POST", "/pulls/{pull_number}/comments")
def add_inline(state: State, asked: Asked) -> Answer:
    one = pulled(state, asked)
    _of_pull(state, one, asked.body["commit_id"], lambda said: invalid(said, "commit_id"))
    file = next((file for file in state.files(one) if file.path == asked.body["path"]), None)
    if file is None:
        raise invalid("path is not part of the pull request", "path")
    if asked.body.get("subject_type") != "file":
        raise NotImplementedError("lines are sent in reviews")
    known = {"path": file.path, "line": 1, "subject_type": "file"}
    return 201, shapes.inline(state, _keep_inline(state, one, asked, fits(asked.body["body"]), known))


@handles("PATCH", "/pulls/comments/{comment_id}")
def edit_inline(state: State, asked: Asked) -> Answer:
    found = _kept(state.inline, asked)
    state.rewrite(found, asked.me, fits(asked.body["body"]))
    return 200, shapes.inline(state, found)


@handles("GET", "/pulls/{pull_number}/reviews")
def reviews(state: State, asked: Asked) -> Answer:
    found = [one for one in state.reviews.values() if one.number == pulled(state, asked).number]
    return 200, page(asked, [shapes.review(state, one) for one in found])


@handles("POST", "/pulls/{pull_number}/reviews")
def add_review(state: State, asked: Asked) -> Answer:
    """The whole review, or nothing of it."""
    one, body = pulled(state, asked), asked.body
    if body["event"] != "COMMENT" and asked.me.login == one.author.login:
        raise _unprocessable(f"Can not {body['event'].lower()} your own pull request")
    _of_pull(
        state, one, body["commit_id"], lambda _said: _unprocessable("The commitOID is not part of the pull request")
    )
    if not body.get("body") and not body.get("comments") and body["event"] != "APPROVE":
        raise _unprocessable("Body is required")
    placed = [(comment, _place(state, one, comment)) for comment in body.get("comments", ())]
    states = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
    made = state.review(one.number, asked.me, states[body["event"]], body["commit_id"], body.get("body", ""))
    for comment, known in placed:
        _keep_inline(state, one, asked, comment["body"], known)
    return 200, shapes.review(state, made)


@handles("GET", "/pulls/{pull_number}/requested_reviewers")
def requested(state: State, asked: Asked) -> Answer:
    users = [account(state.accounts[login]) for login in pulled(state, asked).requested]
    return 200, {"users": users, "teams": []}


@handles("POST", "/pulls/{pull_number}/requested_reviewers")
def request(state: State, asked: Asked) -> Answer:
    one = pulled(state, asked)
    for login in asked.body["reviewers"]:
        if login == one.author.login:
            raise RefusedError(422, "Review cannot be requested from pull request author.")
        if login not in state.accounts:
            raise RefusedError(422, "Reviews may only be requested from collaborators.")
    one.requested += [login for login in asked.body["reviewers"] if login not in one.requested]
    return 201, shapes.pull(state, one, "pull-request-simple")


@handles("GET", "/issues/{issue_number}/labels")
def labels(state: State, asked: Asked) -> Answer:
    return 200, page(asked, [shapes.label(name) for name in pulled(state, asked, "issue_number").labels])


@handles("POST", "/issues/{issue_number}/labels")
def add_labels(state: State, asked: Asked) -> Answer:
    one = pulled(state, asked, "issue_number")
    one.labels += [name for name in asked.body["labels"] if name not in one.labels]
    return 200, [shapes.label(name) for name in one.labels]


@handles("DELETE", "/issues/{issue_number}/labels/{name}")
def remove_label(state: State, asked: Asked) -> Answer:
    one, name = pulled(state, asked, "issue_number"), unquote(asked.values["name"])
    if name not in one.labels:
        raise missing()
    one.labels.remove(name)
    return 200, [shapes.label(name) for name in one.labels]


@handles("GET", "/collaborators/{username}/permission")
def permission(state: State, asked: Asked) -> Answer:
    found = state.accounts.get(unquote(asked.values["username"]))
    if found is None:
        raise missing()
    short = {"maintain": "write", "triage": "read"}.get(found.role, found.role)
    user = filled("nullable-collaborator", login=found.login, id=found.id, type=found.kind)
    return 200, {"permission": short, "role_name": found.role, "user": user}


def _kept(kept: dict[int, Said], asked: Asked) -> Said:
    if asked.number("comment_id") not in kept:
        raise missing()
    return kept[asked.number("comment_id")]


def _unprocessable(said: str) -> RefusedError:
    return RefusedError(422, "Unprocessable Entity", [said])


def _of_pull(state: State, one: Pull, sha: str, refused: Callable[[str], RefusedError]) -> None:
    """RULES["commit of a review"]."""
    if commit(state.path, sha) not in commits(state.path, state.base(one), state.head(one)):
        raise refused("commit_id is not part of the pull request")


def _place(state: State, one: Pull, comment: dict[str, Any]) -> dict[str, Any]:
    """RULES["line in a hunk"] and RULES["diff too large"]."""
    file = next((file for file in state.files(one) if file.path == comment["path"]), None)
    if file is None:
        raise _unprocessable("Path could not be resolved")
    if file.too_large:
        raise _unprocessable("Path diff too large")
    wanted = {comment["line"], comment.get("start_line", comment["line"])}
    if not wanted <= file.lines or comment.get("side") != "RIGHT":
        raise _unprocessable("Line could not be resolved")
    return {key: comment[key] for key in ("path", "line", "start_line", "side", "start_side") if key in comment}


def _keep_inline(state: State, one: Pull, asked: Asked, body: str, known: dict[str, Any]) -> Said:
    made = Said(state.next(), one.number, asked.me, body, state.clock.text(), known=known)
    state.inline[made.id] = made
    return made
