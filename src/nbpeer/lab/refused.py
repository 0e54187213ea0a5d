"""What a route refuses, with the HTTP status that says so."""

from __future__ import annotations

from typing import Any

from nbpeer.errors import NbpeerError


class RefusedError(NbpeerError):
    """A request that is refused; `status` is the HTTP status."""

    def __init__(self, status: int, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.status = status


class ConflictError(RefusedError):
    """A request about something that is not so any more; `current` is how it is now, None when that says nothing."""

    def __init__(self, message: str, hint: str = "", current: Any = None) -> None:
        super().__init__(409, message, hint)
        self.current = current
