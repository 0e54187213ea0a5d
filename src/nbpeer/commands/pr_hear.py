"""What people said in a pull request, as far as they may say anything: reviews, ticks, answers by lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbpeer.forge.forge import Forge
from nbpeer.model.marks import CHECKLIST, Mark, marks
from nbpeer.model.pull_request import MAY_REVIEW, Comment, Person, PullRequest, Review
from nbpeer.review import ticks
from nbpeer.review.forge_words import address_of, decisive
from nbpeer.review.ticks import Said, same_person


class Heard(NamedTuple):
    """`reviews` are people's last words, `said` their answers, each of somebody who may write to the repository.

    `others` are answers of those who may not, `unclaimed` the items by analysis whose tick nobody known made. `spoke`
    are the addresses of all who approved, asked for changes or had that dismissed. `checklists` are nbpeer's own
    comments by the analysis they are about. `notes` say what was not heard, and why.
    """

    reviews: tuple[Review, ...] = ()
    said: tuple[Said, ...] = ()
    others: tuple[Said, ...] = ()
    unclaimed: dict[str, tuple[str, ...]] = {}
    spoke: frozenset[str] = frozenset()
    checklists: dict[str, Comment] = {}
    notes: tuple[str, ...] = ()

    def mark_of(self, path: str) -> Mark | None:
        """The mark of the checklist of an analysis: what it asks, and about which content."""
        return checklist_mark(self.checklists[path].body) if path in self.checklists else None


class _May:
    """Who may write to the repository, asked once each."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self._known: dict[str, bool] = {}

    def review(self, person: Person) -> bool:
        """Whether what they say counts; an app is nobody."""
        if person.bot:
            return False
        if person.login not in self._known:
            self._known[person.login] = self._forge.permission(person.login) in MAY_REVIEW
        return self._known[person.login]


def hear(forge: Forge, pull: PullRequest) -> Heard:
    """Everything that was said in a pull request. Raises ForgeError."""
    may, reviews, comments = _May(forge), forge.reviews(pull.number), forge.comments(pull.number)
    checklists = own_checklists(comments, forge.myself())
    versions = {path: forge.edits(comment) for path, comment in checklists.items()}
    said = [
        one._replace(where=path)
        for path, found in versions.items()
        for one in ticks.ticks(found, checklists[path].author)
    ]
    said += _lines(forge, reviews, comments)
    words = decisive(reviews)
    heard = tuple(review for review in words if may.review(review.author))
    spoke = (one.author for one in reviews if one.state in ("approved", "changes_requested", "dismissed"))
    return Heard(
        reviews=heard,
        said=tuple(one for one in said if may.review(one.person)),
        others=tuple(one for one in said if not may.review(one.person)),
        unclaimed={path: ticks.unclaimed(found, checklists[path].author) for path, found in versions.items()},
        spoke=frozenset(map(address_of, spoke)),
        checklists=checklists,
        notes=tuple(_not_heard(review) for review in words if review not in heard),
    )


def own_checklists(comments: Sequence[Comment], me: Person) -> dict[str, Comment]:
    """nbpeer's checklist comments by the analysis they are about: our own account's, else an app's.

    Anybody can write our mark into a comment of their own: such a comment asks nothing.
    """
    found: dict[str, Comment] = {}
    for comment in comments:
        asked = checklist_mark(comment.body)
        path = asked.values.get("path", "") if asked else ""
        if not path:
            continue
        standing = found.get(path)
        if same_person(comment.author, me):
            better = standing is None or not same_person(standing.author, me)
        else:
            better = standing is None and comment.author.bot
        if better:
            found[path] = comment
    return found


def checklist_mark(body: str) -> Mark | None:
    """The mark that a checklist comment begins with; None for other comments, and for one that asks no more."""
    first = next(marks(body), None)
    asks = first is not None and first.kind == CHECKLIST and first.start == 0 and "state" not in first.values
    return first if asks else None


def _lines(forge: Forge, reviews: Sequence[Review], comments: Sequence[Comment]) -> list[Said]:
    found = [one for review in reviews for one in ticks.lines_of(review.body, review.author, review.time)]
    for comment in comments:
        if not comment.author.bot and ticks.has_lines(comment.body):
            found += ticks.lines(forge.edits(comment), comment.author)
    return found


def _not_heard(review: Review) -> str:
    did = "approval" if review.state == "approved" else "request for changes"
    why = "is an app" if review.author.bot else "may not write to the repository"
    return f"{review.author.login} {why}: their {did} does not count"
