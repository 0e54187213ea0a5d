"""papermill's record of a run, for its own command line and Python interface: progress, log, and the file saved now and
then."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from papermill.engines import NotebookExecutionManager


class SavingRecord(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's record that saves every `autosave_cell_every` seconds, 0 for never, and tells what never ran apart.

    papermill saves twice per cell, which costs most of the time of a notebook with many cells, and in the end calls
    cells completed that never ran. `before_save` is called first, to put together what is still in pieces. Times are
    measured by a clock that does not jump.
    """

    def __init__(self, nb: Any, **options: Any) -> None:
        super().__init__(nb, **options)
        self.before_save: Callable[[], None] = lambda: None
        self._saved = self._began = self._cell_began = monotonic()

    def autosave_cell(self) -> None:
        """Save when the last save is long enough ago."""
        if self.autosave_cell_every and monotonic() - self._saved >= self.autosave_cell_every:
            self.before_save()
            super().save()
            self._saved = monotonic()
            self._back_off()

    def save(self, **kwargs: Any) -> None:
        """papermill asks for this at each step of a cell."""
        self.autosave_cell()

    def save_at_last(self) -> None:
        """Save now; papermill itself writes the file unless the engine raises."""
        super().save()

    def cell_start(self, cell: Any, cell_index: int, **kwargs: Any) -> None:
        """Note that a cell is under way."""
        self._cell_began = monotonic()
        super().cell_start(cell, cell_index, **kwargs)

    def cell_complete(self, cell: Any, cell_index: int, **kwargs: Any) -> None:
        """Note that a cell is done, well or not."""
        super().cell_complete(cell, cell_index=cell_index, **kwargs)
        cell.metadata.papermill["duration"] = monotonic() - self._cell_began

    def notebook_complete(self, **kwargs: Any) -> None:
        """Note when the run ended. What is pending stays pending."""
        about = self.nb.metadata.papermill
        about.update(end_time=self.now().isoformat(), duration=monotonic() - self._began)
        if not about["exception"]:
            self.complete_pbar()
        self.cleanup_pbar()

    def _back_off(self) -> None:
        """Saving a large file takes long: leave more time between saves then, as papermill does."""
        took = (self.now() - self.last_save_time).total_seconds()
        if took > self.autosave_cell_every * self.max_autosave_pct / 100:
            self.autosave_cell_every *= 2
