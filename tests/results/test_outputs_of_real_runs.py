"""Two runs of one source in two fresh kernels: what differs between them is noise, and only what should differ does."""

from __future__ import annotations

import pytest
from nbclient import NotebookClient
from nbformat import reads, writes

import making
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.results.outputs import compare_outputs

STEADY = {
    "address": "object()",
    "function": "print(lambda: 0)",
    "uuid": "import uuid; print(uuid.uuid4())",
    "frame": "import pandas as pd; pd.DataFrame({'city': ['Ulm', 'Bonn'], 'n': [0.1 + 0.2, 3]})",
    "styler": "pd.DataFrame({'n': [1, 2]}).style.background_gradient()",
    "png": "import matplotlib.pyplot as plt; plt.plot([1, 3, 2]); plt.show()",
    "svg": "%config InlineBackend.figure_formats = ['svg']\nplt.plot([1, 3, 2]); plt.show()",
    "timeit": "%timeit -n 3 -r 2 sum(range(9))",
    "time": "%time sum(range(99999))",
    "tqdm": "from tqdm import tqdm\nfor _ in tqdm(range(3)): pass",
    "warning": "import warnings; warnings.warn('few rows')",
    "library warning": "warnings.warn_explicit('old', UserWarning, pd.__file__, 3)",
    "logging": "import logging, sys\nlogging.basicConfig(stream=sys.stdout, level='INFO', force=True, "
    "format='%(asctime)s %(levelname)s %(message)s')\nlogging.info('loaded')",
    "temporary": "import tempfile; print(tempfile.mkdtemp())",
    "clock": "import time; print(time.ctime())",
    "exception": "def fail():\n    raise ValueError('no rows')\nfail()",
    "library exception": "pd.DataFrame({'a': [1]})['b']",
    "bar drawn over": "for n in range(3): print(f'\\r{n} of 3', end='')",
    "html": "from IPython.display import HTML, Markdown; HTML('<b>bold</b>')",
    "markdown": "Markdown('*x*')",
    "json": "from IPython.display import JSON; JSON({'a': [1, 2]})",
}
UNSTEADY = {
    "random": "import random; print(random.random())",
    "random table": "import numpy as np; pd.DataFrame({'x': np.random.default_rng().normal(size=2)})",
    "random plot": "%config InlineBackend.figure_formats = ['png']\nplt.plot(np.random.default_rng().normal(size=9));",
    "process": "import os; print('process', os.getpid())",
}


def execute() -> Notebook:
    cells = [making.code(source, tags=("raises-exception",)) for source in (*STEADY.values(), *UNSTEADY.values())]
    notebook = reads(making.text(making.notebook(*cells, header=None)), as_version=4)
    return parse_notebook(writes(NotebookClient(notebook, timeout=60, kernel_name="python3").execute()))


@pytest.fixture(scope="module")
def runs() -> tuple[Notebook, Notebook]:
    return execute(), execute()


@pytest.mark.parametrize("name", STEADY)
def test_two_runs_of_one_source_show_the_same(runs: tuple[Notebook, Notebook], name: str) -> None:
    place = list(STEADY).index(name)
    before, after = (run.cells[place] for run in runs)
    assert before.raw_outputs, name
    assert [change.texts for change in compare_outputs(before, after) if change.verdict != "unchanged"] == []


@pytest.mark.parametrize("name", UNSTEADY)
def test_what_really_differs_is_a_change(runs: tuple[Notebook, Notebook], name: str) -> None:
    place = len(STEADY) + list(UNSTEADY).index(name)
    before, after = (run.cells[place] for run in runs)
    assert [change.verdict for change in compare_outputs(before, after)] == ["changed"]


def test_only_what_is_meant_to_fail_fails(runs: tuple[Notebook, Notebook]) -> None:
    names = [*STEADY, *UNSTEADY]
    failed = [name for name, cell in zip(names, runs[0].cells, strict=True) if cell.outputs[-1].output_type == "error"]
    assert failed == ["exception", "library exception"]
