"""What ended a run."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Failure(NamedTuple):
    """What ended a run: the cell, counted from 0 in the executed notebook, the exception, its traceback uncoloured."""

    cell: int
    ename: str
    evalue: str
    traceback: str = ""


class KernelNotStartedError(Exception):
    """A kernel that is installed and did not start; the text is the last thing it said."""


def raised(cell: int, outputs: list[Any], ename: str, evalue: str) -> Failure:
    """The failure of a cell that raised; its traceback is the one its outputs show."""
    traceback = "\n".join(line for output in outputs for line in output.get("traceback", []))
    return Failure(cell, ename, evalue, _ANSI.sub("", traceback))


def interrupted(cell: int) -> Failure:
    """Ctrl-C, SIGTERM."""
    return Failure(cell, "KeyboardInterrupt", "the run was interrupted")


def too_long(cell: int, seconds: float | None) -> Failure:
    """A cell's time is up."""
    return Failure(cell, "TimeoutError", f"the cell took longer than {seconds or 0:g} s")


def died(cell: int, exit_code: int | None) -> Failure:
    """A kernel that ended by itself, by its process's exit code as subprocess tells it."""
    how = "died"
    if exit_code == -9:
        how = "was killed (signal 9; often the machine ran out of memory)"
    elif exit_code is not None:
        how += f" (signal {-exit_code})" if exit_code < 0 else f" (exit code {exit_code})"
    return Failure(cell, "DeadKernelError", f"the kernel {how}")


def left(cell: int) -> Failure:
    """`exit()` in a cell of IPython, which asks for the end of the kernel instead of raising."""
    return Failure(cell, "SystemExit", "")
