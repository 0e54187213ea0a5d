"""Rules about SQL."""

from __future__ import annotations

from collections.abc import Iterator

from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.sql import queries
from nbpeer.checks.sql_faults import cartesian_joins, starred, unstable_limits


@rule("NBP306", "sql-cartesian", "error", needs=("sqlglot",))
def sql_cartesian(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A join in SQL in which every row meets every row.

    ## What it does
    Looks for joins without `ON` or `USING`, and for several tables in FROM that no comparison in WHERE links. A
    `CROSS JOIN` says what it means; a source of one row, `UNNEST` and `LATERAL` are fine.

    ## Why is this bad?
    Ten thousand orders and ten thousand payments are a hundred million rows, and every sum is ten thousand times too
    large.

    ## Bad
    ```python
    query = "SELECT SUM(o.amount) FROM orders o, payments p WHERE o.country = 'UK'"
    ```

    ## Good
    ```python
    query = "SELECT SUM(o.amount) FROM orders o INNER JOIN payments p ON p.order_id = o.id WHERE o.country = 'UK'"
    ```

    ## How to fix
    Write the condition: `JOIN payments ON payments.order_id = orders.id`; where every pair is meant, `CROSS JOIN`.

    ## Source
    sqlfluff AM08.
    """
    for query in queries(program):
        for fault in cartesian_joins(query):
            yield query.hit(fault)


@rule("NBP307", "sql-unstable", "warning", needs=("sqlglot",))
def sql_unstable(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A query whose answer depends on chance or on columns nobody named.

    ## What it does
    Looks for `LIMIT` without `ORDER BY`, and for `SELECT *` from a stored table. A look at up to a hundred rows is
    fine, and so is `SELECT *` from a query that names its columns.

    ## Why is this bad?
    Without an order the database returns whichever rows come first, others tomorrow. With `*` a column added to the
    table changes the frame, and a renamed one fails far from here.

    ## Bad
    ```python
    query = "SELECT user_id, amount FROM orders LIMIT 10000"
    ```

    ## Good
    ```python
    query = "SELECT user_id, amount FROM orders ORDER BY ordered_at, user_id LIMIT 10000"
    ```

    ## How to fix
    Order by columns that are unique together; name the columns that the analysis uses.

    ## Source
    sqlfluff AM09 and AM04.
    """
    for query in queries(program):
        for fault in (*unstable_limits(query), *starred(query)):
            yield query.hit(fault)
