"""Leaks between training and test rows: what was fitted on all rows, and what on the test rows themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.checks.flow import Flow, Leak, calls_in, heads, statements
from nbpeer.checks.program import Part, Program


class Peek(NamedTuple):
    """A transformer fitted on the test rows themselves."""

    part: Part
    call: ast.Call
    what: str


def leaks(program: Program) -> list[Leak]:
    """Every origin whose rows a later split divides, once, in order."""
    if not _may_split(program):
        return []
    found: dict[int, Leak] = {}
    for leak in _all_leaks(program):
        found.setdefault(id(leak.origin.node), leak)
    return list(found.values())


def peeks(program: Program) -> Iterator[Peek]:
    """Every `fit` and `fit_transform` of something that learns from the rows on test rows."""
    if not _may_split(program):
        return
    flow = Flow(program)
    for part in program.parts:
        for statement in statements(part.tree.body):
            list(flow.follow(part, statement))
            for call in (call for head in heads(statement) for call in calls_in(head)):
                if what := flow.fits_test_rows(call):
                    yield Peek(part, call, what)


def _may_split(program: Program) -> bool:
    return any(name.partition(".")[0] in ("sklearn", "imblearn", "torch") for name in program.imported.values())


def _all_leaks(program: Program) -> Iterator[Leak]:
    flow = Flow(program, _helpers(program))
    for part in program.parts:
        for statement in statements(part.tree.body):
            yield from flow.follow(part, statement)
    for part, function in program.nodes(ast.FunctionDef):
        inside = Flow(program)
        for statement in statements(function.body):
            yield from inside.follow(part, statement)


def _helpers(program: Program) -> frozenset[str]:
    """Functions that fit on what they are given and give it back, without a split of their own."""
    found = set()
    for part, function in program.nodes(ast.FunctionDef):
        inside = Flow(program)
        if function.name in inside.splitters:
            continue
        for statement in statements(function.body):
            list(inside.follow(part, statement))
            if isinstance(statement, ast.Return) and statement.value and inside.sight(part, statement.value):
                found.add(function.name)
    return frozenset(found)
