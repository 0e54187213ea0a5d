from __future__ import annotations

from nbpeer.model.result import Certificate, Expectation, Figure, NamedResult, ResultsFile, Table
from nbpeer.model.run import CellError, Run
from nbpeer.render.runs import error_line, run_spans
from nbpeer.render.spans import plain


def test_a_run_is_told_with_its_results_expectations_caveats_and_files() -> None:
    results = (
        NamedResult("revenue", "number", 1234.5, unit="EUR", relative_tolerance=0.05),
        NamedResult("best", "text", "north\nsouth"),
        NamedResult("by day", "table", Table(("day", "n"), (("Mon", 1), ("Tue", 2), ("Wed", 3)))),
        NamedResult("trend", "figure", Figure(640, 480, "sha256:0", "00")),
    )
    recorded = ResultsFile(
        Certificate("sha256:0"),
        {result.name: result for result in results},
        {"unique": Expectation("unique", True), "complete": Expectation("complete", False, "2 rows")},
        ("Sundays are missing",),
    )
    run = Run("a.ipynb", "completed", ".nbpeer/runs/a.ipynb", "a.results.json", True, 2.04, 3, 3, recorded=recorded)
    assert plain(run_spans((run,))).splitlines() == [
        "a.ipynb  completed, 3 of 3 code cells in 2.0 s",
        "  best     north south",
        "  by day   table, 3 x 2",
        "  revenue  1234.5 EUR  ± 5 %",
        "  trend    figure, 640 x 480 pixels",
        "  ✗ complete: 2 rows",
        "  ✓ unique",
        "  ! Sundays are missing",
        "  executed notebook  .nbpeer/runs/a.ipynb",
        "  results            a.results.json (written)",
    ]


def test_an_error_is_one_line_that_cannot_steer_the_terminal() -> None:
    error = CellError(3, 2, "ValueError", "bad \x1b[2Jvalue\nand more")
    assert error_line("a.ipynb", error) == "a.ipynb, cell 3, line 2: ValueError: bad ␛[2Jvalue"


def test_a_syntax_error_does_not_name_the_file_that_ipython_makes_up() -> None:
    error = CellError(3, 1, "SyntaxError", "invalid syntax (1843956808.py, line 1)")
    assert error_line("a.ipynb", error) == "a.ipynb, cell 3, line 1: SyntaxError: invalid syntax"


def test_an_error_without_a_name_as_of_bash_is_called_error() -> None:
    assert error_line("a.ipynb", CellError(2, 0, "", "127")) == "a.ipynb, cell 2: error: 127"
