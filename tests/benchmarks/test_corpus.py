"""The benchmark measures on what it says, and tells a tool that failed from one that did not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

import making
from nbpeer.strip import strip


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks import corpus

    return corpus


def test_made_notebooks_are_always_the_same_and_hold_outputs_to_strip(corpus: ModuleType, tmp_path: Path) -> None:
    made = corpus.make(20)
    assert made == corpus.make(20)
    assert len(made.notebooks) == 20
    with_outputs = [content for content in made.notebooks.values() if corpus.has_outputs(content)]
    assert len(with_outputs) >= 15
    assert not any(corpus.has_outputs(strip(content)) for content in with_outputs)
    made.write(tmp_path)
    assert corpus.load(tmp_path).size == made.size


def test_a_folder_is_copied_without_what_is_not_json(corpus: ModuleType, tmp_path: Path) -> None:
    notebook = making.text(making.notebook(making.code("1"))).encode()
    for name, content in {"a.ipynb": notebook, "b/c.ipynb": b"{", ".d/e.ipynb": notebook, "f.txt": b"{}"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert corpus.load(tmp_path) == corpus.Corpus({"0/0.ipynb": notebook}, 1)


def test_an_output_left_behind_is_seen_in_every_format(corpus: ModuleType) -> None:
    cell = {"outputs": [1], "metadata": {}}
    kept = {"outputs": [1], "metadata": {"tags": ["keep_output"]}}
    for found, notebook in [
        (True, {"cells": [cell]}),
        (True, {"worksheets": [{"cells": []}, {"cells": [cell]}]}),
        (False, {"cells": [kept, {"outputs": []}, {}]}),
    ]:
        assert corpus.has_outputs(json.dumps(notebook).encode()) is found


def test_costs_add_up_and_a_failure_is_noticed(corpus: ModuleType, tmp_path: Path) -> None:
    from benchmarks.measure import Spread, cost, ratios

    busy = [sys.executable, "-c", "sum(range(300_000))"]
    once, thrice = cost([busy], tmp_path), cost([busy] * 3, tmp_path)
    assert once.fine
    assert thrice.cpu > once.cpu > 0
    assert not cost([busy, [sys.executable, "-c", "raise SystemExit(1)"]], tmp_path).fine
    assert ratios([2.0, 9.0, 4.0], [1.0, 3.0, 1.0]) == Spread(3.0, 2.0, 4.0)
