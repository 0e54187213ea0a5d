"""Drafts made into metrics: what is computed of other metrics is worked out, and every definition gets its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.metric import Grain, Metric, MetricSource
from nbpeer.registry.metrics_dbt import MARK
from nbpeer.registry.metrics_draft import Draft
from nbpeer.sql.canonical import digest
from nbpeer.sql.compose import Measure, compose, compose_derived, time_of, with_names
from nbpeer.sql.read import SqlError, bare_names, parse_one


class _Leaves(NamedTuple):
    """A derived metric written out over measures: its expression, the measure of each name in it; or why not."""

    expression: str
    measures: Mapping[str, Measure]
    problem: str = ""


def resolve(drafts: tuple[Draft, ...], path: str) -> tuple[Metric, ...]:
    """The metrics of a document, by name. Raises NbpeerError for a cycle, a missing metric, unreadable SQL."""
    by_name = {draft.name: draft for draft in drafts}
    for draft in drafts:
        _refuse_cycle(draft, by_name, path, ())
    return tuple(_metric(draft, by_name, path) for draft in sorted(drafts, key=lambda one: one.name))


def _refuse_cycle(draft: Draft, by_name: Mapping[str, Draft], path: str, above: tuple[str, ...]) -> None:
    if draft.name in above:
        circle = " → ".join((*above[above.index(draft.name) :], draft.name))
        raise NbpeerError(f"{path}: metrics are computed of each other in a circle: {circle}", "break it")
    for one in draft.inputs:
        if one.name not in by_name:
            raise NbpeerError(f"{path}, metric {draft.name!r}: there is no metric {one.name!r}", "mend its expression")
        _refuse_cycle(by_name[one.name], by_name, path, (*above, draft.name))


def _metric(draft: Draft, by_name: Mapping[str, Draft], path: str) -> Metric:
    about = draft.about
    found = Metric(
        draft.name,
        "",
        inputs=tuple(dict.fromkeys(one.name for one in draft.inputs)),
        grain=about.grain,
        version=about.version,
        owner=about.owner,
        status=about.status,
        valid_from=about.valid_from,
        description=about.description,
    )
    try:
        if draft.measures:
            return _of_measures(found, draft)
        return _derived(found, draft, by_name)
    except SqlError as error:
        raise NbpeerError(f"{path}, metric {error.message}", error.hint) from None


def _of_measures(found: Metric, draft: Draft) -> Metric:
    first = draft.measures[0]
    if problem := _unfilled(draft.name, first):
        return _without_sql(found, draft, problem)
    queries = tuple((measure.dialect, compose(draft.name, measure, found.grain)) for measure in draft.measures)
    trees = [parse_one(query, dialect, draft.name) for dialect, query in queries]
    return msgspec.structs.replace(
        found,
        definition=digest(trees),
        query=queries[0][1],
        dialect=queries[0][0],
        queries=queries[1:],
        expression=first.expression,
        filter=_shown(first.filters),
        sources=tuple(MetricSource(source.name, source.relation) for source in first.sources),
        time=time_of(draft.name, first),
    )


def _derived(found: Metric, draft: Draft, by_name: Mapping[str, Draft]) -> Metric:
    leaves = _written_out(draft, by_name, draft.filters)
    found = msgspec.structs.replace(found, expression=draft.expression, filter=_shown(draft.filters))
    if leaves.problem:
        return _without_sql(found, draft, leaves.problem)
    grain = found.grain or _common_grain(draft, by_name)
    query = compose_derived(draft.name, leaves.expression, leaves.measures, grain, own=draft.dialect)
    sources = {source.name: source.relation for measure in leaves.measures.values() for source in measure.sources}
    times = {time_of(draft.name, measure) for measure in leaves.measures.values()}
    return msgspec.structs.replace(
        found,
        definition=digest([parse_one(query, draft.dialect, draft.name)]),
        query=query,
        dialect=draft.dialect,
        sources=tuple(MetricSource(name, relation) for name, relation in sources.items()),
        time=times.pop() if len(times) == 1 else "",
        grain=grain,
    )


def _without_sql(found: Metric, draft: Draft, problem: str) -> Metric:
    """The metric that SQL cannot be given for, known by what its document says of it."""
    said = [draft.meaning, draft.expression, draft.inputs, draft.filters, [one.filters for one in draft.measures]]
    meaning = msgspec.json.encode([*said, [one.expression for one in draft.measures]], order="deterministic")
    return msgspec.structs.replace(found, definition="sha256:" + hashlib.sha256(meaning).hexdigest(), problem=problem)


def _written_out(draft: Draft, by_name: Mapping[str, Draft], filters: tuple[str, ...]) -> _Leaves:
    """A metric's expression over measures alone, with `filters` of every metric on the way added to theirs."""
    if draft.problem:
        return _Leaves("", {}, draft.problem)
    measures: dict[str, Measure] = {}
    expression = draft.expression
    for one in draft.inputs:
        below, added = by_name[one.name], (*one.filters, *filters)
        if below.measures:
            first = below.measures[0]
            measures[one.alias] = first._replace(filters=(*first.filters, *added))
            continue
        inner = _written_out(below, by_name, (*below.filters, *added))
        if inner.problem:
            return _Leaves("", {}, f"it is computed of {one.name!r}: {inner.problem}")
        renamed = {name: f"{one.alias}_{name}" for name in inner.measures}
        measures |= {renamed[name]: measure for name, measure in inner.measures.items()}
        expression = with_names(
            expression, {one.alias: with_names(inner.expression, renamed, draft.dialect)}, draft.dialect
        )
    problem = next((why for measure in measures.values() if (why := _unfilled(draft.name, measure))), "")
    return _Leaves(expression, measures, problem)


def _shown(filters: tuple[str, ...]) -> str:
    return " AND ".join(filters).replace(MARK, "")


def _unfilled(name: str, measure: Measure) -> str:
    """Why a measure's filters cannot be said in SQL here; "" when they can."""
    known = {column for _, column in measure.fields}
    for text in measure.filters:
        for column in bare_names(text, measure.dialect, f"{name}, its filter"):
            if column.startswith(MARK) and column not in known:
                return f"its filter is on {column.removeprefix(MARK)!r}, a column of another table"
    return ""


def _common_grain(draft: Draft, by_name: Mapping[str, Draft]) -> Grain:
    """The grain of a derived metric that has none of its own: that of its inputs. Raises SqlError when they differ."""
    grains = {by_name[one.name].about.grain or _below(by_name[one.name], by_name) for one in draft.inputs}
    if len(grains) > 1:
        raise SqlError(draft.name, "its inputs are by different grains", "give it a `grain` of its own")
    return grains.pop() if grains else ""


def _below(draft: Draft, by_name: Mapping[str, Draft]) -> Grain:
    return _common_grain(draft, by_name) if draft.inputs else draft.about.grain
