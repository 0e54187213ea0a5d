"""A kernel provisioner for jupyter_client: whoever starts a kernel by our kernelspec gets one forked from a server that
is kept warm: papermill, nbconvert, `jupyter execute`, JupyterLab."""

from __future__ import annotations

import hashlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Int, List, Unicode

from nbpeer.run.forks import SERVER, CannotForkError, Fork, ForkServer

_LAUNCH = ["-m", "ipykernel_launcher", "-f"]
# What differs from one terminal or job to the next and changes no import.
_VOLATILE = (
    "PWD",
    "OLDPWD",
    "SHLVL",
    "_",
    "COLUMNS",
    "LINES",
    "JPY_",
    "PYDEVD_",
    "PYTEST_",
    "SSH_",
    "TERM",
    "WINDOWID",
)


class ForkedProvisioner(LocalProvisioner):
    """Forks kernels from a server kept for one Python and one environment; starts them as usual while there is none,
    and then starts the server in the background."""

    preload: Any = List(Unicode(), help="Modules the server imports beforehand.").tag(config=True)
    idle: Any = Int(600, help="Seconds after the last kernel when the server ends.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Launch a kernel with a command; returns how to connect to it."""
        forked = None if options.get("independent") else self._forked(cmd, options)
        if forked is None:
            return await super().launch_kernel(cmd, **options)
        self.process = forked  # type: ignore[assignment]
        self.pid = self.pgid = forked.pid
        self.cwd = options.get("cwd") or Path.cwd()
        return self.connection_info

    def _forked(self, cmd: list[str], options: dict[str, Any]) -> ForkedProcess | None:
        launcher = next((at for at in range(1, len(cmd)) if cmd[at : at + 3] == _LAUNCH), 0)
        python, words = cmd[:launcher], cmd[launcher + 2 :]
        if not python or not sys.platform.startswith("linux") or not all(word.startswith("-X") for word in python[1:]):
            return None
        environment = options.get("env") or dict(os.environ)
        try:
            path = _place() / _name(python, self.preload, environment)
        except CannotForkError:
            return None
        control = _connected(path)
        if control is None:
            _keep(python, path, environment, [str(self.idle), *self.preload])
            return None
        streams = [_number(options.get("stdout"), 1), _number(options.get("stderr"), 2)]
        server = ForkServer(control, None, None)
        try:
            folder = str(options.get("cwd") or Path.cwd())
            return ForkedProcess(server.fork_kernel(folder, ["", *words], environment, streams), server)
        except CannotForkError:
            server.close()
            return None


class ForkedProcess:
    """A forked kernel as jupyter_client looks at a process: what it uses of subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, fork: Fork, server: ForkServer) -> None:
        self.pid = fork.pid
        self.returncode: int | None = None
        self._fork = fork
        self._server = server

    def poll(self) -> int | None:
        """The exit code; None while the process runs."""
        if self.returncode is None and select.select([self._fork.status], [], [], 0)[0]:
            self._note(self._fork.exit_code(None))
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end. Raises TimeoutExpired."""
        if self.returncode is None:
            self._note(self._fork.exit_code(timeout))
        if self.returncode is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def _note(self, code: int | None) -> None:
        if code is not None:
            self.returncode = code
            os.close(self._fork.status)
            self._server.close()


def _place() -> Path:
    """A folder that only this user may enter. Raises CannotForkError when it is somebody else's."""
    place = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"nbpeer-{os.getuid()}"
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    about = place.lstat()
    if about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise CannotForkError(f"{place} is open to others")
    return place


def _name(python: list[str], preload: list[str], environment: dict[str, str]) -> str:
    """The name of the server for a Python in an environment: another environment may import otherwise."""
    lasting = sorted(f"{name}={value}" for name, value in environment.items() if not name.startswith(_VOLATILE))
    return hashlib.sha256("\0".join([*python, "", *preload, "", *lasting]).encode()).hexdigest()[:16]


def _connected(path: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return None
    return connection


def _keep(python: list[str], path: Path, environment: dict[str, str], words: list[str]) -> None:
    """Start a server in the background; it is there for the next kernel. One that already starts ends the new one."""
    with suppress(OSError):
        subprocess.run(
            [*python, str(SERVER), "--keep", str(path), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**environment, "JPY_PARENT_PID": str(os.getpid())},  # ipykernel looks for it when it is imported
            check=False,
        )


def _number(stream: Any, standard: int) -> int:
    """The file descriptor of what Popen takes as a stream."""
    if stream is None:
        return standard
    return stream if isinstance(stream, int) else int(stream.fileno())
