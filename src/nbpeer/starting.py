"""Starting up cheaply, for what git and people start many times a day."""

from __future__ import annotations

import sys


def import_msgspec() -> None:
    """Import msgspec without typing_extensions, which it asks for and does without: that is 12 of the 40 ms.

    Raises ImportError when it is not installed.
    """
    absent = sys.modules.setdefault("typing_extensions", None) is None  # type: ignore[arg-type]
    try:
        import msgspec  # noqa: F401
    finally:
        if absent:
            del sys.modules["typing_extensions"]
