"""Which cell of the old notebook is which of the new: by content, helped by ids, never fooled by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from nbpeer.diff.chain import Pair, heaviest_chain
from nbpeer.diff.similarity import alike, in_order, words_of
from nbpeer.model.notebook import Cell

Found = dict[int, int]
Cells = Sequence[Cell]

# Likeness (0 to 1) that makes two cells one: where both stand between the same neighbours, and anywhere else.
# Strong likeness goes first, so that a cell that moved and changed a little is not taken for its old neighbour.
_LIKENESS = ((0.8, 0.8), (0.5, 0.6))
# Enough when nothing else stands between the same neighbours, or when trustworthy ids say it too.
_LEAST = 0.25
# Shorter cells look alike by chance and are not followed around the notebook.
_WORDS_TO_FOLLOW = 5


class Gap(NamedTuple):
    """The cells of either side, not matched yet, between two neighbours that are."""

    old: list[Cell]
    new: list[Cell]


def match(old: Cells, new: Cells) -> Found:
    """The index of the new cell for each old cell that lives on."""
    found, trusted = _same_content(old, new)
    if len(found) in (len(old), len(new)):
        return found
    for near, far in _LIKENESS:
        for gap in gaps(old, new, found):
            found.update((pair.old, pair.new) for pair in heaviest_chain(_squared(alike(gap.old, gap.new, near))))
        found.update(_elsewhere(old, new, found, far))
    for gap in gaps(old, new, found):
        alone = len(gap.old) == len(gap.new) == 1
        pairs = alike(gap.old, gap.new, _LEAST) if alone or trusted else []
        likely = [pair for pair in pairs if alone or old[pair.old].id == new[pair.new].id is not None]
        found.update((pair.old, pair.new) for pair in heaviest_chain(likely))
    return found


def content(cell: Cell) -> tuple[Hashable, ...]:
    """What of a cell the source digest covers; cells with equal content are the same."""
    if not cell.tags and not cell.attachments:
        return cell.cell_type, cell.source, (), ""
    import json

    from nbpeer.model.digests import behaviour_tags

    attachments = json.dumps(cell.attachments, sort_keys=True) if cell.attachments else ""
    return cell.cell_type, cell.source, tuple(behaviour_tags(cell.tags)), attachments


def kept_order(old: Cells, new: Cells, found: Found) -> Found:
    """Of matched cells the most that kept their order; the others moved. Equal and longer cells rather stay."""
    runs = _runs(found)
    if len(runs) == 1:
        return dict(runs[0])
    blocks = []
    for place, run in enumerate(runs):
        weight = 0.0
        for one, other in run:
            source = old[one].source
            weight += 1 + (source == new[other].source) / 1e4 + min(len(source), 1000) / 1e9
        blocks.append(Pair(place, run[0][1], weight))
    return dict(pair for block in heaviest_chain(blocks) for pair in runs[block.old])


def _runs(found: Found) -> list[list[tuple[int, int]]]:
    """Matched cells in runs that nothing else matched stands between, on either side: they stay or move together."""
    ranks = {other: rank for rank, other in enumerate(sorted(found.values()))}
    runs: list[list[tuple[int, int]]] = []
    expected = -1
    for pair in sorted(found.items()):
        rank = ranks[pair[1]]
        if rank != expected:
            runs.append([])
        runs[-1].append(pair)
        expected = rank + 1
    return runs


def gaps(old: Cells, new: Cells, found: Found) -> list[Gap]:
    """The unmatched cells between neighbours that kept their order; only gaps with cells on both sides."""
    taken = set(found.values())
    result = []
    start, new_start = 0, 0
    for one, other in [*kept_order(old, new, found).items(), (len(old), len(new))]:
        before = [cell for cell in old[start:one] if cell.index not in found]
        after = [cell for cell in new[new_start:other] if cell.index not in taken]
        if before and after:
            result.append(Gap(before, after))
        start, new_start = one + 1, other + 1
    return result


def _same_content(old: Cells, new: Cells) -> tuple[Found, bool]:
    """The cells whose content is equal; and whether ids can be trusted, because equal unique cells have equal ids."""
    contents = [content(cell) for cell in old], [content(cell) for cell in new]
    places = _places(contents[0]), _places(contents[1])
    unique = {
        ones[0]: others[0]
        for key, ones in places[0].items()
        if len(ones) == 1 and len(others := places[1].get(key, [])) == 1
    }
    trusted = bool(unique) and all(old[one].id == new[other].id for one, other in unique.items())
    found = kept_order(old, new, unique)
    for gap in gaps(old, new, found):
        keys = [contents[0][cell.index] for cell in gap.old], [contents[1][cell.index] for cell in gap.new]
        found.update((gap.old[one].index, gap.new[other].index) for one, other in in_order(*keys))
    taken = set(found.values())
    for key, ones in places[0].items():
        if old[ones[0]].source.strip():
            left = [one for one in ones if one not in found]
            found.update(zip(left, [other for other in places[1].get(key, []) if other not in taken], strict=False))
    return found, trusted


def _places(contents: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(contents):
        places[key].append(index)
    return places


def _elsewhere(old: Cells, new: Cells, found: Found, least: float) -> Found:
    """Cells that changed and moved: the most alike first."""
    taken = set(found.values())
    left = [cell for cell in old if cell.index not in found and _can_be_followed(cell)]
    others = [cell for cell in new if cell.index not in taken and _can_be_followed(cell)]
    more: Found = {}
    for pair in sorted(alike(left, others, least), key=lambda pair: (-pair.weight, pair.old, pair.new)):
        if pair.old not in more and pair.new not in taken:
            more[pair.old] = pair.new
            taken.add(pair.new)
    return more


def _can_be_followed(cell: Cell) -> bool:
    return len(words_of(cell.source)) >= _WORDS_TO_FOLLOW


def _squared(pairs: list[Pair]) -> list[Pair]:
    """Weights that prefer one strong likeness to two weak ones."""
    return [pair._replace(weight=pair.weight**2) for pair in pairs]
