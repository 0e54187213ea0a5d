"""Processes: what becomes of them when their parents end, and how to end them and what they left."""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import sys
import threading

SET_DEATH_SIGNAL = 1
SET_SUBREAPER = 36


def option(number: int, value: int) -> None:
    """prctl(2): what happens to this process and its children when their parents end."""
    ctypes.CDLL(None).prctl(number, value, 0, 0, 0)


def kill_session(leader: int) -> None:
    """Kill every process of a session, whatever its process group."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.getsid(int(name)) == leader:
                    os.kill(int(name), signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue


def own_children() -> list[int]:
    """The children of this process, also those it was left."""
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as listed:
            return [int(pid) for pid in listed.read().split()]
    except OSError:
        return []


def leave(code: int) -> None:
    """End as Python ends: exit handlers run and what is buffered is written."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(code)
