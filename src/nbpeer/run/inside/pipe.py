"""The channel of a forked shell, from inside: a session, streams and an IOPub thread that write frames to it.

A frame is two unsigned 32-bit numbers in network order, the length of a JSON text and how many buffers follow; the JSON
[type, id of the request, content]; and each buffer after its own length, an unsigned 64-bit number.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import tempfile
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from ipykernel.iostream import BackgroundSocket, IOPubThread, OutStream
from jupyter_client.session import Session

# Characters. More text is sent in pieces, so that the other side need not hold it all.
_AT_ONCE = 1 << 20

_shared = False  # whether another process, forked by the notebook, may write to the channel as well


class Out:
    """Frames to the other side, whole, from any thread and from processes the notebook forked."""

    def __init__(self, channel: socket.socket) -> None:
        self._place = os.dup(channel.fileno())
        self._lock = threading.RLock()
        self._file = tempfile.TemporaryFile()
        os.register_at_fork(before=_share, after_in_child=self._after_fork)

    def send(self, packed: Any, buffers: list[Any]) -> None:
        """Write one frame, `packed` being JSON text already or something to make it of."""
        text = packed if isinstance(packed, bytes) else json.dumps(packed).encode()
        parts = [struct.pack("!II", len(text), len(buffers)), text]
        for buffer in buffers:
            whole = bytes(buffer)
            parts += [struct.pack("!Q", len(whole)), whole]
        content = memoryview(b"".join(parts))
        with self._lock:
            if _shared:
                fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                while content:
                    try:
                        content = content[os.write(self._place, content) :]
                    except BlockingIOError:
                        _until_writable(self._place)
            finally:
                if _shared:
                    fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _after_fork(self) -> None:
        self._lock = threading.RLock()


def _share() -> None:
    global _shared
    _shared = True


def _until_writable(place: int) -> None:
    import select

    waiting = select.poll()
    waiting.register(place, select.POLLOUT)
    waiting.poll()


class PipeSession(Session):
    """A session whose messages go out as frames, whatever socket they are for."""

    out: Out

    def send(  # noqa: PLR0913 - jupyter_client says what it takes
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Send a message; the content of a display keeps its metadata, that of the message itself is left out."""
        if isinstance(msg_or_type, dict):
            message = msg_or_type
            kind, content = message["header"]["msg_type"], message["content"]
            parent = message.get("parent_header")
            buffers = buffers or message.get("buffers")
        else:
            kind = msg_or_type
            message = {"content": content, "header": {"msg_type": kind}, "parent_header": parent, "metadata": metadata}
        about = (parent or {}).get("header", parent) or {}
        for piece in _pieces(kind, content or {}):
            self.out.send(self.pack([kind, about.get("msg_id", ""), piece]), buffers or [])
        return message


def _pieces(kind: str, content: dict[str, Any]) -> list[dict[str, Any]]:
    text = content.get("text", "") if kind == "stream" else ""
    if len(text) <= _AT_ONCE:
        return [content]
    return [{**content, "text": text[start : start + _AT_ONCE]} for start in range(0, len(text), _AT_ONCE)]


class Timers:
    """What OutStream needs of an event loop: call something in a moment, here from a thread of its own."""

    def __init__(self) -> None:
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        os.register_at_fork(after_in_child=self.__init__)  # type: ignore[misc]

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call in `seconds`; all are asked with the same, so that they fall due in order."""
        with self._changed:
            self._due.append((monotonic() + seconds, call))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="IOPub", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due:
                    self._changed.wait()
                due, call = self._due[0]
                left = due - monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                self._due.pop(0)
            call()


class PipeThread(IOPubThread):  # type: ignore[misc]
    """Sends at once from whatever thread asks, so that nothing is lost when the process ends."""

    def __init__(self) -> None:
        self.thread = None
        self.socket = self
        self.io_loop = Timers()
        self.background_socket = BackgroundSocket(self)
        self._order = threading.RLock()
        os.register_at_fork(after_in_child=self._forget_order)

    def in_order(self, stream: OutStream) -> None:
        """Have a stream flushed by one thread at a time, so that text stays in order, and before it fills memory."""
        flush, write = stream._flush, stream.write
        waiting = 0

        def write_some(text: str) -> Any:
            nonlocal waiting
            written = write(text)
            waiting += len(text)
            if waiting > _AT_ONCE:
                waiting = 0
                stream.flush()
            return written

        def flush_in_order() -> None:
            with self._order:
                flush()

        stream._flush, stream.write = flush_in_order, write_some

    def _forget_order(self) -> None:
        self._order = threading.RLock()

    def schedule(self, f: Callable[[], None]) -> None:
        """Call it."""
        f()

    def start(self) -> None:
        """There is no thread to start."""

    def stop(self) -> None:
        """There is no thread to stop."""

    def close(self) -> None:
        """There is no socket to close."""
