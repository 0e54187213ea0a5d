"""What the command lines of the benchmarks have in common."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import corpus


def parser(name: str, described: str | None, rounds: int = 0) -> argparse.ArgumentParser:
    """For `python -m benchmarks.NAME`, which the first line of its docstring describes; with `--rounds` unless 0."""
    found = argparse.ArgumentParser(prog=f"benchmarks.{name}", description=(described or "").partition("\n")[0])
    if rounds:
        found.add_argument("--rounds", type=int, default=rounds, help="default: %(default)s")
    return found


def with_folder(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """DIR, optional: a folder of notebooks."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="default: notebooks made for the purpose")
    return parser


def notebooks(folder: Path | None) -> corpus.Corpus | None:
    """The notebooks in a folder, or made ones; None, and a line that says so, when the folder holds none."""
    found = corpus.load(folder) if folder else corpus.make()
    if found.notebooks:
        return found
    print(f"no notebooks below {folder}", file=sys.stderr)
    return None
