from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.result import Table
from nbpeer.results.html_tables import MOST_CELLS, comparable, read_html


def values(html: str) -> Table:
    """The only table of HTML as values."""
    (table,) = read_html(html).tables
    return comparable(table, table)[0]


def test_a_data_frame_is_a_table_without_the_index_that_only_counts() -> None:
    frame = pd.DataFrame({"city": ["Ulm", "Lyon"], "n": [3, 41000], "share": [0.5, 1e-7]})
    assert values(frame.to_html()) == Table(("city", "n", "share"), (("Ulm", 3, 0.5), ("Lyon", 41000, 1e-7)))


def test_an_index_that_says_something_names_the_rows_as_text() -> None:
    frame = pd.DataFrame({"n": [3, 4]}, index=pd.Index([2020, 2021], name="year"))
    assert values(frame.to_html()) == Table(("year", "n"), (("2020", 3), ("2021", 4)))


def test_spans_of_two_levels_are_filled_in_both_directions() -> None:
    rows = pd.MultiIndex.from_product([["DE", "FR"], ["a", "b"]], names=["country", "arm"])
    columns = pd.MultiIndex.from_product([["before", "after"], ["mean", "sd"]])
    frame = pd.DataFrame([[1, 2, 3, 4]] * 4, index=rows, columns=columns)
    table = values(frame.to_html())
    assert table.columns == ("country", "arm", "before / mean", "before / sd", "after / mean", "after / sd")
    assert [row[:2] for row in table.rows] == [("DE", "a"), ("DE", "b"), ("FR", "a"), ("FR", "b")]
    assert table.rows[3] == ("FR", "b", 1, 2, 3, 4)


@pytest.mark.parametrize("text", ["NA", "1,234", "007", "nan", "3.1 %", "", "1e9999", "--1", "2024-01-02"])
def test_what_is_not_plainly_a_number_stays_text(text: str) -> None:
    assert values(f"<table><tr><th>a</th></tr><tr><td>{text}</td></tr></table>").rows == ((text,),)


@pytest.mark.parametrize(
    ("text", "number"), [("1234", 1234), ("-0.5", -0.5), ("\N{MINUS SIGN}3", -3), ("1e-7", 1e-7), ("3.", 3.0)]
)
def test_a_plain_number_is_one(text: str, number: float) -> None:
    assert values(f"<table><tr><th>a</th></tr><tr><td> {text}\n</td></tr></table>").rows == ((number,),)


def test_columns_without_a_name_or_with_a_taken_one_get_one() -> None:
    html = "<table><tr><th>a</th><th>a</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>"
    assert values(html).columns == ("a", "a (2)", "column 3")


def test_text_around_tables_is_read_and_scripts_and_styles_are_not() -> None:
    html = (
        "<style>a{}</style><p>two <b>words</b></p><table><tr><td>x</td></tr></table><p>3 rows</p><script>y()</script>"
    )
    assert read_html(html).text == "two words\n3 rows"


def test_another_picture_or_drawing_is_another_text() -> None:
    def text(source: str, path: str) -> str:
        return read_html(f'<img src="{source}"><svg id="s"><path d="{path}"/><text>t</text></svg>').text

    assert text("data:a", "M1") == text("data:a", "M1")
    assert len({text("data:a", "M1"), text("data:b", "M1"), text("data:a", "M2")}) == 3
    assert "[picture" in text("data:a", "M1")
    assert "[drawing" in text("data:a", "M1")


def test_a_table_in_a_cell_is_text_of_that_cell() -> None:
    html = "<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>"
    assert values(html).rows == (("ab", "c"),)


def test_a_table_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    assert values("<table><tr><th>a<th>b<tr><td>1<td>2<tr><td>3").rows == ((1, 2), (3, ""))


def test_spans_that_claim_a_continent_are_refused_and_said() -> None:
    html = "<table>" + '<tr><td colspan="99999999" rowspan="99999999">x</td></tr>' * 50 + "</table>"
    found = read_html(html)
    assert found.cut
    assert sum(len(row) for row in found.tables[0].rows) <= 2 * MOST_CELLS


@given(
    st.lists(
        st.sampled_from("<table> </table> <tr> <td> <th> </td> <td/> <svg> </svg> <style> </style> <p> a 1".split())
        | st.text(max_size=3),
        max_size=30,
    ).map("".join)
)
def test_any_html_is_read_into_rows_of_equal_width(html: str) -> None:
    for table in read_html(html).tables:
        widths = {len(row) for row in (*table.header, *table.rows)}
        assert len(widths) <= 1
        comparable(table, table)


@given(
    st.lists(st.tuples(st.text("abc ", min_size=1), st.integers(), st.floats(allow_nan=False)), min_size=1, max_size=6)
)
def test_a_data_frame_survives_the_way_through_html(rows: list[tuple[str, int, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["name", "n", "x"])
    table = values(frame.to_html(float_format=repr))
    assert [row[1] for row in table.rows] == [row[1] for row in rows]
    assert [row[0] for row in table.rows] == [" ".join(row[0].split()) for row in rows]
