"""Queries run on the team's database: DuckDB unless configured, or whatever has a DB-API 2.0 `connect`. Owns duckdb."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.sql.read import checked_dialect, known_dialects

_MOST_ROWS = 10_000
# The dialects of drivers whose name does not say it.
_DIALECTS = {"sqlite3": "sqlite", "psycopg": "postgres", "psycopg2": "postgres", "pymysql": "mysql", "pyodbc": "tsql"}


class Answer(NamedTuple):
    """What a query gave: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Database(NamedTuple):
    """One open connection. `dialect` is its SQL, `errors` what its driver raises."""

    connection: Any
    dialect: str
    errors: tuple[type[Exception], ...]
    is_duckdb: bool

    def ask(self, query: str, folder: Path, what: str) -> Answer:
        """The answer to a query; DuckDB finds files from `folder`. Raises NbpeerError naming `what`."""
        try:
            cursor = self.connection.cursor()
            if self.is_duckdb:
                cursor.execute(f"SET file_search_path = {_text(str(folder))}")
            cursor.execute(query)
            columns = tuple(str(column[0]) for column in cursor.description or ())
            rows = tuple(map(tuple, cursor.fetchmany(_MOST_ROWS + 1)))
            cursor.close()
        except self.errors as error:
            said = " ".join(str(error).split("\n\n")[0].split())
            raise NbpeerError(f"{what}: the database refused it ({said})", "look at the query and [metrics]") from None
        if len(rows) > _MOST_ROWS:
            raise NbpeerError(f"{what}: more than {_MOST_ROWS:,} rows", "reconcile totals, or a shorter window")
        return Answer(columns, rows)


@contextmanager
def connected(
    driver: str, dialect: str, arguments: Mapping[str, Any], tables: Mapping[str, str], root: Path
) -> Iterator[Database]:
    """A connection by a driver's `connect(**arguments)`, with DuckDB's `tables` as views of files below `root`.

    Raises NbpeerError when the driver is not installed, the environment lacks a value, or nothing answers.
    """
    module = _module(driver)
    name = driver.partition(".")[0]
    dialect = checked_dialect(dialect) or _spoken(name)
    error = getattr(module, "Error", OSError)  # PEP 249: every driver has one
    errors: tuple[type[Exception], ...] = (error, OSError)
    mistakes: tuple[type[Exception], ...] = (*errors, TypeError)
    given = {key: _value(key, value) for key, value in arguments.items()}
    duckdb = name == "duckdb"
    if duckdb and given.get("database") not in (None, "", ":memory:"):
        given = {"read_only": True, **given, "database": str(root / str(given["database"]))}
    try:
        connection = module.connect(**given)
        for table, file in tables.items() if duckdb else ():
            connection.execute(_view(table, root / file))
    except mistakes as why:
        said = " ".join(str(why).split("\n")[0].split())
        raise NbpeerError(
            f"{driver} could not connect ({said})", "see [metrics] in docs/configuration.md", exit_code=3
        ) from None
    try:
        yield Database(connection, dialect, errors, duckdb)
    finally:
        connection.close()


def _module(driver: str) -> Any:
    try:
        return importlib.import_module(driver)
    except ImportError as error:
        if driver == "duckdb":
            raise missing_extra("running a definition", "metrics") from None
        package, missing = driver.partition(".")[0], (error.name or driver).partition(".")[0]
        problem = "is not installed" if missing == package else f"needs {missing}, which is not installed"
        raise NbpeerError(f"the driver {driver} {problem}", f"pip install {missing.replace('_', '-')}") from None


def _spoken(driver: str) -> str:
    """The dialect of a driver by its name; "" standard SQL for one that its name does not tell."""
    bare = driver.removeprefix("adbc_driver_").replace("postgresql", "postgres")
    found = _DIALECTS.get(driver, bare)
    return found if found in known_dialects() else ""


def _value(key: str, value: Any) -> Any:
    """A configured argument; `$NAME` is read from the environment, so that no password is ever committed."""
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    found = os.environ.get(value[1:])
    if found is None:
        raise NbpeerError(f"[metrics.connect] {key} is {value}, which the environment does not have", "set it")
    return found


def _view(table: str, file: Path) -> str:
    """A view of a file under a name, with the database and the schema that the name says."""
    parts = ['"' + part.replace('"', '""') + '"' for part in table.split(".")]
    made = [f"ATTACH IF NOT EXISTS ':memory:' AS {parts[0]}"] if len(parts) == 3 else []
    made += [f"CREATE SCHEMA IF NOT EXISTS {'.'.join(parts[:-1])}"] if len(parts) > 1 else []
    return "; ".join([*made, f"CREATE OR REPLACE VIEW {'.'.join(parts)} AS FROM {_text(str(file))}"])


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
