"""The evaluation of the rules: what it counts, and that nothing made here is judged wrongly."""

from __future__ import annotations

import json

import pytest
from benchmarks.rules import evaluate
from benchmarks.rules.faults import FAULTS, Fault
from benchmarks.rules.fixtures import CLEAN, Clean, code

from nbpeer.checks.rules import RULES


@pytest.mark.parametrize("clean", CLEAN, ids=lambda clean: clean.name)
def test_a_clean_analysis_is_clean(clean: Clean) -> None:
    assert dict(evaluate.said(clean.cells, clean)) == {}


def test_every_fault_fits_an_analysis_and_names_a_rule() -> None:
    codes = {rule.code for rule in RULES}
    for fault in FAULTS:
        assert fault.code in codes
        assert any(fault.into(clean) for clean in CLEAN), fault


def test_every_rule_has_a_fault_to_find_and_finds_it() -> None:
    scores = {score.code: score for score in evaluate.evaluated()}
    assert {rule.code for rule in RULES} - scores.keys() == set()
    assert [code for code, score in scores.items() if score.recall != 1.0] == []


def test_precision_and_recall_count_what_was_found_and_what_was_not(monkeypatch: pytest.MonkeyPatch) -> None:
    clean = Clean("tiny", (code("x = 1"),))
    faults = (
        Fault("NBP802", "", "!pip install a"),
        Fault("NBP802", "", "y = 2"),
        Fault("NBP604", "", "!pip install b"),
    )
    monkeypatch.setattr(evaluate, "CLEAN", (clean,))
    monkeypatch.setattr(evaluate, "FAULTS", faults)
    scores = {score.code: score for score in evaluate.evaluated()}
    assert (scores["NBP802"].faults, scores["NBP802"].found, scores["NBP802"].alarms) == (2, 1, 1)
    assert (scores["NBP802"].recall, scores["NBP802"].precision) == (0.5, 0.5)
    assert (scores["NBP604"].recall, scores["NBP604"].precision) == (0.0, None)
    lines = evaluate.table(scores.values()).splitlines()
    assert any(line.startswith("NBP802 in-cell-install") and line.endswith("0.50       0.50") for line in lines)


def test_shares_are_of_notebooks_with_an_error_or_warning(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name, source in (("a", "!pip install a"), ("b", "x = 1")):
        content = {"cells": [code(source)], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(content))
    (tmp_path / "old.ipynb").write_text('{"nbformat": 3, "worksheets": []}')
    said = evaluate.shares(tmp_path)
    assert "2 notebooks: share with an error or a warning" in said
    assert "NBP802 in-cell-install             1   50.0%" in said
