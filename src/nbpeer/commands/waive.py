"""A finding accepted with a reason: the waiver written where it takes effect, and nothing else changed by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from nbpeer.checks.program import build
from nbpeer.checks.waive import sources_with_waiver
from nbpeer.errors import NbpeerError
from nbpeer.model.finding import Finding
from nbpeer.model.front_matter import front_matter_text
from nbpeer.model.mended import MendedCell
from nbpeer.model.notebook import Cell, Notebook, parse_notebook
from nbpeer.rewrite import with_source

Check = Callable[[Notebook], Sequence[Finding]]


def waive(notebook: Notebook, finding: Finding, reason: str, check: Check) -> tuple[bytes, MendedCell]:
    """The notebook's bytes with a waiver of one of its findings written in, and the cell that holds it.

    `check` says what is found in a notebook: a waiver is only written where a check then says that the finding is
    waived, and finds nothing new. Raises NbpeerError for a reason that says nothing, a finding that is no violation or
    cannot be waived, and when no place does.
    """
    reason = " ".join(reason.split())
    if not any(character.isalnum() for character in reason) or "-->" in reason:
        raise NbpeerError("a waiver needs its reason", "say in a few words why this is accepted")
    if not waivable(finding):
        raise NbpeerError(f"{finding.code} cannot be waived", finding.fix or "mend it")
    cell = _holder(notebook, finding)
    before = _open(check(notebook))
    for source in _sources(notebook, cell, finding, reason):
        content = with_source(notebook.raw, cell.index, source)
        after = _open(check(parse_notebook(content, notebook.path)))
        if not after - before and after[finding.code, finding.cell] < before[finding.code, finding.cell]:
            return content, MendedCell(cell.number, cell.source, source)
    place = f"cell {finding.cell}, line {finding.line}" if finding.line else f"cell {finding.cell}"
    raise NbpeerError(f"no waiver of {finding.code} can stand at {place}", "mend it, or ignore the rule by `overrides`")


def waivable(finding: Finding) -> bool:
    """Whether a waiver can accept a finding: one about waivers itself cannot be, nor one already waived."""
    return finding.code not in ("NBP002", "NBP003") and not finding.waived


def _holder(notebook: Notebook, finding: Finding) -> Cell:
    """The cell that a waiver goes into: the finding's own; for the whole notebook the first Markdown cell."""
    if finding.cell:
        return notebook.cells[finding.cell - 1]
    start = 0 if front_matter_text(notebook) is None else 1
    cell = next((cell for cell in notebook.cells[start:] if cell.cell_type == "markdown"), None)
    if cell is None:
        hint = "add a Markdown cell: it holds the waivers for the whole notebook"
        raise NbpeerError(f"there is no cell for a waiver of {finding.code}", hint)
    return cell


def _sources(notebook: Notebook, cell: Cell, finding: Finding, reason: str) -> Iterator[str]:
    program = build(notebook, lambda name: None)
    tree = next((part.tree for part in program.parts if part.cell.index == cell.index), None)
    return sources_with_waiver(cell, finding, reason, notebook.language, tree)


def _open(findings: Sequence[Finding]) -> Counter[tuple[str, int]]:
    return Counter((finding.code, finding.cell) for finding in findings if not finding.waived)
