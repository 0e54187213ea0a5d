from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

import making
from conftest import GitRepository
from nbpeer.diff.align import align
from nbpeer.model.notebook import parse_notebook


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks import diff

    return diff


def test_the_made_pairs_are_what_they_are_said_to_be(benchmark: ModuleType) -> None:
    pairs = {pair.name: pair for pair in benchmark.made()}
    assert list(pairs) == ["small", "with outputs", "500 cells"]
    assert len(pairs["small"].after) < 40_000
    assert 8.5e6 < len(pairs["with outputs"].after) < 9.5e6
    sides = (parse_notebook(side) for side in (pairs["500 cells"].before, pairs["500 cells"].after))
    kinds = Counter(change.kind for change in align(*sides))
    assert 20 <= kinds["moved"] + kinds["moved_changed"] <= 25
    assert 20 <= kinds["changed"] + kinds["moved_changed"] <= 25
    assert (kinds["added"], kinds["removed"]) == (5, 5)


def test_pairs_of_a_history_are_both_sides_of_its_newest_commits(repo: GitRepository, benchmark: ModuleType) -> None:
    for text in ("a = 1", "a = 2", "a = 3"):
        repo.write("sub/n b.ipynb", making.notebook(making.code(text)))
        repo.commit(text)
    repo.write("broken.ipynb", "{")
    repo.commit()
    (repo.path / "broken.ipynb").write_text("{{")
    repo.commit()
    pairs = list(benchmark.from_history(repo.path, 5))
    assert [pair.name.split(" ", 1)[1] for pair in pairs] == ["n b.ipynb", "n b.ipynb"]
    assert b"a = 2" in pairs[0].before
    assert b"a = 3" in pairs[0].after
    assert len(list(benchmark.from_history(repo.path, 1))) == 1
