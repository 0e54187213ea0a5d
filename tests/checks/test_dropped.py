"""NBP303: rows of loaded data that go without anybody counting."""

from __future__ import annotations

import pytest

from checking import check

START = "import pandas as pd\ndf = pd.read_csv('a.csv')"
USE = "print(df['a'].mean())"


def found(*cells: str, start: str = START) -> list[tuple[int, int, str]]:
    return [(item.cell, item.line, item.severity) for item in check(start, *cells, select="NBP303")]


@pytest.mark.parametrize(
    "source",
    [
        "df = df.dropna()",
        "df = df.dropna(subset=['a']).reset_index(drop=True)",
        "df = df.drop_duplicates('k')",
        "df = df[df['a'] > 0]",
        "df = df[(df.a > 0) & ~df.b.isna()]",
        "df = df[df.a.notna()]",
        "df = df[~df.a.isin(bad)]",
        "df = df.loc[df.a > 0]",
        "df = df.loc[df.a > 0, ['a', 'b']]",
        "df = df.query('a > 0')",
        "df.dropna(inplace=True)",
        "df.drop_duplicates(subset='k', inplace=True)",
        "if clean:\n    df = df.dropna()",
    ],
)
def test_rows_that_go_without_a_count_are_found(source: str) -> None:
    (finding,) = check(START, source, USE, select="NBP303")
    assert (finding.cell, finding.severity) == (2, "warning")
    assert "drops rows of `df`, and no cell tells how many" in finding.message


def test_a_drop_into_a_new_name_and_right_at_the_load_are_found() -> None:
    assert found("clean = df.dropna()\nprint(clean['a'].mean())") == [(2, 1, "warning")]
    assert found("df = pd.read_csv('a.csv').dropna()", USE, start="import pandas as pd") == [(2, 1, "warning")]


@pytest.mark.parametrize(
    "count",
    [
        "print(len(df))",
        "df.shape",
        "df.info()",
        "print(df.a.count())",
        "df['a'].isna().sum()",
        "assert df.a.notna().all()",
        "import nbpeer\nnbpeer.expect('few', df.a.mean() > 0)",
        "import nbpeer\nnbpeer.result('kept', len(df))",
        "by = df.groupby('k').size()",
        "df",
        "print(df)",
        "def report(data):\n    print(data.shape)\n\nreport(df)",
        "later = df.assign(b=1)\nprint(len(later))",
    ],
)
def test_a_count_anywhere_is_enough(count: str) -> None:
    assert found("df = df.dropna()", USE, count) == []


def test_a_count_of_the_frame_before_or_of_what_it_was_made_of_is_enough() -> None:
    assert found("print(len(df))\nwide = df.assign(b=1)\nclean = wide.dropna()\nprint(clean.a.mean())") == []


def test_a_count_of_another_frame_is_not() -> None:
    other = "other = pd.read_csv('b.csv')\nprint(len(other), other.shape)"
    assert found("df = df.dropna()", USE, other) == [(2, 1, "warning")]


def test_a_filter_that_takes_over_is_an_info_and_a_subset_is_fine() -> None:
    assert found("uk = df[df.k == 'UK']\nprint(uk.a.mean())") == [(2, 1, "info")]
    assert found("uk = df[df.k == 'UK']\nprint(uk.a.mean())", USE) == []


@pytest.mark.parametrize(
    "source",
    [
        "df = df.dropna(axis=1)",
        "df = df.dropna(axis='columns')",
        "df = df.dropna(how='all')",
        "df = df[['a', 'b']]",
        "df = df['a']",
        "df = df.filter(['a'])",
        "df['a'] = df['a'].dropna()",
        "cities = df[['city', 'country']].drop_duplicates()\nprint(cities.city.max())",
        "means = df.dropna().groupby('k').mean()\nprint(means.a.max())",
        "df = df.loc[df.a > 0, 'a']",
        "df.loc[df.a > 0, 'b'] = 1",
        "def clean(data):\n    data = data.dropna()\n    return data",
        "rows = [1, 2]\nrows = rows[rows > 0]\nprint(rows)",
    ],
)
def test_what_drops_no_rows_or_is_no_narrowing_is_fine(source: str) -> None:
    assert found(source, USE) == []


def test_a_frame_that_is_not_used_again_is_fine() -> None:
    assert found("clean = df.dropna()") == []


def test_data_whose_origin_is_not_seen_are_left_alone() -> None:
    assert found("df = df.dropna()", USE, start="import pandas as pd\nfrom data import df") == []


def test_a_filter_of_polars_drops_rows() -> None:
    start = "import polars as pl\ndf = pl.read_csv('a.csv')"
    assert found("df = df.filter(pl.col('a') > 0)", USE, start=start) == [(2, 1, "warning")]
    assert found("df = df.filter(pl.col('a') > 0)", USE, "df.height", start=start) == []
