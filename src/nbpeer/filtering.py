"""What git's filter does: `process` serves all files of one git command, `clean` and `smudge` one file each.

`process` speaks version 2 of the long-running filter protocol (gitattributes(5)). What cannot be read as a notebook
passes through unchanged, with one line on standard error and success, so that `filter.nbpeer.required` is safe.

git starts this anew for every command: only cheap modules are imported, and the flags are read by hand.
"""

from __future__ import annotations

import sys

from nbpeer.errors import NbpeerError
from nbpeer.starting import import_msgspec
from nbpeer.strip import NotANotebook, StripOptions, parse_size, strip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

USAGE = """usage: nbpeer-filter clean|smudge|process [--keep-output] [--keep-count] [--extra-keys=KEYS]
       [--drop-empty-cells] [--drop-tagged-cells=TAGS] [--max-size=SIZE] [PATH]"""
PACKET = 65516  # the most bytes of content in one packet
WORTH_MSGSPEC = 20_000_000  # bytes of notebooks after which the faster reader has paid for its import
FLUSH = b"0000"
_PIPE = 1 << 20  # bytes; no pipe holds more unless root says so


def main() -> None:
    """The console script. Exit code 0 also for what is no notebook, 2 for a mistake in the arguments."""
    try:
        # A buffer that takes in all that is in the pipe at once; git's packets need half the system calls.
        with open(0, "rb", buffering=_PIPE, closefd=False) as source:
            sys.exit(run(sys.argv[1:], source, sys.stdout.buffer))
    except (KeyboardInterrupt, BrokenPipeError, EOFError):  # git was stopped
        sys.exit(130)


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
    sink.write(clean(content, path, options) if verb == "clean" else content)
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
        if not flag.startswith("--"):
            words.append(argument)
        elif flag in ("--keep-output", "--keep-count", "--drop-empty-cells") and not equals:
            given[name] = True
        elif flag in ("--extra-keys", "--drop-tagged-cells", "--max-size"):
            value = value if equals else next(waiting, "")
            given[name] = parse_size(value) if name == "max_size" else tuple(value.split())
        elif argument != "--keep-id":  # nbstripout's name for what nbpeer always does
            raise NbpeerError(f"unknown option {argument}")
    if not words or words[0] not in ("clean", "smudge", "process") or len(words) > 2:
        raise NbpeerError("name clean, smudge or process first")
    options = StripOptions(**given)
    strip(b'{"cells": []}', options)  # a wrong key is reported before the first file
    return words[0], options, words[1] if len(words) == 2 else "standard input"


def clean(content: bytes, path: str, options: StripOptions) -> bytes:
    """The stripped notebook, or `content` and a warning when it is none."""
    try:
        return strip(content, options)
    except NotANotebook as error:
        sys.stderr.write(f"nbpeer: {path} {error.problem}, left as it is; {error.hint}\n")
        return content


def serve(options: StripOptions, source: BinaryIO, sink: BinaryIO) -> int:
    """Answer one git command's requests until it closes the pipe. Exit code 3 when the other side is not git."""
    if _lines(source) != [b"git-filter-client", b"version=2"]:
        sys.stderr.write("nbpeer-filter: git starts this; it speaks version 2 of git's filter protocol\n")
        return 3
    _send(sink, _text(b"git-filter-server", b"version=2"))
    offered = _lines(source) or []
    _send(sink, _text(*(line for line in (b"capability=clean", b"capability=smudge") if line in offered)))
    done = 0
    tried = False
    while (request := _lines(source)) is not None:
        asked = dict(line.partition(b"=")[::2] for line in request)
        content = b"".join(_packets(source))
        done += len(content)
        if done > WORTH_MSGSPEC and not tried:
            tried = True
            _load_msgspec()
        if asked.get(b"command") == b"clean":
            content = clean(content, _shown(asked.get(b"pathname", b"")), options)
        # One write for status, content, and nothing to add to the status: git wakes up once a file.
        _send(sink, [*_text(b"status=success"), *_content(content), FLUSH])
    return 0


def _lines(source: BinaryIO) -> list[bytes] | None:
    """The text packets up to the next flush packet; None when git has closed the pipe instead."""
    header = source.read(4)
    if not header:
        return None
    return [packet.removesuffix(b"\n") for packet in _packets(source, header)]


def _packets(source: BinaryIO, header: bytes = b"") -> list[bytes]:
    packets = []
    while size := int(header or _read(source, 4), 16):
        packets.append(_read(source, size - 4))
        header = b""
    return packets


def _read(source: BinaryIO, size: int) -> bytes:
    found = source.read(size)
    if len(found) < size:
        raise EOFError
    return found


def _send(sink: BinaryIO, pieces: list[bytes | memoryview]) -> None:
    sink.write(b"".join(pieces))
    sink.flush()


def _text(*lines: bytes) -> list[bytes | memoryview]:
    return [*(b"%04x%b\n" % (len(line) + 5, line) for line in lines), FLUSH]


def _content(content: bytes) -> list[bytes | memoryview]:
    view = memoryview(content)
    packets: list[bytes | memoryview] = []
    for start in range(0, len(content), PACKET):
        packet = view[start : start + PACKET]
        packets += (b"%04x" % (len(packet) + 4), packet)
    return [*packets, FLUSH]


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")


def _load_msgspec() -> None:
    """Let the outline use its faster reader, where it is installed."""
    try:
        import_msgspec()
    except ImportError:  # nbpeer is installed editable, away from the packages, which -S keeps from us
        _find_packages()


def _find_packages() -> None:
    try:
        import site

        site.main()
        import msgspec  # noqa: F401
    except ImportError:
        return
