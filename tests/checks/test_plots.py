"""NBP501 to NBP503: names of axes, cut bars, forms that mislead; NBP206: copies; NBP801: dependencies."""

from __future__ import annotations

import pytest

import making
from checking import CONTEXT, check
from nbpeer.checks.dependencies import read_dependencies

START = """import matplotlib.pyplot as plt
import nbpeer
import pandas as pd
import seaborn as sns
fig, ax = plt.subplots()"""


def found(*cells: str, select: str) -> list[tuple[int, str]]:
    return [(item.cell, item.severity) for item in check(START, *cells, select=select)]


@pytest.mark.parametrize(
    "source",
    [
        "ax.plot([1, 2])\nnbpeer.figure('a', fig)",
        "plt.plot([1, 2])\nplt.title('A')\nplt.savefig('a.png')",
        "ax.scatter(x, y)\nax.set_xlabel('x')\nfig.savefig('a.png')",
        "axs[0].hist(x)\nnbpeer.figure('a', fig)",
    ],
)
def test_a_published_figure_without_names_is_a_warning(source: str) -> None:
    start = START + "\nfig, axs = plt.subplots(2)"
    assert [(item.cell, item.severity) for item in check(start, source, select="NBP501")] == [(2, "warning")]


def test_a_figure_under_results_is_published_and_others_are_the_analysts_own() -> None:
    drawn = making.code("ax.plot([1, 2])\nax.set_title('A')")
    found = check(START, making.markdown("## Results"), drawn, making.markdown("## Appendix"), drawn, select="NBP501")
    assert [(item.cell, item.severity) for item in found] == [(3, "warning")]
    assert [item.severity for item in check(START, "ax.plot([1, 2])", select="NBP501")] == ["info"]


@pytest.mark.parametrize(
    "source",
    [
        "ax.plot([1])\nax.set_xlabel('a')\nax.set_ylabel('b')\nnbpeer.figure('a', fig)",
        "ax.plot([1])\nax.set(xlabel='a', ylabel='b')\nnbpeer.figure('a', fig)",
        "ax.bar(['a'], [1])\nax.set_ylabel('b')\nnbpeer.figure('a', fig)",
        "ax.imshow(x)\nax.axis('off')\nnbpeer.figure('a', fig)",
        "sns.scatterplot(data=df, x='a', y='b')\nplt.savefig('a.png')",
        "def label(ax):\n    ax.set(xlabel='a', ylabel='b')\nax.plot([1])\nlabel(ax)\nnbpeer.figure('a', fig)",
        "frame.plot(xlabel='a', ylabel='b')\nplt.savefig('a.png')",
        "ax.plot([1])\nax.set_title('A')",
    ],
)
def test_a_figure_with_names_is_fine(source: str) -> None:
    assert found(source, select="NBP501") == []


@pytest.mark.parametrize(
    "source",
    [
        "ax.bar(a, b)\nax.set_ylim(50, 60)",
        "plt.bar(a, b)\nplt.ylim(bottom=10)",
        "ax.barh(a, b)\nax.set_xlim((5, 9))",
        "df.plot(kind='bar', ylim=(50, 60))",
        "sns.barplot(data=df)\nplt.ylim(0.5, 1)",
    ],
)
def test_bars_that_begin_above_zero_are_found(source: str) -> None:
    assert found(source, select="NBP502") == [(2, "warning")]


@pytest.mark.parametrize(
    "source",
    [
        "ax.bar(a, b)\nax.set_ylim(0, 60)",
        "ax.bar(a, b)\nax.set_ylim(top=60)",
        "ax.bar(a, b)\nax.set_xlim(1, 9)",
        "ax.plot(a, b)\nax.set_ylim(50, 60)",
        "ax.bar(a, b, bottom=c)\nax.set_ylim(50, 60)",
        "ax.bar(a, b)\nax.set_ylim(low, high)",
        "ax.bar(a, b)\nax.set_ylim(-3, 3)",
    ],
)
def test_bars_from_zero_are_fine(source: str) -> None:
    assert found(source, select="NBP502") == []


@pytest.mark.parametrize(
    "source",
    ["ax.twinx()", "df.plot(secondary_y=True)", "ax.bar3d(x, y, z, 1, 1, h)", "plt.pie([1, 2, 3, 4, 5, 6, 7])",
     "sizes = [1, 1, 1, 1, 1, 1, 1, 1]\nax.pie(sizes)"],
)  # fmt: skip
def test_a_form_that_misleads_is_an_info(source: str) -> None:
    assert found(source, select="NBP503") == [(2, "info")]


def test_a_small_pie_is_fine() -> None:
    assert found("plt.pie([1, 2, 3])\nax.plot_surface(x, y, z)", select="NBP503") == []


BLOCK = "a = df[df.x > {n}]\nb = a.groupby('k').sum()\nc = b.sort_values('x')\nd = c.head({n})\nprint(d,\n      '{n}')"


def test_a_block_that_is_written_twice_is_found_once_and_named() -> None:
    (finding,) = check(BLOCK.format(n=1), "x = 1", BLOCK.format(n=2), select="NBP206")
    assert (finding.cell, finding.line, finding.severity) == (3, 1, "info")
    assert finding.message == "5 statements are copies of those in cell 1, line 1"


@pytest.mark.parametrize(
    "cells",
    [
        (
            BLOCK.format(n=1),
            BLOCK.format(n=1).replace("groupby('k').sum", "set_index('k').max").replace("head", "tail"),
        ),
        ("import a\nimport b\nimport c\nimport d\nimport e\nimport f",) * 2,
        ("x = 1\ny = 2\nz = 3",) * 2,
        ("# why: prices are net of tax, see the contract\nx = 1",),
    ],
)
def test_what_is_short_or_different_is_no_copy(cells: tuple[str, ...]) -> None:
    assert check(*cells, select="NBP206") == []


def test_code_in_comments_is_said_once_a_cell() -> None:
    (finding,) = check("x = 1\n# y = x + 1\n# print(y)", select="NBP206")
    assert (finding.line, finding.message) == (2, "2 lines of code are commented out in this cell")


FILES = {
    "requirements.txt": b"pandas==3.0\nscikit-learn>=1.5\n# comment\n-r other.txt\ngeopandas[all]==1.0 ; x > '3'\n",
    "pyproject.toml": b"""
[project]
dependencies = ["seaborn==0.13", "polars>=1"]
[tool.poetry.dependencies]
duckdb = "==1.2"
""",
    "uv.lock": b'[[package]]\nname = "polars"\nversion = "1.2"\n',
    "environment.yml": b"""
dependencies:
  - conda-forge::xarray=2026.1
  - python=3.12
  - pip:
    - lifelines==0.30
""",
    "Pipfile.lock": b'{"default": {"pyyaml": {"version": "==6"}}}',
    "broken.toml": b"[",
}


def test_dependency_files_name_and_pin() -> None:
    known = read_dependencies(FILES, {"helpers"})
    assert known.pinned >= {"pandas", "geopandas", "seaborn", "polars", "duckdb", "xarray", "lifelines", "pyyaml"}
    assert known.listed - known.pinned >= {"scikit-learn"}


@pytest.mark.parametrize(
    ("source", "severities"),
    [
        ("import pandas, yaml, numpy, dateutil, os", []),
        ("from sklearn.svm import SVC", ["info"]),
        ("import torch\nimport torch.nn", ["warning"]),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None", []),
        ("from helpers import x\nfrom . import y", []),
    ],
)
def test_imports_are_held_against_them(source: str, severities: list[str]) -> None:
    context = CONTEXT._replace(dependencies=read_dependencies(FILES, {"helpers"}))
    assert [item.severity for item in check(source, select="NBP801", context=context)] == severities


def test_without_any_file_or_run_it_is_one_info() -> None:
    context = CONTEXT._replace(dependencies=read_dependencies({}))
    assert [item.severity for item in check("import pandas, torch", select="NBP801", context=context)] == ["info"]
