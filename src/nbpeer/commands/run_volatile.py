"""Whether another run of the same could give something else, though no input changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from nbpeer.commands.check import check_content
from nbpeer.commands.run_plan import PlannedRun
from nbpeer.model.notebook import Notebook, parse_notebook

# Variables of the environment are no file, and may be secrets: nothing is remembered of them.
_ENVIRONMENT = re.compile(r"\benviron\b|\bgetenv\b|^\s*%env\b", re.MULTILINE)
# Nobody hears of such a question: Python tells of files that are opened and of folders that are listed only.
_FILES = re.compile(r"\b(?:l?exists|is_?file|is_?dir|is_?link|get[amc]time|getsize)\s*\(|\bst_[amc]time|\bst_size\b")
# What the rules let pass as a way to measure how long something takes, or as no number to compute with.
_CLOCK = re.compile(
    r"\btime\.(?:time(?:_ns)?|strftime)\b|^\s*from time import .*\b(?:time(?:_ns)?|strftime)\b", re.MULTILINE
)
_CHANCE = re.compile(r"\b(?:urandom|uuid[14])\b|^\s*(?:import|from) secrets\b", re.MULTILINE)
_TEXTS = {
    _ENVIRONMENT: "reads variables of the environment",
    _CLOCK: "reads the clock",
    _CHANCE: "draws random numbers without a seed",
}
_RULES = {"NBP107": "draws random numbers without a seed", "NBP108": "reads the clock"}
_BLIND = "NBP001"


def volatile(item: PlannedRun, modules: Iterable[str], vouched: bool) -> str:
    """Why a run is not kept for later although its inputs are known: clock, chance, environment; "" when it may be.

    `modules` are the team's own Python files it imported, relative to the repository or by absolute path; `vouched`
    tells that the analysis declares all its inputs.
    """
    notebook = item.job.notebook
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    if why := _asks(cells, "it", vouched) or _differs(item, notebook, "it"):
        return why
    for module in modules:
        try:
            text = (item.job.root / module).read_text("utf-8")
        except (OSError, ValueError):
            return f"what {module} does cannot be seen"
        if why := _asks([text], module, vouched) or _differs(item, _as_notebook(text), module):
            return why
    return ""


def _asks(texts: Iterable[str], who: str, vouched: bool) -> str:
    for text in texts:
        for pattern, does in _TEXTS.items():
            if pattern.search(text):
                return f"{who} {does}"
        if not vouched and (found := _FILES.search(text)):
            return f"{who} asks whether files are there, or for their size or time ({found.group().rstrip('( ')})"
    return ""


def _differs(item: PlannedRun, notebook: Notebook, who: str) -> str:
    """What the rules find: clock and chance."""
    rules = msgspec.structs.replace(item.config.check, select=(*_RULES, _BLIND), ignore=())
    config = msgspec.structs.replace(item.config, check=rules)
    for finding in check_content(item.job.root, config, [notebook]).findings:
        where = f" (cell {finding.cell})" if who == "it" else ""
        if finding.code in _RULES:
            return f"{who} {_RULES[finding.code]}{where}"
        if finding.code == _BLIND and (not finding.blinds or not _RULES.keys().isdisjoint(finding.blinds)):
            return f"whether {who} draws random numbers or reads the clock cannot be seen{where}"
    return ""


def _as_notebook(text: str) -> Notebook:
    """A module as a notebook of one cell, for the rules."""
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "module",
        "metadata": {},
        "outputs": [],
        "source": text,
    }
    content = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return parse_notebook(json.dumps(content).encode(), "module.ipynb")
