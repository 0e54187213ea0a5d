"""A request to stop what runs in other threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock


class Stop:
    """Said once, by any thread; what runs is told at once, what starts later when it starts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: list[Callable[[], None]] = []
        self.said = False

    def say(self) -> None:
        """Tell everything that runs to end."""
        with self._lock:
            self.said = True
            told = list(self._told)
        for end in told:
            end()

    @contextmanager
    def telling(self, end: Callable[[], None]) -> Iterator[None]:
        """While the block runs, `end` is called when stop is said; it may be called from another thread."""
        with self._lock:
            self._told.append(end)
            said = self.said
        try:
            if said:
                end()
            yield
        finally:
            with self._lock:
                self._told.remove(end)
