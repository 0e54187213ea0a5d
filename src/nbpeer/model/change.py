"""What changed between two versions of an analysis: cells, results, expectations, provenance."""

from __future__ import annotations

from typing import Literal

import msgspec

from nbpeer.model.notebook import Cell
from nbpeer.model.result import Certificate, NamedResult

CellChangeKind = Literal["unchanged", "added", "removed", "changed", "moved", "moved_changed"]
Verdict = Literal["unchanged", "within_tolerance", "changed", "added", "removed"]
FileStatus = Literal["added", "removed", "changed", "renamed"]


class Version(msgspec.Struct, frozen=True):
    """One side of a comparison: a commit, the index, or the working tree. `label` is what people typed or see."""

    kind: Literal["commit", "index", "worktree"]
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
    """One cell of either side, exactly once. `aspects` names what differs: source, tags, type, attachments."""

    kind: CellChangeKind
    before: Cell | None
    after: Cell | None
    aspects: tuple[str, ...] = ()


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
