"""The metric registry: `metrics.yml` and Ossie documents as typed values, and every way in which one can be wrong."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from nbpeer import yaml
from nbpeer.errors import NbpeerError
from nbpeer.model.metric import Metric, Registry
from nbpeer.registry.metrics import find_registry, read_registry
from nbpeer.registry.metrics_changes import registry_changes
from nbpeer.registry.metrics_query import metric_query


def expression(text: str, dialect: str = "ANSI_SQL") -> dict[str, Any]:
    return {"dialects": [{"dialect": dialect, "expression": text}]}


def field(name: str, text: str = "", **extra: Any) -> dict[str, Any]:
    return {"name": name, "expression": expression(text or name), **extra}


def metric(name: str, text: str, **own: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "expression": expression(text)}
    return found | ({"custom_extensions": [{"vendor_name": "NBPEER", "data": own}]} if own else {})


DATASETS = [
    {
        "name": "orders",
        "source": "sales.public.orders_v2",
        "fields": [
            field("ordered_on", dimension={"is_time": True}),
            field("net", "amount - refunded"),
            field("customer_id"),
        ],
    },
    {"name": "customers", "source": "sales.public.customers", "fields": [field("id"), field("country")]},
    {"name": "visits", "source": "data/visits.parquet"},
]
LINKS = [
    {
        "name": "orders_to_customers",
        "from": "orders",
        "to": "customers",
        "from_columns": ["customer_id"],
        "to_columns": ["id"],
    }
]


def document(*metrics: dict[str, Any], **model: Any) -> bytes:
    made = {"name": "shop", "datasets": DATASETS, "relationships": LINKS, "metrics": list(metrics), **model}
    return yaml.dump({"version": "0.2.0.dev0", "semantic_model": [made]}).encode()


def registry(*metrics: dict[str, Any], **model: Any) -> Registry:
    return read_registry(document(*metrics, **model), "metrics.yml")


def one(*metrics: dict[str, Any], **model: Any) -> Metric:
    (found,) = registry(*metrics, **model).metrics
    return found


def test_our_fields_are_read_from_the_extension() -> None:
    own = {"version": "2.1.0", "owner": "sales", "filter": "orders.status = 'paid'", "grain": "week"}
    found = one(metric("revenue", "SUM(orders.amount)", **own, valid_from="2026-01-01", status="deprecated"))
    assert (found.cited, found.owner, found.grain, found.status) == ("revenue@2.1.0", "sales", "week", "deprecated")
    assert (found.valid_from, found.time) == (datetime.date(2026, 1, 1), "ordered_on")
    assert found.query == (
        "SELECT DATE_TRUNC('WEEK', ordered_on) AS week, SUM(amount) AS revenue FROM sales.public.orders_v2 AS orders "
        "WHERE status = 'paid' GROUP BY 1 ORDER BY 1"
    )


def test_the_extension_may_be_json_text_as_the_specification_has_it() -> None:
    as_text = metric("revenue", "SUM(orders.amount)")
    as_text["custom_extensions"] = [
        {"vendor_name": "DBT", "data": '{"materialized": "table"}'},
        {"vendor_name": "NBPEER", "data": '{"version": "1.0.0", "valid_from": "2026-01-01"}'},
    ]
    assert one(as_text) == one(metric("revenue", "SUM(orders.amount)", version="1.0.0", valid_from="2026-01-01"))


def test_one_model_at_the_top_level_is_read_too() -> None:
    flat = {"version": "0.2.0.dev0", "name": "shop", "datasets": DATASETS, "metrics": [metric("n", "COUNT(orders.id)")]}
    assert (
        read_registry(yaml.dump(flat).encode(), "ossie.yml").metrics
        == registry(metric("n", "COUNT(orders.id)")).metrics
    )


def test_a_computed_field_is_filled_in_and_a_lone_table_needs_no_qualifier() -> None:
    assert one(metric("net", "SUM(orders.net) / COUNT(*)", dataset="orders")).query == (
        "SELECT SUM(amount - refunded) / COUNT(*) AS net FROM sales.public.orders_v2 AS orders"
    )


def test_several_datasets_are_joined_as_their_relationships_say() -> None:
    assert one(metric("buyers", "COUNT(DISTINCT customers.id)", filter="orders.net > 0")).query == (
        "SELECT COUNT(DISTINCT customers.id) AS buyers FROM sales.public.orders_v2 AS orders "
        "LEFT JOIN sales.public.customers ON orders.customer_id = customers.id "
        "WHERE (orders.amount - orders.refunded) > 0"
    )


def test_a_metric_computed_of_others_is_written_out() -> None:
    found = registry(
        metric("revenue", "SUM(orders.amount)", filter="orders.status = 'paid'"),
        metric("placed", "COUNT(orders.id)", filter="orders.status = 'paid'"),
        metric("visits", "COUNT(visits.id)"),
        metric("average", "revenue / NULLIF(placed, 0)"),
        metric("doubled", "2 * average"),
        metric("a_visit", "revenue / visits"),
    )
    assert found.find("average") and found.find("average").inputs == ("revenue", "placed")  # type: ignore[union-attr]
    queries = {one.name: one.query for one in found.metrics}
    same_rows = "FROM sales.public.orders_v2 AS orders WHERE status = 'paid'"
    assert queries["average"] == f"SELECT SUM(amount) / NULLIF(COUNT(id), 0) AS average {same_rows}"
    assert queries["doubled"] == f"SELECT 2 * (SUM(amount) / NULLIF(COUNT(id), 0)) AS doubled {same_rows}"
    assert queries["a_visit"] == (
        f"SELECT (SELECT SUM(amount) AS revenue {same_rows}) / "
        '(SELECT COUNT(id) AS visits FROM "data/visits.parquet" AS visits) AS a_visit'
    )


def test_a_definition_changes_with_what_it_is_computed_of() -> None:
    before = registry(metric("a", "SUM(orders.amount)"), metric("b", "2 * a"))
    after = registry(metric("a", "SUM(orders.net)"), metric("b", "2 * a"))
    kinds = {change.name: (change.kind, change.details) for change in registry_changes(before, after)}
    assert kinds["a"] == (
        "definition",
        ("expression SUM(orders.amount) → SUM(orders.net)", "its version stayed the same"),
    )
    assert kinds["b"] == ("definition", ("a metric it is computed of changed", "its version stayed the same"))


def test_formatting_alias_and_another_dialect_of_the_same_are_no_change() -> None:
    other = metric("a", "sum( orders.AMOUNT )", filter="'paid' = orders.status")
    other["expression"]["dialects"].append({"dialect": "SNOWFLAKE", "expression": "SUM(orders.amount)"})
    renamed = [{**DATASETS[0], "name": "o"}]
    aliased = metric("a", "SUM(o.amount)", filter="o.status = 'paid'")
    first = one(metric("a", "SUM(orders.amount)", filter="orders.status = 'paid'"))
    assert one(other).definition == first.definition
    assert one(aliased, datasets=renamed, relationships=[]).definition == first.definition
    assert one(metric("a", "SUM(orders.amount)")).definition != first.definition


def test_a_change_in_another_dialect_alone_is_a_change() -> None:
    first, other = (metric("a", "SUM(orders.amount)") for _ in range(2))
    other["expression"]["dialects"].append({"dialect": "SNOWFLAKE", "expression": "SUM(orders.net)"})
    assert one(first).definition != one(other).definition


def test_the_dialect_that_the_document_writes_itself_is_given_as_it_is() -> None:
    written = metric("a", "COUNT(orders.id)")
    written["expression"]["dialects"].append({"dialect": "SNOWFLAKE", "expression": "COUNT_IF(orders.id IS NOT NULL)"})
    assert "COUNT_IF" in metric_query(one(written), "snowflake")
    assert "COUNT_IF" not in metric_query(one(written), "postgres")


def test_a_week_begins_on_a_monday_in_every_dialect() -> None:
    found = one(metric("a", "COUNT(orders.id)", grain="week"))
    assert "DATE_TRUNC('WEEK', ordered_on)" in metric_query(found, "duckdb")
    assert "DATE_TRUNC(ordered_on, ISOWEEK)" in metric_query(found, "bigquery")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("SUM(x)", "it does not say whose rows it counts"),
        ("SUM(orders.x) / COUNT(visits.y)", "nothing links orders and visits"),
    ],
)
def test_a_metric_whose_rows_cannot_be_told_has_no_sql_and_says_why(text: str, problem: str) -> None:
    found = one(metric("a", text))
    assert found.query == ""
    assert found.problem.startswith(problem)
    assert found.definition != one(metric("a", text.replace("SUM", "AVG"))).definition


def test_columns_without_an_owner_are_of_the_dataset_that_has_them_or_of_the_one_with_many_rows() -> None:
    assert "FROM sales.public.customers " in one(metric("a", "COUNT(DISTINCT country)")).query + " "
    two = {"datasets": DATASETS[:2]}
    assert one(metric("a", "SUM(amount)"), **two).query.endswith("FROM sales.public.orders_v2 AS orders")


def test_an_expression_that_is_no_sql_leaves_the_metric_without_a_query() -> None:
    found = one({"name": "a", "expression": expression("{[Measures].[Sales]}", "MDX")})
    assert (found.query, found.problem) == ("", "its expression is in no dialect of SQL")
    with pytest.raises(NbpeerError, match="a has no SQL: its expression is in no dialect of SQL"):
        metric_query(found)


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ([metric("a", "SUM(orders.x)"), metric("a", "COUNT(orders.x)")], "metrics.yml defines 'a' twice"),
        ([metric("a", "b + 1"), metric("b", "c"), metric("c", "a")], "in a circle: a → b → c → a"),
        ([metric("a", "a + 1")], "in a circle: a → a"),
        ([metric("a", "SUM(orders.x")], "metrics.yml, metric 'a': not readable SQL"),
        (
            [metric("a", "SUM(orders.x)", filter="orders.y = = 1")],
            "metrics.yml, metric a, its filter: not readable SQL",
        ),
        ([metric("a", "SUM(orders.x)", valid_from="2026-13-01")], "valid_from: '2026-13-01' is no date"),
        ([metric("a", "SUM(orders.x)", status="live")], "status: 'live' is not one of draft, active"),
        ([metric("a", "SUM(orders.x)", grain="fortnight")], "grain: 'fortnight' is not one of day, week"),
        ([metric("a", "SUM(orders.x)", verzion="1")], "unknown key 'verzion'"),
        ([metric("a", "SUM(orders.x)", dataset="order")], "there is no dataset 'order'"),
        ([metric("a", "COUNT(visits.x)", grain="week")], "no column says when a row counts"),
        ([metric("a", "gone + 1")], "'gone + 1' aggregates nothing, and names no other metric"),
        ([metric("a", "orders.x")], "'orders.x' aggregates nothing"),
        ([{"name": "a"}], "metric 'a' has no expression"),
        ([{"expression": expression("SUM(orders.x)")}], "a metric has no name"),
    ],
    ids=lambda value: None if isinstance(value, list) else value[:40],
)
def test_what_is_wrong_with_a_metric_is_one_line_that_names_it(metrics: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(NbpeerError) as error:
        registry(*metrics)
    assert said in error.value.message
    assert "\n" not in str(error.value)
    assert error.value.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: [1\nb: 2", "metrics.yml, line 2: not valid YAML"),
        (b"wau: {sql: select 1}", "metrics.yml is no metric registry"),
        (b"- 1", "metrics.yml is no metric registry"),
        (b"", "metrics.yml is no metric registry"),
        (b"semantic_model: 3", "metrics.yml is no metric registry"),
        (b"\xff\xfe", "metrics.yml is not UTF-8"),
        (b"semantic_model: [{name: a, datasets: 3}]", "metrics.yml, datasets: is no list"),
        (b"semantic_model: [{name: a, datasets: [{name: b}]}]", "dataset 'b' has no source"),
        (
            b"semantic_model: [{name: a, datasets: [{name: b, source: c, fields: [3]}]}]",
            "dataset 'b', fields: is no list",
        ),
    ],
)
def test_a_document_that_is_no_registry_is_said(content: bytes, said: str) -> None:
    with pytest.raises(NbpeerError) as error:
        read_registry(content, "metrics.yml")
    assert said in error.value.message


@pytest.mark.parametrize("source", ["not a table (", "two words", "read_parquet('x')", "a b.c"])
def test_a_source_that_is_no_table_file_or_query_is_said(source: str) -> None:
    with pytest.raises(NbpeerError, match="is no table, file or query") as error:
        one(metric("a", "COUNT(t.x)"), datasets=[{"name": "t", "source": source}], relationships=[])
    assert "metrics.yml, metric a, the source of t" in error.value.message


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("a.b.t", "a.b.t"),
        ('"A b"."t"', '"A b"."t"'),
        ("`p-1`.d.t", '"p-1".d.t'),
        ("s3://bucket/t.parquet", '"s3://bucket/t.parquet" AS t'),
        ("SELECT * FROM raw WHERE ok", "(SELECT * FROM raw WHERE ok) AS t"),
    ],
)
def test_tables_files_and_queries_are_sources(source: str, read: str) -> None:
    found = one(metric("a", "COUNT(t.x)"), datasets=[{"name": "t", "source": source}], relationships=[])
    assert found.query == f"SELECT COUNT(x) AS a FROM {read}"


def test_a_registry_is_found_in_the_usual_places_or_where_it_is_configured() -> None:
    files = {"target/semantic_manifest.json": b'{"semantic_models": [], "metrics": []}', "m.yml": document()}
    found = find_registry(files.get)
    assert found and found.path == "target/semantic_manifest.json"
    configured = find_registry(files.get, "m.yml")
    assert configured and configured.path == "m.yml"
    assert find_registry({}.get) is None
    with pytest.raises(NbpeerError, match=r"gone.yml is not there"):
        find_registry(files.get, "gone.yml")


def test_a_citation_finds_its_metric_or_says_what_is_there() -> None:
    found = registry(metric("wau", "COUNT(orders.id)", version="2.1.0"), metric("plain", "COUNT(orders.id)"))
    assert found.cited("wau").name == found.cited("wau@2.1.0").name == "wau"
    for citation, said in (
        ("wuu", "defines no metric 'wuu': did you mean 'wau'?"),
        ("wau@2.0.0", "wau@2.0.0 is not there: metrics.yml has 2.1.0: cite wau@2.1.0"),
        ("plain@1", "plain@1 is not there: metrics.yml gives it no version: cite plain"),
    ):
        with pytest.raises(NbpeerError) as error:
            found.cited(citation)
        assert said in str(error.value)
