"""Findings as SARIF 2.1.0, for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from nbpeer.model.finding import CheckReport, Finding, Region, Regions, RulePage

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def findings_sarif(
    report: CheckReport, pages: Sequence[RulePage], version: str, regions: Regions | None = None
) -> dict[str, Any]:
    """The SARIF log of one check. Waived findings are suppressed with their reason, known ones `unchanged`.

    `regions` are where the safe fixes stand.
    """
    places = {page.code: place for place, page in enumerate(pages)}
    driver = {"name": "nbpeer", "semanticVersion": version, "rules": [_rule(page) for page in pages]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The top folder of the repository."}}},
        "artifacts": [{"location": _location(path)} for path in report.checked],
        "results": [
            _result(finding, places) | _fixes(finding, (regions or {}).get(place))
            for place, finding in enumerate(report.findings)
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(page: RulePage) -> dict[str, Any]:
    text = page.page.partition("\n## Bad\n")[0]
    return {
        "id": page.code,
        "name": page.name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": " ".join(text.replace("## What it does", "").split())},
        "help": {"text": page.page, "markdown": page.page},
        "defaultConfiguration": {"level": _LEVELS[page.severity], "enabled": page.default},
        "properties": {"tags": [page.group]},
    }


def _result(finding: Finding, places: dict[str, int]) -> dict[str, Any]:
    fix = f" Fix: {finding.fix}" if finding.fix else ""
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": places[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message + "." + fix},
        "locations": [_place(finding)],
        "properties": {"cell": finding.cell, "line": finding.line, "column": finding.column},
    }
    if finding.cell_id:
        found["properties"]["cellId"] = finding.cell_id
    if finding.fingerprint:
        found["partialFingerprints"] = {"nbpeerSource/v1": finding.fingerprint}
    if finding.waived:
        found["suppressions"] = [{"kind": "inSource", "justification": finding.waived}]
    elif finding.known:
        found["suppressions"] = [{"kind": "external", "justification": "in the baseline"}]
        found["baselineState"] = "unchanged"
    return found


def _fixes(finding: Finding, region: Region | None) -> dict[str, Any]:
    if region is None:
        return {}
    replacement = {
        "deletedRegion": {
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        },
        "insertedContent": {"text": region.text},
    }
    change = {"artifactLocation": _location(finding.path), "replacements": [replacement]}
    return {"fixes": [{"description": {"text": finding.fix or finding.message}, "artifactChanges": [change]}]}


def _place(finding: Finding) -> dict[str, Any]:
    """The line of the file; the cell, which is what people see, as a logical location."""
    region: dict[str, Any] = {"startLine": finding.file_line}
    if finding.excerpt and finding.line:
        region["snippet"] = {"text": finding.excerpt}
    place: dict[str, Any] = {"physicalLocation": {"artifactLocation": _location(finding.path), "region": region}}
    if finding.cell:
        line = f", line {finding.line}" if finding.line else ""
        place["logicalLocations"] = [{"name": f"cell {finding.cell}{line}", "kind": "module"}]
    return place


def _location(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": "SRCROOT"}
