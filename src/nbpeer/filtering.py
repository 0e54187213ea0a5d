"""What git's filter does: `process` serves all files of one git command, `clean` and `smudge` one file each.

`process` speaks version 2 of the long-running filter protocol (gitattributes(5)). What cannot be read as a notebook
passes through unchanged, with one line on standard error and success, so that `filter.nbpeer.required` is safe.

git starts this anew for every command: only cheap modules are imported, and the flags are read by hand.
"""

from __future__ import annotations

import gc
import sys

from nbpeer.errors import NbpeerError
from nbpeer.packets import FLUSH, Packets, as_content, as_lines
from nbpeer.starting import import_msgspec
from nbpeer.strip import NotANotebook, StripOptions, parse_size, strip, strip_buffer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

USAGE = """usage: nbpeer-filter clean|smudge|process [--keep-output] [--keep-count] [--extra-keys=KEYS]
       [--drop-empty-cells] [--drop-tagged-cells=TAGS] [--max-size=SIZE] [-- PATH]"""
WORTH_MSGSPEC = 8_000_000  # bytes of notebooks; with twice as many the faster way has paid for its import


def main() -> None:
    """The console script. Exit code 0 also for what is no notebook, 2 for a mistake in the arguments."""
    gc.disable()  # nothing here refers to itself, and git ends this with its own command
    try:
        # Unbuffered: what git writes goes straight to where it is wanted.
        with open(0, "rb", buffering=0, closefd=False) as source:
            code = run(sys.argv[1:], source, sys.stdout.buffer)
    except (KeyboardInterrupt, BrokenPipeError, EOFError):  # git was stopped
        code = 130
    _leave(code)


def run(arguments: list[str], source: BinaryIO, sink: BinaryIO) -> int:
    """Filter `source` into `sink`; return the exit code."""
    try:
        verb, options, path = parse(arguments)
    except NbpeerError as error:
        sys.stderr.write(f"nbpeer-filter: {error}\n{USAGE}\n")
        return 2
    if verb == "process":
        return serve(options, source, sink)
    content = source.read()
    sink.write(clean(content, len(content), path, options) if verb == "clean" else content)
    sink.flush()
    return 0


def parse(arguments: list[str]) -> tuple[str, StripOptions, str]:
    """The verb, the options and the path (for messages) in a command line. Raises NbpeerError, also for a wrong key."""
    words: list[str] = []
    given: dict[str, object] = {}
    waiting = iter(arguments)
    for argument in waiting:
        flag, equals, value = argument.partition("=")
        name = flag[2:].replace("-", "_")
        if argument == "--":
            words += waiting
        elif not flag.startswith("--"):
            words.append(argument)
        elif flag in ("--keep-output", "--keep-count", "--drop-empty-cells") and not equals:
            given[name] = True
        elif flag in ("--extra-keys", "--drop-tagged-cells", "--max-size"):
            value = value if equals else next(waiting, "")
            given[name] = parse_size(value) if name == "max_size" else tuple(value.split())
        elif argument != "--keep-id":  # nbstripout's name for what nbpeer always does
            raise NbpeerError(f"unknown option {argument}", "look at filter.nbpeer in git's configuration")
    if not words or words[0] not in ("clean", "smudge", "process") or len(words) > 2:
        raise NbpeerError("nbpeer-filter is told nothing to do", "name clean, smudge or process first")
    options = StripOptions(**given)
    strip(b'{"cells": []}', options)  # a wrong key is reported before the first file
    return words[0], options, words[1] if len(words) == 2 else "standard input"


def clean(content: bytes | bytearray, size: int, path: str | bytes, options: StripOptions) -> bytes | memoryview:
    """The notebook in the first `size` bytes of `content`, stripped; those bytes and a warning when it is none."""
    try:
        return strip_buffer(content, size, options)
    except NotANotebook as error:
        from nbpeer.files import shown

        sys.stderr.write(f"nbpeer: {shown(path)} {error.problem}, left as it is; {error.hint}\n")
        return memoryview(content)[:size]


def serve(options: StripOptions, source: BinaryIO, sink: BinaryIO) -> int:
    """Answer one git command's requests until it closes the pipe. Exit code 3 when the other side is not git."""
    packets = Packets(source)
    try:
        hello = packets.lines()
    except EOFError:
        hello = None
    if hello != [b"git-filter-client", b"version=2"]:
        sys.stderr.write("nbpeer-filter: git starts this; it speaks version 2 of git's filter protocol\n")
        return 3
    _send(sink, as_lines(b"git-filter-server", b"version=2"))
    offered = packets.lines() or []
    _send(sink, as_lines(*(line for line in (b"capability=clean", b"capability=smudge") if line in offered)))
    done = 0
    tried = False
    while (request := packets.lines()) is not None:
        asked = dict(line.partition(b"=")[::2] for line in request)
        size = packets.content()
        done += size
        if done > WORTH_MSGSPEC and not tried:
            tried = True
            _load_msgspec()
        content: bytes | memoryview = memoryview(packets.buffer)[:size]
        if asked.get(b"command") == b"clean":
            content = clean(packets.buffer, size, asked.get(b"pathname", b""), options)
        # One write for status, content, and nothing to add to the status: git wakes up once a file.
        _send(sink, [*as_lines(b"status=success"), *as_content(content), FLUSH])
    return 0


def _send(sink: BinaryIO, pieces: list[bytes | memoryview]) -> None:
    sink.write(b"".join(pieces))
    sink.flush()


def _load_msgspec() -> None:
    """Let stripping take its faster way, where msgspec is installed."""
    try:
        import_msgspec()
    except ImportError:  # nbpeer is installed editable, away from the packages, which -S keeps from us
        _find_packages()


def _find_packages() -> None:
    try:
        import site

        site.main()
        import_msgspec()
    except ImportError:
        return


def _leave(code: int) -> None:
    """End at once: taking an interpreter apart costs half as much as starting one. All output is written by now."""
    try:
        from posix import _exit
    except ImportError:
        sys.exit(code)
    _exit(code)
