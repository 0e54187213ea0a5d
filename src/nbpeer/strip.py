"""What is volatile in a notebook taken out: bytes in, bytes out, every other byte left as it was.

Two ways lead to the same edits. `quick_strip` is the faster by far, and gives way where it is not certain; it is taken
once somebody has imported msgspec. The other, `edits`, takes any notebook and loads nothing but the standard library.
"""

from __future__ import annotations

import sys

from nbpeer.edits import volatile_edits
from nbpeer.errors import NbpeerError
from nbpeer.metadata import splice
from nbpeer.outline import NotANotebook, explain, outline
from nbpeer.volatile import DEFAULT_KEYS, VOLATILE_KEYS, StripOptions, key_tree

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from nbpeer.metadata import Edit

__all__ = ["VOLATILE_KEYS", "NotANotebook", "StripOptions", "parse_size", "strip", "strip_buffer"]

DEFAULTS = StripOptions()


def strip(content: bytes, options: StripOptions = DEFAULTS) -> bytes:
    """The notebook without what is volatile; `content` itself, the same object, when nothing is.

    Any nbformat and any formatting. Raises NotANotebook when it cannot be read, and NbpeerError for an extra key that
    is none.
    """
    edits = _edits(content, len(content), options)
    return splice(content, edits) if edits else content


def strip_buffer(buffer: bytes | bytearray, size: int, options: StripOptions) -> bytes | memoryview:
    """`strip` of the first `size` bytes of a buffer; a view of them when nothing is volatile. Raises as `strip`."""
    content = memoryview(buffer)[:size]
    edits = _edits(buffer, size, options)
    return splice(content, edits) if edits else content


def parse_size(size: str) -> int:
    """The bytes a person means by `500`, `10k` or `2M`. Raises NbpeerError."""
    factor = {"k": 1000, "m": 1_000_000}.get(size[-1:].lower(), 1)
    digits = size if factor == 1 else size[:-1]
    if not (digits.isascii() and digits.isdigit()):
        raise NbpeerError(f"{size!r} is not a size", "write bytes, or 10k, or 2M")
    return int(digits) * factor


def _edits(content: bytes | bytearray, size: int, options: StripOptions) -> list[Edit]:
    keys = key_tree((*VOLATILE_KEYS, *options.extra_keys)) if options.extra_keys else DEFAULT_KEYS
    whole_cells = options.drop_empty_cells or options.drop_tagged_cells or len(keys["cell"]) > 1
    if not whole_cells:
        found = _quick_edits(content, size, options)
        if found is not None:
            return found
    if not isinstance(content, bytes):
        content = bytes(memoryview(content)[:size])
    text, root = outline(content, brief=not whole_cells)
    try:
        return sorted(volatile_edits(text, root, options, keys))
    except (ValueError, IndexError, StopIteration) as error:  # in a picture, which only now had to be read
        raise explain(content, error) from None


def _quick_edits(content: bytes | bytearray, size: int, options: StripOptions) -> list[Edit] | None:
    """None where msgspec is not loaded, or an edit is not certain."""
    if "msgspec" not in sys.modules:
        return None
    from nbpeer.quick_strip import quick_edits

    try:
        return quick_edits(content, size, options)
    except (ValueError, IndexError, StopIteration, RecursionError, NotANotebook):
        return None
