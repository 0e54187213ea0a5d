"""A pull request in a real repository, and a forge that only remembers what it was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

import making
from nbpeer.forge.forge import ForgeError, TooLongError
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.pull_request import (
    CheckRun,
    Comment,
    InlineComment,
    Permission,
    Person,
    Placed,
    PostedInline,
    PullRequest,
    Review,
)
from nbpeer.model.result import Certificate, Expectation, NamedResult, ResultsFile, encode_results, results_path
from nbpeer.render.pr_summary import MARK

if TYPE_CHECKING:
    from conftest import GitRepository

PATH = "analyses/pricing.ipynb"
BOT = Person("nbpeer[bot]", 7, bot=True)


class Remembering:
    """A forge in memory that answers `Forge` for one pull request; `sent` names each thing that was written."""

    def __init__(self, pull: PullRequest) -> None:
        self.pull = pull
        self.sent: list[str] = []
        self.found: list[Comment] = []
        self.inline: list[PostedInline] = []
        self.runs: list[CheckRun] = []
        self.labels: set[str] = set()
        self.asked: list[str] = []
        self.longest = 10**9  # of a summary
        self.lines: Callable[[InlineComment], bool] = lambda comment: True
        self.may: dict[str, Permission] = {}
        self.said: tuple[Review, ...] = ()

    def pull_request(self, number: int) -> PullRequest:
        return self.pull

    def myself(self) -> Person:
        return BOT

    def comments(self, number: int) -> tuple[Comment, ...]:
        return tuple(self.found)

    def upsert_comment(self, number: int, marker: str, body: Callable[[str], str]) -> Comment:
        standing = next((one for one in self.found if marker in one.body and one.author == BOT), None)
        text = body(standing.body if standing else "")
        assert marker in text
        if marker == MARK and len(text) > self.longest:
            raise TooLongError("too long")
        if standing and standing.body == text:
            return standing
        self.sent.append(f"comment {marker}")
        made = Comment(
            standing.id if standing else len(self.found) + 1, BOT, text, f"https://forge.example/{marker[5:20]}"
        )
        if standing:
            self.found[self.found.index(standing)] = made
        else:
            self.found.append(made)
        return made

    def inline_comments(self, number: int) -> tuple[PostedInline, ...]:
        return tuple(self.inline)

    def post_findings(self, number: int, sha: str, comments: tuple[InlineComment, ...]) -> Placed:
        taken = tuple(one for one in comments if self.lines(one))
        for one in taken:
            self.sent.append(f"inline {one.path}:{one.line}")
            self.inline.append(PostedInline(len(self.inline) + 1, BOT, one.path, one.line or None, one.body))
        refused = tuple(one for one in comments if one not in taken)
        self.sent += [f"refused {one.path}:{one.line}" for one in refused]
        return Placed(tuple(one for one in taken if one.line), tuple(one for one in taken if not one.line), refused)

    def edit_inline(self, comment: PostedInline, body: str) -> None:
        self.sent.append(f"edit {comment.path}")
        self.inline = [msgspec.structs.replace(one, body=body) if one.id == comment.id else one for one in self.inline]

    def annotate(self, run: CheckRun) -> str:
        if run not in self.runs:
            self.sent.append("check run")
            self.runs.append(run)
        return "https://forge.example/check"

    def reviews(self, number: int) -> tuple[Review, ...]:
        return self.said

    def permission(self, login: str) -> Permission:
        return self.may.get(login, "none")

    def request_reviewers(self, number: int, logins: tuple[str, ...]) -> None:
        if not logins or "refuse" in logins:
            raise ForgeError("no such person", status=422)
        self.asked += logins

    def label(self, number: int, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        self.labels = (self.labels | set(add)) - set(remove)

    def body(self, start: str) -> str:
        """The comment that begins so."""
        return next(one.body for one in self.found if one.body.startswith(start))


def analysis(*cells: dict[str, Any], header: str = making.HEADER) -> dict[str, Any]:
    every = cells or (
        making.markdown("## Summary\n\nThe lower price works."),
        making.code("rate = 0.0412\nprint(rate)\n"),
    )
    return making.notebook(*every, header=header)


def recorded(notebook: dict[str, Any], effect: float, *, held: bool = True) -> bytes:
    source = source_digest(parse_notebook(making.text(notebook)))
    found = {"effect": NamedResult("effect", "number", effect, "points", 0.05)}
    return encode_results(ResultsFile(Certificate(source), found, {"no doubles": Expectation("no doubles", held)}))


def put(repo: GitRepository, notebook: dict[str, Any], effect: float, path: str = PATH) -> None:
    """Write an analysis and the results that its run recorded."""
    repo.write(path, notebook)
    repo.write(results_path(path), recorded(notebook, effect))


def pulled(repo: GitRepository, head: str, **known: Any) -> PullRequest:
    base = repo.git("rev-parse", "main").strip()
    return PullRequest(17, "A change", Person("analyst", 1), "main", base, "work", head, **known)
