"""Queries restricted to one window of days."""

from __future__ import annotations

import pytest

from nbpeer.sql.read import SqlError
from nbpeer.sql.window import Window, windowed

DAYS = ("2026-01-05", "2026-01-11")
INSIDE = "CAST(day AS DATE) BETWEEN CAST('2026-01-05' AS DATE) AND CAST('2026-01-11' AS DATE)"


def restricted(query: str, time: str = "day") -> str:
    return windowed(query, "duckdb", Window(time, *DAYS, frozenset({"events", "orders.parquet"})), "cell 3")


@pytest.mark.parametrize(
    "conditions",
    [
        "",
        " WHERE day >= '2026-01-01'",
        " WHERE day BETWEEN '2026-01-01' AND '2026-03-31'",
        " WHERE day >= {start} AND day < '{end}'",
        " WHERE day >= :start AND :end > day",
        " WHERE day >= %(start)s",
        " WHERE CAST(day AS DATE) = ?",
    ],
)
def test_conditions_on_time_give_way_to_the_window(conditions: str) -> None:
    assert restricted(f"SELECT COUNT(*) FROM events{conditions}") == f"SELECT COUNT(*) FROM events WHERE {INSIDE}"


def test_other_conditions_and_groups_stay() -> None:
    query = "SELECT a, COUNT(*) FROM events WHERE kind = 'x' AND day > '2026-01-01' GROUP BY a"
    assert restricted(query) == f"SELECT a, COUNT(*) FROM events WHERE kind = 'x' AND {INSIDE} GROUP BY a"


def test_the_select_that_reads_a_table_is_restricted_and_not_the_one_around_it() -> None:
    found = restricted("WITH e AS (SELECT * FROM events) SELECT COUNT(*) FROM e")
    assert found == f"WITH e AS (SELECT * FROM events WHERE {INSIDE}) SELECT COUNT(*) FROM e"


def test_only_the_metrics_own_tables_are_restricted_when_the_query_reads_them() -> None:
    query = (
        "WITH c AS (SELECT id FROM customers) SELECT COUNT(*) FROM 'x/orders.parquet' WHERE id IN (SELECT id FROM c)"
    )
    found = restricted(query)
    assert found.startswith("WITH c AS (SELECT id FROM customers) SELECT COUNT(*)")
    assert found.endswith(f"AND {INSIDE}")
    assert INSIDE in restricted("SELECT COUNT(*) FROM another_name")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT COUNT(*) FROM events WHERE country = '{country}'", "{country}, which only a run fills in"),
        ("SELECT COUNT(*) FROM events WHERE country = :country", ":country, which only a run fills in"),
        ("SELECT COUNT(*) FROM {table}", "{table}, which only a run fills in"),
        ("DROP TABLE events", "no SELECT"),
        ("INSERT INTO t SELECT * FROM events", "no SELECT"),
        ("SELECT FROM (", "not readable SQL"),
        ("SELECT 1; SELECT 2", "not readable SQL"),
    ],
)
def test_what_cannot_run_alone_is_said(query: str, problem: str) -> None:
    with pytest.raises(SqlError, match="cell 3") as error:
        restricted(query)
    assert problem in str(error.value)
