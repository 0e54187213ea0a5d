"""SQL texts as trees, in whatever dialect they are; placeholders and templates are masked."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from nbpeer.errors import NbpeerError, missing_extra

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

# Placeholders of f-strings, templates and database drivers; each becomes a name of the same length.
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\$?\{[^{}\n]*\}|%\(\w+\)s|%s|(?<![\w:]):(?=\w)|\?", re.DOTALL)
TEMPLATE = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_DIALECTS = (None, "duckdb", "bigquery", "snowflake", "tsql", "spark", "postgres")


class SqlError(NbpeerError):
    """SQL that cannot be read, or cannot be made into what is asked for; `problem` says why."""

    def __init__(self, what: str, problem: str, hint: str = "mend the SQL") -> None:
        super().__init__(f"{what}: {problem}", hint)
        self.problem = problem


@cache
def is_installed() -> bool:
    """Whether sqlglot can be imported."""
    from importlib.util import find_spec

    return find_spec("sqlglot") is not None


def require_sqlglot() -> None:
    """Raises NbpeerError naming the extra when sqlglot is not installed."""
    if not is_installed():
        raise missing_extra("reading metric definitions", "metrics")


@cache
def parse_sql(text: str) -> tuple[Expr, ...]:
    """The statements of a text, by the first dialect that reads it; none when no dialect does."""
    from sqlglot import parse
    from sqlglot.errors import SqlglotError
    from sqlglot.expressions import Command

    masked = PLACEHOLDER.sub(_name, TEMPLATE.sub(_blank, text))
    with _silent():
        for dialect in _DIALECTS:
            try:
                found = tuple(tree for tree in parse(masked, read=dialect) if tree is not None)
            except (SqlglotError, RecursionError):
                continue
            if found and not any(isinstance(tree, Command) for tree in found):
                return found
    return ()


def parse_one(text: str, dialect: str, what: str) -> Expr:
    """The one query or expression in a text of a dialect ("" standard SQL). Raises SqlError, which names `what`."""
    from sqlglot import parse
    from sqlglot.errors import SqlglotError
    from sqlglot.expressions import Command

    require_sqlglot()
    with _silent():
        try:
            found = [tree for tree in parse(text, read=dialect or None) if tree is not None]
        except (SqlglotError, RecursionError) as error:
            said = re.sub(r"\x1b\[\d+m", "", str(error)).split("\n")[0].rstrip(".")
            raise SqlError(what, f"not readable SQL ({said})") from None
    if len(found) != 1 or isinstance(found[0], Command):
        raise SqlError(what, "not readable SQL" if found else "no SQL is there")
    return found[0]


def bare_names(text: str, dialect: str, what: str) -> tuple[str, ...]:
    """The names an expression is made of that have no owner; none when it aggregates. Raises SqlError naming `what`."""
    from sqlglot import exp

    tree = parse_one(text, dialect, what)
    if tree.find(exp.AggFunc):
        return ()
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column) if not column.table))


def aggregates(text: str, dialect: str, what: str) -> bool:
    """Whether an expression may aggregate: by a function that does, or one nobody here knows. Raises SqlError."""
    from sqlglot import exp

    return parse_one(text, dialect, what).find(exp.AggFunc, exp.Anonymous, exp.AnonymousAggFunc) is not None


@cache
def known_dialects() -> frozenset[str]:
    """The names of the dialects that sqlglot writes."""
    require_sqlglot()
    from sqlglot.dialects.dialect import Dialects

    return frozenset(dialect.value for dialect in Dialects if dialect.value)


def checked_dialect(name: str) -> str:
    """The dialect of that name, in lower case. Raises NbpeerError with the close match when there is none."""
    from difflib import get_close_matches

    wanted = name.lower()
    if wanted and wanted not in known_dialects():
        close = get_close_matches(wanted, sorted(known_dialects()), n=1)
        hint = f"did you mean {close[0]!r}?" if close else "one of " + ", ".join(sorted(known_dialects()))
        raise NbpeerError(f"there is no SQL dialect {name!r}", hint)
    return wanted


@contextmanager
def _silent() -> Iterator[None]:
    """sqlglot logs what it cannot read; here that is an answer."""
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _name(match: re.Match[str]) -> str:
    return "_" * len(match.group()) if match.group() != ":" else " "


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())
