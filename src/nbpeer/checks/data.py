"""Rules about data: joins, assignments that do nothing, comparisons that are never true, loads nobody checked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbpeer.checks.assertions import assertions, looks_at_data, rows_asserted_nearby, rows_counted_nearby
from nbpeer.checks.dropped import silent_drops
from nbpeer.checks.frames import (
    assigned_items,
    frame_names,
    is_aggregated,
    is_copy,
    merges,
    reads_data,
    right_side_is_unique,
)
from nbpeer.checks.program import Part, Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.sql import queries
from nbpeer.checks.sql_faults import bare_joins, null_comparisons
from nbpeer.model.finding import Edit, Severity, Suggestion


@rule("NBP301", "merge-unvalidated", "warning", needs=("python",))
def merge_unvalidated(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A merge or join whose keys nobody checked.

    ## What it does
    Looks for `merge` and `join` of data frames without `validate=`, unless an assertion on row counts or on the keys'
    uniqueness stands in the same cell or the one beside it, or the right side is unique by construction. Where those
    cells count rows without asserting anything, or nothing is summed, averaged or counted of what comes out, it is
    only an info.

    ## Why is this bad?
    One repeated key multiplies rows without a word, and every sum after it is wrong.

    ## Bad
    ```python
    import pandas as pd
    orders = pd.read_csv("orders.csv")
    paid = orders.merge(pd.read_csv("payments.csv"), on="order_id", how="left")
    ```

    ## Good
    ```python
    import pandas as pd
    orders = pd.read_csv("orders.csv")
    paid = orders.merge(pd.read_csv("payments.csv"), on="order_id", how="left", validate="one_to_one")
    ```

    ## How to fix
    Say what you expect of the keys: `validate="one_to_one"`, `"one_to_many"`, `"many_to_one"` or `"many_to_many"`; or
    assert the row count right after it.

    ## Source
    Zhang et al. 2022, code smells for machine learning applications, "Merge API parameter not explicitly set";
    pandas, `DataFrame.merge`.
    """
    for part, call, name in merges(program):
        checked = {"validate", None} & {keyword.arg for keyword in call.keywords}
        if not checked and not right_side_is_unique(program, call) and not rows_asserted_nearby(program, part):
            harmless = rows_counted_nearby(program, part) or not is_aggregated(program, part, call)
            seen: Severity | None = "info" if harmless else None
            yield part.at(call, f"`{name}` does not say whether keys may repeat")._replace(severity=seen)


@rule("NBP302", "join-type-implicit", "warning", needs=("python", "sqlglot"))
def join_type_implicit(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A merge or SQL join that does not say which rows it keeps.

    ## What it does
    Looks for `merge` of data frames without `how=`, and for a bare `JOIN` in SQL. `--fix` writes the default, an inner
    join, which changes no result. Where the cells beside a merge count rows, it is only an info.

    ## Why is this bad?
    The default is an inner join: rows without a partner vanish. Whoever reads the code cannot tell whether that was
    meant, and the analyst may not have thought of it.

    ## Bad
    ```python
    import pandas as pd
    users = pd.read_csv("users.csv")
    active = users.merge(pd.read_csv("visits.csv"), on="user_id", validate="one_to_many")
    ```

    ## Good
    ```python
    import pandas as pd
    users = pd.read_csv("users.csv")
    active = users.merge(pd.read_csv("visits.csv"), on="user_id", how="inner", validate="one_to_many")
    ```

    ## How to fix
    Write the join you mean: `how="inner"` keeps today's result, `how="left"` keeps every row of the left side.

    ## Source
    Zhang et al. 2022, code smells for machine learning applications, "Merge API parameter not explicitly set".
    """
    for part, call, name in merges(program):
        said = {"how", None} & {keyword.arg for keyword in call.keywords}
        if name.endswith("merge") and not said and len(call.args) <= (2 if name == "pandas.merge" else 1):
            message = f"`{name}` does not say which rows it keeps (the default drops rows without a partner)"
            seen: Severity | None = "info" if rows_counted_nearby(program, part) else None
            yield part.at(call, message)._replace(suggestion=_inner(part, call), severity=seen)
    for query in queries(program):
        for fault in bare_joins(query):
            yield query.hit(fault)


def _inner(part: Part, call: ast.Call) -> Suggestion | None:
    """`how="inner"`, what the call means today, as its last argument."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    line, offset = max((value.end_lineno or 0, value.end_col_offset or 0) for value in given)
    column = part.column(line, offset)
    suggestion = Suggestion((Edit(line, column, column, ', how="inner"'),), safe=True)
    # Anything else there is a bracket around the argument, or a comment.
    return suggestion if re.fullmatch(r"\s*,?\s*\)", part.between((line, offset), call)) else None


@rule("NBP303", "rows-dropped-silently", "warning", needs=("python",))
def rows_dropped_silently(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Rows of loaded data that are dropped without anybody saying how many.

    ## What it does
    Looks for `dropna`, `drop_duplicates` and filters (`df[mask]`, `.loc[mask]`, `.query`) by which a frame of loaded
    data loses rows, where no cell counts, shows, asserts or publishes anything of the frame before or after it. A
    filter into a new name, after which the old one is not used any more, is an info; other subsets are fine.

    ## Why is this bad?
    Rows are seldom missing by chance. Nobody can judge what is left without knowing how much went.

    ## Bad
    ```python
    import pandas as pd
    orders = pd.read_csv("orders.csv")
    orders = orders.dropna(subset=["price"])
    print(orders["price"].mean())
    ```

    ## Good
    ```python
    import nbpeer
    import pandas as pd
    orders = pd.read_csv("orders.csv")
    priced = orders.dropna(subset=["price"])
    nbpeer.result("orders without a price", len(orders) - len(priced), "orders")
    print(priced["price"].mean())
    ```

    ## How to fix
    Count the rows before and after and say why they go: `nbpeer.result("orders kept", len(orders))`; assert the share
    that may be lost.

    ## Source
    rOpenSci statistical software standards, G2.13 to G2.16 (missing and undefined values).
    """
    for drop in silent_drops(program):
        how = drop.how if drop.how == "a filter" else f"`{drop.how}`"
        severity: Severity | None = None if drop.sure else "info"
        message = f"{how} drops rows of `{drop.before or drop.after}`, and no cell tells how many"
        yield drop.part.at(drop.node, message)._replace(severity=severity)


@rule("NBP304", "chained-assignment", "error", needs=("python",))
def chained_assignment(program: Program, context: CheckContext) -> Iterator[Hit]:
    """An assignment to a copy, which changes nothing.

    ## What it does
    Looks for assignments through two selections (`df[a][b] = …`, `df[a].loc[b] = …`), and for methods with
    `inplace=True` on a selection (`df[a].fillna(0, inplace=True)`), where `df` is a data frame.

    ## Why is this bad?
    The first selection makes a copy, and the copy is thrown away. With pandas 3 the frame never changes; with pandas 2
    it sometimes does. Either way the analysis goes on with data that is not what the code says.

    ## Bad
    ```python
    import pandas as pd
    df = pd.read_csv("orders.csv")
    df[df["country"] == "UK"]["currency"] = "GBP"
    ```

    ## Good
    ```python
    import pandas as pd
    df = pd.read_csv("orders.csv")
    df.loc[df["country"] == "UK", "currency"] = "GBP"
    ```

    ## How to fix
    Select once: `df.loc[rows, columns] = value`; or assign the result: `df[a] = df[a].fillna(0)`.

    ## Source
    pandas, "Copy-on-Write"; Zhang et al. 2022, "Chain indexing".
    """
    frames = frame_names(program)
    for part, target in assigned_items(program):
        if is_copy(program, target.value, frames):
            yield part.at(target, "this assigns to a copy: the data frame does not change")
    for part, call in program.nodes(ast.Call):
        in_place = any(
            k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value for k in call.keywords
        )
        if in_place and isinstance(call.func, ast.Attribute) and is_copy(program, call.func.value, frames):
            yield part.at(call, f"`{call.func.attr}(inplace=True)` changes a copy: the data frame stays as it was")


@rule("NBP305", "nan-null-compare", "error", needs=("python", "ruff", "sqlglot"))
def nan_null_compare(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A comparison with a missing value, which is never true.

    ## What it does
    Looks for `==`, `!=` and `is` with `nan` (ruff's PLW0177), `pd.NA` or `pd.NaT`, and in SQL for `= NULL` and
    `<> NULL`.

    ## Why is this bad?
    NaN equals nothing, not even itself: such a filter selects no row, or all of them, whatever the data.

    ## Bad
    ```python
    import numpy as np
    import pandas as pd
    df = pd.read_csv("orders.csv")
    unpaid = df[df["paid_on"] == np.nan]
    ```

    ## Good
    ```python
    import pandas as pd
    df = pd.read_csv("orders.csv")
    unpaid = df[df["paid_on"].isna()]
    ```

    ## How to fix
    Ask with `.isna()` or `.notna()`, for one number with `math.isnan`, in SQL with `IS NULL`.

    ## Source
    IEEE 754; ruff PLW0177; pandas, "Working with missing data".
    """
    for item in program.lint or ():
        if item.code == "PLW0177":
            yield Hit("nothing equals NaN: this comparison is always the same", item.part.cell, item.line, item.column)
    for part, compare in program.nodes(ast.Compare):
        equal = any(isinstance(operator, ast.Eq | ast.NotEq) for operator in compare.ops)
        for side in (compare.left, *compare.comparators):
            name = program.dotted(side)
            if equal and name in ("pandas.NA", "pandas.NaT"):
                yield part.at(side, f"nothing equals `{name}`: this comparison is never true")
    for query in queries(program):
        for fault in null_comparisons(query):
            yield query.hit(fault)


@rule("NBP309", "no-sanity-check", "warning", needs=("python",))
def no_sanity_check(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Data that is loaded and never checked.

    ## What it does
    Looks at the first load of data (`pd.read_csv`, `spark.read`, `sns.load_dataset` …) and for any check after it: an
    `assert`, `nbpeer.expect`, an `if` that raises, a schema (pandera, Great Expectations), a `validate=`. Where nothing
    is asserted but the data are at least counted or described, it is only an info.

    ## Why is this bad?
    Data changes under an analysis: a column turns to text, a day is loaded twice. Nobody notices until somebody acts on
    the number.

    ## Bad
    ```python
    import pandas as pd
    orders = pd.read_csv("orders.csv")
    print(orders["amount"].sum())
    ```

    ## Good
    ```python
    import nbpeer
    import pandas as pd
    orders = pd.read_csv("orders.csv")
    nbpeer.expect("one row an order", orders["order_id"].is_unique)
    print(orders["amount"].sum())
    ```

    ## How to fix
    Write down what has to hold right after loading: `nbpeer.expect("no duplicate users", df["user_id"].is_unique)`.

    ## Source
    AQuA Book, 2nd edition (2025), verification and validation of data; Duck Book, "Quality assurance of code".
    """
    loads = [(part, call) for part, call in program.nodes(ast.Call) if reads_data(program, call)]
    if not loads:
        return
    part, call = min(loads, key=lambda load: (load[0].cell.index, load[1].lineno))
    if all(place.cell.index < part.cell.index for place, _ in assertions(program)):
        seen: Severity | None = "info" if looks_at_data(program, part) else None
        message = "nothing asserts anything of the data that is loaded here, nor of any after it"
        yield part.at(call, message)._replace(severity=seen)
