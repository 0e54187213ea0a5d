"""What a check found, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Edit(msgspec.Struct, frozen=True):
    """One replacement inside one line of a cell's source. Line and columns count from 1, `end` is one past the last."""

    line: int
    column: int
    end: int
    text: str


class Suggestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """How to mend a finding by machine: edits of the cell's source, or its outputs cleared.

    `safe`: it cannot change a result, so that `nbpeer check --fix` applies it.
    """

    edits: tuple[Edit, ...] = ()
    clear_outputs: bool = False
    safe: bool = False


class Region(NamedTuple):
    """A piece of a notebook's file and what replaces it: the suggestion of a finding as an editor carries it out.

    Lines count from 1 and columns are those of the file, in characters from 1, `byte_column` in bytes of
    UTF-8. The end is the place after the last character. `text` is JSON as it is to stand there.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    byte_column: int
    end_byte_column: int
    text: str


# The regions of the safe suggestions, by the place of the finding in its report.
Regions = Mapping[int, Region]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One violation of one rule. Lines and columns count from 1; `cell` is the cell's number, 0 the whole notebook.

    `line` is the line inside the cell, `file_line` the line of the .ipynb file. `waived` is the reason a person gave
    for accepting it; `known`: the baseline holds it. A finding that is waived or known does not count. `blinds` are,
    for NBP001, the rules that could not be applied; without any it may be every rule. `fingerprint` is the same for
    findings of one rule on the same source, wherever that stands.
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
    known: bool = False
    fingerprint: str = ""
    suggestion: Suggestion | None = None

    @property
    def open(self) -> bool:
        """Whether it counts: nobody waived it, and the baseline does not hold it."""
        return not self.waived and not self.known


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
    """The findings of one call of check, in order of path, cell and line; `checked` are the notebooks looked at.

    `stale` says for each notebook how many entries of the baseline fit nothing any more.
    """

    findings: tuple[Finding, ...]
    checked: tuple[str, ...]
    stale: dict[str, int] = {}

    def count(self, severity: Severity) -> int:
        """How many findings of a severity are neither waived nor known."""
        return sum(finding.severity == severity and finding.open for finding in self.findings)

    @property
    def clean(self) -> bool:
        """Whether nothing is left to mend: infos do not count, nor do waived and known findings."""
        return self.count("error") + self.count("warning") == 0

    @property
    def by_path(self) -> dict[str, tuple[Finding, ...]]:
        """The findings of each notebook that has some."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.path, []).append(finding)
        return {path: tuple(findings) for path, findings in found.items()}
