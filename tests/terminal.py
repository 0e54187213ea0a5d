"""The command line in a real pseudo-terminal: keys pressed, and what it shows read."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = [sys.executable, "-c", "from nbpeer.cli.main import main; main()"]
SECONDS = 30


class Terminal:
    """A program that has a terminal to itself."""

    def __init__(self, arguments: tuple[str, ...], folder: Path) -> None:
        self.ours, self.theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*PROGRAM, *arguments], cwd=folder, stdin=self.theirs, stdout=self.theirs, stderr=self.theirs
        )

    def press(self, key: str) -> None:
        """Press a key once the program has its terminal in raw mode; what is typed before is flushed."""
        latest = time.monotonic() + SECONDS
        while termios.tcgetattr(self.theirs)[3] & termios.ICANON:
            assert time.monotonic() < latest
            os.sched_yield()
        os.write(self.ours, key.encode())

    def type(self, line: str) -> None:
        """Type a line, as a person does where text is asked for."""
        os.write(self.ours, f"{line}\n".encode())

    def until(self, sign: str) -> str:
        """What the program shows up to `sign`, and what came with it."""
        seen = ""
        while sign not in seen:
            assert select.select([self.ours], [], [], SECONDS)[0], f"{sign!r} never came:\n{seen}"
            seen += os.read(self.ours, 4096).decode(errors="replace")
        return seen

    def ended(self) -> int:
        """Wait for the program's end; its exit code."""
        return self.process.wait(SECONDS)


@contextmanager
def terminal(folder: Path, *arguments: str) -> Iterator[Terminal]:
    """`nbpeer` with these arguments in a terminal; it does not outlive the block."""
    found = Terminal(arguments, folder)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()
        os.close(found.ours)
        os.close(found.theirs)
