"""Notebooks to measure on: a copy of those in a folder, or some made from the example analyses."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
MADE = 300


class Corpus(NamedTuple):
    """Notebooks by the name of their copy, and how many were left out because they are not JSON."""

    notebooks: dict[str, bytes]
    left_out: int

    @property
    def size(self) -> int:
        return sum(map(len, self.notebooks.values()))

    def write(self, folder: Path) -> None:
        """Put every notebook into a folder, as it was."""
        for name, content in self.notebooks.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def load(folder: Path) -> Corpus:
    """The notebooks below a folder, hidden folders left out. Peers stop at what is not JSON: it is left out as well."""
    found: list[bytes] = []
    left_out = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in files if name.endswith(".ipynb")):
            content = Path(parent, name).read_bytes()
            try:
                json.loads(content)
            except ValueError:
                left_out += 1
            else:
                found.append(content)
    return Corpus(_named(found), left_out)


def make(count: int = MADE) -> Corpus:
    """Notebooks of all sizes: sources of the example analyses and templates, with outputs like those of real work."""
    sources = [
        path for folder in ("example_analyses", "templates") for path in sorted((ROOT / folder).rglob("*.ipynb"))
    ]
    cells = [cell for path in sources for cell in json.loads(path.read_bytes())["cells"]]
    random = Random(0)
    return Corpus(_named([_notebook(random, cells) for _ in range(count)]), 0)


def has_outputs(content: bytes) -> bool:
    """Whether a notebook still holds an output that nothing marks for keeping."""
    notebook = json.loads(content)
    sheets = notebook.get("worksheets") or [notebook]
    return any(cell.get("outputs") and not _keeps(cell) for sheet in sheets for cell in sheet.get("cells", []))


def _keeps(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata", {})
    return bool({"keep_output", "init_cell"} & metadata.keys()) or "keep_output" in metadata.get("tags", [])


def _named(contents: list[bytes]) -> dict[str, bytes]:
    return {f"{number // 100}/{number}.ipynb": content for number, content in enumerate(contents)}


def _notebook(random: Random, cells: list[dict[str, Any]]) -> bytes:
    chosen = [dict(cell) for cell in random.choices(cells, k=random.randrange(5, 60))]
    for number, cell in enumerate(chosen):
        cell["id"] = f"cell-{number}"
        if cell["cell_type"] == "code":
            cell |= {"execution_count": number + 1, "outputs": _outputs(random, number + 1)}
    language = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": chosen, "metadata": language, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _outputs(random: Random, count: int) -> list[dict[str, Any]]:
    kind = random.choices(("none", "text", "table", "figure"), (3, 3, 2, 1))[0]
    if kind == "none":
        return []
    if kind == "text":
        lines = [f'row {random.random()} "é"\n' for _ in range(random.randrange(1, 40))]
        return [{"name": "stdout", "output_type": "stream", "text": lines}]
    data: dict[str, Any] = {"text/plain": ["<some object>"]}
    if kind == "table":
        data["text/html"] = [f"<tr><td>{random.random()}</td></tr>\n" for _ in range(random.randrange(5, 200))]
    else:
        data["image/png"] = base64.b64encode(random.randbytes(random.randrange(5_000, 200_000))).decode() + "\n"
    return [{"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"}]
