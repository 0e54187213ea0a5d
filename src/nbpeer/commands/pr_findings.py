"""Inline comments on findings: new ones posted, standing ones left, those whose finding is gone struck."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nbpeer.forge.forge import Forge, ForgeError
from nbpeer.forge.sticky import same_account
from nbpeer.model.posting import PlacedFinding, Posting
from nbpeer.model.pull_request import InlineComment, Person, PostedInline
from nbpeer.render.pr_inline import (
    fingerprint_in,
    fixed_body,
    gone_words,
    inline_body,
    prints,
    waived_reason,
)

# As reviewdog does: more than these nobody reads, and each is a notification.
MOST_ON_LINES = 30
MOST_ON_FILES = 10


class Inline(NamedTuple):
    """What was done: comments `posted`, `reworded` and marked `fixed`; `unplaced` are the findings that no comment
    holds, `refused` the fingerprints that the forge would not take, `note` why none could be posted."""

    posted: int = 0
    reworded: int = 0
    fixed: int = 0
    unplaced: tuple[PlacedFinding, ...] = ()
    refused: tuple[str, ...] = ()
    note: str = ""


def post_inline(forge: Forge, number: int, posting: Posting, me: Person, refused: Iterable[str] = ()) -> Inline:
    """Bring the inline comments of a pull request to what was found. `refused` were so before, at the same head.

    Raises ForgeError when the comments cannot be read.
    """
    wanted, comments = commented(posting), forge.inline_comments(number)
    standing = _standing(comments, me)
    try:
        reworded, fixed = _bring_up_to_date(forge, posting, wanted, standing)
        tried = _chosen({key: placed for key, placed in wanted.items() if key not in standing}, standing)
        new = {key: placed for key, placed in tried.items() if key not in set(refused)}
        done = forge.post_findings(number, posting.head, tuple(_comment(placed, key) for key, placed in new.items()))
        _strike_doubles(forge, forge.inline_comments(number) if done.on_line or done.on_file else comments, me)
    except ForgeError as error:
        held = [placed for key, placed in wanted.items() if key not in standing]
        return Inline(unplaced=tuple(held), note=f"inline comments could not be posted: {error.message}")
    posted = {one.fingerprint for one in (*done.on_line, *done.on_file)}
    unplaced = tuple(placed for key, placed in wanted.items() if key not in standing and key not in posted)
    again = [key for key in refused if key in wanted and key not in standing]
    fresh = [one.fingerprint for one in done.refused]
    return Inline(len(posted), reworded, fixed, unplaced, tuple(dict.fromkeys([*again, *fresh])))


def commented(posting: Posting) -> dict[str, PlacedFinding]:
    """The findings that are worth a comment, by fingerprint: errors, warnings, and what one press mends."""
    every = [placed for analysis in posting.analyses for placed in analysis.open_findings]
    return {
        key: placed
        for key, placed in prints(every)
        if placed.finding.severity != "info" or (placed.exact and placed.replacement)
    }


def _standing(comments: Sequence[PostedInline], me: Person) -> dict[str, PostedInline]:
    """Our own comments by fingerprint; of doubles the first."""
    found: dict[str, PostedInline] = {}
    for comment in comments:
        held = fingerprint_in(comment.body)
        if held and same_account(comment.author, me):
            found.setdefault(held[0], comment)
    return found


def _strike_doubles(forge: Forge, comments: Sequence[PostedInline], me: Person) -> None:
    """Of what two jobs posted at once, strike all but the first; both strike the same."""
    first = {comment.id for comment in _standing(comments, me).values()}
    for comment in comments:
        held = fingerprint_in(comment.body)
        if held and not held[1] and comment.id not in first and same_account(comment.author, me):
            forge.edit_inline(comment, fixed_body(comment.body, held[0], "This was said twice, by two jobs at once."))


def _bring_up_to_date(
    forge: Forge, posting: Posting, wanted: dict[str, PlacedFinding], standing: dict[str, PostedInline]
) -> tuple[int, int]:
    """Reword what says something else now, and strike what is gone; how many of each."""
    here = {analysis.path for analysis in posting.analyses}
    waived = {key: waived_reason(placed.finding) for key, placed in prints(_not_open(posting))}
    reworded = fixed = 0
    for key, comment in standing.items():
        held = fingerprint_in(comment.body)
        struck = bool(held and held[1])
        if key in wanted:
            body = inline_body(wanted[key], key)
            if not _same(body, comment.body):
                forge.edit_inline(comment, body)
                reworded += 1
        elif not struck:
            said = gone_words(posting.head, waived.get(key, ""), there=comment.path in here)
            forge.edit_inline(comment, fixed_body(comment.body, key, said))
            fixed += 1
    return reworded, fixed


def _not_open(posting: Posting) -> list[PlacedFinding]:
    return [placed for one in posting.analyses for placed in one.findings if not placed.finding.open]


def _chosen(tried: dict[str, PlacedFinding], standing: dict[str, PostedInline]) -> dict[str, PlacedFinding]:
    """As many as there is room for, those on lines first; on a file as a whole only errors, since those are loud."""
    up = [comment for comment in standing.values() if not (fingerprint_in(comment.body) or ("", True))[1]]
    on_files = sum(comment.line is None for comment in up)
    lines = [key for key, placed in tried.items() if placed.line][: max(0, MOST_ON_LINES - len(up) + on_files)]
    errors = [key for key, placed in tried.items() if not placed.line and placed.finding.severity == "error"]
    files = errors[: max(0, MOST_ON_FILES - on_files)]
    return {key: tried[key] for key in (*lines, *files)}


def _comment(placed: PlacedFinding, fingerprint: str) -> InlineComment:
    return InlineComment(placed.finding.path, placed.line, inline_body(placed, fingerprint), fingerprint)


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same to a forge, which may change line ends and trim."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
