"""`nbpeer due`: what is due or overdue, and by whom."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.model.due import DueReport
from nbpeer.model.front_matter import parse_front_matter
from nbpeer.model.notebook import parse_notebook
from nbpeer.registry.decisions import sheet
from nbpeer.registry.due import Undecided, decision_items, outcome_items
from nbpeer.repo import git
from nbpeer.repo.decisions import read_decisions

# Most analyses are told apart without being parsed: the key with its day, as JSON spells the line.
_DAY = re.compile(rb"review_on:[ \t]*(?:\\\"|')?\d{4}-\d{2}-\d{2}")


def due(root: Path, config: Config, on: datetime.date, within: int | None = None) -> DueReport:
    """What is overdue on the day `on`, due on it, or comes within so many days (None: however late).

    An item is a decision whose outcome is not recorded, by the first day something of it is due; or an analysis that
    names a day of review and has no decision. What is superseded or only proposed waits for nothing.
    """
    decisions, broken = read_decisions(root)
    outcomes, undated = outcome_items(map(sheet, decisions), on)
    decided = {one.analysis.path for one in decisions}
    every = [*outcomes, *decision_items(_undecided(root, config, decided), on)]
    every.sort(key=lambda item: (item.date, item.number is None, item.number or 0, item.path))
    last = None if within is None else on + datetime.timedelta(days=within)
    items = tuple(item for item in every if last is None or item.date <= last)
    return DueReport(on, items, len(every) - len(items), tuple(undated), broken)


def _undecided(root: Path, config: Config, decided: set[str]) -> list[Undecided]:
    found = []
    for path in git.notebooks(root, config.include, config.exclude):
        content = git.read(root, WORKTREE, path) if path not in decided else None
        if content is None or not _DAY.search(content):
            continue
        try:
            front = parse_front_matter(parse_notebook(content, path))
        except NbpeerError:  # `nbpeer check` says what is wrong with it
            continue
        if front and front.review_on:
            found.append(Undecided(path, front.title or path, front.decision_owner, front.review_on))
    return found
