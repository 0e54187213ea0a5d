"""Metrics of an Apache Ossie document (formerly Open Semantic Interchange), with our own fields in `custom_extensions`.

Source: apache/ossie, core-spec/spec.md, 0.1.0 to 0.2.0.dev0: models in a list under `semantic_model`, or one model at
the top level. Our fields stand in an extension of the vendor NBPEER, its `data` JSON text or a plain mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.registry.metrics_draft import Draft, Input, Unsayable, read_about
from nbpeer.sql.compose import Join, Measure, Source
from nbpeer.sql.read import aggregates, bare_names

VENDOR = "NBPEER"
_OURS = {"version", "owner", "filter", "grain", "valid_from", "status", "dataset", "time"}
# Dialects of the specification that are SQL, and what sqlglot calls them.
_SQL = {"ANSI_SQL": "", "SNOWFLAKE": "snowflake", "DATABRICKS": "databricks", "BIGQUERY": "bigquery"}
_OTHER_SQL = {"DUCKDB", "POSTGRES", "REDSHIFT", "SPARK", "TRINO", "CLICKHOUSE", "SQLITE", "MYSQL"}


def from_ossie(document: Any, path: str) -> tuple[Draft, ...]:
    """The metrics of a document, in order. Raises NbpeerError naming the part that is wrong."""
    if not isinstance(document, dict):
        raise NbpeerError(f"{path} is no metric registry", "see docs/metrics.md for what it looks like")
    models = document.get("semantic_model", [document] if "datasets" in document or "metrics" in document else None)
    if isinstance(models, dict):
        models = [models]
    if not isinstance(models, list) or not all(isinstance(model, dict) for model in models):
        raise NbpeerError(f"{path} is no metric registry", "it needs `semantic_model`: see docs/metrics.md")
    return tuple(draft for model in models for draft in _Model(model, path).drafts())


class _Model:
    """One semantic model: its datasets by name, the links between them, its metrics."""

    def __init__(self, model: dict[str, Any], path: str) -> None:
        self.path = path
        self.metrics = _list(model, "metrics", path)
        self.names = {str(metric.get("name")) for metric in self.metrics}
        self.datasets: dict[str, dict[str, Any]] = {}
        for dataset in _list(model, "datasets", path):
            name = _text(dataset, "name", f"{path}, a dataset")
            _text(dataset, "source", f"{path}, dataset {name!r}")
            _list(dataset, "fields", f"{path}, dataset {name!r}")
            self.datasets[name] = dataset
        # A relationship that names no columns, as some tools write it, joins nothing.
        links = [_link(link, path) for link in _list(model, "relationships", path)]
        self.links = [link for link in links if link.columns and {link.many, link.one} <= self.datasets.keys()]

    def drafts(self) -> Iterator[Draft]:
        for metric in self.metrics:
            yield self._draft(metric)

    def _draft(self, metric: dict[str, Any]) -> Draft:
        name = _text(metric, "name", f"{self.path}, a metric")
        where = f"{self.path}, metric {name!r}"
        own = _own(metric, where)
        about = read_about(where, own, str(metric.get("description") or ""))
        expressions = _expressions(metric.get("expression"), where)
        if not expressions:
            why = "its expression is in no dialect of SQL"
            return Draft(name, about, problem=why, meaning=metric.get("expression"))
        first, text = next(iter(expressions.items()))
        filters = (str(own["filter"]),) if own.get("filter") else ()
        if inputs := self._inputs(where, text, first):
            return Draft(name, about, expression=text, dialect=first, inputs=inputs, filters=filters)
        if not aggregates(text, first, where):
            raise NbpeerError(
                f"{where}: {text!r} aggregates nothing, and names no other metric", "write SUM(…), COUNT(…)"
            )
        try:
            measures = [self._measure(where, own, text, dialect, filters) for dialect, text in expressions.items()]
        except Unsayable as why:
            return Draft(name, about, problem=str(why), meaning=[expressions, filters])
        return Draft(name, about, tuple(measures))

    def _inputs(self, where: str, text: str, dialect: str) -> tuple[Input, ...]:
        """The metrics an expression is computed of: their names, where nothing is aggregated."""
        return tuple(Input(one, one) for one in bare_names(text, dialect, where) if one in self.names)

    def _measure(self, where: str, own: dict[str, Any], text: str, dialect: str, filters: tuple[str, ...]) -> Measure:
        used = self._used(where, own, " ".join((text, *filters)))
        first, joins = self._joined(where, used)
        order = [first, *(join.one for join in joins)]
        sources = tuple(Source(name, str(self.datasets[name]["source"])) for name in order)
        fields = {
            (name, field): found.get(dialect) or found.get("") or next(iter(found.values()))
            for name in order
            for field, found in _fields(self.datasets[name]).items()
            if found
        }
        return Measure(text, sources, tuple(joins), filters, fields, self._time(own, first), dialect)

    def _used(self, where: str, own: dict[str, Any], text: str) -> list[str]:
        """The datasets that a definition reads: those it names, the one it is said to be of, or the only one."""
        named = [name for name in self.datasets if re.search(rf"\b{re.escape(name)}\s*\.", text)]
        said = own.get("dataset")
        if said and said not in self.datasets:
            raise NbpeerError(f"{where}, dataset: there is no dataset {said!r}", "name one of the model's `datasets`")
        named = [*([said] if said else []), *(name for name in named if name != said)]
        return named or [self._unnamed(text)]

    def _unnamed(self, text: str) -> str:
        """The dataset of an expression that names none: the only one, the one that has its columns, or the one of many
        rows, to which no relationship leads."""
        columns = set(re.findall(r"[A-Za-z_]\w*", text))
        only = list(self.datasets)
        having = [name for name, one in self.datasets.items() if columns & set(_fields(one))]
        facts = [name for name in self.datasets if all(link.one != name for link in self.links)]
        for candidates in (only, having, facts):
            if len(candidates) == 1:
                return candidates[0]
        raise Unsayable("it does not say whose rows it counts: write SUM(dataset.column), or `dataset`")

    def _joined(self, where: str, used: list[str]) -> tuple[str, list[Join]]:
        """The dataset whose rows are counted and the joins to the others, from many rows to one row."""
        for first in used:
            reached, joins = {first}, []
            grown = True
            while grown:
                new = [link for link in self.links if link.many in reached and link.one not in reached]
                grown = bool(new)
                reached |= {link.one for link in new[:1]}
                joins += new[:1]
            if set(used) <= reached:
                return first, _needed(joins, used)
        raise Unsayable(f"nothing links {' and '.join(used)}: add a relationship between them")

    def _time(self, own: dict[str, Any], dataset: str) -> str:
        if own.get("time"):
            return str(own["time"])
        fields = self.datasets[dataset].get("fields") or []
        times = [str(field.get("name")) for field in fields if _is_time(field)]
        return times[0] if len(times) == 1 else ""


def _needed(joins: list[Join], used: list[str]) -> list[Join]:
    """The joins on the way to the datasets that are used."""
    wanted, kept = set(used), []
    for join in reversed(joins):
        if join.one in wanted:
            wanted.add(join.many)
            kept.append(join)
    return kept[::-1]


def _is_time(field: Mapping[str, Any]) -> bool:
    said = (field.get("dimension") or {}).get("is_time")
    return bool(said) if said is not None else field.get("datatype") in ("Date", "DateTime", "DateTimeTz")


def _own(metric: dict[str, Any], where: str) -> dict[str, Any]:
    """Our fields: the data of the extension whose vendor we are."""
    for extension in _list(metric, "custom_extensions", where):
        if str(extension.get("vendor_name")).upper() != VENDOR:
            continue
        data = extension.get("data")
        if isinstance(data, str):
            try:
                data = msgspec.json.decode(data)
            except msgspec.DecodeError as error:
                hint = "write a JSON object in quotes, or a mapping"
                raise NbpeerError(f"{where}, custom_extensions: data is not valid JSON ({error})", hint) from None
        if not isinstance(data, dict):
            raise NbpeerError(f"{where}, custom_extensions: data is no object", "write keys and values")
        unknown = sorted(set(data) - _OURS)
        if unknown:
            known = ", ".join(sorted(_OURS))
            raise NbpeerError(f"{where}, custom_extensions: unknown key {unknown[0]!r}", f"known are {known}")
        return data
    return {}


def _expressions(expression: Any, where: str) -> dict[str, str]:
    """The SQL of a metric or field by sqlglot's name of its dialect, standard SQL first."""
    if isinstance(expression, str):
        return {"": expression}
    dialects = expression.get("dialects") if isinstance(expression, dict) else None
    if not isinstance(dialects, list) or not dialects:
        raise NbpeerError(f"{where} has no expression", "write `expression: {dialects: [...]}`")
    found: dict[str, str] = {}
    for one in dialects:
        name = str(one.get("dialect", "ANSI_SQL")).upper() if isinstance(one, dict) else ""
        if name in _SQL or name in _OTHER_SQL:
            found[_SQL.get(name, name.lower())] = str(one.get("expression", ""))
    return dict(sorted(found.items(), key=lambda item: item[0] != ""))


def _fields(dataset: dict[str, Any]) -> dict[str, dict[str, str]]:
    where = f"dataset {dataset.get('name')!r}"
    return {
        str(field.get("name")): _expressions(field["expression"], where)
        for field in dataset.get("fields") or []
        if isinstance(field, dict) and field.get("expression")
    }


def _link(link: dict[str, Any], path: str) -> Join:
    where = f"{path}, relationship {link.get('name')!r}"
    columns = tuple(zip(link.get("from_columns") or (), link.get("to_columns") or (), strict=False))
    return Join(_text(link, "from", where), _text(link, "to", where), columns)


def _list(holder: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    found = holder.get(key) or []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise NbpeerError(f"{where}, {key}: is no list of mappings", "see docs/metrics.md for what it looks like")
    return found


def _text(holder: dict[str, Any], key: str, where: str) -> str:
    value = holder.get(key)
    if not isinstance(value, str) or not value.strip():
        raise NbpeerError(f"{where} has no {key}", f"write `{key}: …`")
    return value.strip()
