"""Which metrics a notebook says it uses, and which of its queries claim to be one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.checks.program import Program
from nbpeer.checks.sql import Query, queries
from nbpeer.model.citations import Citation, citations
from nbpeer.model.metric import Metric, Registry
from nbpeer.sql.compare import Comparison, resembles
from nbpeer.sql.shape import Shapes


class Claim(NamedTuple):
    """One query that is a metric by its comment (`said`), or by what it computes, at a place in it."""

    metric: Metric
    query: Query
    shapes: Shapes
    said: bool
    found: Comparison


def cited(program: Program, registry: Registry | None) -> tuple[Citation, ...]:
    """The citations of a notebook; a comment without a version only when it names a metric that is there."""
    found = citations(program.notebook, program.front_matter)
    return tuple(one for one in found if one.sure or (registry is not None and registry.find(one.name) is not None))


def claims(program: Program, registry: Registry) -> Iterator[Claim]:
    """Every query that is, or looks like, a metric of the registry, in order."""
    comments = [one for one in cited(program, registry) if one.how == "comment"]
    named = {id(query): one for one in comments if (query := _commented(program, one)) is not None}
    for query in queries(program):
        citation, shapes = named.get(id(query)), Shapes(query.statements)
        if citation is not None and (metric := registry.find(citation.name)) is not None:
            yield Claim(metric, query, shapes, True, Comparison("undecided"))
        for metric in registry.metrics:
            if citation is None or metric.name != citation.name:
                found = resembles(metric, shapes)
                if found is not None:
                    yield Claim(metric, query, shapes, False, found)


def named_results(program: Program, registry: Registry) -> Iterator[tuple[Metric, ast.Call]]:
    """Results that are published under the name of a metric."""
    known = {_folded(metric.name): metric for metric in registry.metrics}
    for _, call in program.nodes(ast.Call):
        first = call.args[0] if call.args else None
        if program.dotted(call.func) == "nbpeer.result" and isinstance(first, ast.Constant):
            metric = known.get(_folded(str(first.value)))
            if metric is not None:
                yield metric, call


def _commented(program: Program, citation: Citation) -> Query | None:
    """The query that a comment stands in, or the first one below it in the same cell."""
    for query in queries(program):
        last = query.line + query.text.count("\n")
        if query.cell.index == citation.cell and last >= citation.line:
            return query
    return None


def _folded(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())
