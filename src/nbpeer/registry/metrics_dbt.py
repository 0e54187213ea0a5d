"""Metrics of dbt's `semantic_manifest.json`, the file that MetricFlow reads.

Source: dbt-semantic-interfaces 0.10.5, both ways to write a simple metric: by a measure of a semantic model, and by
`metric_aggregation_params` of its own. Owner, version and the like are read from `config.meta`, or `nbpeer` in it.
"""

from __future__ import annotations

import re
from typing import Any

from nbpeer.errors import NbpeerError
from nbpeer.registry.metrics_draft import Draft, Input, Unsayable, read_about
from nbpeer.sql.compose import Measure, Source

_AGGREGATES = {
    "sum": "SUM({})", "min": "MIN({})", "max": "MAX({})", "average": "AVG({})", "count": "COUNT({})",
    "count_distinct": "COUNT(DISTINCT {})", "sum_boolean": "SUM(CASE WHEN {} THEN 1 ELSE 0 END)",
    "median": "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {})",
}  # fmt: skip
_REFERENCE = re.compile(r"\{\{\s*(\w+)\(\s*['\"]([\w.]+)['\"]\s*(?:,\s*['\"](\w+)['\"]\s*)?[^)]*\)\s*\}\}")


# Begins the name of a column that a filter refers to, until the semantic model's own SQL takes its place.
MARK = "dbt__"


def from_dbt(document: dict[str, Any], path: str) -> tuple[Draft, ...]:
    """The metrics of a manifest, in order. Raises NbpeerError naming the part that is wrong."""
    try:
        models = {str(model["name"]): model for model in document["semantic_models"]}
        return tuple(_draft(metric, models, path) for metric in document["metrics"])
    except (KeyError, TypeError, AttributeError) as error:
        said = f"it lacks {error}" if isinstance(error, KeyError) else "a part of it is of another kind"
        hint = "make it again with `dbt parse`"
        raise NbpeerError(f"{path} is no semantic manifest of dbt's ({said})", hint) from None


def _draft(metric: dict[str, Any], models: dict[str, Any], path: str) -> Draft:
    name, kind, params = str(metric["name"]), str(metric["type"]), metric["type_params"]
    about = read_about(f"{path}, metric {name!r}", _own(metric), str(metric.get("description") or ""))
    meaning = [kind, {key: value for key, value in params.items() if key != "input_measures"}, metric.get("filter")]
    try:
        if kind == "simple":
            return Draft(name, about, (_simple(metric, params, models),))
        if kind == "ratio":
            parts = ("numerator", "denominator")
            return Draft(
                name,
                about,
                expression="CAST(numerator AS DOUBLE) / NULLIF(denominator, 0)",
                inputs=tuple(_input(params[part], part) for part in parts),
                filters=_templates(metric.get("filter")),
            )
        if kind == "derived":
            inputs = tuple(_input(one, "") for one in params["metrics"])
            text, filters = str(params["expr"]), _templates(metric.get("filter"))
            return Draft(name, about, expression=text, inputs=inputs, filters=filters)
    except Unsayable as why:
        return Draft(name, about, problem=str(why), meaning=meaning)
    return Draft(name, about, problem=f"dbt computes {kind} metrics itself", meaning=meaning)


def _own(metric: dict[str, Any]) -> dict[str, Any]:
    """What a team says of a metric in `config.meta`; its grain is dbt's own field."""
    meta = (metric.get("config") or {}).get("meta") or {}
    given = meta["nbpeer"] if isinstance(meta.get("nbpeer"), dict) else {}
    plain = {key: meta[key] for key in ("owner", "version") if isinstance(meta.get(key), str)}
    grain = metric.get("time_granularity")
    known = {"grain": grain if grain in ("day", "week", "month", "quarter", "year") else None}
    return {**plain, **given, **known}


def _simple(metric: dict[str, Any], params: dict[str, Any], models: dict[str, Any]) -> Measure:
    own = params.get("metric_aggregation_params")
    filters = _templates(metric.get("filter"))
    if own:
        model = models[own["semantic_model"]]
        return _measure(model, {**own, "name": metric["name"], "expr": params.get("expr")}, filters)
    used = params["measure"]
    for model in models.values():
        for measure in model.get("measures") or []:
            if measure["name"] == used["name"]:
                return _measure(model, measure, (*_templates(used.get("filter")), *filters))
    raise Unsayable(f"its measure {used['name']!r} is in no semantic model")


def _measure(model: dict[str, Any], measure: dict[str, Any], filters: tuple[str, ...]) -> Measure:
    if measure.get("non_additive_dimension"):
        raise Unsayable("it is not additive over time, which dbt computes itself")
    relation = model["node_relation"]
    parts = [relation.get("database"), relation.get("schema_name"), relation.get("alias")]
    table = relation.get("relation_name") or ".".join(str(part) for part in parts if part)
    when = measure.get("agg_time_dimension") or (model.get("defaults") or {}).get("agg_time_dimension") or ""
    source = Source(str(relation.get("alias") or model["name"]), str(table))
    return Measure(
        _aggregate(measure).format(measure.get("expr") or measure["name"]),
        (source,),
        filters=filters,
        fields={(source.name, name): text for name, text in _names(model).items()},
        time=_column(model, when) if when else "",
    )


def _aggregate(measure: dict[str, Any]) -> str:
    kind, params = str(measure["agg"]), measure.get("agg_params") or {}
    if kind == "percentile" and params.get("percentile") is not None and not params.get("use_approximate_percentile"):
        how = "PERCENTILE_DISC" if params.get("use_discrete_percentile") else "PERCENTILE_CONT"
        return f"{how}({params['percentile']}) WITHIN GROUP (ORDER BY {{}})"
    if kind not in _AGGREGATES:
        raise Unsayable(f"its aggregation {kind!r} is one that dbt computes itself")
    return _AGGREGATES[kind]


def _input(found: dict[str, Any], alias: str) -> Input:
    if found.get("offset_window") or found.get("offset_to_grain"):
        raise Unsayable("it compares with an earlier period, which dbt computes itself")
    return Input(alias or str(found.get("alias") or found["name"]), str(found["name"]), _templates(found.get("filter")))


def _templates(found: Any) -> tuple[str, ...]:
    """The conditions of a filter, in each of the ways that manifests write them."""
    if not found:
        return ()
    if isinstance(found, str):
        return (_named(found),)
    if isinstance(found, dict):
        return _templates(found["where_sql_template"] if "where_sql_template" in found else found["where_filters"])
    return tuple(text for one in found for text in _templates(one))


def _named(text: str) -> str:
    """A template with a plain name for each column it refers to: MARK, the entity, two underscores, the column."""

    def name(match: re.Match[str]) -> str:
        kind, dunder, grain = match.groups()
        if kind not in ("Dimension", "TimeDimension", "Entity"):
            raise Unsayable(f"its filter uses {kind}, which only dbt fills")
        return f"DATE_TRUNC('{grain.upper()}', {MARK}{dunder})" if grain else f"{MARK}{dunder}"

    named = _REFERENCE.sub(name, text)
    if "{{" in named or "{%" in named:
        raise Unsayable("its filter is a template that only dbt fills")
    return named


def _names(model: dict[str, Any]) -> dict[str, str]:
    """What the columns of a semantic model are called in filters, and their SQL."""
    entities = model.get("entities") or []
    owners = [str(entity["name"]) for entity in entities if entity.get("type") in ("primary", "unique", "natural")]
    owners += [str(model["primary_entity"])] if model.get("primary_entity") else []
    columns = {str(one["name"]): str(one.get("expr") or one["name"]) for one in model.get("dimensions") or []}
    keys = {str(entity["name"]): str(entity.get("expr") or entity["name"]) for entity in entities}
    return {
        **{f"{MARK}{name}": text for name, text in {**columns, **keys}.items()},
        **{f"{MARK}{owner}__{name}": text for owner in owners for name, text in {**columns, **keys}.items()},
    }


def _column(model: dict[str, Any], dimension: str) -> str:
    for found in model.get("dimensions") or []:
        if found["name"] == dimension:
            return str(found.get("expr") or dimension)
    raise Unsayable(f"its dimension {dimension!r} is not in the semantic model {model['name']!r}")
