"""ipykernel's kernel on a socket instead of ZeroMQ: the same application, shell, streams and displays, without ports.

Requests arrive as one line of JSON each: {"id", "code", "silent", "expressions"}, or {"id", "comm": its type,
"content"}. What the kernel says goes out as frames, see `pipe.py`; a reply ends what a request made it say.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
import traceback
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from tornado import ioloop

# Turns of the event loop between two cells, for the tasks that a cell left: with ZeroMQ there are about as many.
_TURNS = 5


def run(channel: socket.socket, preloaded: set[str], pipe: Any) -> None:
    """Be a kernel until the channel is closed. `pipe` is the module of that name."""
    out = pipe.Out(channel)
    try:
        app = _started(out, preloaded, pipe)
    except BaseException:
        out.send(["failed", "", {"why": traceback.format_exc()}], [])
        raise
    app.kernel.io_loop.asyncio_loop.run_until_complete(_serve(app, channel))


def _started(out: Any, preloaded: set[str], pipe: Any) -> PipeApp:
    app: PipeApp = PipeApp.instance()
    app.out, app.pipe = out, pipe
    app.session = pipe.PipeSession(parent=app)
    app.session.out = out
    # Nobody debugs a run, and importing the debugger takes a third of the start.
    sys.modules["ipykernel.debugger"] = debugger = type(sys)("ipykernel.debugger")
    debugger._is_debugpy_available, debugger.Debugger = False, object  # type: ignore[attr-defined]
    app.initialize(sys.argv[1:])
    del sys.modules["ipykernel.debugger"]
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
    out: Any
    pipe: Any

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
        self.iopub_thread = self.pipe.PipeThread()
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
