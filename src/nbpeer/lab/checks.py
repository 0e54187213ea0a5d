"""What the rules find in the notebook as it is in the editor; findings mended and waived."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from nbpeer.checks.apply import unreadable
from nbpeer.commands.check import check_content, with_baseline
from nbpeer.commands.check_fix import mended
from nbpeer.commands.explain import explain
from nbpeer.commands.waive import waivable, waive
from nbpeer.errors import NbpeerError
from nbpeer.lab.opened import EditAsked, Edits, OpenAsked, Opened, edits, opened
from nbpeer.lab.refused import ConflictError
from nbpeer.lab.session import Session
from nbpeer.model.change import WORKTREE
from nbpeer.model.finding import CheckReport, Finding, RulePage, Severity
from nbpeer.model.notebook import Notebook
from nbpeer.render.findings import summary_line
from nbpeer.repo.git import selected


class RuleAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A rule's code or name."""

    code: str


class FixAsked(EditAsked, kw_only=True):
    """The findings to mend by id; none are all that can be mended safely."""

    findings: tuple[str, ...] = ()


class WaiveAsked(EditAsked, kw_only=True):
    """The finding to accept by id, and why."""

    finding: str
    reason: str


class FindingRow(msgspec.Struct, frozen=True):
    """One finding with its place in the editor. `index` counts cells from 0 and is -1 for the whole notebook."""

    id: str
    code: str
    name: str
    severity: Severity
    message: str
    cell: int
    index: int
    cell_id: str | None
    line: int
    column: int
    excerpt: str
    fix: str
    fixable: bool
    waivable: bool
    waived: str
    known: bool


class Checks(msgspec.Struct, frozen=True):
    """What was found; `said` sums it up, `readable` is False when it is no notebook at all."""

    path: str
    readable: bool
    clean: bool
    said: str
    findings: tuple[FindingRow, ...]


def check(asked: OpenAsked, session: Session) -> Checks:
    """The findings in a notebook, or in the buffer that was sent."""
    found = opened(asked, session)
    if not _included(found):
        return Checks(found.path, True, True, "the configuration excludes it: nothing was checked", ())
    try:
        notebook = found.parsed()
    except NbpeerError as error:
        broken = unreadable(found.name, error.message.removeprefix(found.name).strip(), error.hint)
        row = msgspec.structs.replace(_row(broken), waivable=False)
        return Checks(found.path, False, False, error.message, (row,))
    report = _report(found, notebook)
    return Checks(found.path, True, report.clean, summary_line(report), tuple(map(_row, report.findings)))


def rule(asked: RuleAsked, session: Session) -> RulePage:
    """A rule's page."""
    return explain(asked.code)


def fix(asked: FixAsked, session: Session) -> Edits:
    """Safe suggestions carried out. Raises ConflictError when a finding is not there any more."""
    found = opened(asked, session)
    report = _report(found, found.parsed())
    wanted = [finding for finding in report.findings if not asked.findings or _id(finding) in asked.findings]
    _refuse_gone(asked.findings, report)
    done = mended(found.content, found.name, wanted)
    if done is None:
        raise NbpeerError("nothing here can be mended by machine", "see how to mend it beside the finding")
    content, what = done
    count = f"{what.findings} finding{'' if what.findings == 1 else 's'}"
    return edits(asked, found, content, what.cells, f"{count} mended")


def waive_finding(asked: WaiveAsked, session: Session) -> Edits:
    """A waiver written where it takes effect. Raises ConflictError when the finding is not there any more."""
    found = opened(asked, session)
    notebook = found.parsed()
    report = _report(found, notebook)
    _refuse_gone((asked.finding,), report)
    finding = next(one for one in report.findings if _id(one) == asked.finding)
    content, cell = waive(notebook, finding, asked.reason, lambda changed: _found(found, changed).findings)
    return edits(asked, found, content, (cell,), f"{finding.code} waived")


def _included(found: Opened) -> bool:
    return found.root is None or selected(found.name, found.config.include, found.config.exclude)


def _report(found: Opened, notebook: Notebook) -> CheckReport:
    report = _found(found, notebook)
    return with_baseline(found.root, found.config, report, WORKTREE) if found.root else report


def _found(found: Opened, notebook: Notebook) -> CheckReport:
    return check_content(found.root, found.config, (notebook,))


def _refuse_gone(wanted: Sequence[str], report: CheckReport) -> None:
    if set(wanted) - set(map(_id, report.findings)):
        raise ConflictError("that finding is not there any more", "check again")


def _id(finding: Finding) -> str:
    return f"{finding.code}:{finding.cell}:{finding.line}:{finding.column}:{finding.fingerprint}"


def _row(finding: Finding) -> FindingRow:
    return FindingRow(
        id=_id(finding),
        code=finding.code,
        name=finding.name,
        severity=finding.severity,
        message=finding.message,
        cell=finding.cell,
        index=finding.cell - 1,
        cell_id=finding.cell_id,
        line=finding.line,
        column=finding.column,
        excerpt=finding.excerpt,
        fix=finding.fix,
        fixable=bool(finding.open and finding.suggestion and finding.suggestion.safe),
        waivable=waivable(finding),
        waived=finding.waived,
        known=finding.known,
    )
