"""NBP301 to NBP309: joins, chained assignment, NaN, loads."""

from __future__ import annotations

import pytest

from checking import check

START = "import pandas as pd\nimport numpy as np\ndf = pd.read_csv('a.csv')\nother = pd.read_csv('b.csv')"


def found(*cells: str, select: str, start: str = START) -> list[tuple[int, int, str]]:
    return [(item.cell, item.line, item.severity) for item in check(start, *cells, select=select)]


@pytest.mark.parametrize(
    "source",
    [
        "df.merge(other, on='k')",
        "pd.merge(df, other)",
        "df.join(other)",
        "x.join(other, lsuffix='_a')",
        "df.dropna().merge(other).head()",
    ],
)
def test_a_merge_that_says_nothing_of_its_keys_is_found(source: str) -> None:
    assert found("1", f"out = {source}", "out['price'].sum()", select="NBP301") == [(3, 1, "warning")]


@pytest.mark.parametrize(
    "use",
    ["(out['a'] * 2).mean()", "rates = out.assign(r=1)\nrates.groupby('k').r.mean()", "pd.crosstab(out.a, out.b)"],
)
def test_a_merge_whose_rows_are_added_up_is_a_warning(use: str) -> None:
    assert found("out = df.merge(other, on='k', how='left')", use, select="NBP301") == [(2, 1, "warning")]
    in_function = "def load():\n    out = df.merge(other, on='k', how='left')\n    return out.groupby('k').sum()"
    assert found(in_function, select="NBP301") == [(2, 2, "warning")]


@pytest.mark.parametrize("use", ["out.head()", "out.to_csv('c.csv')", "plt.plot(out['a'], out['b'])"])
def test_a_merge_that_is_only_looked_up_in_is_an_info(use: str) -> None:
    assert found("out = df.merge(other, on='k', how='left')", use, select="NBP301") == [(2, 1, "info")]


@pytest.mark.parametrize(
    "source",
    [
        "df.merge(other, on='k', validate='1:1')",
        "df.merge(other, **options)",
        "df.merge(other, how='cross')",
        "df.merge(other.groupby('k').sum(), on='k')",
        "totals = other.groupby('k').sum()\ndf.merge(totals, on='k')",
        "df.join(pd.get_dummies(df['k']))",
        "', '.join(names)",
        "import os\nos.path.join('a', 'b')",
        "out = df.merge(other, on='k')\nassert len(out) == len(df)",
        "import nbpeer\nout = df.merge(other)\nnbpeer.expect('kept', out.shape[0] == df.shape[0])",
        "assert other['k'].is_unique\ndf.merge(other)",
        "out = df.merge(other)\nif len(out) != len(df):\n    raise ValueError",
    ],
)
def test_a_merge_whose_keys_are_known_is_fine(source: str) -> None:
    assert found("1", source, select="NBP301") == []


def test_an_assertion_in_the_next_cell_counts_and_two_cells_on_does_not() -> None:
    check_it = "assert len(out) == len(df)"
    assert found("0", "out = df.merge(other)", check_it, select="NBP301") == []
    far = ("0", "out = df.merge(other)", "out.sum()", check_it)
    assert found(*far, select="NBP301") == [(3, 1, "warning")]


def test_rows_that_are_counted_and_not_asserted_make_it_an_info() -> None:
    assert found("0", "out = df.merge(other)\nprint(len(out))", select="NBP301") == [(3, 1, "info")]


def test_a_merge_without_data_frames_is_no_merge() -> None:
    assert found("repository.merge(branch)", select="NBP301,NBP302", start="import git") == []


def test_the_place_in_a_chain_is_the_method() -> None:
    (finding,) = check(START, "out = (\n    df.dropna()\n    .merge(other)\n)", select="NBP301")
    assert (finding.line, finding.column, finding.excerpt) == (3, 6, "    .merge(other)")


@pytest.mark.parametrize("source", ["df.merge(other)", "pd.merge(df, other, on='k')"])
def test_a_merge_without_how_is_found(source: str) -> None:
    assert found(source, select="NBP302") == [(2, 1, "warning")]


@pytest.mark.parametrize(
    "source",
    ["df.merge(other, how='left')", "df.merge(other, 'left')", "pd.merge(df, other, 'left')", "df.join(other)"],
)
def test_a_merge_that_says_how_is_fine(source: str) -> None:
    assert found(source, select="NBP302") == []


@pytest.mark.parametrize(
    "source",
    [
        "df['a'][0] = 1",
        "df[df['a'] > 1]['b'] = 1",
        "df[df.a > 1].loc[:, 'b'] = 1",
        "df.loc[df.a > 1]['b'] = 1",
        "df.loc[0]['b'] += 1",
        "df['a'].iloc[0] = 1",
        "df['a'].fillna(0, inplace=True)",
        "df[df.a > 1].drop(columns='b', inplace=True)",
        "part = df.query('a > 1')\npart['b'][0] = 1",
        "def clean(sales_df):\n    sales_df['a'][0] = 1",
    ],
)
def test_an_assignment_to_a_copy_is_found(source: str) -> None:
    assert len(found(source, select="NBP304")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "df.loc[df.a > 1, 'b'] = 1",
        "df['a'] = df['a'].fillna(0)",
        "df.fillna(0, inplace=True)",
        "df['a'].fillna(0, inplace=False)",
        "table = {}\ntable['a'] = {}\ntable['a']['b'] = 1",
        "grid = [[0]]\ngrid[0][0] = 1",
        "grid = np.zeros((2, 2))\ngrid[0][1] = 1",
        "frames = {'a': df}\nframes['a']['b'] = 1",
        "values = df.values\nvalues[0][1] = 1",
        "df.at[0, 'a'] = 1",
    ],
)
def test_an_assignment_that_works_is_fine(source: str) -> None:
    assert found(source, select="NBP304") == []


@pytest.mark.parametrize(
    "source", ["df.a == np.nan", "x = float('nan')\nx != float('nan')", "df.a == pd.NA", "pd.NaT != x"]
)
def test_a_comparison_with_a_missing_value_is_found(source: str) -> None:
    assert len(found(source, select="NBP305")) == 1


@pytest.mark.parametrize("source", ["df.a.isna()", "df.a == 1", "np.isnan(x)", "x is pd.NA"])
def test_a_question_for_missing_values_is_fine(source: str) -> None:
    assert found(source, select="NBP305") == []


@pytest.mark.parametrize(
    "load",
    [
        "import pandas as pd\nx = pd.read_parquet('a')",
        "import polars as pl\nx = pl.scan_csv('a')",
        "x = spark.read.format('delta').load('a')",
        "import seaborn as sns\nx = sns.load_dataset('penguins')",
        "import numpy as np\nx = np.loadtxt('a')",
        "from pandas import read_csv as load\nx = load('a')",
    ],
)
def test_data_that_nothing_checks_is_found_once(load: str) -> None:
    assert found(load + "\ny = " + load.rpartition("x = ")[2], select="NBP309", start="1") == [
        (2, 2 if "import" in load else 1, "warning")
    ]


@pytest.mark.parametrize(
    "check_it",
    [
        "assert df['k'].is_unique",
        "import nbpeer\nnbpeer.expect('unique', df.k.is_unique)",
        "if df.empty:\n    raise ValueError('no rows')",
        "schema.validate(df)",
        "import pandera as pa\npa.DataFrameSchema({})(df)",
        "df.merge(other, validate='1:1')",
    ],
)
def test_any_assertion_after_the_load_counts(check_it: str) -> None:
    assert found(check_it, select="NBP309") == []


def test_an_assertion_before_the_load_does_not_count() -> None:
    assert found("x = pd.read_csv('a')", select="NBP309", start="import pandas as pd\nassert pd") == [(2, 1, "warning")]


@pytest.mark.parametrize("look", ["len(df)", "df.shape", "df.describe()", "df.isna().sum()"])
def test_data_that_are_only_looked_at_make_it_an_info(look: str) -> None:
    assert found(look, select="NBP309") == [(1, 3, "info")]


def test_a_notebook_that_loads_nothing_needs_no_check() -> None:
    assert found("x = 1", select="NBP309", start="import pandas as pd") == []
