"""One spelling of what means the same: the form in which definitions are hashed and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot.expressions import Expr


def digest(queries: Iterable[Expr]) -> str:
    """The digest of a definition's queries, one for each dialect it is written in; equal ones count once."""
    texts = sorted({canonical_text(query) for query in queries})
    return "sha256:" + hashlib.sha256("\n".join(texts).encode()).hexdigest()


def canonical_text(tree: Expr, *, loose: bool = False) -> str:
    """The tree in its one spelling: formatting, quotes, comments, aliases and the order of conditions do not matter.

    `loose`: nor do casts to fractions, guards against zero and rounding, which a person would not call a difference.
    """
    return spelled(normalised(tree, loose=loose))


def spelled(tree: Expr) -> str:
    """The text of a tree that is normalised already."""
    return tree.sql(dialect="duckdb", comments=False, normalize_functions="upper")


def normalised(tree: Expr, *, loose: bool = False) -> Expr:
    """A copy of the tree in which equal meanings are equal trees."""
    found = _without_names(tree.copy(), qualified=not loose)
    for step in (_plain_identifier, _unwrapped, _filtered, _counted, _loosened if loose else _same, _compared, _range):
        found = _bottom_up(found, step)
    return _bottom_up(found, _ordered)


def _bottom_up(tree: Expr, step: Callable[[Expr], Expr]) -> Expr:
    """The tree with every node replaced by what `step` makes of it, the innermost first."""
    for node in reversed(list(tree.walk())):
        new = step(node)
        if new is not node:
            if node is tree:
                tree = new
            elif node.parent is not None:
                node.replace(new)
    return tree


def period_of(when: Expr, grain: str) -> Expr:
    """The beginning of the period that a moment is in; `grain` is day, week and the like."""
    from sqlglot import exp

    truncate: Callable[..., Expr] = exp.DateTrunc
    return truncate(this=when, unit=exp.Literal.string(grain.upper()))


def conjuncts(tree: Expr | None) -> list[Expr]:
    """The conditions that a condition joins by AND."""
    from sqlglot import exp

    if tree is None:
        return []
    if isinstance(tree, exp.Paren):
        return conjuncts(tree.this)
    if isinstance(tree, exp.And):
        return [*conjuncts(tree.this), *conjuncts(tree.expression)]
    return [tree]


def source_of(select: Expr) -> Expr | None:
    """What a SELECT reads first."""
    found = select.args.get("from_") or select.args.get("from")
    return found.this if found else None


def _without_names(tree: Expr, *, qualified: bool) -> Expr:
    """Aliases are noise: a column's is dropped, a table's replaced by its name, or dropped where it is alone."""
    from sqlglot import exp

    for select in list(tree.find_all(exp.Select)):
        sources = [source_of(select), *(join.this for join in select.args.get("joins") or [])]
        tables = [source for source in sources if isinstance(source, exp.Table)]
        names = {table.alias_or_name.lower(): table.name.lower() for table in tables}
        lone = len(sources) == 1
        for column in list(select.find_all(exp.Column)):
            if column.table.lower() in names:
                name = names[column.table.lower()]
                column.set("table", exp.to_identifier(name) if qualified and not lone else None)
                column.set("db", None)
                column.set("catalog", None)
        for table in tables:
            table.set("alias", None)
        select.set("expressions", [item.this if isinstance(item, exp.Alias) else item for item in select.expressions])
    return tree


def _plain_identifier(node: Expr) -> Expr:
    """`"Day"` and `day` are the same column to people and to most databases."""
    from sqlglot import exp

    return exp.Identifier(this=node.name.lower(), quoted=False) if isinstance(node, exp.Identifier) else node


def _unwrapped(node: Expr) -> Expr:
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        return node.this  # type: ignore[no-any-return]
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        return period_of(node.this, str(node.text("unit")).upper())
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.this.is_string:
        return node.this if node.to.this.name in ("DATE", "TIMESTAMP", "DATETIME", "VARCHAR", "TEXT") else node
    return node


def _filtered(node: Expr) -> Expr:
    """`SUM(CASE WHEN c THEN x ELSE 0 END)` and its kind are `SUM(x) FILTER (WHERE c)`."""
    from sqlglot import exp

    if isinstance(node, exp.CountIf):
        return _filter(exp.Count(this=exp.Star()), node.this)
    if not isinstance(node, exp.Sum | exp.Count | exp.Avg | exp.Min | exp.Max):
        return node
    distinct = isinstance(node.this, exp.Distinct)
    inner = node.this.expressions[0] if distinct and len(node.this.expressions) == 1 else node.this
    condition, value, default = _choice(inner)
    if condition is None or value is None or not _is_nothing(default, zero=isinstance(node, exp.Sum)):
        return node
    if isinstance(node, exp.Count) and not distinct and isinstance(value, exp.Literal):
        value = exp.Star()
    held = exp.Distinct(expressions=[value]) if distinct else value
    return _filter(type(node)(this=held), condition)


def _choice(node: Expr | None) -> tuple[Expr | None, Expr | None, Expr | None]:
    """Condition, value and default of a CASE with one condition; no condition when it is none."""
    from sqlglot import exp

    if isinstance(node, exp.Case) and node.this is None and len(node.args["ifs"]) == 1:
        only = node.args["ifs"][0]
        return only.this, only.args.get("true"), node.args.get("default")
    if isinstance(node, exp.If):
        return node.this, node.args.get("true"), node.args.get("false")
    return None, None, None


def _is_nothing(default: Expr | None, *, zero: bool) -> bool:
    from sqlglot import exp

    return default is None or isinstance(default, exp.Null) or (zero and default.sql() == "0")


def _filter(aggregate: Expr, condition: Expr) -> Expr:
    from sqlglot import exp

    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))


def _counted(node: Expr) -> Expr:
    """`COUNT(1)` and `SUM(1)` are `COUNT(*)`; counting the rows where x is not null is `COUNT(x)`."""
    from sqlglot import exp

    if isinstance(node, exp.Count | exp.Sum) and isinstance(node.this, exp.Literal) and node.this.name == "1":
        return exp.Count(this=exp.Star())
    if isinstance(node, exp.Count):
        node.set("big_int", None)
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.Count | exp.Sum):
        condition = node.expression.this
        present = condition.this if isinstance(condition, exp.Not) else None
        rows = isinstance(node.this.this, exp.Star) or node.this.this.sql() == "1"
        if rows and isinstance(present, exp.Is) and isinstance(present.expression, exp.Null):
            return exp.Count(this=present.this)
        if rows and isinstance(node.this, exp.Sum):
            return _filter(exp.Count(this=exp.Star()), condition)
    return node


def _loosened(node: Expr) -> Expr:
    from sqlglot import exp

    if isinstance(node, exp.Nullif) and node.expression.sql() == "0":
        return node.this  # type: ignore[no-any-return]
    if isinstance(node, exp.Round | exp.Coalesce):
        return node.this  # type: ignore[no-any-return]
    if isinstance(node, exp.Cast) and node.to.this.name in ("DOUBLE", "FLOAT", "DECIMAL"):
        return node.this  # type: ignore[no-any-return]
    if isinstance(node, exp.Mul):
        for one, other in ((node.this, node.expression), (node.expression, node.this)):
            if one.sql() in ("1.0", "1"):
                return other  # type: ignore[no-any-return]
    return node


def _same(node: Expr) -> Expr:
    return node


def _compared(node: Expr) -> Expr:
    """Comparisons with the column on the left; `x = TRUE` is `x`, `x IN (1)` is `x = 1`, `NOT x = 1` is `x <> 1`."""
    from sqlglot import exp

    if isinstance(node, exp.Not) and isinstance(node.this, exp.EQ):
        return exp.NEQ(this=node.this.this, expression=node.this.expression)
    if isinstance(node, exp.In) and not node.args.get("query") and len(node.expressions) == 1:
        return exp.EQ(this=node.this, expression=node.expressions[0])
    if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Boolean):
        return node.this if node.expression.this else exp.Not(this=node.this)
    flipped: dict[type[Expr], Callable[..., Expr]] = {
        exp.EQ: exp.EQ, exp.NEQ: exp.NEQ, exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE,
    }  # fmt: skip
    if type(node) in flipped and isinstance(node.this, exp.Literal) and not isinstance(node.expression, exp.Literal):
        return flipped[type(node)](this=node.expression, expression=node.this)
    return node


def _range(node: Expr) -> Expr:
    from sqlglot import exp

    if isinstance(node, exp.Between):
        low = exp.GTE(this=node.this.copy(), expression=node.args["low"])
        return exp.And(this=low, expression=exp.LTE(this=node.this, expression=node.args["high"]))
    return node


def _ordered(node: Expr) -> Expr:
    """What can stand in any order, in one; an operation inside another one keeps its brackets."""
    from sqlglot import exp

    if isinstance(node, exp.EQ | exp.NEQ) and not isinstance(node.expression, exp.Literal):
        first, second = sorted((node.this, node.expression), key=spelled)
        node = type(node)(this=first.copy(), expression=second.copy())
    if isinstance(node, exp.In) and node.expressions:
        node.set("expressions", sorted(node.expressions, key=spelled))
    if isinstance(node, exp.And | exp.Or | exp.Add | exp.Mul):
        first, *rest = sorted(_flat(node, type(node)), key=spelled)
        joined = _bracketed(first)
        for part in rest:
            joined = type(node)(this=joined, expression=_bracketed(part))
        return joined
    if isinstance(node, exp.Binary | exp.Not):
        for key in ("this", "expression"):
            value = node.args.get(key)
            if isinstance(value, exp.Binary | exp.Not):
                node.set(key, _bracketed(value))
    return node


def _flat(node: Expr, kind: type[Expr]) -> list[Expr]:
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        return _flat(node.this, kind)
    if type(node) is not kind:
        return [node]
    return [*_flat(node.this, kind), *_flat(node.expression, kind)]


def _bracketed(node: Expr) -> Expr:
    from sqlglot import exp

    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.Not) else node
