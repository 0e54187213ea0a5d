"""What happened to each cell, written where papermill writes it: `metadata.papermill` of the notebook and its cells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any


class Record:
    """papermill's record of a run without its costs: nothing is saved after a cell, and what never ran stays pending.

    Durations are measured by a clock that does not jump. `on_cell` gets a cell's index, and its seconds once it is
    done.
    """

    def __init__(self, nb: Any, on_cell: Callable[[int, float | None], None] | None = None) -> None:
        self.nb = nb
        self.before_save: Callable[[], None] = lambda: None
        self._on_cell = on_cell
        self._began = 0.0
        self._cell_began = 0.0

    def notebook_start(self) -> None:
        """Forget what an earlier run left: outputs, counts, statuses."""
        self._began = monotonic()
        about = self.nb["metadata"]["papermill"]
        about.update(start_time=_now(), end_time=None, duration=None, exception=None)
        for cell in self.nb["cells"]:
            nothing = dict.fromkeys(("exception", "start_time", "end_time", "duration"))
            cell["metadata"]["papermill"] = {**nothing, "status": "pending"}
            if cell["cell_type"] == "code":
                cell["execution_count"] = None
                cell["outputs"] = []

    def cell_start(self, cell: Any, cell_index: int) -> None:
        """Note that a cell is under way."""
        self._cell_began = monotonic()
        cell["metadata"]["papermill"].update(start_time=_now(), status="running", exception=False)
        if self._on_cell:
            self._on_cell(cell_index, None)

    def cell_exception(self, cell: Any, cell_index: int) -> None:
        """Note that a cell failed, and so the notebook."""
        cell["metadata"]["papermill"].update(exception=True, status="failed")
        self.nb["metadata"]["papermill"]["exception"] = True

    def cell_complete(self, cell: Any, cell_index: int) -> None:
        """Note that a cell is done, well or not."""
        seconds = monotonic() - self._cell_began
        about = cell["metadata"]["papermill"]
        about.update(end_time=_now(), duration=seconds)
        if about["status"] != "failed":
            about["status"] = "completed"
        if self._on_cell:
            self._on_cell(cell_index, seconds)

    def completed(self, index: int) -> bool:
        """Whether a cell ran to its end."""
        return bool(self.nb["cells"][index]["metadata"]["papermill"]["status"] == "completed")

    def notebook_complete(self) -> None:
        """Note when the run ended."""
        self.nb["metadata"]["papermill"].update(end_time=_now(), duration=monotonic() - self._began)

    def autosave_cell(self) -> None:
        """papermill's client asks for this at each message; nothing is saved before the end."""


def _now() -> str:
    return datetime.now(UTC).isoformat()
