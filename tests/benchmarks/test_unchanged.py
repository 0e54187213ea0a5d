from __future__ import annotations

from pathlib import Path

import pytest


def test_unchanged_notebooks_are_asked_for_in_turn_with_papermill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks.unchanged import make, measured, report

    costs = measured(make(tmp_path, 1))
    assert all(one.fine for one in costs)
    papermill, untouched, touched = (one.cpu for one in costs)
    assert untouched < touched < papermill
    assert "nothing touched" in report(1, [costs])
