"""What a forked shell says, frame by frame; `inside/shell.py` is the other side."""

from __future__ import annotations

import json
import select
import socket
import struct
from time import monotonic
from typing import Any, NamedTuple

import msgspec

_FRAME = struct.Struct("!II")
_BUFFER = struct.Struct("!Q")
_AT_ONCE = 1 << 18


class Message(NamedTuple):
    """One message: its type, the id of the request it answers, what it says."""

    kind: str
    request: str
    content: dict[str, Any]
    buffers: list[bytes]


class ClosedError(Exception):
    """The process at the other end has ended."""


class Channel:
    """One end of a shell's channel; `ended` is a file descriptor that becomes readable when the shell has ended.

    The channel alone does not tell: a process that the notebook left running may hold its other end.
    """

    def __init__(self, connected: socket.socket, ended: int) -> None:
        self._socket = connected
        self._waiting = bytearray()
        self._poll = select.poll()
        for place in (connected.fileno(), ended):
            self._poll.register(place, select.POLLIN)

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request. Raises ClosedError."""
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise ClosedError from error

    def receive(self, deadline: float | None) -> Message:
        """The next message. Raises TimeoutError at `deadline`, of the monotonic clock, and ClosedError at the end."""
        header = self._take(_FRAME.size, deadline)
        length, count = _FRAME.unpack(header)
        text = self._take(length, deadline)
        buffers = []
        for _ in range(count):
            (size,) = _BUFFER.unpack(self._take(_BUFFER.size, deadline))
            buffers.append(self._take(size, deadline))
        try:
            kind, request, content = msgspec.json.decode(text)
        except msgspec.MsgspecError:  # half a character
            kind, request, content = json.loads(text)
        return Message(kind, request, content, buffers)

    def close(self) -> None:
        """Close it; the shell at the other end then ends."""
        self._socket.close()

    def _take(self, length: int, deadline: float | None) -> bytes:
        while len(self._waiting) < length:
            self._read(deadline)
        found = bytes(memoryview(self._waiting)[:length])
        del self._waiting[:length]
        return found

    def _read(self, deadline: float | None) -> None:
        left = None if deadline is None else max(0, int((deadline - monotonic()) * 1000) + 1)
        ready = dict(self._poll.poll(left))
        if not ready:
            raise TimeoutError
        if self._socket.fileno() not in ready:
            raise ClosedError
        try:
            got = self._socket.recv(_AT_ONCE)
        except ConnectionError as error:
            raise ClosedError from error
        if not got:
            raise ClosedError
        self._waiting += got
