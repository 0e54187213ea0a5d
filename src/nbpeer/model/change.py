"""What changed between two versions of an analysis: cells, results, expectations, provenance."""

from __future__ import annotations

from typing import Literal

import msgspec

from nbpeer.model.notebook import Cell, Output
from nbpeer.model.result import Certificate, NamedResult

CellChangeKind = Literal["unchanged", "added", "removed", "changed", "moved", "moved_changed", "split", "joined"]
Verdict = Literal["unchanged", "within_tolerance", "changed", "added", "removed"]
FileStatus = Literal["added", "removed", "changed", "renamed"]
OutputKind = Literal["text", "table", "image", "chart", "error", "other"]


class Version(msgspec.Struct, frozen=True):
    """One side of a comparison: a commit, the index, the working tree, or a plain file.

    `label` is what people typed or see. `commit` is empty where each analysis has a commit of its own.
    """

    kind: Literal["commit", "index", "worktree", "file"]
    commit: str = ""
    label: str = ""


WORKTREE = Version("worktree", label="working tree")
INDEX = Version("index", label="index")


class ChangedPath(msgspec.Struct, frozen=True):
    """One notebook whose file, or whose results file, differs. `before` is its old path ("" when added)."""

    path: str
    status: FileStatus
    before: str = ""


class CellChange(msgspec.Struct, frozen=True):
    """One cell of either side, exactly once. `aspects` names what differs: source, tags, type, attachments.

    A cell that was split, or cells that were joined, are several changes in a row with the same `group` (from 1; 0 is
    none): the first has a cell of both sides, the others one of the side that has several. They moved when `place` is
    among their aspects.

    `outputs` are the outputs of two runs compared, () when they were not, or are byte for byte the same.
    """

    kind: CellChangeKind
    before: Cell | None
    after: Cell | None
    aspects: tuple[str, ...] = ()
    group: int = 0
    outputs: tuple[OutputChange, ...] = ()

    @property
    def changed_outputs(self) -> tuple[OutputChange, ...]:
        """The outputs that really changed: those within tolerance are left out."""
        return tuple(change for change in self.outputs if change.verdict not in ("unchanged", "within_tolerance"))


class ValueChange(msgspec.Struct, frozen=True):
    """One scalar before and after, named: a parameter, a package version, an expectation, a table's cell."""

    name: str
    before: str | None
    after: str | None


class ResultChange(msgspec.Struct, frozen=True):
    """One named result before and after. `delta` is after minus before for numbers; `cells` what moved in a table,
    whose rows are named by the columns `key` (none: by position)."""

    name: str
    verdict: Verdict
    before: NamedResult | None
    after: NamedResult | None
    delta: float | None = None
    cells: tuple[ValueChange, ...] = ()
    detail: str = ""
    key: tuple[str, ...] = ()


class OutputChange(msgspec.Struct, frozen=True):
    """One output of a code cell before and after, compared once noise is taken out; named results are not among them.

    `texts` are both sides as text without noise. `values` is what moved, by name: numbers of a text, cells of tables,
    parts of a chart, an error's type, message and line. `tables` are the tables that differ, each as a result.
    `difference` is a PNG map of the `share` of pixels (0 to 1) that differ.
    """

    kind: OutputKind
    verdict: Verdict
    before: Output | None
    after: Output | None
    detail: str = ""
    texts: tuple[str, str] = ("", "")
    values: tuple[ValueChange, ...] = ()
    tables: tuple[ResultChange, ...] = ()
    share: float = 0.0
    difference: bytes = b""


class AnalysisDiff(msgspec.Struct, frozen=True):
    """Everything that changed in one analysis. `problem` says why a side could not be read; its part is then empty."""

    path: str
    status: FileStatus
    before_path: str = ""
    cells: tuple[CellChange, ...] = ()
    results: tuple[ResultChange, ...] = ()
    expectations: tuple[ValueChange, ...] = ()
    caveats: tuple[ValueChange, ...] = ()
    parameters: tuple[ValueChange, ...] = ()
    packages: tuple[ValueChange, ...] = ()
    inputs: tuple[ValueChange, ...] = ()
    certificate: Certificate | None = None
    problem: str = ""

    @property
    def changed_cells(self) -> tuple[CellChange, ...]:
        """The cells that differ, in order."""
        return tuple(change for change in self.cells if change.kind != "unchanged")

    @property
    def shown_cells(self) -> tuple[CellChange, ...]:
        """The cells that differ, or whose outputs do, in order."""
        return tuple(change for change in self.cells if change.kind != "unchanged" or change.changed_outputs)

    @property
    def changed_results(self) -> tuple[ResultChange, ...]:
        """The named results that really changed: those within tolerance are left out."""
        return tuple(change for change in self.results if change.verdict not in ("unchanged", "within_tolerance"))


class DiffReport(msgspec.Struct, frozen=True):
    """All analyses that differ between two versions, by path."""

    before: Version
    after: Version
    analyses: tuple[AnalysisDiff, ...]


def value_changes(before: dict[str, str], after: dict[str, str]) -> tuple[ValueChange, ...]:
    """The names whose text differs, in the order of `after`, then those that only `before` has."""
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        ValueChange(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )
