"""A comparison for programs: one row for every cell of either side. `docs/schemas/diff.json` is its JSON Schema."""

from __future__ import annotations

from typing import Any

import msgspec

from nbpeer.model.change import (
    AnalysisDiff,
    CellChange,
    CellChangeKind,
    DiffReport,
    FileStatus,
    OutputChange,
    OutputKind,
    ResultChange,
    ValueChange,
    Verdict,
    Version,
)
from nbpeer.model.json_schema import json_schema
from nbpeer.model.notebook import Cell
from nbpeer.model.result import Certificate

# Of an output's text so much is told, in characters.
_LONGEST_TEXT = 2_000


class CellSide(msgspec.Struct, frozen=True, omit_defaults=True):
    """One cell of one side: what the source digest covers, its place (from 0) and its id."""

    index: int
    cell_type: str
    source: str
    id: str | None = None
    tags: tuple[str, ...] = ()
    attachments: dict[str, Any] = {}


class TableRow(msgspec.Struct, frozen=True):
    """One table of an output that differs: its caption or place, and the columns that name its rows."""

    name: str
    verdict: Verdict
    key: tuple[str, ...]


class OutputRow(msgspec.Struct, frozen=True):
    """What differs in one output of a cell, without the output itself. `values` is what moved, by name; `share` the
    share (0 to 1) of a picture's pixels that differ; `before` and `after` the text of both sides without noise."""

    kind: OutputKind
    verdict: Verdict
    detail: str
    values: tuple[ValueChange, ...]
    tables: tuple[TableRow, ...]
    share: float
    before: str
    after: str


class CellRow(msgspec.Struct, frozen=True):
    """What happened to one cell. The rows of a split or join follow each other and share a `group` (0 is none).

    `outputs` are those that differ, where both sides have outputs.
    """

    kind: CellChangeKind
    aspects: tuple[str, ...]
    group: int
    before: CellSide | None
    after: CellSide | None
    outputs: tuple[OutputRow, ...] = ()


class AnalysisRow(msgspec.Struct, frozen=True):
    """What changed in one analysis; every cell of either side is in `cells` exactly once."""

    path: str
    status: FileStatus
    before_path: str
    results: tuple[ResultChange, ...]
    expectations: tuple[ValueChange, ...]
    caveats: tuple[ValueChange, ...]
    parameters: tuple[ValueChange, ...]
    packages: tuple[ValueChange, ...]
    inputs: tuple[ValueChange, ...]
    certificate: Certificate | None
    problem: str
    cells: tuple[CellRow, ...]


class DiffDocument(msgspec.Struct, frozen=True):
    """A comparison of two versions: the analyses that differ, by path."""

    before: Version
    after: Version
    analyses: tuple[AnalysisRow, ...]
    schema: int = 1


def diff_values(report: DiffReport) -> DiffDocument:
    """The comparison: each analysis with its results first and its cells last, of outputs only what differs."""
    return DiffDocument(report.before, report.after, tuple(_analysis(analysis) for analysis in report.analyses))


def changed_values(analysis: AnalysisDiff) -> AnalysisRow:
    """One analysis with only the cells and results that changed, for a history."""
    results = tuple(change for change in analysis.results if change.verdict != "unchanged")
    return _analysis(msgspec.structs.replace(analysis, cells=analysis.shown_cells, results=results))


def diff_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `diff_values` gives."""
    return json_schema(DiffDocument, "nbpeer diff --format json")


def _analysis(analysis: AnalysisDiff) -> AnalysisRow:
    values = {name: getattr(analysis, name) for name in AnalysisRow.__struct_fields__ if name != "cells"}
    return AnalysisRow(**values, cells=tuple(_row(change) for change in analysis.cells))


def _row(change: CellChange) -> CellRow:
    outputs = tuple(output_values(output) for output in change.outputs if output.verdict != "unchanged")
    return CellRow(change.kind, change.aspects, change.group, _side(change.before), _side(change.after), outputs)


def output_values(change: OutputChange) -> OutputRow:
    """What differs in one output, without the output itself."""
    tables = tuple(TableRow(table.name, table.verdict, table.key) for table in change.tables)
    texts = (text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…" for text in change.texts)
    return OutputRow(change.kind, change.verdict, change.detail, change.values, tables, change.share, *texts)


def _side(cell: Cell | None) -> CellSide | None:
    if cell is None:
        return None
    return CellSide(cell.index, cell.cell_type, cell.source, cell.id, cell.tags, cell.attachments)
