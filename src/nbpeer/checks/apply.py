"""Rules applied to notebooks: hits become findings, waivers take effect. Pure, but for the one call of ruff."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from nbpeer.checks.housekeeping import could_not_analyse
from nbpeer.checks.program import Program, Read, build
from nbpeer.checks.ruff import find_ruff, lint
from nbpeer.checks.rule import CheckContext, Hit, Rule
from nbpeer.checks.rules import RULES, selected
from nbpeer.checks.secrets import hide
from nbpeer.checks.waivers import Waiver, place_of_waivers, waived_by, waivers
from nbpeer.config import CheckConfig
from nbpeer.model.finding import SEVERITIES, Finding, Severity
from nbpeer.model.notebook import Notebook

# A waiver can be used by any other rule, so this one comes last; these two cannot be waived themselves.
_NOT_READ = "NBP001"
_UNUSED_WAIVER = "NBP003"
_NEVER_WAIVED = frozenset(("NBP002", _UNUSED_WAIVER))
_EXCERPT_LENGTH = 200


class Subject(NamedTuple):
    """One notebook to check, with what its rules may know and how to read the files it names."""

    notebook: Notebook
    context: CheckContext
    read: Read


def check_notebooks(subjects: Sequence[Subject]) -> tuple[Finding, ...]:
    """Everything the selected rules find, in order of path, cell and line. Each subject brings its configuration.

    Raises NbpeerError for a selection that fits no rule, and when ruff is installed but does not work.
    """
    rules = [selected(subject.context.config) for subject in subjects]
    programs = [build(subject.notebook, subject.read) for subject in subjects]
    ruff = find_ruff() if any("ruff" in rule.needs for some in rules for rule in some) else None
    if ruff:
        linted = lint(programs, ruff)
        programs = [
            msgspec.structs.replace(program, lint=found) for program, found in zip(programs, linted, strict=True)
        ]
    findings: list[Finding] = []
    for subject, program, some in zip(subjects, programs, rules, strict=True):
        findings += _check(program, subject.context, some)
    return tuple(sorted(findings, key=lambda item: (item.path, item.cell, item.line, item.column, item.code)))


def unreadable(path: str, problem: str, hint: str) -> Finding:
    """The finding for a file that is not a notebook: not a pass, and no reason not to check the others."""
    rule = could_not_analyse
    return Finding(rule.code, rule.name, rule.severity, f"nothing was checked: {problem}", path, fix=hint)


def _check(program: Program, context: CheckContext, rules: tuple[Rule, ...]) -> list[Finding]:
    context = context._replace(applied=rules)
    present = waivers(program)
    by_cell: dict[int, list[Waiver]] = {}
    for waiver in present:
        by_cell.setdefault(waiver.cell.index, []).append(waiver)
    used: _Used = set()
    findings: list[Finding] = []
    for rule in rules:
        if rule.code == _UNUSED_WAIVER or not _readable(rule, program):
            continue
        for hit in rule.find(program, context):
            found = _waiver(rule, hit, program, by_cell)
            if found:
                used.add((found.cell.index, found.line, rule.code))
            findings.append(_finding(rule, hit, program, context, found))
    last = next((rule for rule in rules if rule.code == _UNUSED_WAIVER), None)
    if last:
        context = context._replace(unused=_unused(present, used, rules))
        findings += [_finding(last, hit, program, context, None) for hit in last.find(program, context)]
    return findings


def _readable(rule: Rule, program: Program) -> bool:
    """Whether a rule can read the notebook's language. Those about SQL also read notebooks of an SQL kernel."""
    languages = {"python", "sql"} if "sqlglot" in rule.needs else {"python"}
    return "python" not in rule.needs or program.language in languages


def _waiver(rule: Rule, hit: Hit, program: Program, by_cell: dict[int, list[Waiver]]) -> Waiver | None:
    cell = place_of_waivers(hit, program) if by_cell and rule.code not in _NEVER_WAIVED else None
    near = by_cell.get(cell.index, ()) if cell else ()
    fitting = (waiver for waiver in near if waiver.valid and rule.code in waiver.codes)
    return next((waiver for waiver in fitting if waived_by(waiver, hit)), None)


_Used = set[tuple[int, int, str]]  # cell, line and code


def _unused(present: tuple[Waiver, ...], used: _Used, rules: tuple[Rule, ...]) -> tuple[Waiver, ...]:
    """The waivers that nothing needed, with the codes that were not. Of a rule not applied now nobody can tell."""
    exist = {rule.code for rule in RULES}
    told = {rule.code for rule in rules}
    found = []
    for waiver in present:
        place = (waiver.cell.index, waiver.line)
        codes = tuple(c for c in waiver.codes if (c in told or c not in exist) and (*place, c) not in used)
        if waiver.valid and codes:
            found.append(waiver._replace(codes=codes))
    return tuple(found)


def _finding(rule: Rule, hit: Hit, program: Program, context: CheckContext, waiver: Waiver | None) -> Finding:
    notebook, cell = program.notebook, hit.cell
    secrets = program.secrets or ()
    line = cell.source.split("\n")[hit.line - 1] if cell and hit.line else ""
    excerpt = line if hit.excerpt is None else hit.excerpt
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=_severity(rule, hit, context.config),
        message=_writable(hide(hit.message, secrets)),
        path=notebook.path,
        cell=cell.number if cell else 0,
        cell_id=cell.id if cell else None,
        line=hit.line,
        column=hit.column,
        file_line=notebook.file_line(cell, hit.line or 1) if cell else 1,
        excerpt=_writable(hide(excerpt, secrets)[:_EXCERPT_LENGTH]),
        fix=hit.fix or rule.fix,
        waived=waiver.reason if waiver else "",
        blinds=hit.blinds,
        fingerprint=_fingerprint(rule, hit, line),
        suggestion=hit.suggestion,
    )


def _severity(rule: Rule, hit: Hit, config: CheckConfig) -> Severity:
    """The configured severity; a hit that is milder than its rule stays milder."""
    asked = config.severity.get(rule.code) or config.severity.get(rule.name) or rule.severity
    own = hit.severity or rule.severity
    return max(asked, own, key=SEVERITIES.index) if hit.severity else asked


def _fingerprint(rule: Rule, hit: Hit, line: str) -> str:
    """What stays the same while rule and source do: the line it is on, else the cell and what is said of it.

    Of a cell that no rule could read it is the whole cell, since whatever else changes in there is as unread.
    """
    if rule.code == _NOT_READ and hit.cell:
        line = hit.cell.source
    about = line.strip() if line.strip() else f"{hit.cell.source if hit.cell else ''}\0{hit.message}"
    return hashlib.sha256(f"{rule.code}\0{about}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _writable(text: str) -> str:
    """The text with unpaired surrogates, which no encoding can write, as their escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
