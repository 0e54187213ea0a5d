from __future__ import annotations

from pathlib import Path

import pytest


def test_notebooks_are_all_right_and_recorded_once_though_workers_are_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks.dask_runs import measure

    ended = measure(notebooks=12, workers=2, every=4)
    assert ended.fine, ended
    assert ended.killed == 2
    assert ended.again <= 2
