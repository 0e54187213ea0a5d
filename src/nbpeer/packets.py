"""git's packets (gitprotocol-common(5)): read into one buffer that is used again and again, and written.

A packet is four hexadecimal digits, its length with them, and its content. An empty packet ends a list of packets.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing takes longer than stripping a small notebook
if TYPE_CHECKING:
    from typing import BinaryIO

PACKET = 65516  # the most bytes of content in one packet
FLUSH = b"0000"
_ROOM = 1 << 20  # bytes of buffer to begin with


class Packets:
    """What git writes. `buffer` begins with the content that was read last; a larger one may replace it."""

    def __init__(self, source: BinaryIO) -> None:
        self.buffer = bytearray(_ROOM)
        self._view = memoryview(self.buffer)
        self._source = source

    def lines(self) -> list[bytes] | None:
        """The lines in the packets of the next list; None when git has closed the pipe instead. Raises EOFError."""
        count = self._source.readinto(self._view[:4])  # type: ignore[attr-defined]
        if not count:
            return None
        self._fill(count, 4)
        found = []
        size = self._size(0)
        while size:
            self._fill(0, size)
            found.append(bytes(self._view[: size - 4]).removesuffix(b"\n"))
            size = self._size(size - 4)
        return found

    def content(self) -> int:
        """Read the content in the packets of the next list into the buffer; how many bytes there are of it."""
        self._fill(0, 4)
        end = 0
        size = self._size(0)
        while size:
            # The packet and the four digits behind it in one go; the next packet is written over the digits.
            self._fill(end, end + size)
            end += size - 4
            size = self._size(end)
        return end

    def _size(self, start: int) -> int:
        """The length of the packet whose four digits stand at `start`."""
        try:
            size = int(self.buffer[start : start + 4], 16)
        except ValueError:
            size = -1
        if size and size < 4:
            raise EOFError(start)  # nothing that git writes to a filter
        return size

    def _fill(self, start: int, end: int) -> None:
        if end > len(self.buffer):
            larger = bytearray(2 * end)
            larger[:start] = self._view[:start]
            self.buffer, self._view = larger, memoryview(larger)
        while start < end:
            count = self._source.readinto(self._view[start:end])  # type: ignore[attr-defined]
            if not count:
                raise EOFError(start)
            start += count


def as_lines(*lines: bytes) -> list[bytes | memoryview]:
    """A list of packets with a line each, in pieces."""
    return [*(b"%04x%b\n" % (len(line) + 5, line) for line in lines), FLUSH]


def as_content(content: bytes | memoryview) -> list[bytes | memoryview]:
    """A list of packets with some content, in pieces."""
    view = memoryview(content)
    pieces: list[bytes | memoryview] = []
    for start in range(0, len(content), PACKET):
        packet = view[start : start + PACKET]
        pieces += (b"%04x" % (len(packet) + 4), packet)
    return [*pieces, FLUSH]
