"""SQL in a notebook: in strings, `%%sql` cells, SQL kernels and the `.sql` files it reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from nbpeer.checks.rule import Hit
from nbpeer.model.finding import Edit, Suggestion
from nbpeer.model.notebook import Cell
from nbpeer.sql.read import is_installed, parse_sql

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

    from nbpeer.checks.program import CellMagic, Part, Program

SQL_MAGICS = frozenset("sql bigquery duckdb sparksql redshift athena sqlite".split())
_SQL = re.compile(
    # Possessive: a line of dashes has endless ways to be comments.
    r"\s*+(?:(?:--[^\n]*+|/\*.*?\*/)\s*+)*+"
    r"(?:(?:WITH|with)\s+(?:RECURSIVE\s+|recursive\s+)?[\w\"`]+(?:\s*\([^)]*\))?\s+(?:AS|as)\s*\("
    r"|(?:SELECT\s.*?\sFROM|select\s.*?\sfrom)\s+\S"
    r"|(?:CREATE|create)\s+(?:\w+\s+){0,3}?(?:TABLE|VIEW|table|view)\s|(?:INSERT\s+INTO|insert\s+into)\s"
    r"|(?:DELETE\s+FROM|delete\s+from)\s|(?:UPDATE\s+\S+\s+SET|update\s+\S+\s+set)\s)",
    re.DOTALL,
)
_BEGINS = re.compile(r"\s*(?:--|select|with|insert|create|delete|update)", re.IGNORECASE)
_LITERAL = re.compile(r"(?P<prefix>[rRfFbBuU]{0,2})(?P<quote>\"\"\"|'''|\"|')")


class Fault(NamedTuple):
    """One fault in a query: where (an offset in its text), what, and an insertion there that mends it."""

    offset: int
    message: str
    insert: str = ""


class Query(NamedTuple):
    """One SQL text: the trees of its statements, none when no dialect could read it.

    It begins on `line` of the cell after `column` characters; `exact`: each of its characters stands in the cell as it
    is. `file` names the `.sql` file it comes from; `sure`: it is handed to a database, and does not only look like SQL.
    """

    text: str
    statements: tuple[Expr, ...]
    cell: Cell
    line: int
    column: int
    exact: bool = False
    file: str = ""
    sure: bool = True

    def hit(self, fault: Fault) -> Hit:
        """The fault as a hit: in the cell's line where that is known, else where the query begins."""
        if not self.exact:
            line = self.text.count("\n", 0, fault.offset) + 1
            where = f"{self.file or 'the query'}, line {line}: " if self.file or "\n" in self.text else ""
            return Hit(where + fault.message, self.cell, self.line, self.column + 1)
        line, column = self._place(fault.offset)
        edits = (Edit(line, column, column, fault.insert),) if fault.insert else ()
        return Hit(fault.message, self.cell, line, column, suggestion=Suggestion(edits, safe=True) if edits else None)

    def _place(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        lines = before.count("\n")
        return self.line + lines, len(before) - (before.rfind("\n") + 1) + 1 + (0 if lines else self.column)


def queries(program: Program) -> tuple[Query, ...]:
    """Every query of a notebook, in order; none when sqlglot is not installed."""
    return program.queries or ()


def find_queries(program: Program) -> tuple[Query, ...] | None:
    """Every query of a notebook, in order; None when there is one and sqlglot is not installed."""
    found = [*_cells(program), *(query for item in program.magics for query in _in_magic(item)), *_in_strings(program)]
    if found and not is_installed():
        return None
    parsed = [query._replace(statements=parse_sql(query.text)) for query in found]
    real = (query for query in parsed if query.statements or query.sure)
    return tuple(sorted(real, key=lambda query: (query.cell.index, query.line, query.column)))


def _cells(program: Program) -> Iterator[Query]:
    if program.language == "sql":
        for cell in program.notebook.cells:
            if cell.cell_type == "code" and cell.source.strip() and not cell.source.lstrip().startswith("%"):
                yield Query(cell.source, (), cell, 1, 0, exact=True)


def _in_magic(item: CellMagic) -> Iterator[Query]:
    magic = item.magic
    if magic.name not in SQL_MAGICS or magic.kind not in ("line", "cell"):
        return
    if magic.kind == "cell":
        body = magic.text.partition("\n")[2]
        if body.strip():
            yield Query(body, (), item.cell, magic.line + 1, 0, exact=True)
        return
    line = item.cell.source.split("\n")[magic.line - 1]
    match = _SQL.match(magic.text)
    if match:
        column = line.find(magic.text)
        yield Query(magic.text, (), item.cell, magic.line, max(column, 0), exact=column >= 0)


def _in_strings(program: Program) -> Iterator[Query]:
    docstrings = {id(node.value) for _, node in program.nodes(ast.Expr) if isinstance(node.value, ast.Constant)}
    inside = {id(part) for _, text in program.nodes(ast.JoinedStr) for part in text.values}
    inside |= _pieces(program)
    no_queries = docstrings | inside
    for part, node in program.nodes(ast.Constant):
        value = node.value
        if not isinstance(value, str) or id(node) in no_queries:
            continue
        if value.endswith(".sql") and "\n" not in value:
            yield from _file(program, part, node, value)
        elif len(value) > 12 and _SQL.match(value):
            yield _string(part, node, value)
    for part, added in program.nodes(ast.BinOp):
        value = None if id(added) in inside else _sum(added)
        if value and len(value) > 12 and _SQL.match(value):
            _, line, column = part.segment(added)
            yield Query(value, (), part.cell, line, column, sure=False)
    for part, joined in program.nodes(ast.JoinedStr):
        first = joined.values[0] if joined.values and id(joined) not in inside else None
        if isinstance(first, ast.Constant) and _BEGINS.match(str(first.value)):
            text = "".join(str(value.value) if isinstance(value, ast.Constant) else "{x}" for value in joined.values)
            if _SQL.match(text):
                yield _string(part, joined, text)


def _sum(node: ast.expr) -> str | None:
    """The text that literals joined by `+` are; None when another value is among them."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = _sum(node.left)
        right = None if left is None else _sum(node.right)
        return None if left is None or right is None else left + right
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _pieces(program: Program) -> set[int]:
    """The ids of texts that are only a part of a query: added to others, in one expression or later by `+=`."""
    found: set[int] = set()
    for _, node in program.nodes(ast.BinOp):
        if isinstance(node.op, ast.Add):
            found |= {id(node.left), id(node.right)}
    grown = {change.target.id for _, change in program.nodes(ast.AugAssign) if isinstance(change.target, ast.Name)}
    for _, assign in program.nodes(ast.Assign):
        if any(isinstance(target, ast.Name) and target.id in grown for target in assign.targets):
            found.add(id(assign.value))
    return found | {id(change.value) for _, change in program.nodes(ast.AugAssign)}


def _string(part: Part, node: ast.Constant | ast.JoinedStr, value: str) -> Query:
    """The query in a literal, place by place when the literal holds no escapes and is in one piece."""
    literal, line, column = part.segment(node)
    opening = _LITERAL.match(literal)
    if opening is None:
        return Query(value, (), part.cell, line, column, sure=False)
    quote = opening["quote"]
    body = literal[opening.end() : -len(quote)]
    whole = quote not in body and ("\\" not in body or "r" in opening["prefix"].lower())
    if not whole or (isinstance(node, ast.Constant) and body != value):
        return Query(value, (), part.cell, line, column, sure=False)
    return Query(body, (), part.cell, line, column + opening.end(), exact=True, sure=False)


def _file(program: Program, part: Part, node: ast.Constant, path: str) -> Iterator[Query]:
    content = program.read(path) if not PurePosixPath(path).is_absolute() else None
    if content:
        _, line, column = part.segment(node)
        yield Query(content.decode("utf-8-sig", "replace"), (), part.cell, line, column, file=path)
