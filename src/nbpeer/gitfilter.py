"""git's filter: `nbpeer-filter process` serves all files of one git command, `clean` and `smudge` one file each.

`process` speaks version 2 of the long-running filter protocol (gitattributes(5)). What cannot be read as a notebook
passes through unchanged, with one line on standard error and success, so that `filter.nbpeer.required` is safe.

Git may also call `python -I -S /path/to/nbpeer/gitfilter.py`, which starts faster than the console script because it
skips `site`. For the same reason only cheap modules are imported here, and the flags are read by hand.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":  # under -I -S nothing but the standard library is on the path
    sys.path.insert(0, __file__.replace("\\", "/").rsplit("/", 2)[0])

from nbpeer.errors import NbpeerError
from nbpeer.strip import NotANotebook, StripOptions, parse_size, strip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

USAGE = """usage: nbpeer-filter clean|smudge|process [--keep-output] [--keep-count] [--extra-keys=KEYS]
       [--drop-empty-cells] [--drop-tagged-cells=TAGS] [--max-size=SIZE] [PATH]"""
PACKET = 65516  # the most bytes of content in one packet
WORTH_MSGSPEC = 25_000_000  # bytes of notebooks after which the faster reader has paid for its import


def main() -> None:
    """The console script. Exit code 0 also for what is no notebook, 2 for a mistake in the arguments."""
    try:
        sys.exit(run(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer))
    except (KeyboardInterrupt, BrokenPipeError, EOFError):  # git was stopped
        sys.exit(130)


def run(arguments: list[str], source: BinaryIO, sink: BinaryIO) -> int:
    """Filter `source` into `sink`; return the exit code."""
    try:
        verb, options, path = parse(arguments)
    except NbpeerError as error:
        print(f"nbpeer-filter: {error}\n{USAGE}", file=sys.stderr)
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
        print(f"nbpeer: {path} {error.problem}, left as it is; {error.hint}", file=sys.stderr)
        return content


def serve(options: StripOptions, source: BinaryIO, sink: BinaryIO) -> int:
    """Answer one git command's requests until it closes the pipe. Exit code 3 when the other side is not git."""
    if _lines(source) != [b"git-filter-client", b"version=2"]:
        print("nbpeer-filter: git starts this; it speaks version 2 of git's filter protocol", file=sys.stderr)
        return 3
    _send(sink, b"git-filter-server", b"version=2")
    offered = _lines(source) or []
    _send(sink, *(line for line in (b"capability=clean", b"capability=smudge") if line in offered))
    done = 0
    while (request := _lines(source)) is not None:
        asked = dict(line.partition(b"=")[::2] for line in request)
        content = b"".join(_packets(source))
        done += len(content)
        if done > WORTH_MSGSPEC:
            _load_msgspec()
        if asked.get(b"command") == b"clean":
            content = clean(content, _shown(asked.get(b"pathname", b"")), options)
        _send(sink, b"status=success")
        _send_content(sink, content)
        _send(sink)  # nothing to add to the status
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


def _send(sink: BinaryIO, *lines: bytes) -> None:
    for line in lines:
        sink.write(b"%04x%b\n" % (len(line) + 5, line))
    sink.write(b"0000")
    sink.flush()


def _send_content(sink: BinaryIO, content: bytes) -> None:
    view = memoryview(content)
    for start in range(0, len(content), PACKET):
        packet = view[start : start + PACKET]
        sink.write(b"%04x" % (len(packet) + 4))
        sink.write(packet)
    sink.write(b"0000")


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")


def _load_msgspec() -> None:
    """Let the outline use its faster reader, where it is installed."""
    try:
        import msgspec  # noqa: F401
    except ImportError:
        return


if __name__ == "__main__":
    main()
