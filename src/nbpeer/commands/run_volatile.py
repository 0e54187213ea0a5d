"""Whether another run of the same could give something else, though no input changed."""

from __future__ import annotations

import re

import msgspec

from nbpeer.commands.check import check_content
from nbpeer.commands.run_plan import PlannedRun

# Variables of the environment are no file, and may be secrets: nothing is remembered of them.
_ENVIRONMENT = re.compile(r"\benviron\b|\bgetenv\b|^\s*%env\b", re.MULTILINE)
_RULES = {"NBP107": "it draws random numbers without a seed", "NBP108": "it reads the clock"}
_BLIND = "NBP001"


def volatile(item: PlannedRun) -> str:
    """Why a run is not kept for later although its inputs are known: clock, chance, environment; "" when it may be."""
    notebook = item.job.notebook
    if any(cell.cell_type == "code" and _ENVIRONMENT.search(cell.source) for cell in notebook.cells):
        return "it reads variables of the environment"
    rules = msgspec.structs.replace(item.config.check, select=(*_RULES, _BLIND), ignore=())
    config = msgspec.structs.replace(item.config, check=rules)
    for finding in check_content(item.job.root, config, [notebook]).findings:
        if finding.code in _RULES:
            return f"{_RULES[finding.code]} (cell {finding.cell})"
        if finding.code == _BLIND and (not finding.blinds or not _RULES.keys().isdisjoint(finding.blinds)):
            return f"whether it draws random numbers or reads the clock cannot be seen (cell {finding.cell})"
    return ""
