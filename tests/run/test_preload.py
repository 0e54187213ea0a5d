from __future__ import annotations

from pathlib import Path

import pytest

import making
from nbpeer.model.notebook import parse_notebook
from nbpeer.run.preload import imports


def found(folder: Path, *sources: str) -> set[str]:
    notebook = parse_notebook(making.text(making.notebook(*map(making.code, sources), header=None)), "a.ipynb")
    return set(imports(notebook, folder, folder))


def test_what_stands_at_the_top_level_of_cells_is_imported_whatever_happens(tmp_path: Path) -> None:
    sources = (
        "%matplotlib inline\nimport pandas as pd, numpy\nimport os, sys",
        "from sklearn.linear_model import Lasso\n!ls\nfiles = !ls\npd.DataFrame?",
        "from . import here\nfrom __future__ import annotations",
    )
    assert found(tmp_path, *sources) == {"pandas", "numpy", "sklearn.linear_model"}


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    import pandas",
        "try:\n    import pandas\nexcept ImportError: pass",
        "if True:\n    import pandas",
        "%%bash\nimport pandas",
        "import pandas as",
        "# import pandas",
    ],
)
def test_what_may_not_be_imported_is_not(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, source) == set()


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.environ['OMP_NUM_THREADS'] = '1'",
        "%env A=1",
        "import sys; sys.path.insert(0, '..')",
        "!pip install pandas",
        "%pip install -U pandas",
        "%cd ..",
        "import importlib",
    ],
)
def test_a_notebook_that_changes_what_an_import_finds_shares_nothing(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, "import pandas", source) == set()


def test_the_teams_own_modules_are_not_shared_nor_what_they_hide(tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text("")
    (tmp_path / "src/numpy").mkdir(parents=True)
    assert found(tmp_path, "import pandas, numpy, scipy") == {"scipy"}


def test_settings_beside_the_notebook_that_an_import_reads_are_heeded(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("figure.dpi: 30\n")
    assert found(tmp_path, "import pandas, matplotlib.pyplot") == set()
