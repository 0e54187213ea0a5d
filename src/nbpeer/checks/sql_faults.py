"""What is wrong with a query, read from its syntax tree. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nbpeer.checks.sql import Fault, Query

if TYPE_CHECKING:
    from sqlglot.expressions import Expr, Join, Select

_CLOCKS = frozenset("now getdate sysdate today curdate sysdatetime getutcdate current_date current_timestamp".split())
# Grouped by one of these, a mean is one person's.
ONE_EACH = re.compile(r"(?:.*_)?(?:id|uuid|key)|user|person|customer|patient|subject|participant|member", re.IGNORECASE)
_QUALIFIED = re.compile(
    r"\b(?:inner|left|right|full|outer|cross|natural|semi|anti|asof|positional|straight|any|all|global|local)\s+$",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"", re.DOTALL)
_SMALL_LOOK = 100  # rows: a LIMIT up to this is somebody looking at the data


def bare_joins(query: Query) -> Iterator[Fault]:
    """`JOIN` without INNER, LEFT and the like."""
    from sqlglot import exp

    if not any(_is_bare(join) for tree in query.statements for join in tree.find_all(exp.Join)):
        return
    for offset in _bare_join_words(query):
        yield Fault(offset, "this JOIN does not say which rows it keeps", "INNER ")


def null_comparisons(query: Query) -> Iterator[Fault]:
    """`= NULL`, `<> NULL`."""
    from sqlglot import exp

    for tree in query.statements:
        for node in tree.find_all(exp.EQ, exp.NEQ):
            assigns = isinstance(node.parent, exp.Update | exp.Set | exp.SetItem | exp.Kwarg | exp.Properties)
            if isinstance(node.expression, exp.Null) and not assigns:
                how = "IS NULL" if isinstance(node, exp.EQ) else "IS NOT NULL"
                yield Fault(_offset(node), f"nothing equals NULL: this is never true, write `{how}`")


def cartesian_joins(query: Query) -> Iterator[Fault]:
    """Joins without a condition, in FROM lists as well, that are not written as CROSS JOIN."""
    from sqlglot import exp

    for tree in query.statements:
        single = {cte.alias_or_name for cte in tree.find_all(exp.CTE) if _one_row(cte.this)}
        for select in tree.find_all(exp.Select):
            joins = select.args.get("joins") or []
            if joins and _one_row_source(_from(select), single):
                continue
            yield from (
                Fault(_offset(join), "this join has no condition: every row meets every row")
                for join in joins
                if _unconditioned(select, join) and not _one_row_source(join.this, single)
            )


def unstable_limits(query: Query) -> Iterator[Fault]:
    """LIMIT without ORDER BY. A small one on `SELECT *` is a look at the data and nothing rests on it."""
    from sqlglot import exp

    for tree in query.statements:
        for select in tree.find_all(exp.Select):
            limit = select.args.get("limit")
            if limit is None or select.args.get("order") or _one_row(select, limited=False):
                continue
            if select is tree and _is_look(select, limit):
                continue
            yield Fault(_offset(limit) or _offset(select), "LIMIT without ORDER BY: which rows come is chance")


def starred(query: Query) -> Iterator[Fault]:
    """`SELECT *` from a table, a look at a few rows aside."""
    from sqlglot import exp

    for tree in query.statements:
        named = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
        for select in tree.find_all(exp.Select):
            limit = select.args.get("limit")
            if not any(
                isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star))
                for item in select.expressions
            ):
                continue
            source = _from(select)
            stored = isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier)
            inside = isinstance(select.parent, exp.Exists) or (
                select.parent and isinstance(select.parent.parent, exp.Exists)
            )
            if (
                stored
                and source is not None
                and source.name not in named
                and not inside
                and not (limit and _is_look(select, limit))
            ):
                yield Fault(_offset(select), "SELECT *: a column added to the table changes what comes back")


def clock_readings(query: Query) -> Iterator[Fault]:
    """CURRENT_DATE, NOW() and the like."""
    from sqlglot import exp

    kinds = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentDatetime, exp.CurrentTime, exp.Anonymous)
    for tree in query.statements:
        for node in tree.find_all(*kinds):
            if isinstance(node, exp.Anonymous) and str(node.this).lower() not in _CLOCKS:
                continue
            if node.find_ancestor(exp.ColumnDef):  # a column's default
                continue
            name = str(node.this).upper() if isinstance(node, exp.Anonymous) else node.sql_name()
            yield Fault(_offset(node), f"`{name}` is another value at every run")


def averaged_averages(query: Query) -> Iterator[Fault]:
    """AVG of a column that is an AVG in a subquery or common table expression."""
    from sqlglot import exp

    for tree in query.statements:
        means = {
            alias.alias
            for alias in tree.find_all(exp.Alias)
            if isinstance(alias.this.unnest() if alias.this else None, exp.Avg) and not _one_each(alias)
        }
        for node in tree.find_all(exp.Avg):
            inner = node.this
            if isinstance(inner, exp.Avg) or (isinstance(inner, exp.Column) and inner.name in means):
                yield Fault(_offset(node), "AVG of an AVG: small groups weigh as much as large ones")


def tables(query: Query) -> Iterator[tuple[str, int]]:
    """The stored tables that a query reads, by their full names, and where; what it defines itself is left out."""
    from sqlglot import exp

    for tree in query.statements:
        named = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
        made = {tree.this.find(exp.Table)} if isinstance(tree, exp.Create | exp.Insert) and tree.this else set()
        for table in tree.find_all(exp.Table):
            parts = [part.name for part in table.parts if isinstance(part, exp.Identifier)]
            if parts and table not in made and not (len(parts) == 1 and parts[0].lower() in named):
                yield ".".join(parts), _offset(table)


def _is_bare(join: Join) -> bool:
    return not any(join.args.get(key) for key in ("side", "kind", "method")) and bool(
        join.args.get("on") or join.args.get("using")
    )


def _bare_join_words(query: Query) -> Iterator[int]:
    text = _HIDDEN.sub(lambda match: " " * len(match.group()), query.text)
    for match in re.finditer(r"\bjoin\b", text, re.IGNORECASE):
        if not _QUALIFIED.search(text[: match.start()]):
            yield match.start()


def _unconditioned(select: Select, join: Join) -> bool:
    from sqlglot import exp

    if any(join.args.get(key) for key in ("on", "using", "method")) or join.args.get("kind") in ("CROSS", "STRAIGHT"):
        return False
    if isinstance(join.this, exp.Unnest | exp.Lateral) or not isinstance(join.this, exp.Table | exp.Subquery):
        return False
    if isinstance(join.this, exp.Table) and not isinstance(join.this.this, exp.Identifier):
        return False  # a table function
    db = join.this.args.get("db") if isinstance(join.this, exp.Table) else None
    sources = [_from(select), *(other.this for other in select.args.get("joins") or [])]
    aliases = {source.alias_or_name for source in sources if source}
    if db is not None and db.name in aliases:
        return False  # BigQuery's join with an array of the row
    where = select.args.get("where")
    return where is None or not any(_links(node, join.this.alias_or_name) for node in where.find_all(exp.Predicate))


def _links(node: Expr, name: str) -> bool:
    """Whether a predicate compares columns of two sources, or columns that do not say whose they are."""
    from sqlglot import exp

    columns = list(node.find_all(exp.Column))
    owners = {column.table for column in columns}
    return len(columns) >= 2 and ((len(owners) > 1 and (name in owners or "" in owners)) or owners == {""})


def _from(select: Expr) -> Expr | None:
    source = select.args.get("from_") or select.args.get("from")
    return source.this if source else None


def _one_row_source(source: Expr | None, single: set[str]) -> bool:
    from sqlglot import exp

    if isinstance(source, exp.Subquery):
        return _one_row(source.this)
    return isinstance(source, exp.Table) and source.name in single


def _one_row(select: Expr, *, limited: bool = True) -> bool:
    """Whether a query has one row by construction: aggregated without groups, no table, LIMIT 1."""
    from sqlglot import exp

    if not isinstance(select, exp.Select):
        return False
    limit = select.args.get("limit")
    if limited and limit is not None and str(limit.expression) == "1":
        return True
    if _from(select) is None:
        return True
    whole = not select.args.get("group") and not select.find(exp.Window)
    return whole and all(item.find(exp.AggFunc) for item in select.expressions)


def _is_look(select: Expr, limit: Expr) -> bool:
    from sqlglot import exp

    number = limit.expression
    few = isinstance(number, exp.Literal) and number.is_int and int(number.this) <= _SMALL_LOOK
    return bool(few) and not select.args.get("group")


def _one_each(alias: Expr) -> bool:
    from sqlglot import exp

    select = alias.find_ancestor(exp.Select)
    group = select.args.get("group") if select else None
    return group is not None and any(ONE_EACH.fullmatch(column.name) for column in group.find_all(exp.Column))


def _offset(node: Expr) -> int:
    """Where a part of a query stands, by the first of its words that knows."""
    starts = [inner.meta["start"] for inner in node.walk() if inner.meta and "start" in inner.meta]
    return min(starts, default=0)
