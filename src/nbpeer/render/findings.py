"""Findings for a terminal, and as GitHub workflow commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nbpeer.model.finding import SEVERITIES, CheckReport, Finding

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}
_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_WIDEST = 100


def findings_text(report: CheckReport) -> RenderableType:
    """Every finding as place, rule and message, with its line of source and how to fix it; a summary line at the end.

    How to fix is said once a rule. What the baseline knows is only counted.
    """
    from rich.console import Group

    explained: set[str] = set()
    blocks: list[RenderableType] = []
    for finding in report.findings:
        if finding.known:
            continue
        blocks.append(_block(finding, with_fix=not finding.waived and finding.fix not in explained))
        explained.add(finding.fix)
    return Group(*blocks, _summary(report))


def findings_github(report: CheckReport) -> str:
    """Workflow commands, one a finding that is not waived, which GitHub shows on the lines of a pull request.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    lines = [_command(finding) for finding in report.findings if finding.open]
    return "\n".join([*lines, summary_line(report)]) + "\n"


def summary_line(report: CheckReport) -> str:
    """How many notebooks, how many findings of each severity, how many waived or known; what is stale below it."""
    notebooks = _count(len(report.checked), "notebook")
    counts = [_count(report.count(severity), severity) for severity in SEVERITIES if report.count(severity)]
    waived = sum(bool(finding.waived) for finding in report.findings)
    counts += [f"{waived} waived"] if waived else []
    known = sum(finding.known for finding in report.findings)
    counts += [f"{known} in the baseline"] if known else []
    lines = [f"{notebooks} checked: {', '.join(counts) or 'nothing found'}"]
    if report.stale:
        stale = _count(sum(report.stale.values()), "entry").replace("entrys", "entries")
        lines.append(f"{stale} of the baseline fit nothing any more: run `nbpeer check --update-baseline`")
    return "\n".join(lines)


def _block(finding: Finding, *, with_fix: bool) -> Text:
    from rich.text import Text

    text = Text()
    text.append(_visible(_place(finding)), "bold")
    text.append(f": {finding.code} {finding.name} ", "dim" if finding.waived else _COLOURS[finding.severity])
    text.append(f"[{finding.severity}] ", "dim")
    text.append(_visible(finding.message))
    if finding.waived:
        text.append(f"\n  = waived: {_visible(finding.waived)}", "dim")
    elif finding.excerpt.strip() and finding.line:
        for line in _excerpt(finding):
            text.append(f"\n{line}", "dim")
    if with_fix and finding.fix:
        text.append("\n  = fix: ", "green")
        text.append(_visible(finding.fix))
    return text.append("\n")


def _place(finding: Finding) -> str:
    cell = f":cell {finding.cell}" if finding.cell else ""
    line = f":{finding.line}" + (f":{finding.column}" if finding.column else "") if finding.line else ""
    return f"{finding.path}{cell}{line}"


def _excerpt(finding: Finding) -> Iterator[str]:
    from rich.cells import cell_len

    line = _visible(finding.excerpt).expandtabs(1)
    number = str(finding.line)
    start = max(finding.column - 1, 0)
    cut = start - _WIDEST // 2 if start > _WIDEST * 3 // 4 else 0
    shown = ("…" if cut else "") + line[cut : cut + _WIDEST] + ("…" if len(line) > cut + _WIDEST else "")
    yield f"  {number} | {shown}"
    if finding.column and start < len(line):
        width = re.match(r"\w+|.", line[start:])
        before = cell_len(("…" if cut else "") + line[cut:start])
        yield f"  {' ' * len(number)} | {' ' * before}{'^' * max(1, min(width.end() if width else 1, _WIDEST))}"


def _summary(report: CheckReport) -> Text:
    from rich.text import Text

    worst = next((severity for severity in SEVERITIES if report.count(severity)), None)
    return Text(summary_line(report), "bold" if worst is None else f"bold {_COLOURS[worst]}")


def _command(finding: Finding) -> str:
    where = f"cell {finding.cell}: " if finding.cell else ""
    fix = f" Fix: {finding.fix}" if finding.fix else ""
    title = f"{finding.code} {finding.name}"
    properties = f"file={_property(finding.path)},line={finding.file_line},title={_property(title)}"
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(where + finding.message + '.' + fix)}"


def _data(text: str) -> str:
    return _visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _visible(text: str) -> str:
    """The text on one line and without control characters, so that a notebook cannot drive the reader's terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\n", " "))


_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
