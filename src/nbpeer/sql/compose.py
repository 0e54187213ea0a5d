"""The query of a metric, composed of what its registry says: expression, tables, joins, filters, grain."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nbpeer.sql.canonical import conjuncts, period_of
from nbpeer.sql.read import SqlError, parse_one

if TYPE_CHECKING:
    from sqlglot.expressions import Expr, Select, Table


class Source(NamedTuple):
    """One table: the name that expressions call it, and where it is (a table's full name, a file, or a query)."""

    name: str
    relation: str


class Join(NamedTuple):
    """The source `many` refers to the source `one`: pairs of columns that are equal."""

    many: str
    one: str
    columns: tuple[tuple[str, str], ...]


class Measure(NamedTuple):
    """One aggregate over rows. `sources` begin with the one whose rows are counted; `joins` link the others to it.

    `fields` are computed columns: (source, column) to the SQL of one row. `time` is the column, or SQL of one row,
    that tells when a row counts.
    """

    expression: str
    sources: tuple[Source, ...]
    joins: tuple[Join, ...] = ()
    filters: tuple[str, ...] = ()
    fields: Mapping[tuple[str, str], str] = {}
    time: str = ""
    dialect: str = ""


def compose(name: str, measure: Measure, grain: str = "") -> str:
    """The query that gives a metric: one number, or with `grain` one a period. Raises SqlError."""
    return _query(name, measure, grain).sql(dialect=measure.dialect or None)


def time_of(name: str, measure: Measure) -> str:
    """The SQL of one row that tells when it counts, "" when nothing does. Raises SqlError."""
    if not measure.time:
        return ""
    alone = measure._replace(sources=measure.sources[:1])
    tree = _placed(alone, parse_one(measure.time, measure.dialect, f"{name}, its time"))
    return tree.sql(dialect=measure.dialect or None)


def compose_derived(
    name: str, expression: str, inputs: Mapping[str, Measure], grain: str = "", *, own: str = ""
) -> str:
    """The query of a metric that is computed of others, which `expression` calls by the keys of `inputs`.

    What has the same rows is computed in one SELECT, other rows in one SELECT each. `own` is the expression's dialect.
    Raises SqlError.
    """
    tree = parse_one(expression, own, name)
    queries = {key: _query(key, measure, grain) for key, measure in inputs.items()}
    if len({_rows(query) for query in queries.values()}) == 1:
        found = next(iter(queries.values())).copy()
        values = {key: query.expressions[-1].this for key, query in queries.items()}
        return _with_value(found, name, _filled(tree, values, name)).sql(dialect=own or None)
    return (_side_by_side(name, tree, queries, grain) if grain else _apart(name, tree, queries)).sql(
        dialect=own or None
    )


def with_names(expression: str, values: Mapping[str, str], dialect: str) -> str:
    """The expression with SQL in the place of names. Raises SqlError when it cannot be read."""
    from sqlglot import exp

    def fill(node: Expr) -> Expr:
        value = values.get(node.name) if isinstance(node, exp.Column) and not node.table else None
        return node if value is None else _inside(node, parse_one(value, dialect, value))

    return parse_one(expression, dialect, expression).transform(fill).sql(dialect=dialect or None)


def transpiled(query: str, dialect: str, wanted: str, what: str, folder: str = "") -> str:
    """A query in another dialect, laid out over lines; files that it reads are named as from `folder`.

    Raises SqlError when it cannot be read.
    """
    from sqlglot import exp

    tree = parse_one(query, dialect, what)
    for table in tree.find_all(exp.Table):
        if _is_file(table.name) and not table.name.startswith("/") and "://" not in table.name:
            table.set("this", exp.to_identifier(posixpath.normpath(posixpath.join(folder, table.name)), quoted=True))
    if wanted == "bigquery":  # whose WEEK begins on a Sunday
        for period in tree.find_all(exp.DateTrunc, exp.TimestampTrunc):
            if period.text("unit").upper() == "WEEK":
                period.set("unit", exp.Var(this="ISOWEEK"))
    return tree.sql(dialect=wanted or None, pretty=True)


def _query(name: str, measure: Measure, grain: str) -> Select:
    from sqlglot import exp

    value = _placed(measure, parse_one(measure.expression, measure.dialect, f"{name}, its expression"))
    found = exp.Select().from_(_relation(name, measure.sources[0], measure.dialect))
    for join in measure.joins:
        source = next(source for source in measure.sources if source.name == join.one)
        on = [exp.EQ(this=exp.column(a, join.many), expression=exp.column(b, join.one)) for a, b in join.columns]
        found = found.join(_relation(name, source, measure.dialect), on=exp.and_(*on), join_type="left")
    texts = [parse_one(text, measure.dialect, f"{name}, its filter") for text in measure.filters]
    conditions = [_placed(measure, part) for text in texts for part in conjuncts(text)]
    if conditions:
        found.set("where", exp.Where(this=exp.and_(*conditions)))
    if grain:
        if not measure.time:
            raise SqlError(name, f"it is by {grain} and no column says when a row counts", "name its `time` column")
        when = _placed(measure, parse_one(measure.time, measure.dialect, f"{name}, its time"))
        period = period_of(when, grain)
        found = found.select(exp.alias_(period, grain)).group_by(exp.Literal.number(1)).order_by(exp.Literal.number(1))
    return found.select(exp.alias_(value, name, quoted=not name.isidentifier()))


def _relation(name: str, source: Source, dialect: str) -> Expr:
    """A table by its name, a file as one quoted name, or a query in brackets; under the name expressions use."""
    from sqlglot import exp

    text = source.relation.strip()
    if text.lower().startswith(("select ", "select\n", "with ", "(")):
        query = parse_one(text, dialect, f"{name}, the source of {source.name}")
        return exp.Subquery(this=query.unnest(), alias=exp.TableAlias(this=exp.to_identifier(source.name)))
    table = _table(f"{name}, the source of {source.name}", text, dialect)
    if table.name.lower() != source.name.lower():
        table.set("alias", exp.TableAlias(this=exp.to_identifier(source.name)))
    return table


def _table(what: str, text: str, dialect: str) -> Table:
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if _is_file(text):
        return exp.Table(this=exp.to_identifier(text, quoted=True))
    unquoted = re.sub(r"\"[^\"]*\"|`[^`]*`", "", text)
    try:
        found = exp.to_table(text, dialect="bigquery" if "`" in text else dialect or None)
        if isinstance(found, exp.Table) and not re.search(r"[\s()]", unquoted):
            return found
    except SqlglotError:
        pass
    raise SqlError(what, f"{text!r} is no table, file or query", "name what its rows are read from")


def _is_file(name: str) -> bool:
    return "/" in name or name.endswith((".parquet", ".csv", ".json"))


def _placed(measure: Measure, tree: Expr) -> Expr:
    """The tree with computed fields filled in, and without qualifiers where there is one table only."""
    from sqlglot import exp

    names = {source.name.lower(): source.name for source in measure.sources}
    lone = len(measure.sources) == 1

    def place(node: Expr) -> Expr:
        if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
            return node
        owner = names.get(node.table.lower()) or (measure.sources[0].name if lone and not node.table else "")
        text = measure.fields.get((owner, node.name))
        if text is not None:
            inner = parse_one(text, measure.dialect, f"the field {owner}.{node.name}")
            if inner.sql().lower() not in (node.name.lower(), f"{owner}.{node.name}".lower()):
                return _inside(node, _owned(inner, "" if lone else owner))
        return _owned(node, "" if lone else node.table)

    return tree.transform(place)


def _inside(place: Expr, value: Expr) -> Expr:
    """A value for a place in a tree: in brackets where another operation is around it."""
    from sqlglot import exp

    return exp.Paren(this=value) if isinstance(value, exp.Binary) and isinstance(place.parent, exp.Binary) else value


def _owned(tree: Expr, owner: str) -> Expr:
    from sqlglot import exp

    for column in [tree] if isinstance(tree, exp.Column) else list(tree.find_all(exp.Column)):
        column.set("table", exp.to_identifier(owner) if owner else None)
        column.set("db", None)
    return tree


def _rows(query: Select) -> str:
    """What a query reads, without what it computes."""
    copy = query.copy()
    copy.set("expressions", [])
    return copy.sql()


def _filled(tree: Expr, values: Mapping[str, Expr], name: str) -> Expr:
    """The expression with the value of each input in the place of its name."""
    from sqlglot import exp

    folded = {key.lower(): value for key, value in values.items()}

    def fill(node: Expr) -> Expr:
        if not isinstance(node, exp.Column):
            return node
        value = folded.get(node.name.lower()) if not node.table else None
        if value is None:
            raise SqlError(name, f"{node.sql()} is neither one of its inputs nor a column", "look at its expression")
        return _inside(node, value.copy())

    return tree.transform(fill)


def _with_value(query: Select, name: str, value: Expr) -> Select:
    from sqlglot import exp

    last = exp.alias_(value, name, quoted=not name.isidentifier())
    query.set("expressions", [*query.expressions[:-1], last])
    return query


def _apart(name: str, tree: Expr, queries: Mapping[str, Select]) -> Select:
    from sqlglot import exp

    values = {key: exp.Subquery(this=query) for key, query in queries.items()}
    return exp.Select().select(exp.alias_(_filled(tree, values, name), name, quoted=not name.isidentifier()))


def _side_by_side(name: str, tree: Expr, queries: Mapping[str, Select], grain: str) -> Select:
    """One query an input, joined by period; a period that one of them lacks stays."""
    from sqlglot import exp

    keys: Sequence[str] = list(queries)
    values: dict[str, Expr] = {key: exp.column(queries[key].expressions[-1].alias, key) for key in keys}
    unordered = {key: query.copy() for key, query in queries.items()}
    for query in unordered.values():
        query.set("order", None)
    found = exp.Select().select(exp.alias_(exp.column(grain), grain))
    found = found.from_(exp.Subquery(this=unordered[keys[0]], alias=exp.TableAlias(this=exp.to_identifier(keys[0]))))
    for key in keys[1:]:
        inner = exp.Subquery(this=unordered[key], alias=exp.TableAlias(this=exp.to_identifier(key)))
        found = found.join(inner, using=[grain], join_type="full")
    found = found.select(exp.alias_(_filled(tree, values, name), name, quoted=not name.isidentifier()))
    return found.order_by(exp.Literal.number(1))
