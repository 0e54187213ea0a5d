"""Averages of averages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbpeer.checks.frames import uses_frames
from nbpeer.checks.program import Part, Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.sql import queries
from nbpeer.checks.sql_faults import ONE_EACH, averaged_averages

_GROUPS = frozenset("groupby group_by resample pivot_table".split())


@rule("NBP405", "mean-of-means", "warning", needs=("python", "sqlglot"))
def mean_of_means(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A mean of group means.

    ## What it does
    Looks for `.mean()` of what `.groupby(…).mean()` gave, and for `AVG` of a column that is itself an `AVG` in SQL. One
    mean a person (grouped by `user_id`, `customer` …) does not count: there the person is the unit.

    ## Why is this bad?
    A group of three weighs as much as one of three thousand. The result is the mean of no population.

    ## Bad
    ```python
    import pandas as pd
    orders = pd.read_csv("orders.csv")
    by_country = orders.groupby("country")["price"].mean()
    print(by_country.mean())
    ```

    ## Good
    ```python
    import pandas as pd
    orders = pd.read_csv("orders.csv")
    by_country = orders.groupby("country")["price"].mean()
    print(orders["price"].mean())
    ```

    ## How to fix
    Take the mean of the rows, or weigh the groups by their sizes: `numpy.average(means, weights=sizes)`. Where each
    group should weigh the same, say so in a waiver.

    ## Source
    Judgement; the effect is known as Simpson's paradox when it turns the sign.
    """
    if uses_frames(program):
        for part, call in _means_of_means(program):
            yield part.at(call, "this is a mean of group means: small groups weigh as much as large ones")
    for query in queries(program):
        for fault in averaged_averages(query):
            yield query.hit(fault)


def _means_of_means(program: Program) -> Iterator[tuple[Part, ast.Call]]:
    grouped: dict[str, bool] = {}
    for _, node in program.nodes(ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                grouped[target.id] = _is_group_mean(node.value) and grouped.get(target.id, True)
    known = {name for name, always in grouped.items() if always}
    for part, call in program.nodes(ast.Call):
        over_rows = any(k.arg == "axis" for k in call.keywords) or call.args
        if isinstance(call.func, ast.Attribute) and call.func.attr == "mean" and not over_rows:
            below = call.func.value
        elif program.dotted(call.func) == "numpy.mean" and call.args:
            below = call.args[0]
        else:
            continue
        if isinstance(below, ast.Subscript):
            below = below.value
        if _is_group_mean(below) or (isinstance(below, ast.Name) and below.id in known):
            yield part, call


def _is_group_mean(value: ast.expr) -> bool:
    """Whether an expression is a chain that ends in the mean of groups, one of which is not one person."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return False
    if value.func.attr in ("reset_index", "to_frame", "round", "sort_values", "dropna"):
        return _is_group_mean(value.func.value)
    if value.func.attr != "mean":
        return False
    inner: ast.expr = value.func.value
    while isinstance(inner, ast.Subscript | ast.Attribute):
        inner = inner.value
    if not (isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _GROUPS):
        return False
    keys = [*inner.args[:1], *(keyword.value for keyword in inner.keywords if keyword.arg in ("by", "index"))]
    names = [node.value for key in keys for node in ast.walk(key) if isinstance(node, ast.Constant)]
    return not any(isinstance(name, str) and ONE_EACH.fullmatch(name) for name in names)
