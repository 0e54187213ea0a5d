"""A notebook as text that a person reads in `git diff`, `git log -p`, `git show` and `git blame`: git's textconv.

git calls `python -I -S /path/to/nbpeer/textconv.py [the filter's options] FILE`. The text has every value that the
filter would store, because a diff that comes out empty for notebooks that differ would be a lie. A line that starts
with `%% ` is about the notebook, every other is source. Named by its size and digest is what is long (pictures,
attachments), and the whole sources that a conflicted cell keeps beside its markers. For speed only cheap modules are
imported here, as in `gitfilter`.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":  # under -I -S nothing but the standard library is on the path
    sys.path.insert(0, __file__.replace("\\", "/").rsplit("/", 2)[0])

from nbpeer.errors import NbpeerError
from nbpeer.gitfilter import parse
from nbpeer.outline import NotANotebook, read
from nbpeer.strip import StripOptions, strip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

LONGEST = 500  # characters of a line shown in full
_CONFLICT = "metadata.nbpeer.conflict."  # of a cell; model/conflict.py
_WHOLE_SOURCES = frozenset(_CONFLICT + side for side in ("base", "ours", "theirs"))
MARK = "%% "
_SHOWN_ELSEWHERE = {"cell_type", "source", "input", "outputs", "metadata", "id", "attachments"}
_WORDS = {None: "null", True: "true", False: "false"}
_COUNTS = {"execution_count", "prompt_number"}
# Control characters but tab and line feed, and marks that reorder text (CVE-2021-42574), which JSON may escape.
_HARMFUL = (*range(9), *range(11, 32), *range(127, 160), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F))
_VISIBLE = {code: f"\\u{code:04x}" for code in (*_HARMFUL, *range(0x2066, 0x206A))}


def main() -> None:
    """What git calls. Exit code 2 for a mistake in the arguments or a file that is not there."""
    try:
        sys.exit(run(sys.argv[1:], sys.stdout.buffer))
    except (KeyboardInterrupt, BrokenPipeError):  # the pager was closed
        sys.exit(130)


def run(arguments: list[str], sink: BinaryIO) -> int:
    """Write the text of the notebook that the last argument names; return the exit code."""
    try:
        _, options, path = parse(["clean", *arguments])
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib takes longer to import than all the rest
            content = file.read()
    except (NbpeerError, OSError) as error:
        sys.stderr.write(f"nbpeer textconv: {error}\n")
        return 2
    sink.write(textconv(content, options))
    sink.flush()
    return 0


def textconv(content: bytes, options: StripOptions) -> bytes:
    """The notebook as text. What cannot be read as a notebook, conflict markers say, comes back as it is."""
    try:
        text = strip(content, options).decode("utf-8-sig", "surrogateescape")
        notebook = read(text, (len(text) - len(text.lstrip()), 0, None))
        lines = list(_notebook(notebook))
    except (NotANotebook, RecursionError, AttributeError, TypeError, KeyError):
        return content
    return ("\n".join(lines).translate(_VISIBLE) + "\n").encode("utf-8", "backslashreplace")


def _notebook(notebook: dict[str, Any]) -> Iterator[str]:
    for key in sorted(notebook.keys() - {"cells", "worksheets"}):
        yield from _values(key, notebook[key])
    for sheet in (notebook, *notebook.get("worksheets", ())):  # worksheets: nbformat 2 and 3
        for cell in sheet.get("cells", ()):
            yield ""
            yield from _cell(cell)


def _cell(cell: dict[str, Any]) -> Iterator[str]:
    metadata = dict(cell.get("metadata") or {})
    tags = metadata.pop("tags", [])
    words = [str(cell.get("cell_type", "")), *([str(cell["id"])] if "id" in cell else [])]
    yield MARK + " ".join([*words, *([f"[{', '.join(map(str, tags))}]"] if tags else [])])
    yield from _values("metadata", metadata) if metadata else ()
    for key in sorted(cell.keys() - _SHOWN_ELSEWHERE):
        if key not in _COUNTS or cell[key] is not None:
            yield from _values(key, cell[key])
    source = _lines(cell.get("source", cell.get("input", "")))
    yield from (f"\\{line}" if line.startswith(("\\", MARK)) else line for line in source)
    yield from _values("attachments", cell["attachments"]) if cell.get("attachments") else ()
    for number, output in enumerate(cell.get("outputs") or (), 1):
        yield from _values(f"output {number}", output)


def _values(name: str, value: Any) -> Iterator[str]:
    """A line for each value below `value`, named by its path; a text of several lines goes on below its name."""
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from _values(f"{name}.{key}", value[key])
    elif isinstance(value, list) and value and not _is_text(value):
        for number, item in enumerate(value):
            yield from _values(f"{name}.{number}", item)
    else:
        text = _WORDS[value] if value is None or isinstance(value, bool) else value or str(value)
        told = name in _WHOLE_SOURCES and isinstance(value, str)  # the markers show it
        first, *rest = [_measured(text)] if told else [_shortened(line) for line in _lines(text)] or [""]
        yield f"{MARK}{name}: {first}"
        yield from (f"{MARK}{' ' * len(name)}  {line}" for line in rest)


def _is_text(items: list[Any]) -> bool:
    """Whether a list is nbformat's multi-line string."""
    return all(isinstance(item, str) for item in items) and all(item.endswith("\n") for item in items[:-1])


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST else _measured(line)


def _measured(text: str) -> str:
    from hashlib import sha256

    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"({len(text)} characters, SHA-256 {digest[:16]})"


def _lines(text: Any) -> list[str]:
    joined = "".join(text) if isinstance(text, list) else str(text)
    return joined.replace("\r\n", "\n").replace("\r", "\n").split("\n") if joined else []


if __name__ == "__main__":
    main()
