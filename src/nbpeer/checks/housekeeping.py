"""Rules about the check itself: what it could not look at, and waivers."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from nbpeer.checks.claims import nothing_to_compare
from nbpeer.checks.names import Source, undefined
from nbpeer.checks.program import Program, may_raise
from nbpeer.checks.rule import CheckContext, Hit, Need, rule
from nbpeer.checks.waivers import waivers
from nbpeer.model.conflict import conflict_record, has_markers, is_conflicted, marked_lines
from nbpeer.model.finding import Severity
from nbpeer.model.notebook import Cell

_INSTALL = 'pip install "nbpeer[checks]"'
_RUN = "Run the analysis, `nbpeer run PATH`, and commit its results file."
_OTHER_SQL = "Look at the query yourself: no rule about SQL was applied to it."
_OTHER_LANGUAGE = "Look at the code yourself: only rules for every language were applied."
_REGISTRY = "Mend the metric registry; `nbpeer metrics list` says what is wrong with it."
_NEEDS_RESULTS = ("NBP106", "NBP204", "NBP603")
_RERUN = "`nbpeer check --rerun` runs the notebook in a fresh kernel."
_OPEN_NAMES = "Assign or import the names themselves, or import from a file that nbpeer can find beside the notebook."


@rule("NBP001", "could-not-analyse", "error")
def could_not_analyse(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Something that the rules could not look at.

    ## What it does
    Says what was not checked, and why: a cell that is not Python or is nested too deeply to be followed, SQL that no
    dialect reads, a notebook in another language, names whose origin cannot be followed, a tool that is not
    installed, a file that is not a notebook or holds no results. Code newer than the Python that runs nbpeer, and
    SQL, are a warning; a notebook in another language, names that cannot be followed, or numbers that cannot be
    traced because the notebook never ran, an info.

    ## Why is this bad?
    No finding would look like a pass. Where nothing was looked at, a person has to.

    ## Bad
    ```python
    print "total", 12
    ```

    ## Good
    ```python
    print("total", 12)
    ```

    ## How to fix
    Make the cell valid Python, or tag it `skip-execution` when it is not meant to run.

    ## Source
    nbpeer's own promise: "could not analyse" is an answer, never a pass.
    """
    yield from _unread(program)
    yield from _unread_sql(program)
    yield from _not_applied(program, context)
    yield from _without_results(program, context)
    yield from _open_names(program, context)


@rule("NBP002", "waiver-without-reason", "error")
def waiver_without_reason(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A waiver that does not say what it waives, or why.

    ## What it does
    Looks for `# nbpeer: waive …` without a rule or without a reason. Such a waiver waives nothing.

    ## Why is this bad?
    The reviewer has to know whether the reason holds. Without one, a waiver is a switch to turn checks off.

    ## Bad
    ```python
    # nbpeer: waive NBP301
    total = orders.merge(payments)
    ```

    ## Good
    ```python
    # nbpeer: waive NBP301 payments has one row an order, asserted in Checks
    total = orders.merge(payments)
    ```

    ## How to fix
    Write `# nbpeer: waive NBP301 reason`; in Markdown `<!-- nbpeer: waive NBP203 reason -->`.

    ## Source
    repo-review: an ignored check carries its reason, and the report shows it.
    """
    for waiver in waivers(program):
        if not waiver.codes:
            yield Hit("this waiver names no rule", waiver.cell, waiver.line)
        elif not waiver.reason:
            yield Hit(f"this waiver of {', '.join(waiver.codes)} gives no reason", waiver.cell, waiver.line)


@rule("NBP003", "unused-waiver", "info")
def unused_waiver(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A waiver that waives nothing.

    ## What it does
    Looks for waivers of rules that find nothing in their place.

    ## Why is this bad?
    It tells the reviewer of a problem that is not there any more, and would hide the next one.

    ## Bad
    ```python
    total = 12  # nbpeer: waive NBP301 one row an order
    ```

    ## Good
    ```python
    total = 12
    ```

    ## How to fix
    Delete it. A waiver is for its own line, or on a line of its own for the next statement or paragraph.

    ## Source
    ruff RUF100 (unused `noqa`).
    """
    for waiver in context.unused:
        yield Hit(f"this waiver of {', '.join(waiver.codes)} waives nothing", waiver.cell, waiver.line)


@rule("NBP004", "merge-conflict", "error")
def merge_conflict(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A conflict that a merge left.

    ## What it does
    Looks for cells with conflict markers, and for what `nbpeer merge` notes in the metadata of a conflicted cell and of
    the notebook.

    ## Why is this bad?
    Two people changed the same lines, and nobody has said yet what is right: the notebook says what neither meant.

    ## Bad
    ```python
    <<<<<<< ours
    alpha = 0.05
    =======
    alpha = 0.01
    >>>>>>> theirs
    ```

    ## Good
    ```python
    alpha = 0.01
    ```

    ## How to fix
    `nbpeer conflicts` lists them; `--ours`, `--theirs` or `--both` CELL takes a side, `--edited` CELL what you wrote.

    ## Source
    pre-commit-hooks' `check-merge-conflict`; git's own markers.
    """
    if conflict_record(program.notebook.metadata) is not None:
        yield Hit("both sides of a merge changed the notebook's metadata differently")
    for cell in program.notebook.cells:
        if is_conflicted(cell):
            record = conflict_record(cell.metadata) or {}
            if has_markers(cell.source):
                yield Hit("conflict markers: both sides of a merge changed these lines", cell, _first_marker(cell))
            elif record.get("values"):
                yield Hit("both sides of a merge changed the metadata of this cell differently", cell)
            else:
                message = "the conflict is edited away, its record is still in the cell's metadata"
                yield Hit(message, cell, fix=f"`nbpeer conflicts {program.notebook.path} --edited {cell.number}`")


def _first_marker(cell: Cell) -> int:
    return marked_lines(cell.source)[0].first + 1


def _unread(program: Program) -> Iterator[Hit]:
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    theirs = str((program.notebook.metadata.get("language_info") or {}).get("version") or ours)
    newer = _version(theirs) > sys.version_info[:2]
    language = f"Python {ours} (the notebook's is {theirs})" if newer else f"Python {ours}"
    for item in program.unread:
        if has_markers(item.cell.source):  # NBP004 says it better
            continue
        severity: Severity | None = "info" if may_raise(item.cell) else "warning" if newer else None
        deep = item.too_deep_for
        said = f"nested too deeply for {deep}" if deep else f"not valid {language}"
        message = f"{said}, so no rule read this cell: {item.problem}"
        yield Hit(message, item.cell, item.line, severity=severity)
    for lint in program.lint or ():
        if lint.code == "invalid-syntax":
            yield Hit(f"not valid Python: {lint.message}", lint.part.cell, lint.line, lint.column)


def _unread_sql(program: Program) -> Iterator[Hit]:
    for query in program.queries or ():
        if query.sure and not query.statements:
            where = f" ({query.file})" if query.file else ""
            message = f"no dialect of SQL reads this{where}, so no rule looked at it"
            yield Hit(message, query.cell, query.line, severity="warning", fix=_OTHER_SQL)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


def _not_applied(program: Program, context: CheckContext) -> Iterator[Hit]:
    def needing(need: Need) -> tuple[str, ...]:
        return tuple(rule.code for rule in context.applied if need in rule.needs)

    if program.language != "python":
        codes = tuple(code for code in needing("python") if program.language != "sql" or code not in needing("sqlglot"))
        if codes:
            message = f"{program.language} code: {', '.join(codes)} were not applied"
            yield Hit(message, fix=_OTHER_LANGUAGE, severity="info", blinds=codes)
    elif program.parts and program.lint is None and (codes := needing("ruff")):
        message = f"ruff is not installed: {', '.join(codes)} could not be fully applied"
        yield Hit(message, fix=_INSTALL, severity="warning", blinds=codes)
    if program.queries is None and (codes := needing("sqlglot")):
        message = f"sqlglot is not installed: {', '.join(codes)} did not look at the SQL of this notebook"
        yield Hit(message, fix=_INSTALL, severity="warning", blinds=codes)
    metrics = tuple(rule.code for rule in context.applied if rule.group == "metrics")
    if context.metrics and context.metrics.problem and metrics:
        message = f"{', '.join(metrics)} were not applied: {context.metrics.problem}"
        yield Hit(message, fix=_REGISTRY, severity="warning", blinds=metrics)
    if context.rerun is None and (codes := needing("rerun")):
        message = f"nothing was run again: {', '.join(codes)} were not applied"
        yield Hit(message, fix=_RERUN, severity="info", blinds=codes)
    if program.secrets is None and (codes := needing("detect-secrets")):
        message = f"detect-secrets is not installed: {', '.join(codes)} could not be applied"
        yield Hit(message, fix=_INSTALL, severity="warning", blinds=codes)


def _without_results(program: Program, context: CheckContext) -> Iterator[Hit]:
    applied = tuple(rule.code for rule in context.applied if rule.code in _NEEDS_RESULTS)
    if context.results_problem and applied:
        message = f"{', '.join(applied)} could not be fully applied: {context.results_problem}"
        yield Hit(message, fix=_RUN, blinds=applied)
    elif "NBP204" in applied and nothing_to_compare(program, context):
        message = "NBP204 had nothing to compare with: run the analysis"
        yield Hit(message, fix=_RUN, severity="info", blinds=("NBP204",))


def _open_names(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Names that a `%run`, `%store -r`, `import *` or `exec` may define or not; only when NBP102 wanted to know."""
    if all(rule.code != "NBP102" for rule in context.applied):
        return
    names: dict[Source, set[str]] = {}
    for _, name, source in undefined(program):
        if source is not None:
            names.setdefault(source, set()).add(name)
    for source, found in names.items():
        listed = ", ".join(f"`{name}`" for name in sorted(found))
        message = f"`{source.text}` may define {listed}: NBP102 could not tell"
        cell = program.notebook.cells[source.cell]
        yield Hit(message, cell, source.line, fix=_OPEN_NAMES, severity="info", blinds=("NBP102",))
