"""Peers, each in a virtual environment of its own below a cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path


def installed(package: str, program: str, *beside: str) -> Path | None:
    """The program of a peer, installed on first use with what it needs `beside` it; None when it cannot be."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nbpeer-benchmarks" / package
    found = cache / "bin" / program
    if found.exists():
        return found
    print(f"installing {package} …", file=sys.stderr)
    venv.create(cache, clear=True, with_pip=True)
    done = subprocess.run([cache / "bin/python", "-m", "pip", "install", "--quiet", package, *beside], check=False)
    return found if done.returncode == 0 and found.exists() else None


def version(program: Path) -> str:
    """What the program says its version is."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout.split() or ["?"])[-1]
