"""`nbpeer check`: fixes, baseline, overrides, cache, many notebooks, formats; on the real command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import making

MERGE = "import pandas as pd\na = pd.read_csv('a.csv')\nb = a.merge(a, on='k')\nprint(len(b))"
PATH = "open('/home/owner/a.csv')"
ONLY = ("--select", "NBP604")


def notebook(*sources: str, header: str | None = None) -> dict[str, Any]:
    return making.notebook(*(making.code(source) for source in sources), header=header)


def test_diff_shows_what_fix_would_do_and_writes_nothing(repo: Any, nbpeer: Callable[..., Any]) -> None:
    path = repo.write("a.ipynb", notebook(MERGE))
    before = path.read_bytes()
    done = nbpeer("check", "--select", "NBP302", "--diff")
    assert done.code == 1
    assert done.out.splitlines() == [
        "--- a.ipynb cell 1", "+++ a.ipynb cell 1", "@@ -1,4 +1,4 @@",
        " import pandas as pd", " a = pd.read_csv('a.csv')",
        "-b = a.merge(a, on='k')", "+b = a.merge(a, on='k', how=\"inner\")", " print(len(b))",
    ]  # fmt: skip
    assert "1 finding would be mended" in done.err
    assert path.read_bytes() == before
    preview = nbpeer("check", "--select", "NBP302", "--diff", "--format", "json").json
    assert [(item["path"], item["findings"]) for item in preview] == [("a.ipynb", 1)]


def test_fix_mends_and_says_what_is_left(repo: Any, nbpeer: Callable[..., Any]) -> None:
    path = repo.write("a.ipynb", notebook(MERGE, PATH))
    done = nbpeer("check", "--select", "NBP302,NBP604", "--fix")
    assert done.code == 1
    assert "NBP302" not in done.out
    assert done.out.splitlines()[-2:] == ["1 notebook checked: 1 warning", "1 finding mended"]
    assert 'how=\\"inner\\"' in path.read_text()
    again = nbpeer("check", "--select", "NBP302,NBP604", "--diff")
    assert (again.code, again.out) == (0, "")


def test_a_waived_or_known_finding_is_not_mended(repo: Any, nbpeer: Callable[..., Any]) -> None:
    path = repo.write("a.ipynb", notebook(MERGE.replace("on='k')", "on='k')  # nbpeer: waive NBP302 as it was")))
    before = path.read_bytes()
    assert nbpeer("check", "--select", "NBP302", "--fix").code == 0
    assert path.read_bytes() == before


def test_a_baseline_hides_what_was_there_and_shows_what_is_new(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("a.ipynb", notebook(PATH))
    first = nbpeer("check", *ONLY, "--update-baseline")
    assert (first.code, first.out) == (0, "1 notebook checked: 1 in the baseline\n")
    assert nbpeer("check", *ONLY, "--no-baseline").code == 1
    moved = notebook("x = 1", PATH)
    repo.write("a.ipynb", moved)
    assert nbpeer("check", *ONLY).code == 0
    repo.write("a.ipynb", notebook("x = 1", PATH, PATH))
    again = nbpeer("check", *ONLY, "--format", "json")
    assert (again.code, [item.get("known", False) for item in again.json["findings"]]) == (1, [True, False])
    repo.write("a.ipynb", notebook("x = 1"))
    gone = nbpeer("check", *ONLY)
    assert gone.out.splitlines() == [
        "1 notebook checked: nothing found",
        "1 entry of the baseline fit nothing any more: run `nbpeer check --update-baseline`",
    ]
    nbpeer("check", *ONLY, "--update-baseline")
    assert json.loads((repo.path / ".nbpeer/baseline.json").read_text()) == {"notebooks": {}, "version": 1}


def test_a_known_cell_that_nobody_could_read_is_new_once_anything_in_it_changes(
    repo: Any, nbpeer: Callable[..., Any]
) -> None:
    only = ("--select", "NBP001")
    repo.write("a.ipynb", notebook("x = 1\nprint 'done'\n"))
    assert nbpeer("check", *only, "--update-baseline").code == 0
    assert nbpeer("check", *only).code == 0
    repo.write("a.ipynb", notebook("y = 1", "x = 1\nprint 'done'\n"))
    assert nbpeer("check", *only).code == 0
    repo.write("a.ipynb", notebook("x = 2\nprint 'done'\n"))
    assert nbpeer("check", *only).code == 1


def test_a_damaged_baseline_is_one_line_and_2(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("a.ipynb", notebook(PATH))
    repo.write(".nbpeer/baseline.json", "<<<<<<< ours")
    done = nbpeer("check", *ONLY)
    assert (done.code, done.out) == (2, "")
    assert ".nbpeer/baseline.json is not a baseline" in done.err


def test_overrides_fit_by_path_kind_and_tier(repo: Any, nbpeer: Callable[..., Any]) -> None:
    config = """
[check]
select = ["NBP604", "NBP205"]
severity = {machine-path = "error"}
[[check.overrides]]
paths = ["drafts/**"]
ignore = ["NBP604"]
[[check.overrides]]
kinds = ["ab_test"]
tiers = ["medium"]
severity = {NBP604 = "info"}
max-cell-lines = 2
"""
    repo.write("nbpeer.toml", config)
    repo.write("drafts/a.ipynb", notebook(PATH))
    repo.write("b.ipynb", notebook(PATH))
    repo.write("c.ipynb", notebook(f"{PATH}\nx = 1\ny = 2", header=making.HEADER))
    repo.write("d.ipynb", notebook(f"{PATH}\nx = 1\ny = 2", header=making.HEADER.replace("medium", "high")))
    found = nbpeer("check", "--format", "json").json["findings"]
    assert [(item["path"], item["code"], item["severity"]) for item in found if item["code"] != "NBP001"] == [
        ("b.ipynb", "NBP604", "error"),
        ("c.ipynb", "NBP205", "info"), ("c.ipynb", "NBP604", "info"),
        ("d.ipynb", "NBP604", "error"),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ['ignore = ["NBP9"]', 'severity = {nothing = "info"}', 'severity = {NBP604 = "bad"}'])
def test_an_override_that_makes_no_sense_is_refused(repo: Any, nbpeer: Callable[..., Any], line: str) -> None:
    repo.write("nbpeer.toml", f"[[check.overrides]]\n{line}\n")
    repo.write("a.ipynb", notebook(PATH))
    done = nbpeer("check")
    assert (done.code, done.out) == (2, "")


def test_unchanged_notebooks_come_from_the_cache_until_something_changes(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("helpers.py", "def load(): ...")
    repo.write("a.ipynb", notebook("from helpers import *\nload()"))
    first = nbpeer("check", "--select", "NBP102", "--format", "json").json
    kept = list((repo.path / ".nbpeer/cache/check").glob("*.msgpack"))
    assert len(kept) == 1
    written = kept[0].stat().st_mtime_ns
    assert nbpeer("check", "--select", "NBP102", "--format", "json").json == first
    assert kept[0].stat().st_mtime_ns == written
    assert repo.git("status", "--porcelain", ".nbpeer") == ""
    repo.write("helpers.py", "def other(): ...")
    assert [f["code"] for f in nbpeer("check", "--select", "NBP102", "--format", "json").json["findings"]] == ["NBP102"]
    repo.write("a.ipynb", notebook("print(1)"))
    assert nbpeer("check", "--select", "NBP102", "--format", "json").json["findings"] == []


def test_a_name_that_is_not_utf8_keeps_the_others_out_of_no_cache(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("a.ipynb", making.notebook(making.code("x = 1")))
    repo.write("b\udcff.ipynb", making.notebook(making.code("x = 1")))
    repo.commit("both")
    first = nbpeer("check", "--format", "json")
    assert len(first.json["checked"]) == 2
    (kept,) = (repo.path / ".nbpeer/cache/check").glob("*.msgpack")
    assert list(msgspec.msgpack.decode(kept.read_bytes())) == ["a.ipynb"]
    assert nbpeer("check", "--format", "json").json == first.json


def test_a_damaged_cache_is_not_believed(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("a.ipynb", notebook(PATH))
    first = nbpeer("check", *ONLY).out
    (kept,) = (repo.path / ".nbpeer/cache/check").glob("*.msgpack")
    kept.write_bytes(b"\x00nonsense")
    assert nbpeer("check", *ONLY).out == first


def test_many_notebooks_are_checked_in_processes_in_the_same_order(repo: Any, nbpeer: Callable[..., Any]) -> None:
    for number in range(70):
        repo.write(f"{number:02}.ipynb", notebook(PATH if number % 2 else "x = 1"))
    many = nbpeer("check", *ONLY, "--format", "json")
    assert many.json["checked"] == [f"{number:02}.ipynb" for number in range(70)]
    assert [item["path"] for item in many.json["findings"]] == [f"{number:02}.ipynb" for number in range(1, 70, 2)]
    assert "checking 70 notebooks" in many.err


def test_the_dependencies_of_the_repository_are_known(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("requirements.txt", "pandas==3.0.1\nscikit-learn\n")
    repo.write("helpers.py", "")
    repo.write("sub/a.ipynb", notebook("import os, pandas, sklearn, helpers\nimport lifelines"))
    found = nbpeer("check", "--select", "NBP801", "--format", "json").json["findings"]
    assert [(item["line"], item["severity"], item["message"]) for item in found] == [
        (1, "info", "`sklearn` has no exact version in any dependency file"),
        (2, "warning", "`lifelines` is imported, and no dependency file names it"),
    ]


def test_a_hypothesis_edited_after_the_first_results_is_found(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("a.ipynb", notebook("x = 1", header=making.HEADER))
    repo.commit("plan")
    repo.write("a.results.json", _RESULTS)
    repo.commit("results")
    assert nbpeer("check", "--select", "NBP409").code == 0
    edited = making.HEADER.replace("at least half a point", "a tenth of a point")
    repo.write("a.ipynb", notebook("x = 1", header=edited))
    done = nbpeer("check", "--select", "NBP409", "--format", "json")
    assert [(item["code"], item["cell"]) for item in done.json["findings"]] == [("NBP409", 1)]


_RESULTS = '{"certificate": {"source": "sha256:0"}, "results": {}, "expectations": {}, "caveats": [], "metrics": []}'


@pytest.mark.parametrize("output_format", ["sarif", "rdjson"])
def test_other_formats_come_out_as_json(repo: Any, nbpeer: Callable[..., Any], output_format: str) -> None:
    repo.write("a.ipynb", notebook(PATH))
    done = nbpeer("check", *ONLY, "--format", output_format)
    assert done.code == 1
    assert "NBP604" in json.dumps(done.json)


def test_a_fresh_run_is_compared_and_nothing_is_written(repo: Any, nbpeer: Callable[..., Any]) -> None:
    stored = making.code("print(1 + 1)", outputs=[making.stream("3\n")], execution_count=1)
    repo.write("a.ipynb", making.notebook(stored, making.code("print(missing)"), header=None))
    same = making.code("print(2)", outputs=[making.stream("2\n")], execution_count=1)
    repo.write("b.ipynb", making.notebook(same, stored, header=None))
    repo.commit()
    unasked = nbpeer("check", "--select", "NBP101", "--format", "json").json["findings"]
    assert [(item["code"], item["severity"], item["blinds"]) for item in unasked] == [
        ("NBP001", "info", ["NBP101"])
    ] * 2
    done = nbpeer("check", "--select", "NBP101", "--rerun", "--format", "json")
    found = [(item["path"], item["cell"], item["message"][:40]) for item in done.json["findings"]]
    assert found == [
        ("a.ipynb", 2, "a fresh run fails here, NameError: name "),
        ("b.ipynb", 2, "a fresh run gives other outputs than tho"),
    ]
    assert repo.git("status", "--porcelain") == ""


def test_rerun_goes_with_no_writing_option(nbpeer: Callable[..., Any], tmp_path: Path) -> None:
    done = nbpeer("check", "--rerun", "--fix")
    assert done.code == 2
    assert "--rerun goes with none of" in done.err
