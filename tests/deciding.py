"""An approved analysis with predictions, and decisions on it, in a real repository."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

import making
from nbpeer.commands.decide import Decided, Deciding, decide
from nbpeer.config import Config
from nbpeer.registry.decisions import Said
from reviewing import PATH, answers_file, begin, pricing

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import GitRepository

LEAD = "lead@example.org"
DAY = datetime.date(2026, 3, 1)
PREDICTED = """predictions:
  - {metric: conversion, low80: 0.035, high80: 0.05}
  - {metric: returns, expect: 0.1, low80: 0.08, high80: 0.12, by: 2026-12-24}
"""
HEADER = making.HEADER.replace("tags: [pricing]\n", f"tags: [pricing]\n{PREDICTED}")
FILE = "decisions/0001-price-test.md"


def approved(repo: GitRepository, nbpeer: Callable[..., Any], header: str = HEADER) -> None:
    """main with the analyst's analysis, approved by the reviewer and merged; then be the lead."""
    begin(repo, pricing(header=header))
    answers = answers_file(repo.path.parent)
    assert nbpeer("sign", PATH, "--answers", answers).code == 0
    repo.commit("sign off")
    repo.be(LEAD)


def decided(repo: GitRepository, path: str = PATH, **said: Any) -> Decided:
    """Decide on 1 March 2026 and commit, without asking for an approval."""
    found = decide(repo.path, Config(), path, Deciding(Said(**said), DAY, anyway=True))
    repo.commit("decide")
    return found


def edit(repo: GitRepository, pattern: str, new: str, path: str = FILE) -> None:
    """Edit a decision by hand."""
    file = repo.path / path
    changed, times = re.subn(pattern, new, file.read_text())
    assert times
    file.write_text(changed)
