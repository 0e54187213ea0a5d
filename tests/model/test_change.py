from __future__ import annotations

from nbpeer.model.change import AnalysisDiff, CellChange, ResultChange, ValueChange, value_changes


def test_only_names_whose_text_differs_are_changes() -> None:
    changes = value_changes({"gone": "1", "same": "2", "other": "3"}, {"new": "0", "same": "2", "other": "4"})
    assert changes == (ValueChange("new", None, "0"), ValueChange("other", "3", "4"), ValueChange("gone", "1", None))


def test_a_diff_knows_which_of_its_cells_and_results_really_changed() -> None:
    cells = (CellChange("unchanged", None, None), CellChange("moved", None, None))
    results = tuple(ResultChange(word, word, None, None) for word in ("unchanged", "within_tolerance", "changed"))  # type: ignore[arg-type]
    found = AnalysisDiff("a.ipynb", "changed", cells=cells, results=results)
    assert [change.kind for change in found.changed_cells] == ["moved"]
    assert [change.name for change in found.changed_results] == ["changed"]
