"""What a check found, and where."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One violation of one rule. Lines and columns count from 1; `cell` is the cell's number, 0 the whole notebook.

    `line` is the line inside the cell, `file_line` the line of the .ipynb file. `waived` is the reason a person gave
    for accepting it; a waived finding is shown and does not count. `blinds` are, for NBP001, the rules that could not
    be applied; without any it may be every rule.
    """

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    cell: int = 0
    cell_id: str | None = None
    line: int = 0
    column: int = 0
    file_line: int = 1
    excerpt: str = ""
    fix: str = ""
    waived: str = ""
    blinds: tuple[str, ...] = ()


class RulePage(msgspec.Struct, frozen=True):
    """What a rule is: `page` is its documentation in Markdown; `default` whether it applies unless ignored."""

    code: str
    name: str
    group: str
    severity: Severity
    default: bool
    summary: str
    page: str


class CheckReport(msgspec.Struct, frozen=True):
    """The findings of one call of check, in order of path, cell and line; `checked` are the notebooks looked at."""

    findings: tuple[Finding, ...]
    checked: tuple[str, ...]

    def count(self, severity: Severity) -> int:
        """How many findings of a severity are not waived."""
        return sum(finding.severity == severity and not finding.waived for finding in self.findings)

    @property
    def clean(self) -> bool:
        """Whether nothing is left to mend: infos do not count, nor do waived findings."""
        return self.count("error") + self.count("warning") == 0

    def of(self, path: str) -> tuple[Finding, ...]:
        """The findings of one notebook."""
        return tuple(finding for finding in self.findings if finding.path == path)
