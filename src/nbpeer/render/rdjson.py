"""Findings as reviewdog's diagnostic format. https://github.com/reviewdog/reviewdog/tree/master/proto/rdf"""

from __future__ import annotations

from typing import Any

from nbpeer.model.finding import CheckReport, Finding, Region, Regions

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def findings_rdjson(report: CheckReport, regions: Regions | None = None) -> dict[str, Any]:
    """One diagnostic for each finding that counts, at its line of the file; the cell is part of the message.

    `regions` are where the safe fixes stand.
    """
    diagnostics = [
        _diagnostic(finding) | _suggestions((regions or {}).get(place))
        for place, finding in enumerate(report.findings)
        if finding.open
    ]
    return {"source": {"name": "nbpeer"}, "diagnostics": diagnostics}


def _suggestions(region: Region | None) -> dict[str, Any]:
    """Columns count bytes of UTF-8 there."""
    if region is None:
        return {}
    span = {
        "start": {"line": region.line, "column": region.byte_column},
        "end": {"line": region.end_line, "column": region.end_byte_column},
    }
    return {"suggestions": [{"range": span, "text": region.text}]}


def _diagnostic(finding: Finding) -> dict[str, Any]:
    line = f", line {finding.line}" if finding.line else ""
    where = f"cell {finding.cell}{line}: " if finding.cell else ""
    fix = f" Fix: {finding.fix}" if finding.fix else ""
    return {
        "message": f"{where}{finding.message}.{fix}",
        "location": {"path": finding.path, "range": {"start": {"line": finding.file_line}}},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": f"{finding.code} {finding.name}"},
        "original_output": finding.excerpt,
    }
