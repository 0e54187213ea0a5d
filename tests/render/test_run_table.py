from __future__ import annotations

from nbpeer.model.result import Certificate, NamedResult, ResultsFile
from nbpeer.model.run import Run
from nbpeer.render.run_table import compare_runs, comparison_markdown, comparison_spans
from nbpeer.render.spans import plain

NONE = "\N{EN DASH}"


def run(label: str, **values: float) -> Run:
    results = {name: NamedResult(name, "number", value, unit="EUR") for name, value in values.items()}
    recorded = ResultsFile(Certificate("sha256:0"), results) if values else None
    return Run("a.ipynb", "completed" if values else "failed", "x", label=label, recorded=recorded)


RUNS = (run("c=de", sales=12345.5, cost=1), run("c=fr", sales=3), run("c=xx"))


def test_a_table_has_a_row_for_each_run_and_a_column_for_each_result_of_any() -> None:
    assert plain(comparison_spans(compare_runs(RUNS))).splitlines() == [
        "                 cost   sales",
        "c=de  completed  1 EUR  12,345.5 EUR",
        f"c=fr  completed  {NONE}      3 EUR",
        f"c=xx  failed     {NONE}      {NONE}",
    ]


def test_markdown_cannot_be_left_by_what_a_notebook_says() -> None:
    found = compare_runs((run("a|b\n<img src=x>"),))
    assert comparison_markdown(found).splitlines()[2] == "| a\\|b \\<img src=x\\> | failed |"


def test_a_failed_expectation_and_the_cache_are_told_in_the_row() -> None:
    ended = Run("a.ipynb", "completed", "x", cached=True, failed_expectations=("no gaps",))
    (row,) = compare_runs((ended,)).rows
    assert (row.label, row.status) == ("a.ipynb", "completed, cached, not as expected: no gaps")
