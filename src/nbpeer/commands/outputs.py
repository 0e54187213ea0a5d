"""Outputs of two runs compared: of two executed notebooks, or of the runs at hand for two versions of an analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.change import AnalysisDiff, CellChange
from nbpeer.model.notebook import Cell, Notebook, parse_notebook

_INJECTED = "injected-parameters"


def analysis_with_outputs(analysis: AnalysisDiff, root: Path | None) -> AnalysisDiff:
    """What changed in an analysis, with the outputs of both sides compared where both have some.

    A side's outputs are those it was stored with, else those of the last run of exactly this source that the
    repository `root` (None: two plain files) keeps on this machine.
    """
    before = _outputs_at_hand(root, analysis.before_path, (change.before for change in analysis.cells))
    after = _outputs_at_hand(root, analysis.path, (change.after for change in analysis.cells)) if before else None
    if before is None or after is None:
        return analysis
    return msgspec.structs.replace(analysis, cells=compare_outputs(before, after, analysis.cells))


def compare_outputs(before: Notebook, after: Notebook, pairs: Sequence[CellChange]) -> tuple[CellChange, ...]:
    """The changes with the outputs that two executed notebooks have at their cells.

    `pairs` may come from the sources or from the executed notebooks themselves: a cell in which a run put its
    parameters is stepped over when the source has none. A cell that differs from the one in the pair has no outputs.
    """
    old = _by_index(before, [change.before for change in pairs if change.before])
    new = _by_index(after, [change.after for change in pairs if change.after])
    return tuple(_compared(change, old, new) for change in pairs)


def _compared(change: CellChange, old: dict[int, Cell], new: dict[int, Cell]) -> CellChange:
    before = old.get(change.before.index) if change.before else None
    after = new.get(change.after.index) if change.after else None
    if (before.raw_outputs if before else ()) == (after.raw_outputs if after else ()):
        return change
    from nbpeer.results import outputs

    found = outputs.compare_outputs(before, after)
    return msgspec.structs.replace(change, outputs=found) if found else change


def _outputs_at_hand(root: Path | None, path: str, cells: Iterable[Cell | None]) -> Notebook | None:
    """The notebook of these cells with outputs; None when there are none."""
    stored = Notebook(path, tuple(sorted((cell for cell in cells if cell), key=lambda cell: cell.index)), {}, 0)
    if any(cell.raw_outputs for cell in stored.cells):
        return stored
    if root is None or not stored.cells:
        return None
    return next(_kept_runs(root, stored), None)


def _kept_runs(root: Path, stored: Notebook) -> Iterator[Notebook]:
    """The runs of this source that are kept here, the last one of the analysis first."""
    from nbpeer.repo.store import holds_runs, read_executed, read_run

    if not holds_runs(root):
        return
    from nbpeer.model.digests import source_digest

    source = source_digest(stored)
    for content in (read_executed(root, stored.path), read_run(root, source)):
        try:
            kept = parse_notebook(content or b"", stored.path)
        except NbpeerError:  # none, or a run that was cut off
            continue
        ran = any(cell.execution_count is not None for cell in kept.cells)
        if ran and source in (source_digest(kept), source_digest(_without_injected(kept))):
            yield kept


def _by_index(executed: Notebook, cells: list[Cell]) -> dict[int, Cell]:
    """The executed cells under the places of `cells`, each only where its source is the same."""
    whole, stepped = executed.cells, _without_injected(executed).cells
    fits = all(cell.index < len(whole) and whole[cell.index].source == cell.source for cell in cells)
    found = whole if fits else stepped
    sources = {cell.index: cell.source for cell in cells}
    return {place: cell for place, cell in enumerate(found) if sources.get(place) == cell.source}


def _without_injected(notebook: Notebook) -> Notebook:
    cells = tuple(cell for cell in notebook.cells if _INJECTED not in cell.tags)
    return msgspec.structs.replace(notebook, cells=cells)
