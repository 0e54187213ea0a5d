"""How alike two cells' sources are; owns rapidfuzz."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
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
# Beyond these rapidfuzz has paid for its import: combinations of words of two cells, and steps for many cells.
_LONG = 1_000_000
_MANY = 30_000
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
    if set(old).isdisjoint(new):
        return []
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
    words = Words()
    before = [words.spell(words_of(cell.source)) for cell in old]
    after = [words.spell(words_of(cell.source)) for cell in new]
    found = []
    likeness_of = _measure(sum(map(len, before)) * len(after))
    for one, other in _candidates(before, after):
        factor = 1.0 if old[one].cell_type == new[other].cell_type else _OTHER_TYPE
        weight = factor * likeness_of(before[one], after[other], least / factor)
        if weight >= least and before[one]:
            found.append(Pair(old[one].index, new[other].index, weight))
    return found


def common(one: str, other: str) -> int:
    """The length of a longest common subsequence of two texts.

    Hyyrö's bit vectors (2004), as in rapidfuzz: the words of most cells fit an integer or two.
    """
    if len(one) * len(other) > _LONG:
        from rapidfuzz.distance import LCSseq

        return LCSseq.similarity(one, other)
    places: dict[str, int] = {}
    for place, code in enumerate(one):
        places[code] = places.get(code, 0) | 1 << place
    row = whole = (1 << len(one)) - 1
    for code in other:
        met = row & places.get(code, 0)
        row = (row + met | row - met) & whole
    return (whole ^ row).bit_count()


def likeness(one: str, other: str, least: float = 0.0) -> float:
    """The share (0 to 1) of two texts' characters that a longest common subsequence holds; 0 when below `least`."""
    length = len(one) + len(other)
    found = 1 - (length - 2 * common(one, other)) / length if length else 1.0
    return found if found >= least else 0.0


def _measure(steps: int) -> Callable[[str, str, float], float]:
    """How to measure the likeness of many pairs: rapidfuzz is faster, and takes its time to be imported."""
    if steps <= _MANY:
        return likeness
    from rapidfuzz.distance import Indel

    return lambda one, other, least: Indel.normalized_similarity(one, other, score_cutoff=least)


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
