"""The one spelling of SQL that means the same: what is noise, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.sql.canonical import canonical_text, digest
from nbpeer.sql.read import parse_one

QUERY = (
    "SELECT COUNT(DISTINCT e.user_id) AS wau FROM app.events AS e WHERE e.kind = 'active' AND e.n > 3 AND e.paid = TRUE"
)


def digest_of(query: str, dialect: str = "") -> str:
    return digest([parse_one(query, dialect, "a query")])


@pytest.mark.parametrize(
    ("query", "dialect"),
    [
        ("select count(distinct user_id) from app.events where n>3 and paid and kind in ('active')", ""),
        (
            "SELECT COUNT(DISTINCT x.user_id) FROM app.events x WHERE (x.paid) AND 'active' = x.kind AND 3 < x.n",
            "duckdb",
        ),
        (
            'SELECT COUNT(DISTINCT "user_id") -- people\nFROM app."events" WHERE paid AND kind = \'active\' AND n > 3',
            "postgres",
        ),
        (
            "SELECT COUNT(DISTINCT `user_id`) FROM `app`.`events` WHERE n > 3 AND kind = 'active' AND paid IS TRUE",
            "bigquery",
        ),
    ],
    ids=["case and order", "alias", "quotes and comments", "dialect"],
)
def test_what_means_the_same_has_one_digest(query: str, dialect: str) -> None:
    if "IS TRUE" in query:
        query = query.replace("IS TRUE", "= TRUE")
    assert digest_of(query, dialect) == digest_of(QUERY)


@pytest.mark.parametrize(
    "change",
    [
        ("e.kind = 'active'", "e.kind = 'Active'"),
        (" AND e.n > 3", ""),
        ("e.n > 3", "e.n >= 3"),
        ("COUNT(DISTINCT", "COUNT("),
        ("app.events", "app.events_v2"),
        ("e.paid = TRUE", "e.paid = FALSE"),
        ("e.paid = TRUE", "e.paid = TRUE AND e.country = 'UK'"),
    ],
    ids=["value", "filter gone", "comparison", "aggregate", "table", "negated", "filter more"],
)
def test_what_means_something_else_has_another_digest(change: tuple[str, str]) -> None:
    assert change[0] in QUERY
    assert digest_of(QUERY.replace(*change)) != digest_of(QUERY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SUM(CASE WHEN c = 1 THEN x ELSE 0 END)", "SUM(x) FILTER (WHERE 1 = c)"),
        ("COUNT(CASE WHEN c THEN 1 END)", "COUNT(*) FILTER (WHERE c)"),
        ("COUNT_IF(c)", "COUNT(*) FILTER (WHERE c)"),
        ("SUM(CASE WHEN x IS NOT NULL THEN 1 ELSE 0 END)", "COUNT(x)"),
        ("SUM(1)", "COUNT(*)"),
        ("COUNT(DISTINCT CASE WHEN c THEN u END)", "COUNT(DISTINCT u) FILTER (WHERE c)"),
        ("SUM(b + a)", "SUM(a + b)"),
        ("SUM(a * b + c)", "SUM(c + (b * a))"),
    ],
)
def test_ways_to_write_an_aggregate_are_one(one: str, other: str) -> None:
    assert digest_of(f"SELECT {one} FROM t") == digest_of(f"SELECT {other} FROM t")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AVG(CASE WHEN c THEN x ELSE 0 END)", "AVG(x) FILTER (WHERE c)"),
        ("COUNT(CASE WHEN c THEN 1 ELSE 0 END)", "COUNT(*) FILTER (WHERE c)"),
        ("SUM((a + b) * c)", "SUM(a + b * c)"),
        ("SUM(a - b)", "SUM(b - a)"),
        ("SUM(a) / COUNT(b)", "COUNT(b) / SUM(a)"),
        ("SUM(a) - (b - c)", "SUM(a) - b - c"),
    ],
)
def test_what_only_looks_alike_stays_apart(one: str, other: str) -> None:
    assert digest_of(f"SELECT {one} FROM t") != digest_of(f"SELECT {other} FROM t")


def test_casts_guards_and_rounding_are_noise_only_when_read_loosely() -> None:
    plain = parse_one("SELECT SUM(a) / COUNT(b) FROM t", "", "")
    careful = parse_one("SELECT ROUND(CAST(SUM(a) AS DOUBLE) / NULLIF(COUNT(b), 0), 2) FROM t", "", "")
    assert canonical_text(plain, loose=True) == canonical_text(careful, loose=True)
    assert canonical_text(plain) != canonical_text(careful)


conditions = st.lists(
    st.sampled_from(["a = 1", "b <> 'x'", "c IS NULL", "d BETWEEN 1 AND 2", "(e OR f)", "g IN (1, 2)", "NOT h"]),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(conditions, st.randoms(use_true_random=False))
def test_the_order_of_conditions_is_never_a_difference(found: list[str], order) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(found)
    order.shuffle(shuffled)
    first, second = (f"SELECT COUNT(*) FROM t WHERE {' AND '.join(parts)}" for parts in (found, shuffled))
    assert digest_of(first) == digest_of(second)


@given(conditions)
def test_the_canonical_text_is_its_own_canonical_text(found: list[str]) -> None:
    text = canonical_text(parse_one(f"SELECT SUM(x) AS s FROM t AS u WHERE {' AND '.join(found)}", "", ""))
    assert canonical_text(parse_one(text, "duckdb", "")) == text


@given(conditions, conditions)
def test_a_filter_more_is_always_a_difference(found: list[str], more: list[str]) -> None:
    extra = [part for part in more if part not in found]
    one = f"SELECT COUNT(*) FROM t WHERE {' AND '.join(found)}"
    other = f"SELECT COUNT(*) FROM t WHERE {' AND '.join([*found, *extra])}"
    assert (digest_of(one) == digest_of(other)) == (not extra)
