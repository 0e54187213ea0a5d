"""Which of the two readers an outline uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec  # noqa: F401 - so that the faster reader is used everywhere else


@contextmanager
def walking() -> Iterator[None]:
    """As if msgspec had not been imported: the walk with the standard library alone."""
    loaded = sys.modules.pop("msgspec")
    try:
        yield
    finally:
        sys.modules["msgspec"] = loaded
