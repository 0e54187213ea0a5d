"""git's packets: one buffer for all, whatever the size, and nothing but git's packets."""

from __future__ import annotations

import io

import pytest

from nbpeer.packets import FLUSH, PACKET, Packets, as_content, as_lines


class Trickle(io.RawIOBase):
    """A pipe that hands over a few bytes at a time."""

    def __init__(self, content: bytes) -> None:
        self.content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self.content.readinto(buffer[:7])


@pytest.mark.parametrize("size", [0, 1, PACKET, PACKET + 1, 40 * PACKET])
def test_content_comes_back_as_it_was_written(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    packets = Packets(io.BytesIO(b"".join([*as_content(content), *as_content(b"next"), *as_lines(b"a", b"b")])))
    read = packets.content()  # it may take a larger buffer
    assert packets.buffer[:read] == content
    assert packets.content() == 4
    assert packets.buffer[:4] == b"next"
    assert packets.lines() == [b"a", b"b"]
    assert packets.lines() is None


def test_a_pipe_that_gives_little_at_a_time_is_read_to_the_end() -> None:
    packets = Packets(Trickle(b"".join([*as_lines(b"command=clean"), *as_content(b"x" * 100)])))  # type: ignore[arg-type]
    assert packets.lines() == [b"command=clean"]
    assert packets.content() == 100
    assert packets.buffer[:100] == b"x" * 100


@pytest.mark.parametrize("written", [b"00", b"zzzz", b"0003", b"0009abc", b"0009abcde"], ids=repr)
def test_what_git_does_not_write_ends_the_conversation(written: bytes) -> None:
    with pytest.raises(EOFError):
        Packets(io.BytesIO(written)).lines()
    with pytest.raises(EOFError):
        Packets(io.BytesIO(written)).content()


def test_an_empty_list_is_a_flush() -> None:
    assert as_content(b"") == as_lines() == [FLUSH]
