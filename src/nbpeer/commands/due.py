"""`nbpeer due`: what is due or overdue, and by whom."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
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

Progress = Callable[[int, int], None]
# Most analyses are told apart without being parsed: the key with its day, as JSON spells the beginning of a line.
_DAY = re.compile(rb"""(?:"|\\n)review_on:[ \t]*(?:\\"|')?(\d{4}-\d{2}-\d{2})""")


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def due(
    root: Path, config: Config, on: datetime.date, within: int | None = None, progress: Progress = no_progress
) -> DueReport:
    """What is overdue on the day `on`, due on it, or comes within so many days (None: however late).

    An item is a decision whose outcome is not recorded, by the first day something of it is due; or an analysis that
    names a day of review and on which nothing is decided. What is superseded waits for nothing. `progress` is told how
    many analyses of how many are looked at.
    """
    last = datetime.date.max if within is None else on + datetime.timedelta(days=within)
    decisions, broken = read_decisions(root)
    outcomes, undated = outcome_items(map(sheet, decisions), on)
    decided = {one.analysis.path for one in decisions if one.frozen}
    undecided, later = _undecided(root, config, decided, last, progress)
    near = [item for item in outcomes if item.date <= last]
    items = [*near, *decision_items(undecided, on)]
    items.sort(key=lambda item: (item.date, item.number is None, item.number or 0, item.path))
    return DueReport(on, tuple(items), len(outcomes) - len(near) + later, tuple(undated), broken)


def _undecided(
    root: Path, config: Config, decided: set[str], last: datetime.date, progress: Progress
) -> tuple[list[Undecided], int]:
    """The analyses without a decision whose day of review is not after `last`, and how many have a later one."""
    found, later = [], 0
    paths = [path for path in git.notebooks(root, config.include, config.exclude) if path not in decided]
    for number, path in enumerate(paths, 1):
        progress(number, len(paths))
        content = git.read(root, WORKTREE, path) or b""
        day = _DAY.search(content)
        if day is None:
            continue
        if day.group(1).decode() > last.isoformat():
            later += 1
            continue
        try:
            front = parse_front_matter(parse_notebook(content, path))
        except NbpeerError:  # `nbpeer check` says what is wrong with it
            continue
        if front and front.review_on and front.review_on <= last:
            found.append(Undecided(path, front.title or path, front.decision_owner, front.review_on))
    return found, later
