"""Front matter merged key by key, where line by line does not do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbpeer.diff.merge_lines import Lines, Region, merge_lines

_KEY = re.compile(r"([^\s#:'\"\[\]{}-][^:]*):(?:\s|$)")
_FENCE = re.compile(r"---\s*$")

# The lines of one top-level key, with the comments above it, by its name; "" is what stands before the first.
_Blocks = dict[str, list[str]]


def merge_front_matter(base: Lines, ours: Lines, theirs: Lines) -> list[Region] | None:
    """The merged first cell: its YAML by top-level key, then by line, and what follows by line.

    None when a version has no front matter, or names a key twice. Keys stand as ours has them, those that only theirs
    added behind the key they follow there.
    """
    taken = [_blocks(lines) for lines in (base, ours, theirs)]
    if None in taken:
        return None
    (before, _), (mine, _), (yours, _) = [part for part in taken if part is not None]
    regions: list[Region] = [Region([ours[0]])]
    for key in _order(before, mine, yours):
        versions = [blocks.get(key) for blocks in (before, mine, yours)]
        regions += _merge_block(*versions)
    tails = [part[1] for part in taken if part is not None]
    return [region for region in [*regions, *merge_lines(*tails)] if region.ours or region.theirs is not None]


def _merge_block(base: list[str] | None, ours: list[str] | None, theirs: list[str] | None) -> list[Region]:
    if ours == theirs or theirs == base:
        return [Region(ours or [])]
    if ours == base:
        return [Region(theirs or [])]
    if base is None or ours is None or theirs is None:
        return [Region(ours or [], theirs or [])]
    return merge_lines(base, ours, theirs)


def _order(base: _Blocks, ours: _Blocks, theirs: _Blocks) -> list[str]:
    order = [*ours, *(key for key in base if key not in ours)]
    place = 0
    for key in theirs:
        if key not in order:
            order.insert(place + 1, key)
        place = order.index(key)
    return order


def _blocks(lines: Sequence[str]) -> tuple[_Blocks, list[str]] | None:
    """The keys of the front matter, and the lines from its end on; None when there is none or a key is repeated."""
    if not lines or not _FENCE.match(lines[0]):
        return None
    end = next((place for place in range(1, len(lines)) if _FENCE.match(lines[place])), 0)
    if not end:
        return None
    blocks: _Blocks = {"": []}
    name, comments = "", list[str]()
    for line in lines[1:end]:
        found = _KEY.match(line)
        if found:
            name = found.group(1).strip()
            if name in blocks:
                return None
            blocks[name] = [*comments, line]
            comments = []
        elif line.startswith("#"):
            comments.append(line)
        else:
            blocks[name] += [*comments, line]
            comments = []
    blocks[name] += comments
    return blocks, list(lines[end:])
