"""How alike two cells' sources are; owns rapidfuzz."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import product

from nbpeer.diff.chain import Pair
from nbpeer.model.notebook import Cell

# Of a longer source only the two ends are looked at, so that a cell of one 13 MB line takes milliseconds.
LONGEST = 40_000
# Up to this many combinations every cell is compared with every other; beyond, only with those that share rare words.
_ALL_WITH_ALL = 20_000
_RARE = 8
_CANDIDATES = 12
_OTHER_TYPE = 0.9
_WORD = re.compile(r"\w+")
_SIGN = re.compile(r"\S")


class Words:
    """Sequences turned into strings of one character a distinct item, which rapidfuzz compares fastest."""

    def __init__(self) -> None:
        self._codes: dict[Hashable, str] = {}

    def spell(self, items: Iterable[Hashable]) -> str:
        """The items as a string; equal items give equal characters (two items may share one beyond 1.1 million)."""
        codes = self._codes
        return "".join([codes.get(item) or codes.setdefault(item, chr(len(codes) % 0x110000)) for item in items])


def words_of(source: str) -> list[str]:
    """The words of a source, or its signs when it has no word; without them `f(x)` and `g(y)` look half alike."""
    looked_at = source if len(source) <= LONGEST else source[: LONGEST // 2] + source[-LONGEST // 2 :]
    return _WORD.findall(looked_at) or _SIGN.findall(looked_at)


def in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """A longest common subsequence of two sequences, as pairs of positions."""
    from rapidfuzz.distance import LCSseq

    words = Words()
    found = []
    for operation in LCSseq.opcodes(words.spell(old), words.spell(new)):
        if operation.tag == "equal":
            length = operation.src_end - operation.src_start
            found += [(operation.src_start + step, operation.dest_start + step) for step in range(length)]
    return found


def alike(old: Sequence[Cell], new: Sequence[Cell], least: float) -> list[Pair]:
    """The pairs of cells whose words are alike by at least `least` (0 to 1), with that likeness as weight.

    Of many cells on both sides, only those that share a rare word, or stand at the same place, are compared, so that
    the cost stays linear.
    """
    from rapidfuzz.distance import Indel

    words = Words()
    before = [words.spell(words_of(cell.source)) for cell in old]
    after = [words.spell(words_of(cell.source)) for cell in new]
    found = []
    for one, other in _candidates(before, after):
        factor = 1.0 if old[one].cell_type == new[other].cell_type else _OTHER_TYPE
        likeness = factor * Indel.normalized_similarity(before[one], after[other], score_cutoff=least / factor)
        if likeness >= least and before[one]:
            found.append(Pair(old[one].index, new[other].index, likeness))
    return found


def _candidates(before: list[str], after: list[str]) -> Iterator[tuple[int, int]]:
    if len(before) * len(after) <= _ALL_WITH_ALL:
        yield from product(range(len(before)), range(len(after)))
        return
    places: dict[str, list[int]] = {}
    for place, text in enumerate(after):
        for word in dict.fromkeys(text):
            places.setdefault(word, []).append(place)
    for one, text in enumerate(before):
        shared: Counter[int] = Counter(place for place in (one - 1, one, one + 1) if 0 <= place < len(after))
        for word in dict.fromkeys(text):
            if len(places.get(word, ())) <= _RARE:
                shared.update(places.get(word, ()))
        for other, _ in shared.most_common(_CANDIDATES):
            yield one, other
