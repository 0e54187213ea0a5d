"""The fork server: a Python of the kernel's environment that has imported what notebooks need and forks a kernel for
each. It imports and never uses; it has one thread.

Started as `python server.py CONTROL`, the number of an inherited socket on which it is asked, one JSON message each:

    {"do": "grow", "imports": [...]}    and a socket: another server, forked, that imports more; it answers there
    {"do": "fork", "as": "shell" | "kernel", "cwd", "argv", "env"}    and a status pipe, for a shell also a channel

A server says `{"ready": true}` on its control socket, or `{"refused": NAME, "why": ...}` and ends. On a status pipe
stand `{"pid": N}` and, when that process ended, `{"exit": CODE}`. A server whose control socket is closed ends, and
with it all that it forked.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import json
import os
import select
import signal
import socket
import sys
import threading
import warnings

_HERE = os.path.dirname(os.path.abspath(__file__))
_LONGEST = 1 << 20
_SET_DEATH_SIGNAL = 1
_SET_SUBREAPER = 36


class Server:
    """What a server holds: its control socket, the status pipe of each child, the modules it had before imports."""

    def __init__(self, control: socket.socket, kernel_modules: set[str]) -> None:
        self.control = control
        self.kernel_modules = kernel_modules
        self.children: dict[int, int] = {}
        self.servers: set[int] = set()
        self.woken, self._waking = os.pipe()
        for end in (self.woken, self._waking):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def leave(self) -> None:
        """Let go of everything that is the server's, in a child just forked."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for status in self.children.values():
            os.close(status)
        os.close(self.woken)
        os.close(self._waking)
        self.control.close()


def main(control: int) -> None:
    """Import what every kernel needs, then serve until the control socket is closed."""
    del sys.path[0]  # this file's folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _process_option(_SET_SUBREAPER, 1)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as the kernel does
    import ipykernel.kernelapp
    import ipykernel.zmqshell

    try:
        import ipykernel.debugger  # noqa: F401
    except Exception:  # noqa: S110 - the kernel does without as well
        pass
    serve(Server(socket.socket(fileno=control), set(sys.modules)), [])


def serve(server: Server, names: list[str]) -> None:
    """Import, say so, and do what is asked."""
    refused = load(names)
    if refused:
        server.control.send(json.dumps({"refused": refused[0], "why": refused[1]}).encode())
        return
    gc.collect()
    gc.freeze()
    server.control.send(b'{"ready": true}')
    asked = select.poll()
    for place in (server.control.fileno(), server.woken):
        asked.register(place, select.POLLIN)
    while True:
        ready = [place for place, _ in asked.poll()]
        if server.woken in ready:
            os.read(server.woken, 4096)
            reap(server)
        if server.control.fileno() in ready:
            message, places, _, _ = socket.recv_fds(server.control, _LONGEST, 4)
            if not message:
                break
            carry_out(server, json.loads(message), places)
    end(server)


def load(names: list[str]) -> tuple[str, str] | None:
    """Import modules. The first that is not there, fails, says something or starts a thread is returned, with why: in
    a plain kernel all this would be seen where the notebook imports it."""
    for name in names:
        if name in sys.modules:
            continue
        said = _said()
        try:
            if not _third_party(name):
                return name, "it is no installed package"
            with warnings.catch_warnings(record=True) as warned:
                __import__(name)
        except BaseException as error:
            return name, "%s: %s" % (type(error).__name__, error)
        if warned or _said() != said:
            return name, "it says something when imported"
        if threading.active_count() > 1:
            return name, "it starts a thread when imported"
    return None


def carry_out(server: Server, asked: dict[str, object], places: list[int]) -> None:
    """Fork what is asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy's threads are no danger: it prepares them for a fork
        pid = os.fork()
    if pid:
        if asked["do"] == "grow":
            server.servers.add(pid)
        else:
            status = server.children[pid] = places.pop(0)
            os.write(status, b'{"pid": %d}\n' % pid)
        for place in places:
            os.close(place)
        return
    code = 1
    try:
        _process_option(_SET_DEATH_SIGNAL, signal.SIGKILL)
        server.leave()
        if asked["do"] == "grow":
            _process_option(_SET_SUBREAPER, 1)
            names = [str(name) for name in asked["imports"]]  # type: ignore[attr-defined]
            serve(Server(socket.socket(fileno=places[0]), server.kernel_modules), names)
        else:
            become_kernel(server, asked, places)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        _leave_process(code)


def become_kernel(server: Server, asked: dict[str, object], places: list[int]) -> None:
    """Turn this process, just forked, into what jupyter_client would have started, and run it to its end."""
    os.close(places[0])
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _process_option(_SET_SUBREAPER, 0)
    environment = asked.get("env")
    if isinstance(environment, dict):
        os.environ.clear()
        os.environ.update(environment)
    os.environ["JPY_PARENT_PID"] = str(asked["parent"])
    os.chdir(str(asked["cwd"]))
    sys.argv = [str(word) for word in asked["argv"]]  # type: ignore[attr-defined]
    kernel_package = os.path.dirname(str(sys.modules["ipykernel"].__file__))
    sys.argv[0] = os.path.join(os.path.dirname(kernel_package), "ipykernel_launcher.py")
    nothing = os.open(os.devnull, os.O_RDWR)
    for place in (0, 1, 2):
        os.dup2(nothing, place)
    os.close(nothing)
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
        server.servers.discard(pid)
        pipe = server.children.pop(pid, None)
        if pipe is not None:
            kill_session(pid)
            try:
                os.write(pipe, b'{"exit": %d}\n' % os.waitstatus_to_exitcode(status))
            except OSError:  # nobody waits for it any more
                pass
            os.close(pipe)


def kill_session(leader: int) -> None:
    """Kill every process of a session, whatever its process group."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.getsid(int(name)) == leader:
                    os.kill(int(name), signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue


def end(server: Server) -> None:
    """End everything that was forked, and what that left behind: it all is this process's child in the end."""
    for pid in server.children:
        kill_session(pid)
    while True:
        for pid in _own_children():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _own_children() -> list[int]:
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as listed:
            return [int(pid) for pid in listed.read().split()]
    except OSError:
        return []


def _third_party(name: str) -> bool:
    """Whether a name is found among installed packages or in the standard library, not among somebody's own files."""
    found = importlib.util.find_spec(name.partition(".")[0])
    if found is None:
        raise ModuleNotFoundError("No module named %r" % name)
    place = found.origin or ""
    standard = os.path.dirname(os.__file__)
    parts = place.split(os.sep)
    installed = bool({"site-packages", "dist-packages"} & set(parts))
    return installed or place in ("built-in", "frozen") or place.startswith(standard)


def _said() -> tuple[int, int]:
    """How much this process has written so far; its standard output and error are files."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return os.fstat(1).st_size, os.fstat(2).st_size


def _process_option(option: int, value: int) -> None:
    """prctl(2): what happens to this process and its children when their parents end."""
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _beside(name: str):  # type: ignore[no-untyped-def]
    """A module of this folder. It is not registered: the notebook sees nothing of it."""
    spec = importlib.util.spec_from_file_location("_nbpeer_" + name, os.path.join(_HERE, name + ".py"))
    assert spec is not None and spec.loader is not None  # noqa: S101 - the file is ours
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _leave_process(code: int) -> None:
    """End as Python ends: exit handlers run and what is buffered is written."""
    import atexit

    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]))
