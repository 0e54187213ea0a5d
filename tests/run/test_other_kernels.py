"""Kernels of other languages run through their own kernelspecs, in a plain kernel."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import making
from nbpeer.model.notebook import parse_notebook
from nbpeer.run.execute import Job, execute
from nbpeer.run.kernels import find_kernel

BASH = {"kernelspec": {"display_name": "Bash", "language": "bash", "name": "bash"}, "language_info": {"name": "bash"}}


@pytest.fixture(autouse=True)
def _bash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    argv = [sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"]
    place = tmp_path / "jupyter/kernels/bash"
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Bash", "language": "bash"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))


def test_a_notebook_in_bash_gets_its_parameters_and_keeps_its_outputs(tmp_path: Path) -> None:
    cells = [
        making.code("country=de", tags=("parameters",)),
        making.code('echo "in $country"; pwd'),
        making.code("seq 3 | wc -l"),
    ]
    notebook = parse_notebook(making.text(making.notebook(*cells, header=None, metadata=BASH)), "n.ipynb")
    kernel = find_kernel(notebook)
    steps = []
    ended = execute(Job(tmp_path, notebook, "o.ipynb", {"country": "fr"}, kernel, tmp_path), steps.append)
    assert (ended.status, ended.engine, ended.environment.language) == ("completed", "plain", "bash")
    assert "only ipykernel's kernels" in ended.engine_note
    shown = ["".join(str(output.text) for output in cell.outputs) for cell in parse_notebook(ended.content).cells]
    assert shown == ["", "", f"in fr\n{tmp_path}\n", "3\n"]
    assert [(step.cell, step.seconds is None) for step in steps[1:]] == [
        (number, start) for number in (1, 2, 3) for start in (True, False)
    ]


def test_a_cell_in_bash_that_dies_is_told(tmp_path: Path) -> None:
    made = making.notebook(making.code("echo said"), making.code("kill -9 $PPID"), header=None, metadata=BASH)
    notebook = parse_notebook(making.text(made), "n.ipynb")
    ended = execute(Job(tmp_path, notebook, "o.ipynb", {}, find_kernel(notebook), tmp_path), lambda step: None)
    assert ended.status == "failed"
    assert ended.error is not None
    assert (ended.error.cell, ended.error.ename) == (2, "DeadKernelError")
