"""The registry of the example analyses, on their own data."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbpeer.cli.main import run

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("metric", "result", "birds"),
    [("birds_measured", "birds measured", 344), ("birds_with_known_sex", "birds with known sex", 333)],
)
def test_the_recorded_results_are_the_metrics_as_defined(
    metric: str, result: str, birds: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "example_analyses")
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked archive is no repository")
    code = run(["metrics", "reconcile", metric, "--result", result, "--window", "2007-01-01..2009-12-31"])
    assert (code, f"  defined {birds}, here {birds}\n" in capsys.readouterr().out) == (0, True)
