"""A pull request in a real repository, posted into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import making
from nbpeer.forge.folder import Folder
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.pull_request import InlineComment, Person, Placed, PostedInline, PullRequest
from nbpeer.model.result import Certificate, Expectation, NamedResult, ResultsFile, encode_results, results_path

if TYPE_CHECKING:
    from conftest import GitRepository

PATH = "analyses/pricing.ipynb"
ALICE = Person("alice", 3)


class Review17:
    """Pull request 17 in a folder: what nbpeer posts there, and whether anything was written since one looked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.forge = Folder(folder)
        self._before: dict[str, tuple[int, bytes]] = {}

    def look(self) -> None:
        """Remember what is there now."""
        self._before = self._files()

    @property
    def written(self) -> list[str]:
        """The files that were written since the last look."""
        now = self._files()
        return sorted(name for name in now.keys() | self._before.keys() if now.get(name) != self._before.get(name))

    def body(self, mark: str) -> str:
        """Our comment with that mark."""
        return next(one.body for one in self.forge.comments(17) if mark in one.body)

    def inline(self) -> tuple[PostedInline, ...]:
        return self.forge.inline_comments(17)

    def tick(self, *items: str, person: Person = ALICE) -> None:
        """Tick items of the first checklist as a person does."""
        comment = next(one for one in self.forge.comments(17) if "nbpeer:checklist" in one.body)
        body = comment.body
        for item in items:
            body = body.replace(f"- [ ] **{item}**", f"- [x] **{item}**")
        Folder(self.folder, person).rewrite(comment, body)

    def _files(self) -> dict[str, tuple[int, bytes]]:
        """Every file but the pull request itself, which is what tests say of it."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.name != "pull-request.json")
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


class Refusing(Folder):
    """A folder that takes no inline comment, as a forge does where the diff does not show the line."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.tried = 0

    def post_findings(self, number: int, sha: str, comments: tuple[InlineComment, ...]) -> Placed:
        self.tried += len(comments)
        return Placed(refused=comments)


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
