"""What a rule is: a small generator under a decorator, whose docstring is its page."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from nbpeer.config import CheckConfig
from nbpeer.model.finding import Severity, Suggestion
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import Cell
from nbpeer.model.result import ResultsFile

if TYPE_CHECKING:
    from nbpeer.checks.facts import DecisionFact, Dependencies, FirstResults, MetricFacts, Rerun
    from nbpeer.checks.program import Program
    from nbpeer.checks.waivers import Waiver


Need = Literal["python", "ruff", "detect-secrets", "sqlglot", "rerun"]

# The family of a rule, by the first digit of its code.
GROUPS = {
    "0": "housekeeping",
    "1": "reproducibility",
    "2": "structure",
    "3": "data",
    "4": "statistics",
    "5": "plots",
    "6": "privacy",
    "7": "metrics",
    "8": "environment",
}


class CheckContext(NamedTuple):
    """What a rule may know besides the notebook: thresholds, the analysis's kind (None: none or unknown), all kinds.

    `results` are what the last run recorded (None: no run, or `results_problem` says why they cannot be read).
    `first` is what git says of the first committed results, `decisions` are those on this analysis, `dependencies` is
    what the repository's files pin, `rerun` what a fresh run gave (None: nobody asked), `metrics` the registry of
    metrics (None: nobody looked). `applied` are the rules of this check, `unused` the waivers that none of their hits
    needed.
    """

    config: CheckConfig = CheckConfig()
    kind: Kind | None = None
    known_kinds: tuple[str, ...] = ()
    results: ResultsFile | None = None
    results_problem: str = ""
    first: FirstResults | None = None
    decisions: tuple[DecisionFact, ...] = ()
    dependencies: Dependencies | None = None
    rerun: Rerun | None = None
    metrics: MetricFacts | None = None
    applied: tuple[Rule, ...] = ()
    unused: tuple[Waiver, ...] = ()


class Hit(NamedTuple):
    """One violation. Without `cell` it is about the whole notebook, without `line` about the whole cell.

    Lines and columns count from 1 inside the cell. `fix`, `severity` and `excerpt` replace what the rule and the line
    would say. `blinds` are the rules that could not be applied (NBP001).
    `suggestion` mends it.
    """

    message: str
    cell: Cell | None = None
    line: int = 0
    column: int = 0
    fix: str = ""
    severity: Severity | None = None
    excerpt: str | None = None
    blinds: tuple[str, ...] = ()
    suggestion: Suggestion | None = None


Find = Callable[["Program", CheckContext], Iterator[Hit]]


class Rule(NamedTuple):
    """One rule. `needs` says what it cannot do without, or not do fully: code in Python, a tool of `nbpeer[checks]`, a
    fresh run.

    `default`: it applies unless ignored; the others only when selected by their full code or name.
    """

    code: str
    name: str
    severity: Severity
    find: Find
    needs: tuple[Need, ...]
    default: bool

    @property
    def group(self) -> str:
        """The family that the first digit of its code stands for: reproducibility, structure, data …"""
        return GROUPS[self.code[3]]

    @property
    def page(self) -> str:
        """Its docstring as Markdown: a summary line, then sections under `##` headings."""
        return inspect.cleandoc(self.find.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of its page."""
        return self.page.partition("\n")[0]

    @property
    def fix(self) -> str:
        """The first paragraph of `How to fix`, on one line."""
        return " ".join(self.section("How to fix").partition("\n\n")[0].split())

    def section(self, heading: str) -> str:
        """The text under one heading of the page; empty when there is none."""
        match = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", self.page, re.DOTALL | re.MULTILINE)
        return match.group(1).strip() if match else ""


def rule(
    code: str, name: str, severity: Severity, *, needs: tuple[Need, ...] = (), default: bool = True
) -> Callable[[Find], Rule]:
    """Make a rule of a generator of hits. Its docstring has the sections `What it does`, `Why is this bad?`, `Bad`,
    `Good`, `How to fix` and `Source`; a test runs the examples."""

    def decorate(find: Find) -> Rule:
        return Rule(code, name, severity, find, needs, default)

    return decorate
