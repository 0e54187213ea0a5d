"""A query restricted to one window of days, so that it can be held against another one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbpeer.sql.canonical import conjuncts, source_of
from nbpeer.sql.read import SqlError, parse_one
from nbpeer.sql.shape import is_window

if TYPE_CHECKING:
    from sqlglot.expressions import Expr, Select

_PLACEHOLDER = re.compile(r"'?(\{\{.*?\}\}|\$?\{[^{}\n]*\}|%\(\w+\)s|%s|(?<![\w:]):(?=[A-Za-z_])\w+|\?)'?", re.DOTALL)
_MARK = "nbpeer_placeholder_"


def windowed(query: str, dialect: str, time: str, window: tuple[str, str], what: str) -> str:
    """The query with the rows of `window` alone: first and last day, both included, by the column or SQL `time`.

    Conditions on time that the query has give way. Placeholders in them go with them; any other makes it a query that
    only a run of the notebook completes. Raises SqlError naming `what`.
    """
    from sqlglot import exp

    marks: list[str] = []

    def mark(match: re.Match[str]) -> str:
        marks.append(match[1])
        return f"{_MARK}{len(marks) - 1}"

    tree = parse_one(_PLACEHOLDER.sub(mark, query), dialect, what)
    if not isinstance(tree, exp.Query):
        raise SqlError(what, "it is no SELECT", "reconcile a query that reads")
    readers = [select for select in tree.find_all(exp.Select) if _reads_table(select, tree)]
    for select in readers:
        _restrict(select, time, window, dialect)
    left = [marks[int(found)] for found in re.findall(rf"{_MARK}(\d+)", tree.sql())]
    if left:
        raise SqlError(what, f"it has {left[0]}, which only a run fills in", "write the value into a query of its own")
    return tree.sql(dialect=dialect or None)


def in_dialect(query: str, dialect: str, wanted: str, what: str) -> str:
    """The query in another dialect, on one line. Raises SqlError when it cannot be read."""
    return parse_one(query, dialect, what).sql(dialect=wanted or None)


def _reads_table(select: Select, tree: Expr) -> bool:
    """Whether a SELECT reads a stored table, and not what the query itself defines."""
    from sqlglot import exp

    defined = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    source = source_of(select)
    return isinstance(source, exp.Table) and not (source.name.lower() in defined and not source.db)


def _restrict(select: Select, time: str, window: tuple[str, str], dialect: str) -> None:
    from sqlglot import exp

    where = select.args.get("where")
    kept = [part for part in conjuncts(where.this if where else None) if not is_window(part, time)]
    when = parse_one(time, dialect, f"time {time!r}")
    first, last = window
    day = exp.Cast(this=when, to=exp.DataType.build("date"))
    inside = exp.Between(this=day, low=_date(first), high=_date(last))
    select.set("where", exp.Where(this=exp.and_(*kept, inside)))


def _date(text: str) -> Expr:
    from sqlglot import exp

    return exp.Cast(this=exp.Literal.string(text), to=exp.DataType.build("date"))
