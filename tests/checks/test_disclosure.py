"""NBP603: small counts and rows of single people, in outputs and in recorded results."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from checking import CONTEXT, check, number, recorded, table
from nbpeer.checks.tables import output_tables
from nbpeer.config import CheckConfig
from nbpeer.model.finding import Finding
from nbpeer.model.notebook import parse_notebook


def shown(text: str, mime: str = "text/plain", **more: Any) -> dict[str, Any]:
    data = {mime: text.splitlines(keepends=True), **more}
    return making.code("x", outputs=[{"output_type": "display_data", "metadata": {}, "data": data}])


def html(columns: str, *rows: str) -> dict[str, Any]:
    """A table as pandas writes it, with an index."""
    head = "".join(f"<th>{name}</th>" for name in columns.split())
    body = "".join(
        f"<tr><th>{place}</th>{''.join(f'<td>{value}</td>' for value in row.split())}</tr>"
        for place, row in enumerate(rows)
    )
    text = f'<table border="1" class="dataframe"><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>'
    return shown(text, "text/html")


def in_results(*results: Any, cells: tuple[Any, ...] = ("x = 1",)) -> list[Finding]:
    return check(*cells, select="NBP603", context=CONTEXT._replace(results=recorded(*results)))


@pytest.mark.parametrize(
    "column", ["users", "patients", "n_patients", "user_count", "number_of_people", "Customers", "cases"]
)
def test_a_small_count_of_people_in_an_output_is_found(column: str) -> None:
    (finding,) = check(html(f"village {column}", "North 212", "South 3", "East 9"), select="NBP603")
    assert finding.severity == "warning"
    assert finding.message == f"the output shows 2 counts below 10 in the column `{column}` (the smallest is 3)"


@pytest.mark.parametrize("column", ["n", "count", "size", "freq"])
def test_a_small_count_of_who_knows_what_is_an_info(column: str) -> None:
    (finding,) = check(html(f"village {column}", "North 212", "South 3"), select="NBP603")
    assert finding.severity == "info"


@pytest.mark.parametrize("value", ["0", "10", "212", "3.5", "-3", "NaN", "1,003", "3.0e5"])
def test_what_is_no_small_count_is_fine(value: str) -> None:
    assert check(html("village patients", f"North {value}"), select="NBP603") == []


@pytest.mark.parametrize("column", ["rate", "amount", "patients_share", "country", "min", "account"])
def test_other_columns_may_be_small(column: str) -> None:
    assert check(html(f"village {column}", "North 3"), select="NBP603") == []


@pytest.mark.parametrize(
    "text",
    [
        "  village  patients\n0   North       212\n1   South         3\n",
        "         patients\nvillage          \nNorth         212\nSouth           3\n",
        "village\nNorth    212\nSouth      3\nName: patients, dtype: int64\n",
    ],
)
def test_frames_and_series_that_are_printed_are_read(text: str) -> None:
    for cell in (shown(text), making.code("x", outputs=[making.stream(text)])):
        (finding,) = check(cell, select="NBP603")
        assert "1 count below 10 in the column `patients`" in finding.message


def test_the_threshold_is_configured() -> None:
    cell = html("village patients", "North 7")
    for limit, expected in ((10, 1), (8, 1), (7, 0), (5, 0)):
        subject = CONTEXT._replace(config=CheckConfig(small_count=limit))
        assert len(configured(cell, subject)) == expected


def configured(cell: dict[str, Any], context: Any) -> list[Finding]:
    from checking import nothing_to_read
    from nbpeer.checks.apply import Subject, check_notebooks

    context = context._replace(config=msgspec.structs.replace(context.config, select=("NBP603",)))
    content = making.text(making.notebook(cell, header=None))
    return list(check_notebooks([Subject(parse_notebook(content), context, nothing_to_read)]))


@pytest.mark.parametrize(
    "column", ["user_id", "patient_id", "customerID", "email", "e-mail", "last_name", "date_of_birth", "ssn"]
)
def test_rows_of_single_people_are_found(column: str) -> None:
    (finding,) = check(html(f"{column} amount", "a7 3", "b9 12"), select="NBP603")
    assert finding.message == f"the output shows rows of single people (column `{column}`)"


@pytest.mark.parametrize("column", ["id", "order_id", "name", "product_id", "user_group"])
def test_rows_of_other_things_are_fine(column: str) -> None:
    assert check(html(f"{column} amount", "a7 30", "b9 12"), select="NBP603") == []


def test_a_single_row_is_no_dump() -> None:
    assert check(html("user_id amount", "a7 30"), select="NBP603") == []


def test_recorded_tables_are_read_and_the_place_is_where_the_result_gets_its_name() -> None:
    small = table("by village", "village n", ("North", 212), ("South", 3.0))
    (finding,) = in_results(small, cells=("import nbpeer", "x = 1\nnbpeer.result('by village', x)"))
    assert (finding.cell, finding.line, finding.severity) == (2, 2, "warning")
    assert "the result “by village” has 1 count below 10 in the column `n`" in finding.message
    (elsewhere,) = in_results(small)
    assert (elsewhere.cell, elsewhere.line) == (0, 0)


def test_a_recorded_number_of_people_is_read_and_other_numbers_are_not() -> None:
    assert len(in_results(number("tested positive", 7, "people"))) == 1
    assert len(in_results(number("patients", 7))) == 1
    fine = [number("a", 7, "%"), number("b", 0, "people"), number("c", 10, "people"), number("d", 7.5, "people")]
    assert in_results(*fine, number("e", 7, "flights"), table("f", "n", (True,), (None,), (float("nan"),))) == []


def test_a_named_result_among_the_outputs_is_not_reported_twice() -> None:
    payload = {"name": "by village", "type": "table"}
    cell = making.code(
        "x", outputs=[making.named_result(payload, **{"text/html": "<table><tr><th>n<tr><td>3</table>"})]
    )
    assert check(cell, select="NBP603") == []


def test_headings_of_several_rows_are_put_together() -> None:
    text = (
        "<table><tr><th></th><th colspan='2'>people</th></tr><tr><th>village</th><th>a</th><th>count</th></tr>"
        "<tr><th>North</th><td>1.5</td><td>4</td></tr></table>"
    )
    notebook = parse_notebook(making.text(making.notebook(shown(text, "text/html"), header=None)))
    (found,) = output_tables(notebook)
    assert found.columns == ("village", "people a", "people count")
    assert found.rows == (("North", "1.5", "4"),)


@given(st.text(st.sampled_from("<>/tabledrhn= 'colspan3\n0.,n")) | st.text(max_size=80))
def test_any_output_is_read(text: str) -> None:
    for mime, start in (("text/html", "<table>"), ("text/plain", "  n\n")):
        for finding in check(shown(start + text, mime), select="NBP603"):
            assert finding.code == "NBP603"
