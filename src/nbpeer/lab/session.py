"""What a request comes with, and what an address does. Knows nothing of HTTP servers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from nbpeer.lab.running import RunBook


class Session(NamedTuple):
    """Who asks, and of which server: its root folder, the name the person signed in with, the runs it started."""

    server_root: Path
    user: str
    runs: RunBook


class Page(NamedTuple):
    """An HTML page to send in place of JSON, shown so that nothing in it runs or loads anything."""

    html: bytes


class Route(NamedTuple):
    """What one HTTP method of one address does. `asked` is the type of its query or body; `answer` gives the value to
    send, on the event loop when it is a coroutine function. `action` is what Jupyter's authoriser is asked for."""

    asked: type[msgspec.Struct]
    answer: Callable[[Any, Session], Any]
    action: Literal["read", "write", "execute"] = "read"
    status: int = 200
