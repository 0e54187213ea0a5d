"""A query held against a metric's definition: do they agree, differ, or can reading not tell?

Levels of certainty: this is the second, the trees of aggregate, tables and filters compared. The third runs both.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from nbpeer.model.metric import Metric, MetricVerdict
from nbpeer.sql.read import SqlError, parse_one
from nbpeer.sql.shape import Aggregate, Shape, Shapes


class Comparison(NamedTuple):
    """The verdict on one query, what differs or why nobody can tell, and where in the query."""

    verdict: MetricVerdict
    detail: str = ""
    offset: int = 0


@cache
def definition_shape(metric: Metric) -> Shape | str:
    """The one SELECT that a metric is; or why it is not one."""
    if not metric.query:
        return metric.problem or "it has no SQL"
    try:
        found = Shapes([parse_one(metric.query, metric.dialect, metric.name)]).of(metric.time)
    except SqlError as error:
        return error.problem
    if len(found) != 1 or found[0].why:
        return "its definition is no single SELECT"
    return found[0]


def resembles(metric: Metric, query: Shapes) -> Comparison | None:
    """The place where a query computes what a metric is, by its name or by aggregate and table; None when nowhere.

    Counting all rows of a table is what everybody does, so that for such a metric the filters have to fit as well.
    """
    own = definition_shape(metric)
    for shape in query.of(metric.time):
        if any(aggregate.alias == metric.name.lower() for aggregate in shape.aggregates):
            return Comparison("undecided", f"a column of it is called `{metric.name}`", shape.offset)
        if isinstance(own, str) or shape.why or not _same_tables(metric, own.tables, shape.tables):
            continue
        wanted = own.aggregates[-1]
        for aggregate in shape.aggregates:
            filters = shape.filters | aggregate.filters
            plain = wanted.text == "COUNT(*)"
            if aggregate.text == wanted.text and (not plain or filters == own.filters | wanted.filters):
                return Comparison("undecided", f"`{wanted.text}` of {own.tables[0]}", shape.offset)
    return None


def compare(metric: Metric, query: Shapes) -> Comparison:
    """Whether one SELECT of a query computes the metric as it is defined; else how the nearest differs."""
    own = definition_shape(metric)
    if isinstance(own, str):
        return Comparison("undecided", own)
    found = [_compare(metric, own, shape) for shape in query.of(metric.time)]
    if not found:
        return Comparison("undecided", "the query aggregates nothing")
    return min(found, key=lambda one: (_ORDER.index(one.verdict), len(one.detail)))


_ORDER: tuple[MetricVerdict, ...] = ("agree", "undecided", "differ")


def _compare(metric: Metric, own: Shape, shape: Shape) -> Comparison:
    if shape.why:
        return Comparison("undecided", shape.why, shape.offset)
    wanted = own.aggregates[-1]
    candidates = [aggregate for aggregate in shape.aggregates if aggregate.text == wanted.text]
    if not candidates:
        called = [aggregate for aggregate in shape.aggregates if aggregate.alias == metric.name.lower()]
        shown = (called or list(shape.aggregates))[0].text
        return Comparison("differ", f"it computes `{shown}`, the definition `{wanted.text}`", shape.offset)
    if not _same_tables(metric, own.tables, shape.tables):
        if len(shape.tables) > len(own.tables) and _same_tables(metric, own.tables, shape.tables[: len(own.tables)]):
            more = ", ".join(shape.tables[len(own.tables) :])
            return Comparison("undecided", f"it also joins {more}, which may add or drop rows", shape.offset)
        read, defined = ", ".join(shape.tables), ", ".join(own.tables)
        return Comparison("differ", f"it reads {read}, the definition {defined}", shape.offset)
    if own.joins != shape.joins:
        return Comparison("undecided", "it joins its tables in another way", shape.offset)
    return min((_by_filters(own, wanted, shape, one) for one in candidates), key=lambda one: len(one.detail))


def _by_filters(own: Shape, wanted: Aggregate, shape: Shape, aggregate: Aggregate) -> Comparison:
    defined, found = own.filters | wanted.filters, shape.filters | aggregate.filters
    if defined == found and own.windowed:
        return Comparison("undecided", "its definition holds for some days only", shape.offset)
    if defined == found:
        return Comparison("agree", "", shape.offset)
    missing = ", ".join(f"`{text}`" for text in sorted(defined - found))
    more = ", ".join(f"`{text}`" for text in sorted(found - defined))
    said = [f"it lacks the filter {missing}"] if missing else []
    said += [f"it also filters {more}"] if more else []
    return Comparison("differ", ", and ".join(said), shape.offset)


def _same_tables(metric: Metric, own: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a query reads the tables of a definition, whichever of their names it uses."""
    known = [
        {table, *(source.name.lower() for source in metric.sources if _plain(source.relation) == table)}
        for table in own
    ]
    return len(own) == len(other) and all(any(_same_table(a, b) for a in names for b in other) for names in known)


def _same_table(one: str, other: str) -> bool:
    """Whether two names are of one table, one of them perhaps without its schema or folder."""
    one, other = (name.lstrip("./") if "/" in name else name for name in (one, other))
    return one == other or any(a.endswith(f"{mark}{b}") for mark in "./" for a, b in ((one, other), (other, one)))


def _plain(relation: str) -> str:
    return relation.replace('"', "").replace("`", "").strip().lower()
