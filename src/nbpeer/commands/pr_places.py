"""Where the findings of an analysis can stand in a pull request: lines of the notebook's file at its head."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from nbpeer.checks.mend import mend
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, AnalysisDiff, Version
from nbpeer.model.finding import Finding
from nbpeer.model.notebook import Cell, Notebook, parse_notebook
from nbpeer.model.posting import PlacedFinding
from nbpeer.repo import git
from nbpeer.repo.hunks import changed_lines, shown_lines
from nbpeer.repo.store import read_notebook


def placed(
    root: Path, before: Version, head: Version, diff: AnalysisDiff, findings: Sequence[Finding]
) -> tuple[PlacedFinding, ...]:
    """Each finding with the line it can stand on: its own, else the nearest changed line of its cell, else the file.

    Lines are those of the file in `head`, whatever the working tree has: outputs that stay on this machine are not in
    it. A finding in a cell that is another there is one about the file.
    """
    content = git.read(root, head, diff.path) if findings else None
    try:
        notebook = parse_notebook(content, diff.path) if content else None
        checked = read_notebook(root, WORKTREE, diff.path)
    except NbpeerError:
        notebook = checked = None
    if content is None or notebook is None or checked is None:
        return tuple(PlacedFinding(finding) for finding in findings)
    same = {one.number for one, other in zip(notebook.cells, checked.cells, strict=False) if one.source == other.source}
    sides = (before, head), diff.path, diff.before_path
    shown = [line for lines in shown_lines(root, *sides) for line in lines]
    changed = [line for lines in changed_lines(root, *sides) for line in lines]
    return tuple(
        _placed(notebook, finding, shown, changed) if finding.cell in same else PlacedFinding(finding)
        for finding in findings
    )


def _placed(notebook: Notebook, finding: Finding, shown: Sequence[int], changed: Sequence[int]) -> PlacedFinding:
    cell = notebook.cells[finding.cell - 1]
    own = notebook.file_line(cell, finding.line or 1)
    if own in shown and _is_string(notebook.raw, own):
        return PlacedFinding(finding, own, exact=True, replacement=_replacement(notebook.raw, finding, own))
    if own in shown:  # a minified file, or a source that is one string: the line shows more than what is meant
        return PlacedFinding(finding, own)
    within = _span(notebook, cell)
    near = [line for line in changed if line in within] or [line for line in shown if line in within]
    return PlacedFinding(finding, min(near, key=lambda line: (abs(line - own), line)) if near else 0)


def _is_string(content: bytes, line: int) -> bool:
    """Whether a line of the file is one JSON string, as Jupyter writes each line of a source."""
    try:
        return isinstance(json.loads(content.split(b"\n")[line - 1].strip().removesuffix(b",")), str)
    except ValueError:
        return False


def _span(notebook: Notebook, cell: Cell) -> range:
    lines = cell.source.count("\n") + 1
    return range(notebook.file_line(cell, 1), notebook.file_line(cell, lines) + 1)


def _replacement(content: bytes, finding: Finding, line: int) -> str:
    """The one line of the file that carrying the finding's suggestion out changes; "" when it changes others as well,
    or the file would not be a notebook any more."""
    if finding.suggestion is None or finding.suggestion.clear_outputs or not finding.suggestion.edits:
        return ""
    try:
        mended = mend(content, [finding])
        parse_notebook(mended, finding.path)
        json.loads(mended)
        old, new = content.decode().split("\n"), mended.decode().split("\n")
    except (ValueError, IndexError, NbpeerError):
        return ""
    differing = [number for number, (one, other) in enumerate(zip_longest(old, new), 1) if one != other]
    return new[line - 1].removesuffix("\r") if differing == [line] else ""
