"""The heaviest chain of pairs that runs forward on both sides: what stayed in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Pair(NamedTuple):
    """One cell of the before side (`old`) with one of the after side (`new`), by index; `weight` is at least 0."""

    old: int
    new: int
    weight: float = 1.0


def heaviest_chain(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs, rising on both sides, whose weights sum highest; ties go to the pairs that come first.

    With weights of 1 this is a longest increasing subsequence. O(n log n): a Fenwick tree of best chains by `new`.
    """
    ordered = sorted(pairs, key=lambda pair: (pair.old, -pair.new))
    size = max((pair.new for pair in ordered), default=-1) + 2
    best = [-1] * size
    total = [0.0] * len(ordered)
    previous = [-1] * len(ordered)
    for position, pair in enumerate(ordered):
        found, place = -1, pair.new
        while place > 0:
            if best[place] >= 0 and (found < 0 or total[best[place]] > total[found]):
                found = best[place]
            place -= place & -place
        previous[position] = found
        total[position] = pair.weight + (total[found] if found >= 0 else 0.0)
        place = pair.new + 1
        while place < size:
            if best[place] < 0 or total[position] > total[best[place]]:
                best[place] = position
            place += place & -place
    end = max(range(len(ordered)), key=lambda position: (total[position], -position), default=-1)
    chain = []
    while end >= 0:
        chain.append(ordered[end])
        end = previous[end]
    return chain[::-1]
