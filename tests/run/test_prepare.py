from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import parse_notebook
from nbpeer.run import prepare
from nbpeer.run.execute import Job
from nbpeer.run.kernels import Kernel

EXAMPLES = Path(__file__).parents[2] / "example_analyses"


def job(notebook: dict[str, Any] | bytes, **options: Any) -> Job:
    raw = notebook if isinstance(notebook, bytes) else making.text(notebook)
    return Job(
        Path("/r"), parse_notebook(raw, "n.ipynb"), "o.ipynb", {}, Kernel("python3", "python"), Path("/r"), **options
    )


def comparable(notebook: Any) -> Any:
    """Without ids, which are drawn by lot, and what nbformat notes while it converts."""
    for passing in ("orig_nbformat", "orig_nbformat_minor"):
        notebook["metadata"].pop(passing, None)
    return json.loads(re.sub(r'"id": "[^"]*"', '"id": ""', json.dumps(notebook)))


OLD = making.notebook(making.code("1"), making.markdown("a"), header=None) | {"nbformat_minor": 2}
for old_cell in OLD["cells"]:
    del old_cell["id"]
ERROR = making.markdown("An Exception was encountered", metadata={"tags": ["papermill-error-cell-tag"]})
READ: dict[str, Any] = {
    "current": making.notebook(making.code("1", tags=("a",)), making.markdown("# b"), metadata={"signature": "x"}),
    "without ids": OLD,
    "executed before": making.notebook(ERROR, making.code("1", outputs=[making.stream("a\nb\n")], execution_count=3)),
}


@pytest.mark.parametrize("content", READ.values(), ids=READ.keys())
@pytest.mark.parametrize("report", [False, True])
def test_a_notebook_is_prepared_as_papermill_prepares_it(content: Any, report: bool) -> None:
    ours = prepare.prepared(job(content, report_mode=report))
    assert type(ours) is dict
    only_python_reads = making.text(content).replace('"nbformat":', '"number": NaN, "nbformat":')
    theirs = prepare.prepared(job(only_python_reads.encode(), report_mode=report))
    assert type(theirs) is not dict
    del theirs["number"]
    assert comparable(ours) == comparable(theirs)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_example_analyses_need_no_papermill_to_be_read(path: Path) -> None:
    assert type(prepare.prepared(job(path.read_bytes()))) is dict


INVALID: dict[str, Any] = {
    "a cell of no kind": making.notebook({"cell_type": "mystery", "metadata": {}, "source": "1"}),
    "a code cell without outputs": making.notebook({"cell_type": "code", "metadata": {}, "source": "1"}),
}


@pytest.mark.parametrize("content", INVALID.values(), ids=INVALID.keys())
def test_what_is_not_valid_is_left_to_nbformat_to_tell(content: Any) -> None:
    with pytest.raises(NbpeerError, match=r"n.ipynb is not a valid notebook"):
        prepare.prepared(job(content))


def test_preparing_imports_neither_papermill_nor_nbformat() -> None:
    import subprocess
    import sys

    program = "import sys, nbpeer.run.many; print({'papermill', 'nbformat', 'nbclient', 'zmq'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
