"""A query held against a metric's definition, and queries that look like a metric."""

from __future__ import annotations

import pytest

from checking import registry
from nbpeer.sql.compare import compare, resembles
from nbpeer.sql.read import parse_sql
from nbpeer.sql.shape import Shapes

METRICS = registry(
    "wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'\n"
    "orders_placed = COUNT(*) where orders.status <> 'test'\n"
    "average_order = SUM(orders.amount) / NULLIF(COUNT(orders.id), 0)\n"
    "order_share = orders_placed / wau"
)


def verdict(query: str, name: str = "wau") -> tuple[str, str]:
    metric = METRICS.find(name)
    assert metric
    found = compare(metric, Shapes(parse_sql(query)))
    return found.verdict, found.detail


@pytest.mark.parametrize(
    "query",
    [
        "SELECT COUNT(DISTINCT user_id) FROM app.events WHERE kind <> 'login'",
        "select date_trunc('week', e.day), count(distinct e.user_id) from events e where 'login' != e.kind group by 1",
        "SELECT COUNT(DISTINCT user_id) FROM w.app.events WHERE NOT kind = 'login' AND day >= :start AND day < '{end}'",
        "SELECT country, COUNT(DISTINCT CASE WHEN kind <> 'login' THEN user_id END) AS n FROM events GROUP BY country",
        "SELECT COUNT(DISTINCT user_id) FILTER (WHERE kind <> 'login') FROM events WHERE day > '2026-01-01'",
        "SELECT COUNT(DISTINCT user_id) FROM events WHERE 1 = 1 AND TRUE AND kind <> 'login'",
        "WITH other AS (SELECT 1 AS a) SELECT COUNT(DISTINCT user_id) FROM events WHERE kind <> 'login'",
    ],
    ids=[
        "plain",
        "grouped by week",
        "window",
        "case",
        "filter clause",
        "conditions that say nothing",
        "beside another query",
    ],
)
def test_a_query_that_computes_the_definition_agrees(query: str) -> None:
    assert verdict(query) == ("agree", "")


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("SELECT COUNT(DISTINCT user_id) FROM events", "it lacks the filter `kind <> 'login'`"),
        (
            "SELECT COUNT(DISTINCT user_id) FROM events WHERE kind <> 'login' AND country = 'UK'",
            "it also filters `country = 'UK'`",
        ),
        (
            "SELECT COUNT(user_id) AS wau FROM events WHERE kind <> 'login'",
            "it computes `COUNT(user_id)`, the definition `COUNT(DISTINCT user_id)`",
        ),
        (
            "SELECT COUNT(DISTINCT user_id) FROM app.events_raw WHERE kind <> 'login'",
            "it reads app.events_raw, the definition app.events",
        ),
        (
            "SELECT COUNT(DISTINCT user_id) FROM events WHERE kind <> 'logout' OR day > '2026-01-01'",
            "it lacks the filter `kind <> 'login'`, and it also filters `(day > '2026-01-01') OR (kind <> 'logout')`",
        ),
    ],
    ids=["filter missing", "filter more", "aggregate", "table", "other filter"],
)
def test_a_query_that_computes_something_else_differs(query: str, detail: str) -> None:
    assert verdict(query) == ("differ", detail)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("SELECT COUNT(DISTINCT user_id) FROM (SELECT user_id FROM events)", "it reads a subquery"),
        ("WITH e AS (SELECT * FROM events) SELECT COUNT(DISTINCT user_id) FROM e", "it reads a subquery"),
        (
            "SELECT COUNT(DISTINCT user_id) AS n FROM events HAVING COUNT(*) > 1",
            "it has HAVING, LIMIT, QUALIFY or DISTINCT",
        ),
        ("SELECT COUNT(DISTINCT a.user_id) FROM events a JOIN events b ON a.id = b.id", "it joins a table with itself"),
        (
            "SELECT COUNT(DISTINCT user_id) FROM events WHERE id IN (SELECT id FROM t)",
            "a condition holds a query of its own",
        ),
        ("SELECT user_id FROM events", "the query aggregates nothing"),
        (
            "SELECT c.name, COUNT(DISTINCT e.user_id) FROM events e LEFT JOIN countries c ON c.id = e.country "
            "WHERE e.kind <> 'login' GROUP BY 1",
            "it also joins countries, which may add or drop rows",
        ),
    ],
)
def test_where_reading_cannot_tell_it_says_so(query: str, detail: str) -> None:
    assert verdict(query) == ("undecided", detail)


def test_a_ratio_is_compared_without_its_guard_against_zero() -> None:
    assert verdict("SELECT 1.0 * SUM(amount) / COUNT(id) AS a FROM orders", "average_order") == ("agree", "")
    assert verdict("SELECT COUNT(id) / SUM(amount) AS a FROM orders", "average_order")[0] == "differ"


def test_a_metric_computed_over_several_tables_cannot_be_told_by_reading() -> None:
    assert verdict("SELECT 1", "order_share") == ("undecided", "its definition is no single SELECT")


def like(query: str) -> list[str]:
    return [metric.name for metric in METRICS.metrics if resembles(metric, Shapes(parse_sql(query)))]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT COUNT(DISTINCT user_id) FROM events", ["wau"]),
        ("SELECT SUM(hits) AS wau FROM visits", ["wau"]),
        ("SELECT COUNT(*) FROM orders", []),
        ("SELECT COUNT(*) FROM orders WHERE status <> 'test'", ["orders_placed"]),
        ("SELECT COUNT(DISTINCT user_id) FROM visits", []),
        ("SELECT COUNT(user_id) FROM events", []),
        ("SELECT user_id FROM events", []),
        ("SELECT COUNT(DISTINCT user_id) OVER (PARTITION BY day) FROM events", []),
    ],
)
def test_a_query_resembles_a_metric_by_its_aggregate_and_table_or_by_its_name(query: str, names: list[str]) -> None:
    assert like(query) == names
