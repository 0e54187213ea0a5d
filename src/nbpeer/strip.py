"""What is volatile in a notebook, and how it is taken out: bytes in, bytes out, every other byte left as it was.

The conventions are nbstripout's (https://github.com/kynan/nbstripout), except that cell ids are always kept, that
papermill's record of a run goes, and that a cell which both says and denies that its output is to be kept keeps it.
"""

from __future__ import annotations

from collections import namedtuple

from nbpeer.errors import NbpeerError
from nbpeer.outline import OBJECTS, NotANotebook, is_empty_list, outline, read, spellings, take_apart

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from nbpeer.outline import Value

    Edit = tuple[int, int, bytes]  # replace from, replace to, by

__all__ = ["NotANotebook", "StripOptions", "parse_size", "strip"]

# collections.namedtuple and not typing's: see TYPE_CHECKING.
StripOptions = namedtuple(
    "StripOptions",
    ["keep_output", "keep_count", "extra_keys", "drop_empty_cells", "drop_tagged_cells", "max_size"],
    defaults=[False, False, (), False, (), 0],
)
StripOptions.__doc__ = """What to take out, in nbstripout's words.

`extra_keys` are dotted paths below `metadata.` (the notebook's) or `cell.`, like `cell.metadata.colab`. With `max_size`
outputs of at most so many bytes of text stay.
"""
DEFAULTS = StripOptions()

# nbstripout's list, and papermill's record of a run, which beside fresh outputs is a false certificate.
VOLATILE_KEYS = (
    "metadata.papermill",
    "metadata.signature",
    "metadata.widgets",
    "cell.metadata.ExecuteTime",
    "cell.metadata.collapsed",
    "cell.metadata.execution",
    "cell.metadata.heading_collapsed",
    "cell.metadata.hidden",
    "cell.metadata.papermill",
    "cell.metadata.scrolled",
)
_NEVER = {"cell_type", "id", "input", "metadata", "outputs", "source"}
_COUNTS = ("execution_count", "prompt_number")  # nbformat 2 and 3 say prompt_number
_KEEP_TAGS = {"keep_output", "keep-output"}


def strip(content: bytes, options: StripOptions = DEFAULTS) -> bytes:
    """The notebook without what is volatile; `content` itself, the same object, when nothing is.

    Any nbformat and any formatting. Raises NotANotebook when it cannot be read, and NbpeerError for an extra key that
    is none.
    """
    keys = _key_tree((*VOLATILE_KEYS, *options.extra_keys)) if options.extra_keys else _VOLATILE_KEYS
    text, root = outline(content)
    edits = sorted(_volatile(text, root, options, keys))
    return _splice(content, edits) if edits else content


def parse_size(size: str) -> int:
    """The bytes a person means by `500`, `10k` or `2M`. Raises NbpeerError."""
    factor = {"k": 1000, "m": 1_000_000}.get(size[-1:].lower(), 1)
    digits = size if factor == 1 else size[:-1]
    if not (digits.isascii() and digits.isdigit()):
        raise NbpeerError(f"{size!r} is not a size", "write bytes, or 10k, or 2M")
    return int(digits) * factor


def _splice(content: bytes, edits: list[Edit]) -> bytes:
    view = memoryview(content)
    pieces: list[bytes | memoryview] = []
    position = 0
    for start, end, replacement in edits:
        pieces += (view[position:start], replacement)
        position = end
    pieces.append(view[position:])
    return b"".join(pieces)


def _volatile(text: str, root: Value, options: StripOptions, keys: dict[str, Any]) -> Iterator[Edit]:
    """Every edit that stripping makes; none overlaps another. The one place that decides."""
    cell_lists = list(_cell_lists(text, root))
    if not cell_lists:
        raise NotANotebook("is JSON but not a notebook", "an .ipynb file has nbformat and cells at its top")
    yield from _without_keys(text, root, {"metadata": keys["metadata"]})
    if _is_on(_metadata(text, root).get("keep_output")):
        options = options._replace(keep_output=True)
    for cell_list in cell_lists:
        cells = cell_list[2] or []
        if options.drop_empty_cells or options.drop_tagged_cells:
            dropped = [_is_dropped(text, cell, options) for cell in cells]
            yield from _removals(cell_list, [cell[:2] for cell in cells], dropped)
            cells = [cell for cell, gone in zip(cells, dropped, strict=True) if not gone]
        for cell in cells:
            if cell[2] and text[cell[0]] == "{":
                yield from _cell_edits(text, cell, options, keys["cell"])


def _cell_lists(text: str, root: Value) -> Iterator[Value]:
    for key, _, value in root[2] or []:
        if text[value[0]] != "[":
            continue
        if key == "cells":
            yield value
        elif key == "worksheets":
            for sheet in value[2] or []:
                if text[sheet[0]] == "{":
                    yield from (cells for name, _, cells in sheet[2] if name == "cells" and text[cells[0]] == "[")


def _cell_edits(text: str, cell: Value, options: StripOptions, keys: dict[str, Any]) -> Iterator[Edit]:
    metadata = _metadata(text, cell)
    keep = _keeps_output(metadata, options.keep_output) if metadata else options.keep_output
    for key, _, value in cell[2] or []:
        if key == "outputs":
            yield from _output_edits(text, value, keep, options)
        elif key in _COUNTS and not options.keep_count and text[value[0]] != "n":
            yield value[0], value[1], b"null"
    if metadata or len(keys) > 1:
        yield from _without_keys(text, cell, keys)


def _output_edits(text: str, outputs: Value, keep: bool, options: StripOptions) -> Iterator[Edit]:
    start, end, _ = outputs
    if is_empty_list(text, outputs) or text[start] == "n":  # null
        return
    if text[start] != "[" or not (keep or options.max_size):
        if not keep:
            yield start, end, b"[]"
        return
    every = take_apart(text, outputs, OBJECTS)[2] or []
    gone = [not keep and _size(read(text, output)) > options.max_size for output in every]
    yield from _removals(outputs, [output[:2] for output in every], gone)
    for output, dropped in zip(every, gone, strict=True):
        if not dropped and not options.keep_count and text[output[0]] == "{":
            for key, _, value in output[2]:
                if key in _COUNTS and text[value[0]] != "n":
                    yield value[0], value[1], b"null"


def _without_keys(text: str, parent: Value, keys: dict[str, Any]) -> Iterator[Edit]:
    """Remove members of an object that was taken apart. A key that leads to no further keys goes as a whole."""
    members = parent[2] or []
    gone = [keys.get(key) == {} for key, _, _ in members]
    yield from _removals(parent, [(start, value[1]) for _, start, value in members], gone)
    for key, _, value in members:
        below = keys.get(key)
        if below and _has_any(text, value, below):
            yield from _without_keys(text, take_apart(text, value), below)


def _has_any(text: str, parent: Value, keys: dict[str, Any]) -> bool:
    return parent[1] - parent[0] > 2 and text[parent[0]] == "{" and not keys.keys().isdisjoint(read(text, parent))


def _removals(parent: Value, spans: list[tuple[int, int]], gone: list[bool]) -> Iterator[Edit]:
    """Take members or list values out together with the comma that becomes one too many."""
    if True not in gone:
        return
    if False not in gone:
        yield parent[0] + 1, parent[1] - 1, b""
        return
    first_kept = gone.index(False)
    for number, (start, end) in enumerate(spans):
        if gone[number] and number < first_kept:
            yield start, spans[number + 1][0], b""
        elif gone[number]:
            yield spans[number - 1][1], end, b""


def _metadata(text: str, parent: Value) -> dict[str, Any]:
    """The metadata of a cell or notebook: the last, as JSON has it, when there are several."""
    found: dict[str, Any] = {}
    for key, _, value in parent[2] or []:
        if key == "metadata":
            found = read(text, value) if value[1] - value[0] > 2 and text[value[0]] == "{" else {}
    return found


def _keeps_output(metadata: dict[str, Any], default: bool) -> bool:
    if "init_cell" in metadata:
        return _is_on(metadata["init_cell"])
    tagged = not _KEEP_TAGS.isdisjoint(_tags(metadata))
    if "keep_output" in metadata:
        return tagged or _is_on(metadata["keep_output"])
    return tagged or default


def _is_dropped(text: str, cell: Value, options: StripOptions) -> bool:
    if cell[2] is None or text[cell[0]] != "{":
        return False
    tags = set(_tags(_metadata(text, cell)))
    if any(not tags.isdisjoint(spellings(tag)) for tag in options.drop_tagged_cells):
        return True
    if not options.drop_empty_cells:
        return False
    sources = [read(text, value) for key, _, value in cell[2] if key in ("source", "input")]
    return not any(part.strip() for source in sources for part in _strings(source))


def _tags(metadata: dict[str, Any]) -> list[str]:
    return list(_strings(metadata.get("tags")))


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return (item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _is_on(value: Any) -> bool:
    return bool(value) and value != "0"  # a number is read as its text


def _size(value: Any) -> int:
    """nbstripout's size of an output: the length of all its text, keys left out."""
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return len(value if isinstance(value, str) else str(value))


def _key_tree(paths: Iterable[str]) -> dict[str, Any]:
    """`cell.metadata.scrolled` as {"cell": {"metadata": {"scrolled": {}}}}, in every spelling a file may use."""
    tree: dict[str, Any] = {"metadata": {}, "cell": {}}
    for path in paths:
        top, *keys = path.split(".")
        if top not in tree or not all(keys) or not keys or (top == "cell" and len(keys) == 1 and keys[0] in _NEVER):
            raise NbpeerError(f"{path!r} is not a key to strip", "write metadata.KEY, cell.metadata.KEY or cell.KEY")
        branches = [tree[top]]
        for key in keys:
            branches = [branch.setdefault(word, {}) for branch in branches for word in spellings(key)]
    return tree


_VOLATILE_KEYS = _key_tree(VOLATILE_KEYS)
