"""Who answered what in a pull request: ticks of a checklist comment and lines such as `nbpeer C3 no: why`.

Anybody with write access can edit anybody's comment, so that only its versions tell who said a thing: whoever wrote
the version in which it first stood, and has stood since.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, cast

from nbpeer.model.marks import CHECKLIST, ITEM, marks, ticked
from nbpeer.model.pull_request import CommentEdit, Person
from nbpeer.model.review import AnswerValue

# A quotation of such a line begins with `>`, so it says nothing.
_SAID = re.compile(
    r"[ \t]*`?nbpeer[ \t]+(?:(?P<where>\S[^\n]*?)[ \t]+)?(?P<item>[A-Za-z][\w.-]*)[ \t]+(?P<answer>yes|no|na)\b"
    r"[ \t]*(?::[ \t]*(?P<note>[^\n]*))?[ \t]*$",
    re.IGNORECASE,
)
_BOX = re.compile(r"(\s*[-*+] \[)[ xX](\] )")


class Said(NamedTuple):
    """One answer to one item, and who gave it when (UTC, ISO 8601).

    `content` is the content hash that the checklist was about then, "" when that is not known. `where` names an
    analysis, "" where only one is meant. `ticked` is whether it was a tick, not a line.
    """

    item: str
    answer: AnswerValue
    note: str
    person: Person
    time: str
    content: str = ""
    where: str = ""
    ticked: bool = False


def same_person(one: Person, other: Person) -> bool:
    """Whether two are one account: the same number, or the same name (an app's with or without `[bot]`) where a number
    is not known."""
    if one.id and other.id:
        return one.id == other.id
    return one.login.lower().removesuffix("[bot]") == other.login.lower().removesuffix("[bot]")


def turned_on(versions: Sequence[CommentEdit], found: Callable[[str], Collection[str]]) -> dict[str, CommentEdit]:
    """Of each thing that `found` sees in the last version: the version since which it is there without a break."""
    since: dict[str, CommentEdit] = {}
    for version in versions:
        here = found(version.body)
        since = {thing: since.get(thing, version) for thing in here}
    return since


def ticks(versions: Sequence[CommentEdit], bot: Person) -> tuple[Said, ...]:
    """The ticks of a checklist comment by who made them, in the order of the items.

    Whoever last turned a box on ticked it, be it one of several in one edit. What `bot`, which writes the comment, or
    an unknown editor turned on nobody ticked, nor what was turned on while the questions were not as `bot` wrote them:
    it is left out.
    """
    return tuple(
        Said(item, "yes", "", version.editor, version.time, _content(version.body), ticked=True)
        for item, version in sorted(turned_on(versions, ticked).items())
        if version.editor and _by_a_person(versions, version, bot)
    )


def unclaimed(versions: Sequence[CommentEdit], bot: Person) -> tuple[str, ...]:
    """The items whose box is ticked though no known person ticked it as it is asked."""
    claimed = {said.item for said in ticks(versions, bot)}
    return tuple(sorted(ticked(versions[-1].body) - claimed)) if versions else ()


def _by_a_person(versions: Sequence[CommentEdit], version: CommentEdit, bot: Person) -> bool:
    """Whether a version is a person's, and only its boxes differ from what `bot` wrote last before it.

    Where the history does not tell an editor it may have been `bot`.
    """
    if version.editor is None or same_person(version.editor, bot):
        return False
    before = versions[: next(place for place, one in enumerate(versions) if one is version)]
    written = next((one for one in reversed(before) if one.editor is None or same_person(one.editor, bot)), None)
    return written is None or _asked(written.body) == _asked(version.body)


def _asked(body: str) -> list[str]:
    """A checklist without its ticks; forges may trim what ends a line or the text."""
    return [line.rstrip() for line in with_ticks(body, ()).rstrip().splitlines()]


def lines(versions: Sequence[CommentEdit], author: Person) -> tuple[Said, ...]:
    """The answers that a person's own comment gives by lines: `nbpeer [WHERE] ITEM yes|no|na[: why]`.

    A line that somebody else wrote into it is left out. Of two lines on one item the later stands.
    """
    found = turned_on(versions, _said_lines)
    return tuple(
        said
        for line, version in found.items()
        if version.editor and same_person(version.editor, author) and (said := _read(line, author, version.time))
    )


def lines_of(body: str, author: Person, time: str) -> tuple[Said, ...]:
    """The answers by lines of a text that only its author writes: the body of a review."""
    return lines((CommentEdit(author, time, body),), author)


def has_lines(body: str) -> bool:
    """Whether a comment answers anything."""
    return bool(_said_lines(body))


def with_ticks(body: str, items: Collection[str]) -> str:
    """A checklist comment with exactly the boxes of `items` ticked, and nothing else changed."""
    return "".join(_with_box(line, items) for line in body.splitlines(keepends=True))


def names(where: str, paths: Sequence[str]) -> str | None:
    """Which of the analyses at `paths` a line's WHERE means: a path, the end of one, or its number from 1.

    "" means the only one. None for what names none of them, or several.
    """
    if where.isdigit() and 0 < int(where) <= len(paths):
        return paths[int(where) - 1]
    meant = [path for path in paths if path == where] or [
        path for path in paths if not where or path.endswith(f"/{where}")
    ]
    return meant[0] if len(meant) == 1 else None


def answers_by_item(given: Sequence[Said], reviewer: Person, paths: Sequence[str], path: str) -> Mapping[str, Said]:
    """What stands of all answers that people gave for the analysis at `path`, when `reviewer` decides on it.

    Their own answers stand before those of others, later ones before earlier ones.
    """
    mine = [said for said in given if names(said.where, paths) == path]
    ordered = sorted(mine, key=lambda said: (same_person(said.person, reviewer), said.time))
    return {said.item: said for said in ordered}


def _said_lines(body: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in body.splitlines() if _SAID.fullmatch(line.rstrip(" \t`"))))


def _read(line: str, author: Person, time: str) -> Said | None:
    found = _SAID.fullmatch(line.rstrip(" \t`"))
    if found is None:
        return None
    answer = cast("AnswerValue", found["answer"].lower())
    note = " ".join((found["note"] or "").split())
    return Said(found["item"], answer, note, author, time, where=(found["where"] or "").strip("`"))


def _content(body: str) -> str:
    found = next((mark for mark in marks(body) if mark.kind == CHECKLIST), None)
    return found.values.get("content", "") if found else ""


def _with_box(line: str, items: Collection[str]) -> str:
    found = [mark for mark in marks(line) if mark.kind == ITEM]
    if not found or not _BOX.match(line):
        return line
    box = "x" if found[-1].values.get("id") in items else " "
    return _BOX.sub(rf"\g<1>{box}\g<2>", line, count=1)
