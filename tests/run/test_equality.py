"""A forked kernel shows what a plain one shows, cell by cell, once what no two plain runs share is taken out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import making
from nbpeer.model.notebook import parse_notebook
from nbpeer.results.normalise import normalise
from nbpeer.run.execute import Executed, Job, execute, pool_for
from nbpeer.run.kernels import find_kernel
from run import corpus

EXAMPLES = Path(__file__).parents[2] / "example_analyses"

# What two plain runs do not share either: a process's number, how long something took, a widget's model.
_VARIES = (
    (re.compile(r"\bpid[= ]?\d+|\bprocess \d+"), "«process»"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "«model»"),
    (re.compile(r"(ipykernel_)\d+"), r"\1«n»"),
    (re.compile(r"\d+(?:\.\d+)? ?(?:µs|μs|us|ms|ns|s)\b"), "«duration»"),
)


def job(folder: Path, notebook: dict[str, Any] | bytes, name: str, **options: Any) -> Job:
    raw = notebook if isinstance(notebook, bytes) else making.text(notebook)
    parsed = parse_notebook(raw, f"{name}.ipynb")
    return Job(folder, parsed, f"{name}.out.ipynb", {}, find_kernel(parsed), folder, **options)


def both(folder: Path, notebook: dict[str, Any] | bytes, name: str) -> tuple[Executed, Executed]:
    """A notebook executed in a plain kernel and in one forked after its imports."""
    plain = execute(job(folder, notebook, name, engine="plain"), lambda step: None)
    (folder / "written.txt").unlink(missing_ok=True)
    forked = job(folder, notebook, name)
    pool = pool_for([forked, forked])  # what two notebooks import is imported before they are forked
    try:
        return plain, execute(forked, lambda step: None, pool=pool)
    finally:
        pool.close()


def shown(executed: Executed) -> list[str]:
    """Each cell's count and outputs as one text, noise taken out."""
    return [_noiseless(cell) for cell in json.loads(executed.content)["cells"] if cell["cell_type"] == "code"]


def _noiseless(cell: dict[str, Any]) -> str:
    found = [str(cell["execution_count"])]
    for output in cell["outputs"]:
        texts = [key for key in ("name", "ename") if key in output]
        parts = [output["output_type"], *(output[key] for key in texts)]
        parts += ["".join(output.get("text", "")), output.get("evalue", ""), "\n".join(output.get("traceback", []))]
        for mime, value in sorted(output.get("data", {}).items()):
            parts += [mime, "".join(value) if isinstance(value, list) else json.dumps(value, sort_keys=True)]
        parts.append(json.dumps(output.get("metadata", {}), sort_keys=True))
        found.append(" | ".join(parts))
    text = normalise("\n".join(found))
    for noise, replacement in _VARIES:
        text = noise.sub(replacement, text)
    return text


@pytest.mark.parametrize("name", corpus.NOTEBOOKS)
def test_a_forked_kernel_shows_what_a_plain_one_shows(tmp_path: Path, name: str) -> None:
    sources = corpus.cells(name)
    tagged = [making.code(source, tags=("raises-exception",)) for source in sources]
    plain, forked = both(tmp_path, making.notebook(*tagged, header=None), name)
    assert (plain.engine, forked.engine, forked.engine_note) == ("plain", "forked", "")
    for written in tmp_path.iterdir():
        assert written.name in ("written.txt", "left.txt")
    triples = zip(sources, shown(plain), shown(forked), strict=True)
    assert [triple for triple in triples if triple[1] != triple[2]] == []
    for part in ("status", "cells_run", "error", "environment", "observed"):
        assert getattr(forked, part) == getattr(plain, part), part


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_example_analyses_give_the_same_in_both(path: Path) -> None:
    plain, forked = both(EXAMPLES, path.read_bytes(), path.stem)
    assert (plain.status, plain.engine, forked.engine) == ("completed", "plain", "forked")
    assert shown(forked) == shown(plain)
    assert (forked.environment, forked.observed) == (plain.environment, plain.observed)
