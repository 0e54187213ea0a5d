"""The fork server: a Python of the kernel's environment that has imported what notebooks need and forks a kernel for
each. It imports and never uses; it has one thread.

Started as `python server.py CONTROL`, the number of an inherited socket on which it is asked, one JSON message each:

    {"do": "grow", "imports": [...]}    and a socket: another server, forked, that imports more; it answers there
    {"do": "fork", "as": "shell" | "kernel", "cwd", "argv", "env"}    and a status pipe; for a shell also a channel, for
                                                                      a kernel its standard output and error

A server says `{"ready": true}` on its control socket, or `{"refused": NAME, "why": ...}` and ends. On a status pipe
stand `{"pid": N}` and, when that process ended, `{"exit": CODE}`. A server whose control socket is closed ends, and
with it all that it forked.

Started as `python server.py --keep PATH IDLE IMPORT...` it goes into the background and is asked on a socket there, by
any process of the same user, until nobody was connected for IDLE seconds. It imports what it can of what it is told.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import select
import signal
import socket
import sys
import warnings
from typing import Any

_loaded: dict[str, Any] = {}
_set_by_imports: dict[str, str] = {}
_HERE = os.path.dirname(os.path.abspath(__file__))
_LONGEST = 1 << 20


class Server:
    """What a server holds: the sockets it is asked on, its children with their status pipes and who asked for them, the
    modules it had before imports.

    Without `listener` it ends when its one connection is closed, else when it had none for `idle` seconds."""

    def __init__(
        self,
        connection: socket.socket | None,
        kernel_modules: set[str],
        listener: socket.socket | None = None,
        idle: int = 0,
    ) -> None:
        self.connections = {connection.fileno(): connection} if connection else {}
        self.kernel_modules = kernel_modules
        self.listener = listener
        self.idle = idle
        self.children: dict[int, tuple[int, int]] = {}
        self.woken, self._waking = os.pipe()
        for end in (self.woken, self._waking):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def wait(self) -> list[int] | None:
        """The file descriptors that are ready; None when it is time to end."""
        waiting = select.poll()
        places = [self.woken, *self.connections]
        if self.listener:
            places.append(self.listener.fileno())
        elif not self.connections:
            return None
        for place in places:
            waiting.register(place, select.POLLIN)
        lonely = self.listener is not None and not self.connections
        return [place for place, _ in waiting.poll(self.idle * 1000 if lonely else None)] or None

    def leave(self) -> None:
        """Let go of everything that is the server's, in a child just forked."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for status, _ in self.children.values():
            os.close(status)
        os.close(self.woken)
        os.close(self._waking)
        for connection in self.connections.values():
            connection.close()
        if self.listener:
            self.listener.close()


def main(arguments: list[str]) -> None:
    """Import what every kernel needs, then serve."""
    del sys.path[0]  # this file's folder
    if arguments[0] == "--keep":
        _beside("keeping").detach(arguments[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    processes.option(processes.SET_SUBREAPER, 1)
    given = dict(os.environ)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as the kernel does
    import ipykernel.kernelapp
    import ipykernel.zmqshell

    modules = set(sys.modules)
    if arguments[0] == "--keep":
        try:
            import ipykernel.debugger  # noqa: F401 - shells do without
        except Exception:  # noqa: S110 - and kernels where there is none
            pass
        _set_by_imports.update({name: value for name, value in os.environ.items() if given.get(name) != value})
        place, idle, names = arguments[1], int(arguments[2]), arguments[3:]
        refused = _beside("loading").load(names)
        if refused:  # what it left behind cannot be taken back
            names.remove(refused[0])
            again = [sys.executable, *sys.orig_argv[1 : -len(arguments)], "--keep", place, arguments[2], *names]
            os.execv(sys.executable, again)  # noqa: S606
        serve(Server(None, modules, _beside("keeping").listen(place), idle))
    else:
        answer_and_serve(Server(socket.socket(fileno=int(arguments[0])), modules), [])


def answer_and_serve(server: Server, names: list[str]) -> None:
    """Import, say so, and do what is asked."""
    (connection,) = server.connections.values()
    refused = _beside("loading").load(names)
    if refused:
        connection.send(json.dumps({"refused": refused[0], "why": refused[1]}).encode())
        return
    connection.send(b'{"ready": true}')
    serve(server)


def serve(server: Server) -> None:
    """Do what is asked until there is nobody left to ask."""
    gc.collect()
    gc.freeze()
    while True:
        ready = server.wait()
        if ready is None:
            break
        if server.woken in ready:
            os.read(server.woken, 4096)
            reap(server)
        if server.listener and server.listener.fileno() in ready:
            welcome(server, server.listener)
        for place in [place for place in ready if place in server.connections]:
            message, places, _, _ = socket.recv_fds(server.connections[place], _LONGEST, 4)
            if message:
                carry_out(server, place, json.loads(message), places)
            else:
                hang_up(server, place)
    end(server)


def welcome(server: Server, listener: socket.socket) -> None:
    """Let somebody ask, but not when what was imported is no longer what is installed."""
    connection = _beside("keeping").accepted(listener)
    if _beside("keeping").is_stale():
        listener.close()
        server.listener = None
    elif connection:
        server.connections[connection.fileno()] = connection


def hang_up(server: Server, place: int) -> None:
    """Who asked is gone, and so are the kernels it asked for."""
    server.connections.pop(place).close()
    for pid, (_, asker) in server.children.items():
        if asker == place:
            os.kill(pid, signal.SIGKILL)  # it is not reaped yet, and perhaps leads no session yet
            processes.kill_session(pid)


def carry_out(server: Server, asker: int, asked: dict[str, object], places: list[int]) -> None:
    """Fork what is asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy's threads are no danger: it prepares them for a fork
        pid = os.fork()
    if pid:
        if asked["do"] == "fork":
            status = places.pop(0)
            server.children[pid] = status, asker
            os.write(status, b'{"pid": %d}\n' % pid)
        for place in places:
            os.close(place)
        return
    code = 1
    try:
        processes.option(processes.SET_DEATH_SIGNAL, signal.SIGKILL)
        server.leave()
        if asked["do"] == "grow":
            processes.option(processes.SET_SUBREAPER, 1)
            names = [str(name) for name in asked["imports"]]  # type: ignore[attr-defined]
            answer_and_serve(Server(socket.socket(fileno=places[0]), server.kernel_modules), names)
        else:
            become_kernel(server, asked, places)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        processes.leave(code)


def become_kernel(server: Server, asked: dict[str, object], places: list[int]) -> None:
    """Turn this process, just forked, into what jupyter_client would have started, and run it to its end."""
    os.close(places[0])
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    processes.option(processes.SET_SUBREAPER, 0)
    environment = asked.get("env")
    if isinstance(environment, dict):
        os.environ.clear()
        os.environ.update({**_set_by_imports, **environment})
    os.environ["JPY_PARENT_PID"] = str(asked["parent"])
    os.chdir(str(asked["cwd"]))
    sys.argv = [str(word) for word in asked["argv"]]  # type: ignore[attr-defined]
    kernel_package = os.path.dirname(str(sys.modules["ipykernel"].__file__))
    sys.argv[0] = os.path.join(os.path.dirname(kernel_package), "ipykernel_launcher.py")
    nothing = os.open(os.devnull, os.O_RDWR)
    streams = places[1:] if asked["as"] == "kernel" else [nothing, nothing]
    for place, stream in enumerate([nothing, *streams]):
        os.dup2(stream, place)
    for stream in {nothing, *streams}:
        os.close(stream)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()  # else every notebook draws the same numbers
    if asked["as"] == "shell":
        preloaded = set(sys.modules) - server.kernel_modules
        _beside("shell").run(socket.socket(fileno=places[1]), preloaded, _beside("pipe"))
    else:
        from ipykernel import kernelapp

        kernelapp.launch_new_instance()


def reap(server: Server) -> None:
    """Take note of processes that ended; what a notebook left running ends with it."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        pipe, _ = server.children.pop(pid, (-1, -1))
        if pipe >= 0:
            processes.kill_session(pid)
            try:
                os.write(pipe, b'{"exit": %d}\n' % os.waitstatus_to_exitcode(status))
            except OSError:  # nobody waits for it any more
                pass
            os.close(pipe)


def end(server: Server) -> None:
    """End everything that was forked, and what that left behind: it all is this process's child in the end."""
    for pid in server.children:
        processes.kill_session(pid)
    while True:
        for pid in processes.own_children():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _beside(name: str) -> Any:
    """A module of this folder. It is not registered: the notebook sees nothing of it."""
    if name in _loaded:
        return _loaded[name]
    spec = importlib.util.spec_from_file_location("_nbpeer_" + name, os.path.join(_HERE, name + ".py"))
    assert spec is not None and spec.loader is not None  # noqa: S101 - the file is ours
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _loaded[name] = module
    return module


processes = _beside("processes")

if __name__ == "__main__":
    main(sys.argv[1:])
