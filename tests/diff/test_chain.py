from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from nbpeer.diff.chain import Pair, heaviest_chain

pairs = st.lists(st.builds(Pair, st.integers(0, 5), st.integers(0, 5), st.sampled_from([0.5, 1.0, 2.0])), max_size=7)


def rises(chain: list[Pair] | tuple[Pair, ...]) -> bool:
    return all(one.old < other.old and one.new < other.new for one, other in pairwise(chain))


@given(pairs)
def test_no_chain_is_heavier(found: list[Pair]) -> None:
    chain = heaviest_chain(found)
    assert rises(chain)
    ordered = sorted(found)
    best = max(
        sum(pair.weight for pair in chosen)
        for size in range(len(found) + 1)
        for chosen in combinations(ordered, size)
        if rises(chosen)
    )
    assert sum(pair.weight for pair in chain) == best


def test_nothing_is_a_chain_too() -> None:
    assert heaviest_chain([]) == []
