"""Findings as reviewdog's diagnostic format. https://github.com/reviewdog/reviewdog/tree/master/proto/rdf"""

from __future__ import annotations

from typing import Any

from nbpeer.model.finding import CheckReport, Finding

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def findings_rdjson(report: CheckReport) -> dict[str, Any]:
    """One diagnostic for each finding that counts, at its line of the file; the cell is part of the message."""
    diagnostics = [_diagnostic(finding) for finding in report.findings if finding.open]
    return {"source": {"name": "nbpeer"}, "diagnostics": diagnostics}


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
