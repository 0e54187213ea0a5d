"""What ruff says of the Python of all notebooks of one check, asked once, in one subprocess."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from nbpeer.checks.program import Lint, Part, Program
from nbpeer.errors import NbpeerError

# Undefined names; bare, blind and silent `except`; comparison with NaN; code in comments. https://docs.astral.sh/ruff/rules/
CODES = ("F821", "F405", "E722", "BLE001", "S110", "PLW0177", "ERA001")
# `yield` and `return` outside a function: Python refuses these only when it compiles.
_SYNTAX = ("F704", "F706")
# Newer syntax than this interpreter parses never reaches ruff, so its newest target fits every cell it is given.
_ARGUMENTS = (
    "check", "--isolated", "--no-cache", "--preview", "--ignore-noqa", "--no-respect-gitignore", "--exit-zero",
    "--target-version=py313", "--output-format=json", "--quiet", f"--select={','.join(CODES + _SYNTAX)}",
)  # fmt: skip


def find_ruff() -> str | None:
    """The ruff beside this Python, else the one on PATH; None when there is neither."""
    return shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")


def lint(programs: Sequence[Program], executable: str) -> list[tuple[Lint, ...]]:
    """What ruff finds in each program, in the programs' order.

    Raises NbpeerError when ruff cannot be run or does not answer as ruff ≥ 0.9 does.
    """
    with tempfile.TemporaryDirectory(prefix="nbpeer-") as folder:
        for number, program in enumerate(programs):
            (Path(folder) / f"{number}.ipynb").write_bytes(_notebook(program.parts))
        done = subprocess.run([executable, *_ARGUMENTS, folder], capture_output=True, check=False)
    try:
        answer = msgspec.json.decode(done.stdout or b"[]", type=list[_Diagnostic])
    except msgspec.DecodeError:
        answer = None
    if answer is None or done.returncode != 0:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise NbpeerError(
            f"ruff failed ({said[0] if said else done.returncode})", 'pip install "ruff>=0.9"', exit_code=3
        )
    found: list[list[Lint]] = [[] for _ in programs]
    for item in answer:
        number = int(Path(item.filename).stem)
        found[number].append(_lint(item, programs[number].parts))
    return [tuple(items) for items in found]


class _Location(msgspec.Struct):
    row: int = 1
    column: int = 1


class _Diagnostic(msgspec.Struct):
    """One element of `ruff check --output-format=json`; rows and columns count from 1, rows inside the cell."""

    code: str | None
    message: str
    filename: str
    cell: int | None = None
    location: _Location | None = None


def _lint(item: _Diagnostic, parts: tuple[Part, ...]) -> Lint:
    part = parts[(item.cell or 1) - 1]
    place = item.location or _Location()
    code = item.code if item.code in CODES else "invalid-syntax"
    return Lint(code, item.message, part, place.row, place.column + part.shifts.get(place.row, 0))


def _notebook(parts: tuple[Part, ...]) -> bytes:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": part.text}
        for part in parts
    ]
    language = {"language_info": {"name": "python"}}
    return msgspec.json.encode({"cells": cells, "metadata": language, "nbformat": 4, "nbformat_minor": 4})
