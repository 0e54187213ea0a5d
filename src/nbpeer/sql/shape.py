"""What a query computes: its aggregates, the tables it reads, the conditions on its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from nbpeer.sql.canonical import conjuncts, normalised, source_of, spelled

if TYPE_CHECKING:
    from sqlglot.expressions import Expr, Select

_DATE = re.compile(r"\d{4}-\d\d(-\d\d.*)?")
_FILLED_LATER = re.compile(r"_+")  # what masks a placeholder


class Aggregate(NamedTuple):
    """One aggregated column: its canonical text, the name it is given, the conditions on the rows it takes."""

    text: str
    alias: str
    filters: frozenset[str]


class Shape(NamedTuple):
    """One SELECT with aggregates. `tables` are full names in lower case, `joins` say how they are linked.

    `filters` are the conditions on rows; those on time alone, which choose a window, are left out (`windowed`: there
    were some). `offset` is where the SELECT begins in its text. `why` says what keeps it from being compared ("" when
    nothing does).
    """

    aggregates: tuple[Aggregate, ...]
    tables: tuple[str, ...]
    joins: frozenset[str]
    filters: frozenset[str]
    offset: int = 0
    why: str = ""
    windowed: bool = False


class Shapes:
    """The shapes of a query's statements, worked out once for each time column, since metrics may be many."""

    def __init__(self, trees: Iterable[Expr]) -> None:
        self._trees = tuple(trees)
        self._known: dict[str, tuple[Shape, ...]] = {}

    def of(self, time: str) -> tuple[Shape, ...]:
        """The shape of every SELECT that aggregates. `time` is the column that tells when a row counts."""
        if time not in self._known:
            self._known[time] = tuple(_shape(select, time) for select in _aggregating(self._trees))
        return self._known[time]


def _aggregating(trees: Iterable[Expr]) -> Iterator[Select]:
    from sqlglot import exp

    for tree in trees:
        for select in tree.find_all(exp.Select):
            if any(_aggregates(item) for item in select.expressions):
                yield select


def is_window(condition: Expr, time: str) -> bool:
    """Whether a condition only chooses the days: it compares the time column, or a column with a date, and no other."""
    from sqlglot import exp

    if not isinstance(condition, exp.Predicate | exp.Paren | exp.And | exp.Not) or condition.find(exp.Or, exp.Select):
        return False
    names = {column.name.lower() for column in condition.find_all(exp.Column)}
    names = {name for name in names if not _FILLED_LATER.fullmatch(name)}
    if time:
        known = {name.lower() for name in re.findall(r"[A-Za-z_]\w*", time)}
        compared = condition.find(exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.Between) is not None
        return compared and bool(names & known) and all(_is_given(name, condition) for name in names - known)
    dates = [literal for literal in condition.find_all(exp.Literal) if _DATE.fullmatch(literal.name)]
    return len(names) == 1 and bool(dates)


def _is_given(name: str, condition: Expr) -> bool:
    """Whether a name may be a parameter, `:start`: it has no owner, and stands alone on its side."""
    from sqlglot import exp

    return all(not column.table for column in condition.find_all(exp.Column) if column.name.lower() == name)


def _aggregates(item: Expr) -> bool:
    from sqlglot import exp

    own = item.find_ancestor(exp.Select)
    return any(
        node.find_ancestor(exp.Window) is None and node.find_ancestor(exp.Select) is own
        for node in item.find_all(exp.AggFunc)
    )


def _shape(select: Select, time: str) -> Shape:
    from sqlglot import exp

    offset = _offset(select)
    aliases = [item.alias if isinstance(item, exp.Alias) else "" for item in select.expressions]
    sources = [source_of(select), *(join.this for join in select.args.get("joins") or [])]
    why = _undecidable(select, sources)
    if why:
        named = tuple(Aggregate("", alias.lower(), frozenset()) for alias in aliases if alias)
        return Shape(named, (), frozenset(), frozenset(), offset, why)
    alone = select.copy()
    alone.set("with_", None)
    alone.set("with", None)
    plain = normalised(alone, loose=True)
    assert isinstance(plain, exp.Select)  # noqa: S101 - what was a SELECT still is one
    where = plain.args.get("where")
    conditions = [part for part in conjuncts(where.this if where else None) if not _says_nothing(part)]
    filters = frozenset(spelled(_bare(part)) for part in conditions if not is_window(part, time))
    found = tuple(
        _aggregate(item, alias)
        for item, alias in zip(plain.expressions, aliases, strict=True)
        if item.find(exp.AggFunc)
    )
    tables = tuple(table_name(source) for source in sources if source)
    joins = frozenset(_link(join) for join in plain.args.get("joins") or [])
    return Shape(found, tables, joins, filters, offset, windowed=any(is_window(part, time) for part in conditions))


def table_name(table: Expr) -> str:
    """The full name in lower case of what is read; "" for a function, unless it is one that reads one file."""
    from sqlglot import exp

    if not isinstance(table, exp.Table):
        return ""
    if isinstance(table.this, exp.Identifier):
        return ".".join(part.name.lower() for part in table.parts)
    texts = [literal.name for literal in table.this.find_all(exp.Literal) if literal.is_string]
    return texts[0].lower() if len(texts) == 1 else ""


def _aggregate(item: Expr, alias: str) -> Aggregate:
    """The aggregate with its own FILTER as conditions; of an expression of several aggregates they stay inside."""
    from sqlglot import exp

    if isinstance(item, exp.Filter):
        own = frozenset(spelled(_bare(part)) for part in conjuncts(item.expression.this))
        return Aggregate(spelled(item.this), alias.lower(), own)
    return Aggregate(spelled(item), alias.lower(), frozenset())


def _says_nothing(condition: Expr) -> bool:
    """Whether a condition is `1 = 1` or TRUE, with which people begin a list of conditions."""
    from sqlglot import exp

    bare = _bare(condition)
    sides = (bare.this, bare.expression) if isinstance(bare, exp.EQ) else ()
    return bare.sql().upper() == "TRUE" or (
        len(sides) == 2 and all(isinstance(side, exp.Literal) for side in sides) and sides[0] == sides[1]
    )


def _bare(condition: Expr) -> Expr:
    from sqlglot import exp

    return condition.this if isinstance(condition, exp.Paren) else condition


def _link(join: Expr) -> str:
    linked = join.args.get("on")
    return f"{join.args.get('side') or 'INNER'} {spelled(linked) if linked else join.args.get('using')}"


def _undecidable(select: Select, sources: list[Expr | None]) -> str:
    """What of a SELECT cannot be compared with a definition by reading it."""
    from sqlglot import exp

    root = select.root()
    defined = {cte.alias_or_name.lower() for cte in root.find_all(exp.CTE)}
    if any(select.args.get(key) for key in ("having", "limit", "qualify", "distinct", "offset")):
        return "it has HAVING, LIMIT, QUALIFY or DISTINCT"
    if any(not isinstance(source, exp.Table) or source.name.lower() in defined for source in sources):
        return "it reads a subquery"
    if any(source and not table_name(source) for source in sources):
        return "it reads a function"
    names = [table_name(source) for source in sources if source]
    if len(names) != len(set(names)):
        return "it joins a table with itself"
    where = select.args.get("where")
    if where and where.find(exp.Select):
        return "a condition holds a query of its own"
    return ""


def _offset(node: Expr) -> int:
    starts = [inner.meta["start"] for inner in node.walk() if inner.meta and "start" in inner.meta]
    return min(starts, default=0)
