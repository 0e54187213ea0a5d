"""The benchmark of git's filter stores what it says, and sees outputs that a filter lets by."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import making


@pytest.fixture
def gitadd(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks import gitadd

    return gitadd


def executed(number: int) -> bytes:
    outputs = [making.stream(f"{number}\n")]
    return making.text(making.notebook(making.code("1", outputs=outputs, execution_count=number))).encode()


def test_every_variant_is_measured_and_what_it_stores_is_looked_at(gitadd: ModuleType) -> None:
    contents = [executed(number) for number in range(3)]
    variants = [
        gitadd.Variant(gitadd.US, gitadd.our_settings()),
        gitadd.Variant("none", {}),
        gitadd.Variant("stripped", {}, stripped=True),
    ]
    costs = gitadd.measured(variants, contents, 2)
    assert {name: [one.left for one in runs] for name, runs in costs.items()} == {
        gitadd.US: [0, 0],
        "none": [3, 3],
        "stripped": [0, 0],
    }
    assert all(one.fine and one.add > 0 and one.status > 0 for runs in costs.values() for one in runs)
    assert "3 notebooks" in gitadd.report(contents, costs)


def test_samples_are_spread_evenly(gitadd: ModuleType) -> None:
    assert gitadd.sample(list(range(10)), 5) == [0, 2, 4, 6, 8]
    assert gitadd.sample([1, 2], 5) == [1, 2]
