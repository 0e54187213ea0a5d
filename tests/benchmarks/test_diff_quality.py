from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

import making

LONG = "a = load()\nb = clean(a)\nc = fit(b)\nshow(c)"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks import diff_quality

    return diff_quality


def content(*sources: str, **extra: object) -> bytes:
    return making.text(making.notebook(*(making.code(source, **extra) for source in sources), header=None)).encode()


def test_only_sources_are_compared(benchmark: ModuleType) -> None:
    pair = benchmark.Pair("a", content("a = 1", outputs=[making.stream("1")]), content("a = 1", execution_count=3))
    assert benchmark.sources_only(pair) is None
    assert benchmark.sources_only(benchmark.Pair("a", content("a = 1"), b"[]")) is None
    changed = benchmark.sources_only(benchmark.Pair("a", content("a = 1"), content("a = 2")))
    assert json.loads(changed.after)["cells"][0]["source"] == "a = 2"


def test_sizes_are_lines_and_cells_and_moves_are_no_lines_to_read(benchmark: ModuleType) -> None:
    before, after = content(LONG, "x = 1", "y = 2"), content("x = 1", "y = 3", LONG, "z = 4")
    found = benchmark.compared(benchmark.sources_only(benchmark.Pair("a", before, after)))
    assert found.faults == ()
    assert found.moved == 2
    assert found.shown == benchmark.Size(3, 4)
    assert found.script == benchmark.Size(5, 5)


def test_the_table_compares_pair_by_pair(benchmark: ModuleType) -> None:
    pair = benchmark.sources_only(benchmark.Pair("a", content("a = 1"), content("a = 2")))
    ours = benchmark.compared(pair)
    table = benchmark.report([ours], [(benchmark.Size(3, 1), 0.5)])
    assert "lines, script: fewer than nbdime 1, as many 0, more 0" in table
    assert "nbdime failed or took over a minute: 0" in table
