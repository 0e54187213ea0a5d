"""A query restricted to one window of days, so that it can be held against another one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbpeer.sql.canonical import conjuncts, source_of
from nbpeer.sql.read import SqlError, parse_one
from nbpeer.sql.shape import is_window, table_name

if TYPE_CHECKING:
    from sqlglot.expressions import Expr, Select

_PLACEHOLDER = re.compile(r"'?(\{\{.*?\}\}|\$?\{[^{}\n]*\}|%\(\w+\)s|%s|(?<![\w:]):(?=[A-Za-z_])\w+|\?)'?", re.DOTALL)
_MARK = "nbpeer_placeholder_"


class Window(NamedTuple):
    """First and last day, both included, by the column or SQL `time` of `tables`, by name (none: of every table)."""

    time: str
    first: str
    last: str
    tables: frozenset[str] = frozenset()


def windowed(query: str, dialect: str, window: Window, what: str) -> str:
    """The query with the rows of a window alone, where it reads the window's tables.

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
    for select in [one for one in readers if _reads_any(one, window.tables)] or readers:
        _restrict(select, window, dialect)
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


def _reads_any(select: Select, tables: frozenset[str]) -> bool:
    sources = [source_of(select), *(join.this for join in select.args.get("joins") or [])]
    names = {bare_name(name) for source in sources if source and (name := table_name(source))}
    return not tables or bool(names & tables)


def bare_name(table: str) -> str:
    """A table's name without its schema, a file's without its folder, in lower case."""
    plain = table.replace('"', "").replace("`", "").lower()
    return plain.rpartition("/")[2] if "/" in plain else plain.rpartition(".")[2]


def _restrict(select: Select, window: Window, dialect: str) -> None:
    from sqlglot import exp

    where = select.args.get("where")
    kept = [part for part in conjuncts(where.this if where else None) if not is_window(part, window.time)]
    when = parse_one(window.time, dialect, f"time {window.time!r}")
    day = exp.Cast(this=when, to=exp.DataType.build("date"))
    inside = exp.Between(this=day, low=_date(window.first), high=_date(window.last))
    select.set("where", exp.Where(this=exp.and_(*kept, inside)))


def _date(text: str) -> Expr:
    from sqlglot import exp

    return exp.Cast(this=exp.Literal.string(text), to=exp.DataType.build("date"))
