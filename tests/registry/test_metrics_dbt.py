"""Metrics of dbt's semantic manifest, in both ways that dbt writes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nbpeer.errors import NbpeerError
from nbpeer.model.metric import Metric
from nbpeer.registry.metrics import read_registry

PATH = "target/semantic_manifest.json"
ORDERS = '"jaffle"."main"."orders"'


def measure(name: str, agg: str, expr: str | None = None, **extra: Any) -> dict[str, Any]:
    """A measure as `dbt parse` writes it, with every field."""
    empty = {"description": None, "create_metric": False, "agg_params": None, "metadata": None, "label": None}
    return {
        "name": name, "agg": agg, "expr": expr, "non_additive_dimension": None, "agg_time_dimension": None,
        **empty, **extra,
    }  # fmt: skip


MODEL = {
    "name": "orders",
    "defaults": {"agg_time_dimension": "ordered_at"},
    "description": "One row per order.",
    "node_relation": {"alias": "orders", "schema_name": "main", "database": "jaffle", "relation_name": ORDERS},
    "primary_entity": None,
    "entities": [
        {"name": "order_id", "type": "primary", "role": None, "expr": None, "metadata": None},
        {"name": "customer", "type": "foreign", "role": None, "expr": "customer_id", "metadata": None},
    ],
    "measures": [
        measure("order_total", "sum"),
        measure("order_count", "sum", "1"),
        measure("customers", "count_distinct", "customer_id"),
        measure("p90", "percentile", "order_total", agg_params={"percentile": 0.9, "use_discrete_percentile": False}),
        measure("balance", "sum", non_additive_dimension={"name": "ordered_at", "window_choice": "max"}),
    ],
    "dimensions": [
        {"name": "ordered_at", "type": "time", "type_params": {"time_granularity": "day"}, "expr": "ordered_at::date"},
        {"name": "is_food", "type": "categorical", "type_params": None, "expr": "food_items > 0"},
        {"name": "status", "type": "categorical", "type_params": None, "expr": None},
    ],
    "metadata": None,
}


def where(*templates: str) -> dict[str, Any]:
    return {"where_filters": [{"where_sql_template": text} for text in templates]}


def simple(name: str, of: str, filter: dict[str, Any] | None = None, **extra: Any) -> dict[str, Any]:
    params = {
        "measure": {"name": of, "filter": None, "alias": None}, "numerator": None, "denominator": None, "expr": None,
        "window": None, "grain_to_date": None, "metrics": [], "input_measures": [{"name": of}],
    }  # fmt: skip
    return {"name": name, "description": "", "type": "simple", "type_params": params, "filter": filter, **extra}


def derived(name: str, expr: str, *inputs: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"name": name, "type": "derived", "type_params": {"expr": expr, "metrics": list(inputs)}, **extra}


def read(*metrics: dict[str, Any]) -> dict[str, Metric]:
    manifest = {"semantic_models": [MODEL], "metrics": list(metrics), "project_configuration": {}}
    return {metric.name: metric for metric in read_registry(json.dumps(manifest).encode(), PATH).metrics}


@pytest.mark.parametrize(
    ("of", "expression"),
    [
        ("order_total", "SUM(order_total)"),
        ("order_count", "SUM(1)"),
        ("customers", "COUNT(DISTINCT customer_id)"),
        ("p90", "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY order_total)"),
    ],
)
def test_a_simple_metric_is_the_aggregate_of_its_measure(of: str, expression: str) -> None:
    found = read(simple("m", of))["m"]
    assert found.query == f"SELECT {expression} AS m FROM {ORDERS}"
    assert found.time == "CAST(ordered_at AS DATE)"


def test_a_simple_metric_may_aggregate_without_a_measure() -> None:
    params = {
        "expr": "order_total",
        "metric_aggregation_params": {"semantic_model": "orders", "agg": "average", "agg_time_dimension": "ordered_at"},
    }
    found = read({"name": "m", "type": "simple", "type_params": params, "filter": None})["m"]
    assert found.query == f"SELECT AVG(order_total) AS m FROM {ORDERS}"


def test_filters_are_filled_with_the_semantic_models_own_sql() -> None:
    template = (
        "{{ Dimension('order_id__is_food') }} AND {{ TimeDimension('order_id__ordered_at', 'month') }} >= '2026-01-01'"
    )
    found = read(simple("m", "order_total", where(template, "{{ Entity('customer') }} IS NOT NULL")))["m"]
    assert found.query.partition(" WHERE ")[2] == (
        "food_items > 0 AND DATE_TRUNC('MONTH', CAST(ordered_at AS DATE)) >= '2026-01-01' AND NOT customer_id IS NULL"
    )


def test_ratio_and_derived_metrics_are_computed_of_their_inputs() -> None:
    share = {
        "name": "food_share", "type": "ratio", "filter": None,
        "type_params": {"numerator": {"name": "food"}, "denominator": {"name": "orders", "alias": "every"}},
    }  # fmt: skip
    found = read(
        simple("orders", "order_count"),
        simple("total", "order_total"),
        simple("food", "order_count", where("{{ Dimension('order_id__is_food') }}")),
        derived("average", "value / orders", {"name": "total", "alias": "value"}, {"name": "orders"}),
        share,
    )
    assert found["average"].query == f"SELECT SUM(order_total) / SUM(1) AS average FROM {ORDERS}"
    assert found["food_share"].query == (
        f"SELECT CAST((SELECT SUM(1) AS numerator FROM {ORDERS} WHERE food_items > 0) AS DOUBLE) / "
        f"NULLIF((SELECT SUM(1) AS denominator FROM {ORDERS}), 0) AS food_share"
    )


def test_a_filter_of_a_derived_metric_holds_for_what_it_is_computed_of() -> None:
    found = read(
        simple("total", "order_total"),
        derived("paid", "total * 1.2", {"name": "total"}, filter=where("{{ Dimension('order_id__status') }} = 'paid'")),
    )
    assert found["paid"].query == f"SELECT SUM(order_total) * 1.2 AS paid FROM {ORDERS} WHERE status = 'paid'"


@pytest.mark.parametrize(
    ("metric", "problem"),
    [
        (simple("m", "balance"), "not additive over time"),
        (simple("m", "gone"), "its measure 'gone' is in no semantic model"),
        (
            simple("m", "order_total", where("{{ Dimension('customer__country') }} = 'UK'")),
            "'customer__country', a column of",
        ),
        (simple("m", "order_total", where("{{ Metric('x', group_by=['y']) }} > 1")), "which only dbt fills"),
        (
            {"name": "m", "type": "cumulative", "type_params": {"measure": {"name": "order_total"}}},
            "cumulative metrics itself",
        ),
        (
            derived(
                "m", "a - b", {"name": "m", "alias": "a"}, {"name": "m", "alias": "b", "offset_window": {"count": 1}}
            ),
            "compares with an earlier period",
        ),
    ],
    ids=["semi-additive", "no measure", "another table", "of metrics", "cumulative", "offset"],
)
def test_what_only_dbt_computes_has_no_sql_and_says_why(metric: dict[str, Any], problem: str) -> None:
    found = read(metric)["m"]
    assert found.query == ""
    assert problem in found.problem


def test_a_metric_without_sql_still_has_a_definition_that_changes() -> None:
    def cumulative(window: int) -> str:
        params = {"measure": {"name": "order_total"}, "window": {"count": window, "granularity": "day"}}
        return read({"name": "m", "type": "cumulative", "type_params": params})["m"].definition

    assert cumulative(7) == cumulative(7) != cumulative(28)


def test_owner_and_version_come_from_the_meta_of_the_config() -> None:
    plain = simple("a", "order_total", config={"meta": {"owner": "finance", "version": "1.0.0", "status": "certified"}})
    ours = simple("b", "order_total", config={"meta": {"nbpeer": {"version": "2.0.0", "status": "retired"}}})
    found = read(plain, ours, simple("c", "order_total", time_granularity="week"))
    assert (found["a"].cited, found["a"].owner, found["a"].status) == ("a@1.0.0", "finance", "active")
    assert (found["b"].cited, found["b"].status, found["c"].grain) == ("b@2.0.0", "retired", "week")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"metrics": [{"name": "a"}]}, "it lacks 'type'"),
        ({"metrics": [3]}, "a part of it is of another kind"),
        ({"semantic_models": [{}]}, "it lacks 'name'"),
    ],
)
def test_a_manifest_that_is_none_is_one_line(change: dict[str, Any], said: str) -> None:
    content = json.dumps({"semantic_models": [], "metrics": [], **change}).encode()
    with pytest.raises(NbpeerError, match="no semantic manifest of dbt's") as error:
        read_registry(content, PATH)
    assert said in error.value.message


def test_a_derived_metric_of_one_that_is_not_there_is_refused() -> None:
    with pytest.raises(NbpeerError, match="metric 'm': there is no metric 'gone'"):
        read(derived("m", "gone + 1", {"name": "gone"}))
