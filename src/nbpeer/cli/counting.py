"""Progress of work whose size is not known before it is done: what is being looked at, and how many were."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_QUIET = 1.0  # seconds


@contextmanager
def counting(what: str) -> Iterator[Callable[[str], None]]:
    """A function to call with the name of each step; on a terminal what takes over a second is shown."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.markup import escape

    from nbpeer.cli.options import console

    begun = time.monotonic()
    status = console(stderr=True).status(what)
    done = 0

    def on_step(step: str) -> None:
        nonlocal done
        done += 1
        if time.monotonic() - begun > _QUIET:
            status.start()
            status.update(f"{what}: {done:,}, {escape(step)}")

    try:
        yield on_step
    finally:
        status.stop()
