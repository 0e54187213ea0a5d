"""Fork servers and what they fork, seen from outside; `inside/server.py` is the other side."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

SERVER = Path(__file__).with_name("inside") / "server.py"
_LONGEST = 1 << 20
_ENDS_WITHIN = 10.0
_READY_WITHIN = 120.0  # seconds; importing a large library from a cold disk takes long


class CannotForkError(Exception):
    """No forked kernel can be had; the text says why. A plain kernel still may."""


class RefusedError(CannotForkError):
    """A module that cannot be imported beforehand."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


class Fork(NamedTuple):
    """A process that was forked: its status pipe, and its channel when it is a shell."""

    pid: int
    status: int
    channel: socket.socket | None

    def exit_code(self, seconds: float | None) -> int | None:
        """How the process ended, as subprocess tells it; None when it still runs after `seconds`."""
        found = _line(self.status, seconds)
        return None if found is None else int(found.get("exit", -signal.SIGKILL))

    def kill(self) -> None:
        """Kill the process and those of its process group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class ForkServer:
    """A fork server: the first one of a Python, or one that it forked and that imported more."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None, said: Any) -> None:
        self._control = control
        self._process = process
        self._said = said

    def wait_until_ready(self) -> None:
        """Raises RefusedError for a module it would not import, CannotForkError when it ended or says nothing."""
        if not select.select([self._control], [], [], _READY_WITHIN)[0]:
            raise CannotForkError("the fork server does not start")
        answer = json.loads(self._control.recv(_LONGEST) or b"null")
        if answer is None:
            raise CannotForkError(_last_line(self._said) or "the fork server ended")
        if "refused" in answer:
            raise RefusedError(answer["refused"], answer["why"])

    def grow(self, imports: Sequence[str]) -> ForkServer:
        """A server that imports more; it is ready once `wait_until_ready` returns. Raises CannotForkError."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._ask({"do": "grow", "imports": list(imports)}, [theirs.fileno()])
        return ForkServer(ours, None, self._said)

    def fork_shell(self, folder: str, argv: Sequence[str]) -> Fork:
        """A process that becomes a shell on a channel, with the server's environment. Raises CannotForkError."""
        channel, theirs = socket.socketpair()
        with theirs:
            try:
                pid, status = self._fork({"as": "shell", "cwd": folder, "argv": list(argv)}, [theirs.fileno()])
            except CannotForkError:
                channel.close()
                raise
        return Fork(pid, status, channel)

    def fork_kernel(
        self, folder: str, argv: Sequence[str], environment: Mapping[str, str], streams: Sequence[int]
    ) -> Fork:
        """A process that becomes ipykernel's kernel, as `argv` says; `streams` are its standard output and error.

        Raises CannotForkError.
        """
        asked = {"as": "kernel", "cwd": folder, "argv": list(argv), "env": dict(environment)}
        return Fork(*self._fork(asked, streams), None)

    def _fork(self, asked: dict[str, Any], places: Sequence[int]) -> tuple[int, int]:
        """The number of the new process, and its status pipe."""
        status, told = os.pipe()
        try:
            self._ask({"do": "fork", "parent": os.getpid(), **asked}, [told, *places])
            os.close(told)
            told = -1
            born = _line(status, _READY_WITHIN)
            if not born:
                raise CannotForkError("the fork server ended")
        except CannotForkError:
            os.close(status)
            raise
        finally:
            if told >= 0:
                os.close(told)
        return int(born["pid"]), status

    def give_up(self) -> None:
        """Have `wait_until_ready` return at once with CannotForkError; from any thread."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the server and all that it forked."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
            if not select.select([self._control], [], [], _ENDS_WITHIN)[0] and self._process:
                self._process.kill()  # and with it what it forked
        self._control.close()
        if self._process:
            self._process.wait()
            self._said.close()

    def _ask(self, asked: dict[str, Any], places: Sequence[int]) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(asked).encode()], places)
        except OSError as error:
            raise CannotForkError("the fork server ended") from error


def start_server(command: Sequence[str], environment: Mapping[str, str]) -> ForkServer:
    """Start a server; `command` is a Python and its options. Raises CannotForkError when it cannot be started."""
    if not sys.platform.startswith("linux"):
        raise CannotForkError("forking is for Linux only")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server
    with theirs:
        try:
            process = subprocess.Popen(
                [*command, str(SERVER), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env=dict(environment),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            said.close()
            raise CannotForkError(f"{command[0]} could not be started ({error.strerror})") from error
    return ForkServer(ours, process, said)


def _line(place: int, seconds: float | None) -> dict[str, Any] | None:
    """The next line of a status pipe; {} at its end; None when there is none within `seconds`."""
    deadline = None if seconds is None else monotonic() + seconds
    line = b""
    while not line.endswith(b"\n"):
        left = None if deadline is None else max(0.0, deadline - monotonic())
        if not select.select([place], [], [], left)[0]:
            return None
        got = os.read(place, 1)
        if not got:
            return {}
        line += got
    found: dict[str, Any] = json.loads(line)
    return found


def _last_line(said: Any) -> str:
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").strip().splitlines()
    return str(lines[-1].strip()) if lines else ""
