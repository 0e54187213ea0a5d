"""ipykernel's kernel on a socket instead of ZeroMQ: the same application, shell, streams and displays, without ports.

Requests arrive as one line of JSON each: {"id", "code", "silent", "store_history", "stop_on_error", "expressions"}, or
{"comm": ..., "content": ...}. What the kernel says goes out as frames: two unsigned 32-bit numbers in network order,
the length of a JSON text and how many buffers follow; the JSON [type, id of the request, content]; and each buffer
after its own length, an unsigned 64-bit number.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import socket
import struct
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace
from typing import Any

from ipykernel.iostream import BackgroundSocket, IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from tornado import ioloop

# Turns of the event loop between two cells, for the tasks that a cell left: with ZeroMQ there are about as many.
_TURNS = 5

_shared = False  # whether another process, forked by the notebook, may write to the channel as well


def run(channel: socket.socket, preloaded: set[str]) -> None:
    """Be a kernel until the channel is closed."""
    out = Out(channel)
    try:
        app = _started(out, preloaded)
    except BaseException:
        out.send(["failed", "", {"why": traceback.format_exc()}], [])
        raise
    app.kernel.io_loop.asyncio_loop.run_until_complete(_serve(app, channel))


def _started(out: Out, preloaded: set[str]) -> PipeApp:
    app: PipeApp = PipeApp.instance()
    app.out = out
    app.session = PipeSession(parent=app)
    app.session.out = out
    app.initialize(sys.argv[1:])
    app.kernel.io_loop = ioloop.IOLoop.current()
    app.kernel._execute_sleep = 0  # a wait for ZeroMQ
    about = sys.modules["_nbpeer_preloaded"] = type(sys)("_nbpeer_preloaded")
    about.names = preloaded  # type: ignore[attr-defined]
    return app


async def _serve(app: PipeApp, channel: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    channel.setblocking(False)
    kernel = app.kernel
    app.out.send(["ready", "", {"language_info": kernel.language_info}], [])
    waiting = b""
    while True:
        line, found, rest = waiting.partition(b"\n")
        if not found:
            got = await loop.sock_recv(channel, 1 << 16)
            if not got:
                return
            waiting += got
            continue
        waiting = rest
        await kernel.answer(json.loads(line))
        for _ in range(_TURNS):
            await asyncio.sleep(0)


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
        self.out.send(self.pack([kind, about.get("msg_id", ""), content or {}]), buffers or [])
        return message


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
        """Have a stream flushed by one thread at a time, so that its text stays in order."""
        flush = stream._flush

        def flush_in_order() -> None:
            with self._order:
                flush()

        stream._flush = flush_in_order

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


class PipeKernel(IPythonKernel):  # type: ignore[misc]
    """ipykernel's kernel, asked one request at a time."""

    async def answer(self, asked: dict[str, Any]) -> None:
        """Do what one request says; its reply ends what it made the kernel say."""
        kind = asked.get("comm", "execute_request")
        header = {"msg_id": asked["id"], "msg_type": kind, "session": self.session.session, "username": ""}
        header.update({"version": "5.3", "date": ""})
        message = {"header": header, "msg_id": asked["id"], "msg_type": kind, "parent_header": {}}
        message.update({"metadata": {}, "buffers": []})
        message["content"] = asked.get("content") or {
            "code": asked["code"],
            "silent": asked.get("silent", False),
            "store_history": not asked.get("silent", False),
            "user_expressions": asked.get("expressions", {}),
            "allow_stdin": False,
            "stop_on_error": False,
        }
        self.set_parent([b""], message)
        self.pre_handler_hook()
        try:
            if kind == "execute_request":
                await self.execute_request(None, [b""], message)
            else:
                self.shell_handlers[kind](None, [b""], message)
        except Exception:
            self.log.error("Exception in message handler:", exc_info=True)
        except KeyboardInterrupt:
            self.log.error("KeyboardInterrupt caught in kernel.")
        finally:
            self.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()

    def _publish_execute_input(self, code: Any, parent: Any, execution_count: Any) -> None:
        """Nobody listens; the reply says the count as well."""

    def _publish_status(self, *arguments: Any, **options: Any) -> None:
        """Nobody listens."""


for _name in ("__module__", "__name__", "__qualname__"):  # a notebook that asks sees the usual kernel
    setattr(PipeKernel, _name, getattr(IPythonKernel, _name))


class PipeApp(IPKernelApp):  # type: ignore[misc]
    """ipykernel's application without connection file, sockets, heartbeat and parent poller."""

    name = "ipython-kernel"
    out: Out

    def init_connection_file(self) -> None:
        """There is none."""

    def write_connection_file(self, **options: Any) -> None:
        """There is none."""

    def log_connection_info(self) -> None:
        """There is none."""
        self._ports = dict.fromkeys(("shell", "iopub", "stdin", "hb", "control"), 0)

    def init_poller(self) -> None:
        """The fork server sees to it that this process ends with its parent."""

    def init_heartbeat(self) -> None:
        """The channel is closed when this process ends."""

    def init_sockets(self) -> None:
        """One channel stands for all."""
        self.configure_tornado_logger()
        self.iopub_thread = PipeThread()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_io(self) -> None:
        """Replace the standard streams."""
        super().init_io()
        for stream in (sys.stdout, sys.stderr):
            self.iopub_thread.in_order(stream)

    def init_kernel(self) -> None:
        """Create the kernel."""
        self.kernel = PipeKernel.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        if hasattr(self.kernel, "shell_channel_thread"):  # since ipykernel 7
            self.kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
        self.kernel.record_ports({})
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count

    def close(self) -> None:
        """There is no socket to close."""
