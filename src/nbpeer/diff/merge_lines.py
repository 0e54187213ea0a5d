"""Three versions of a text merged line by line, as `git merge-file` does it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nbpeer.diff.similarity import in_order

Lines = Sequence[str]

MARK_SIZE = 7  # git's; longer where a conflicting line looks like a marker
# Longer texts that share nothing at their ends are one change: a table of all pairs of lines would not fit in memory.
_MOST_PAIRS = 10**9
_WORDS = re.compile(r"\w+|\n[^\S\n]*|[^\S\n]+|[^\w\s]")  # every character is in one: blanks count, most of all indents


class Region(NamedTuple):
    """Lines that are settled (`theirs` is None), or the two versions that conflict."""

    ours: Lines
    theirs: Lines | None = None


class _Change(NamedTuple):
    """Lines `start` to `end` of the base became lines `new_start` to `new_end` of a side."""

    start: int
    end: int
    new_start: int
    new_end: int


def merge_lines(base: Lines, ours: Lines, theirs: Lines, *, apart: bool = False) -> list[Region]:
    """The merged text in order. Changes of both sides to the same or to neighbouring lines conflict, unless they are
    equal, or one of them is not to be seen (`bare`), or one side changed each word that the other did, in the same way,
    and more.

    `apart` says that each line is about something else, such as one parameter: neighbouring lines that the sides
    rewrote line for line do not conflict then.
    """
    regions: list[Region] = []
    place = 0
    for start, end, mine, yours in _groups(_changes(base, ours), _changes(base, theirs), apart):
        regions.append(Region(base[place:start]))
        versions = _version(base, ours, mine, start, end), _version(base, theirs, yours, start, end)
        if not mine or versions[0] == versions[1]:
            regions.append(Region(versions[1]))
        elif not yours:
            regions.append(Region(versions[0]))
        elif (settled := _without_the_unseen(base[start:end], *versions)) is not None:
            regions.append(Region(settled))
        elif (fuller := _fuller(base[start:end], *versions)) is not None:
            regions.append(Region(fuller))
        else:
            regions += _refined(*versions)
        place = end
    regions.append(Region(base[place:]))
    return [region for region in regions if region.ours or region.theirs is not None]


def bare(lines: Lines) -> str:
    """What is to be seen of lines: not the white space at their ends, nor blank lines before the first and after the
    last."""
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def marked(regions: Sequence[Region]) -> list[str]:
    """The lines of a merged text, conflicts between markers."""
    contested = [line for region in regions if region.theirs is not None for line in (*region.ours, *region.theirs)]
    size = MARK_SIZE
    while any(line.startswith(sign * size) for line in contested for sign in "<=>|"):
        size += 1
    lines: list[str] = []
    for region in regions:
        lines += region.ours if region.theirs is None else [f"{'<' * size} ours", *region.ours, "=" * size]
        lines += [] if region.theirs is None else [*region.theirs, f"{'>' * size} theirs"]
    return lines


def new_place(before: Lines, after: Lines, place: int) -> int | None:
    """Where the line `place` of a text starts in another version; None when it is inside of what changed."""
    shift = 0
    for change in _changes(before, after):
        if change.start < place < change.end:
            return None
        if change.end <= place:
            shift = change.new_end - change.end
    return place + shift


def _changes(base: Lines, side: Lines) -> list[_Change]:
    found = []
    place, new_place = 0, 0
    for one, other in [*_common(base, side), (len(base), len(side))]:
        if place < one or new_place < other:
            found.append(_Change(place, one, new_place, other))
        place, new_place = one + 1, other + 1
    return _slid_down(base, side, found)


def _common(one: Lines, other: Lines) -> list[tuple[int, int]]:
    """A longest common subsequence, as pairs of line numbers."""
    shortest = min(len(one), len(other))
    head = next((place for place in range(shortest) if one[place] != other[place]), shortest)
    shortest -= head
    tail = next((place for place in range(shortest) if one[-1 - place] != other[-1 - place]), shortest)
    middle = one[head : len(one) - tail], other[head : len(other) - tail]
    found = [(place, place) for place in range(head)]
    if len(middle[0]) * len(middle[1]) <= _MOST_PAIRS:
        found += [(head + first, head + second) for first, second in in_order(*middle)]
    return found + [(len(one) - place, len(other) - place) for place in range(tail, 0, -1)]


def _slid_down(base: Lines, side: Lines, changes: list[_Change]) -> list[_Change]:
    """Each insertion or removal as far down as it can be read, as git does it, so that equal ones meet."""
    slid: list[_Change] = []
    for number, change in enumerate(changes):
        limit = changes[number + 1].start if number + 1 < len(changes) else len(base)
        start, end, new_start, new_end = change
        if start == end:
            while end < limit and side[new_start] == base[end]:
                start, end, new_start, new_end = start + 1, end + 1, new_start + 1, new_end + 1
        elif new_start == new_end:
            while end < limit and base[start] == base[end]:
                start, end, new_start, new_end = start + 1, end + 1, new_start + 1, new_end + 1
        slid.append(_Change(start, end, new_start, new_end))
    return slid


def _without_the_unseen(base: Lines, ours: Lines, theirs: Lines) -> Lines | None:
    """The version of the side that changed what is to be seen, with the blank lines of the side that changed those;
    None when both changed what is to be seen, differently."""
    (head, before, tail), (our_head, mine, our_tail), (their_head, yours, their_tail) = map(
        _framed, (base, ours, theirs)
    )
    seen = bare(before), bare(mine), bare(yours)
    if seen[1] == seen[2]:
        text = _whose(before, mine, yours)
    elif seen[0] in seen[1:]:
        text = yours if seen[0] == seen[1] else mine
    else:
        return None
    return [*_whose(head, our_head, their_head), *text, *_whose(tail, our_tail, their_tail)]


def _fuller(base: Lines, ours: Lines, theirs: Lines) -> Lines | None:
    """The version of the side that made all changes of the other, word by word, and more; None when neither did."""
    before, *after = [_WORDS.findall("\n".join(lines)) for lines in (base, ours, theirs)]
    mine, yours = (
        {(one.start, one.end, *side[one.new_start : one.new_end]) for one in _changes(before, side)} for side in after
    )
    if mine < yours:
        return theirs
    return ours if yours < mine else None


def _framed(lines: Lines) -> tuple[Lines, Lines, Lines]:
    """The blank lines before a text, the text, and the blank lines after it."""
    solid = [place for place, line in enumerate(lines) if line.strip()] or [len(lines), len(lines) - 1]
    return lines[: solid[0]], lines[solid[0] : solid[-1] + 1], lines[solid[-1] + 1 :]


def _whose(base: Lines, ours: Lines, theirs: Lines) -> Lines:
    """The version of the side that changed it; when both did, the longer: blanks can be a line break of Markdown."""
    if base in (ours, theirs):
        return theirs if ours == base else ours
    return max(ours, theirs, key=lambda lines: (len(lines), sum(map(len, lines)), lines))


def _groups(
    ours: list[_Change], theirs: list[_Change], apart: bool
) -> Iterator[tuple[int, int, list[_Change], list[_Change]]]:
    """Changes that meet, together: from and to which line of the base, and whose they are."""
    waiting = sorted([(change, 0) for change in ours] + [(change, 1) for change in theirs])
    place = 0
    while place < len(waiting):
        start, last = waiting[place][0].start, waiting[place][0]
        sides: tuple[list[_Change], list[_Change]] = ([], [])
        while place < len(waiting) and _meet(last, waiting[place][0], apart):
            change, side = waiting[place]
            sides[side].append(change)
            last = max(last, change, key=lambda one: one.end)
            place += 1
        yield start, last.end, *sides


def _meet(one: _Change, other: _Change, apart: bool) -> bool:
    """Whether two changes, the first beginning not later, concern the same lines, or neighbouring ones."""
    if apart and one.end == other.start and _is_line_for_line(one) and _is_line_for_line(other):
        return False
    return other.start <= one.end


def _is_line_for_line(change: _Change) -> bool:
    return 0 < change.end - change.start == change.new_end - change.new_start


def _version(base: Lines, side: Lines, changes: list[_Change], start: int, end: int) -> Lines:
    """What lines `start` to `end` of the base are on a side that changed them so."""
    if not changes:
        return base[start:end]
    first, last = changes[0], changes[-1]
    return side[first.new_start - (first.start - start) : last.new_end + (end - last.end)]


def _refined(ours: Lines, theirs: Lines) -> Iterator[Region]:
    """A conflict without the lines that both sides share. As in git, what they share in its middle has to be worth it:
    more than three lines, and a letter or a digit in them."""
    place, other_place = 0, 0
    run: list[tuple[int, int]] = []
    runs: list[list[tuple[int, int]]] = []
    for pair in _common(ours, theirs):
        if not run or pair != (run[-1][0] + 1, run[-1][1] + 1):
            run = []
            runs.append(run)
        run.append(pair)
    for run in runs:
        first, last = run[0], run[-1]
        at_an_end = first == (0, 0) or (last[0] + 1, last[1] + 1) == (len(ours), len(theirs))
        shared = ours[first[0] : last[0] + 1]
        if at_an_end or (len(shared) > 3 and any(sign.isalnum() for line in shared for sign in line)):
            if place < first[0] or other_place < first[1]:
                yield Region(ours[place : first[0]], theirs[other_place : first[1]])
            yield Region(shared)
            place, other_place = last[0] + 1, last[1] + 1
    if place < len(ours) or other_place < len(theirs):
        yield Region(ours[place:], theirs[other_place:])
