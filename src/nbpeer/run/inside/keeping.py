"""A fork server that outlives who started it: how it goes into the background, and whom it lets ask."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
import tempfile

_PEER = struct.Struct("3i")


def detach(path: str) -> None:
    """Go on in the background, holding the lock of `path`; end when another process holds it."""
    if os.fork():
        os._exit(0)
    os.setsid()
    holding = os.open(path + ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(holding, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os._exit(0)
    said = tempfile.TemporaryFile()
    for place in (1, 2):
        os.dup2(said.fileno(), place)


def listen(path: str) -> socket.socket:
    """Be asked on a socket at `path`, instead of a server that left its file behind."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen()
    return listener


def accepted(listener: socket.socket) -> socket.socket | None:
    """The next connection, if it is of the same user."""
    connection, _ = listener.accept()
    _, user, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    if user == os.getuid():
        return connection
    connection.close()
    return None


def is_stale() -> bool:
    """Whether something was installed or removed since this process started."""
    return _changes() != _began


def _changes() -> list[float]:
    """When something was last installed or removed, for each place that imports come from."""
    found = []
    for place in sys.path:
        try:
            found.append(os.stat(place).st_mtime)
        except OSError:
            found.append(0.0)
    return found


_began = _changes()
