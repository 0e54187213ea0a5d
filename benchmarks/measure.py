"""What a command costs, and how two costs compare over rounds that took turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds of processor and of waiting, whether every command exited with 0, and the worst exit code."""

    cpu: float
    wall: float
    fine: bool
    code: int = 0


def cost(commands: Sequence[Sequence[str | Path]], folder: Path) -> Cost:
    """The cost of commands run one after the other in a folder, their output thrown away, children included."""
    cpu = 0.0
    code = 0
    begun = time.perf_counter()
    # Installed programs have their bytecode; those of a source tree may write it in the first round.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for command in commands:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu += used.ru_utime + used.ru_stime
        code = max(code, abs(process.returncode))
    return Cost(cpu, time.perf_counter() - begun, code == 0, code)


# Run from a small process of its own, because what a process took before it became the command counts as the command's.
_PEAK = """
import os, resource, sys
nothing = os.open(os.devnull, os.O_WRONLY)
sides = [(os.POSIX_SPAWN_DUP2, nothing, 1), (os.POSIX_SPAWN_DUP2, nothing, 2)]
os.waitpid(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=sides), 0)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))
"""


def peak(command: Sequence[str | Path], folder: Path) -> float:
    """The most memory that a command takes, in MB; the command is named by its path."""
    program = [sys.executable, "-I", "-S", "-c", _PEAK, *command]
    return float(subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True).stdout)


class Spread(NamedTuple):
    """The median of some ratios, and the least and the greatest."""

    median: float
    least: float
    greatest: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f} to {self.greatest:.2f})"


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """How `above` compares with `below`, round by round."""
    found = [one / other for one, other in zip(above, below, strict=True)]
    return Spread(statistics.median(found), min(found), max(found))
