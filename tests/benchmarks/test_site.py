from __future__ import annotations

from pathlib import Path

import pytest


def test_every_analysis_has_a_page_and_one_that_changed_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks.site import measured, report

    few, many = measured(10, None), measured(20, None)
    for size, built in ((10, few["nbpeer site"]), (20, many["nbpeer site"])):
        assert built.whole.fine
        assert built.again.fine
        assert built.pages == size
    assert "nbpeer site" in report((10, 20), [[few], [many]])
