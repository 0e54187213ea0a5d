"""Outputs of two runs compared: of two executed notebooks, or of the runs at hand for two versions of an analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.change import AnalysisDiff, CellChange
from nbpeer.model.notebook import Cell, Notebook, parse_notebook

_INJECTED = "injected-parameters"
_MOST_BYTES = 2_000_000
_HEAD = 1_000


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
    Once outputs that differ come to two million bytes, what follows is said to differ and not looked at.
    """
    old = _by_index(before, [change.before for change in pairs if change.before])
    new = _by_index(after, [change.after for change in pairs if change.after])
    room = _MOST_BYTES
    found = []
    for change in pairs:
        one = old.get(change.before.index) if change.before else None
        other = new.get(change.after.index) if change.after else None
        raw = one.raw_outputs if one else (), other.raw_outputs if other else ()
        if raw[0] == raw[1]:
            found.append(change)
            continue
        from nbpeer.results import outputs

        compared = outputs.compare_outputs(one, other) if room > 0 else (outputs.not_compared(),)
        room -= sum(_weight(output) for side in raw for output in side)
        found.append(msgspec.structs.replace(change, outputs=compared) if compared else change)
    return tuple(found)


def _weight(output: Any) -> int:
    """About how many bytes of text cost as much to compare; pictures are compared much faster."""
    content = bytes(output) if isinstance(output, msgspec.Raw) else repr(output).encode()
    return len(content) // 10 if b'"image/' in content[:_HEAD] else len(content)


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
