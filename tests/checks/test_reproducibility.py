"""NBP102 to NBP109: names, counts, errors, silence."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import making
from checking import check, codes

PYTHON_3 = {"kernelspec": {"name": "python3", "language": "python", "display_name": ""}}


def undefined(*cells: Any, **more: Any) -> list[tuple[int, int, str]]:
    """Cell, line and the first quoted word of each NBP102."""
    found = [finding for finding in check(*cells, select="NBP102", **more) if finding.code == "NBP102"]
    return [(finding.cell, finding.line, finding.message.split("`")[1]) for finding in found]


def untold(*cells: Any, **more: Any) -> list[str]:
    """The messages of NBP001 about names."""
    return [finding.message for finding in check(*cells, select="NBP102", **more) if finding.code == "NBP001"]


def reading(**files: str) -> Any:
    """A reader of files, given as `utils_py="…"`."""
    named = {name.replace("__", "/").rpartition("_")[::2]: text for name, text in files.items()}
    return lambda path: next(
        (text.encode() for (stem, extension), text in named.items() if path == f"{stem}.{extension}"), None
    )


def test_a_name_defined_only_below_is_found_where_it_is_used() -> None:
    assert undefined("x = 1\nprint(x + y)", "y = 2") == [(1, 2, "y")]


def test_a_name_deleted_above_is_found() -> None:
    assert undefined("x = 1", "del x", "x") == [(3, 1, "x")]


def test_a_function_may_use_what_is_defined_below_it() -> None:
    assert undefined("def f():\n    return later", "later = 1", "f()") == []


def test_a_name_used_often_is_found_once_with_the_number_of_uses() -> None:
    (finding,) = check("print(gone)", "gone + gone", select="NBP102")
    assert "(3 uses)" in finding.message


def test_place_is_cell_line_and_column_with_magics_above() -> None:
    (finding,) = check("%matplotlib inline", "!ls\n%time total = missing", select="NBP102")
    assert (finding.cell, finding.line, finding.column) == (2, 2, 15)
    assert finding.excerpt == "%time total = missing"


@pytest.mark.parametrize(
    "cells",
    [
        ("display(_)", "Out[1], In, _1, _i2, get_ipython()"),
        ("%store -r orders", "orders.head()"),
        ("%%capture out\nprint(1)", "out.show()"),
        ("%%R -o model\nmodel <- lm(y ~ x)", "model"),
        ("%%bigquery df\nselect 1", "df"),
        ("%sql rows << select 1", "rows"),
        ("%%cython\ndef fast(x): return x", "fast(1)"),
        ("%%timeit total = 0\ntotal += 1",),
        ("from math import *", "sqrt(pi)"),
        ("from typing import *", "x: List[int] = []"),
        ("import asyncio", "await asyncio.sleep(0)"),
        ("files = !ls", "files"),
    ],
)
def test_names_from_ipython_and_other_languages_are_known(cells: tuple[str, ...]) -> None:
    assert (undefined(*cells), untold(*cells)) == ([], [])


def test_names_of_a_spark_kernel_are_known() -> None:
    metadata = {"kernelspec": {"name": "pysparkkernel", "language": "python", "display_name": "PySpark"}}
    assert undefined("spark.table('orders')", metadata=metadata) == []
    assert undefined("spark.table('orders')", metadata=PYTHON_3) == [(1, 1, "spark")]


def test_a_name_of_an_imported_file_is_known_and_another_is_not() -> None:
    read = reading(utils_py="from math import pi\ndef load(): ...\n_private = 1\n")
    cells = ("from utils import *", "load(pi, _private, other)")
    assert undefined(*cells, read=read) == [(2, 1, "_private"), (2, 1, "other")]
    assert untold(*cells, read=read) == []


def test_a_file_that_cannot_be_found_leaves_its_names_untold_and_says_so() -> None:
    cells = ("from somewhere import *", "load(1)\nsave(2)")
    assert undefined(*cells) == []
    assert untold(*cells) == ["`from somewhere import *` may define `load`, `save`: NBP102 could not tell"]


def test_a_use_above_the_import_is_found_even_when_its_names_are_unknown() -> None:
    assert undefined("load(1)", "from somewhere import *") == [(1, 1, "load")]


def test_what_nobody_asks_for_is_not_reported_as_unknown() -> None:
    assert untold("from somewhere import *", "print(1)") == []


def test_a_notebook_that_is_run_brings_its_names() -> None:
    prepared = making.text(making.notebook(making.code("orders = 1\n%run more.py"), header=None))
    read = reading(prepare_ipynb=prepared, more_py="limits = 2")
    assert undefined("%run prepare.ipynb", "orders, limits, other", read=read) == [(2, 1, "other")]
    assert untold("%run prepare", "orders", read=read) == ["`%run prepare` may define `orders`: NBP102 could not tell"]


def test_files_that_import_each_other_end() -> None:
    read = reading(a_py="from b import *\nx = 1", b_py="from a import *\ny = 1")
    assert undefined("from a import *", "x", read=read) == []


def test_a_stored_variable_must_be_named_to_be_known() -> None:
    assert untold("%store -r", "orders") == ["`%store -r` may define `orders`: NBP102 could not tell"]


def test_a_cell_that_is_not_run_or_is_meant_to_fail_is_left_out() -> None:
    skipped = making.code("missing", tags=("skip-execution",))
    failing = making.code("missing", tags=("raises-exception",))
    assert undefined(skipped, failing) == []


def test_a_cell_that_cannot_be_parsed_may_define_its_names() -> None:
    found = check("orders = load(", "orders", "other", select="NBP102")
    assert [(finding.code, finding.cell) for finding in found] == [("NBP001", 1), ("NBP102", 3)]


def test_without_ruff_the_check_says_what_was_not_applied(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    (finding,) = check("print(missing)", select="NBP102")
    assert (finding.code, finding.severity, finding.cell) == ("NBP001", "warning", 0)
    assert "ruff is not installed" in finding.message
    assert 'pip install "nbpeer[checks]"' in finding.fix
    assert check("print(missing)", select="NBP103") == []


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}, "r"),
        ({"kernelspec": {"name": "python2", "language": "python", "display_name": ""}}, "python 2"),
        ({"language_info": {"name": "python", "version": "2.7.18"}}, "python 2"),
    ],
)
def test_another_language_gets_one_info_that_names_the_rules_not_applied(metadata: Any, language: str) -> None:
    found = check("x <- missing", "print missing", select="NBP102,NBP103,NBP301", metadata=metadata)
    assert [(finding.code, finding.severity) for finding in found] == [("NBP001", "info")]
    assert found[0].message == f"{language} code: NBP102, NBP301 were not applied"


def test_code_of_a_newer_python_is_a_warning_that_says_so() -> None:
    metadata = {"language_info": {"name": "python", "version": "3.99.0"}}
    (finding,) = check("x = = 1", select="NBP102", metadata=metadata)
    assert (finding.severity, "the notebook's is 3.99.0" in finding.message) == ("warning", True)


@pytest.mark.parametrize("source", ["x = (", "'\\x'", "a\0b", "(" * 500, "return 1"])
def test_what_is_not_python_is_a_finding_on_its_cell(source: str) -> None:
    found = check("fine = 1", source, select="NBP102")
    assert [(finding.code, finding.severity, finding.cell) for finding in found] == [("NBP001", "error", 2)]


def test_an_odd_escape_in_the_analysts_code_warns_nobody() -> None:
    assert check(r"pattern = '\d'", "!ls\npattern = '\\d'", select="NBP102") == []


def counted(*counts: int | None) -> list[dict[str, Any]]:
    return [making.code("1", execution_count=count) for count in counts]


@pytest.mark.parametrize(
    ("counts", "cells"),
    [((1, 2, 3), []), ((3, 7, 9), []), ((1, 5, 2, 6), [3]), ((9, 1, 2), [2, 3]), ((None, None), []), ((4, 4), [])],
)
def test_cells_that_ran_before_one_above_them_are_found(counts: tuple[int, ...], cells: list[int]) -> None:
    assert [finding.cell for finding in check(*counted(*counts), select="NBP103")] == cells


@pytest.mark.parametrize(
    ("counts", "cells"), [((1, 2, 3), []), ((2, 3), [1]), ((1, 4, 5), [2]), ((1, None, 2), [2]), ((None, None), [])]
)
def test_gaps_in_the_counts_are_found_when_asked_for(counts: tuple[int, ...], cells: list[int]) -> None:
    assert [finding.cell for finding in check(*counted(*counts), select="NBP104")] == cells


def test_an_empty_cell_leaves_no_gap() -> None:
    assert check(*counted(1), making.code(""), *counted(2), select="NBP104") == []


ERROR = {"output_type": "error", "ename": "KeyError", "evalue": "\x1b[31m'price'\x1b[0m\nmore", "traceback": ["…"]}


def test_a_stored_error_is_named_on_one_line() -> None:
    (finding,) = check(making.code("x['price']", outputs=[ERROR]), select="NBP105")
    assert finding.message == "the stored output is an error, KeyError: 'price'"


def test_an_error_that_is_meant_is_no_finding() -> None:
    assert check(making.code("x", outputs=[ERROR], tags=("raises-exception",)), select="NBP105") == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("try:\n    x = 1\nexcept:\n    pass", [3]),
        ("try:\n    x = 1\nexcept Exception:\n    x = 2", [3]),
        ("try:\n    x = 1\nexcept ValueError:\n    pass", []),
        ("try:\n    x = 1\nexcept ValueError:\n    x = 2", []),
        ("try:\n    x = 1\nexcept Exception:\n    raise", []),
        ("import warnings\nwarnings.filterwarnings('ignore')", [2]),
        ("from warnings import simplefilter as quiet\nquiet('ignore')", [2]),
        ("import warnings\nwarnings.filterwarnings('ignore', category=FutureWarning)", []),
        ("import warnings\nwarnings.simplefilter('ignore', FutureWarning)", []),
        ("import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')", []),
        ("import warnings\nwarnings.filterwarnings('error')", []),
    ],
)
def test_errors_and_warnings_silenced_wholesale_are_found(source: str, lines: list[int]) -> None:
    assert [finding.line for finding in check(source, select="NBP109")] == lines


def test_a_stripped_notebook_gives_nothing_about_outputs() -> None:
    assert codes(check("1", "2", select="NBP103,NBP104,NBP105,NBP602,NBP605")) == []
