"""SQL wherever a notebook keeps it: rules NBP302, 305, 306, 307, 308, 405 and 108, and where they point."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from checking import check, codes

BOTH = "NBP302,NBP305,NBP306,NBP307,NBP108,NBP405"


def found(*cells: dict[str, Any] | str, select: str = BOTH, **more: Any) -> list[tuple[str, int, int]]:
    return [(item.code, item.line, item.column) for item in check(*cells, select=select, **more)]


def in_string(query: str, select: str = BOTH) -> list[str]:
    return codes(check(f'q = """{query}"""', select=select))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT a FROM t JOIN u ON t.k = u.k", "NBP302"),
        ("select a from t join u using (k)", "NBP302"),
        ("SELECT a FROM t WHERE b = NULL", "NBP305"),
        ("SELECT a FROM t WHERE b <> NULL", "NBP305"),
        ("SELECT CASE WHEN b = NULL THEN 1 END AS c FROM t", "NBP305"),
        ("SELECT SUM(a) AS s FROM t, u WHERE t.day = '2026-01-01'", "NBP306"),
        ("SELECT SUM(a) AS s FROM t INNER JOIN u WHERE t.a > 3", "NBP306"),
        ("WITH x AS (SELECT a FROM t) SELECT b FROM x, u", "NBP306"),
        ("SELECT a, b FROM t LIMIT 1000", "NBP307"),
        ("SELECT AVG(a) AS m FROM (SELECT a FROM t LIMIT 5000) AS some", "NBP307"),
        ("SELECT * FROM t WHERE a > 1", "NBP307"),
        ("SELECT t.* FROM t", "NBP307"),
        ("SELECT a FROM t WHERE day > CURRENT_DATE - 7", "NBP108"),
        ("SELECT a FROM t WHERE day > NOW()", "NBP108"),
        ("SELECT a FROM t WHERE day > GETDATE()", "NBP108"),
        ("SELECT AVG(m) AS x FROM (SELECT country, AVG(a) AS m FROM t GROUP BY country) AS g", "NBP405"),
        ("WITH g AS (SELECT country, AVG(a) AS m FROM t GROUP BY 1) SELECT AVG(g.m) AS x FROM g", "NBP405"),
    ],
)
def test_a_fault_in_a_query_is_found_once(query: str, code: str) -> None:
    assert in_string(query) == [code]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a FROM t LEFT JOIN u ON t.k = u.k",
        "SELECT a FROM t INNER JOIN u USING (k) FULL OUTER JOIN v ON v.k = t.k",
        "SELECT a FROM t WHERE b IS NULL -- = NULL, a join",
        "UPDATE t SET b = NULL WHERE a = 1",
        "SELECT a FROM t, u WHERE t.k = u.k",
        "SELECT a FROM t CROSS JOIN u",
        "SELECT a, x FROM t, UNNEST(t.xs) AS x",
        "WITH p AS (SELECT MAX(day) AS last FROM t) SELECT a FROM t, p WHERE t.day = p.last",
        "SELECT a FROM t, (SELECT 1 AS one) AS p",
        "SELECT a FROM t ORDER BY day, a LIMIT 1000",
        "SELECT * FROM t LIMIT 20",
        "SELECT COUNT(*) AS n FROM t LIMIT 1000",
        "WITH x AS (SELECT a, b FROM t) SELECT * FROM x",
        "SELECT a FROM t WHERE EXISTS (SELECT * FROM u WHERE u.k = t.k)",
        "SELECT AVG(m) AS x FROM (SELECT user_id, AVG(a) AS m FROM t GROUP BY user_id) AS g",
        "CREATE TABLE t (a INT, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
    ],
)
def test_a_sound_query_is_fine(query: str) -> None:
    assert in_string(query) == []


@pytest.mark.parametrize(
    "text",
    [
        "Select the best from the list",
        "selected rows from the shop",
        "SELECT",
        "please insert into the form",
        "update me",
    ],
)
def test_prose_is_no_query(text: str) -> None:
    assert in_string(text) == []


def test_the_place_is_the_line_and_column_of_the_word() -> None:
    source = 'import sqlite3\nq = f"""\nSELECT a -- ü\nFROM {t}\n  JOIN u ON u.k = a\n"""'
    assert found(source) == [("NBP302", 5, 3)]
    assert found("%%sql\nSELECT a\nFROM t\nWHERE b = NULL") == [("NBP305", 4, 7)]
    assert found("x = %sql SELECT a FROM t JOIN u USING (k)") == [("NBP302", 1, 26)]
    assert found("q = ('SELECT a '\n     'FROM t JOIN u USING (k)')") == [("NBP302", 1, 6)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a FROM {{ table }} JOIN u USING (k)",
        "SELECT a FROM t JOIN u USING (k) WHERE day > %(start)s",
        "SELECT a FROM t JOIN u USING (k) WHERE day > :start",
        "SELECT a FROM `p.d.t` JOIN u USING (k)",
        "SELECT TOP 5 a FROM t JOIN u ON u.k = t.k ORDER BY a",
        "{% if x %} SELECT a FROM t JOIN u USING (k) {% endif %}",
        "SELECT a::date AS d FROM t JOIN u USING (k) QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY a) = 1",
    ],
)
def test_templates_parameters_and_dialects_are_read(query: str) -> None:
    assert codes(check(f"%%sql\n{query}", select=BOTH)) == ["NBP302"]


def test_a_file_of_sql_that_the_notebook_opens_is_read_and_named() -> None:
    def read(path: str) -> bytes | None:
        return b"SELECT a\nFROM t\nJOIN u USING (k)" if path == "queries/a.sql" else None

    source = "from pathlib import Path\nq = Path('queries/a.sql').read_text()\nr = open('gone.sql')"
    (finding,) = check(source, select=BOTH, read=read)
    assert (finding.code, finding.line) == ("NBP302", 2)
    assert finding.message.startswith("queries/a.sql, line 3: this JOIN")
    assert finding.suggestion is None


def test_sql_that_nobody_can_read_is_no_pass() -> None:
    (finding,) = check("%%sql\nSELECT FROM WHERE (", select=BOTH)
    assert (finding.code, finding.severity, finding.cell) == ("NBP001", "warning", 1)
    assert check("q = 'SELECT a FROM (((t'", select=BOTH) == []


def test_a_notebook_of_an_sql_kernel_is_read() -> None:
    metadata = {"kernelspec": {"name": "xsqlite", "language": "sql"}, "language_info": {"name": "sql"}}
    findings = check("SELECT a FROM t\nJOIN u USING (k)", "%LOAD sales.db", select=BOTH, metadata=metadata)
    assert [(item.code, item.line) for item in findings] == [("NBP302", 2)]


def test_a_databricks_cell_of_sql_is_read() -> None:
    assert found("%sql\nSELECT a FROM t JOIN u USING (k)") == [("NBP302", 2, 17)]
    assert found("%md\nSome *text*", select="NBP0") == []


def test_a_waiver_stands_in_a_comment_of_the_query() -> None:
    source = "%%sql\nSELECT a FROM t JOIN u USING (k) -- nbpeer: waive NBP302 keys are complete"
    assert [bool(item.waived) for item in check(source, select="NBP302")] == [True]


HEADER = "---\ntitle: A\ndata_sources:\n  - name: orders\n    location: sales.orders\n  - data/raw\n---\n"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("q = 'SELECT a FROM sales.orders'", []),
        ("q = 'SELECT a FROM warehouse.sales.orders'", []),
        ("q = 'SELECT a FROM orders'", []),
        ("q = 'SELECT a FROM refunds'", ["refunds"]),
        ("q = 'WITH refunds AS (SELECT a FROM orders) SELECT a FROM refunds'", []),
        ("q = 'CREATE TABLE made AS SELECT a FROM orders'", []),
        ("q = 'INSERT INTO made SELECT a FROM refunds'", ["refunds"]),
        ("import pandas as pd\nx = pd.read_csv('data/raw/2026/a.csv')", []),
        ("import pandas as pd\nx = pd.read_csv('./data/other/a.csv')", ["./data/other/a.csv"]),
        ("import pandas as pd\nPATH = 'b.csv'\nx = pd.read_csv(PATH)", ["b.csv"]),
        ("import pandas as pd\nx = pd.read_csv(folder / 'raw.csv')", ["raw.csv"]),
        ("import pandas as pd\nimport duckdb\nx = pd.DataFrame()\nduckdb.sql('SELECT a FROM x')", []),
        ("import pandas as pd\nfor name in names:\n    x = pd.read_csv(name)", []),
    ],
)
def test_sources_that_the_front_matter_does_not_name_are_found(source: str, names: list[str]) -> None:
    findings = check(source, select="NBP308", header=HEADER)
    assert [item.message.split("`")[1] for item in findings] == names


def test_without_front_matter_no_source_is_undeclared() -> None:
    assert check("q = 'SELECT a FROM refunds'", making.markdown("text"), select="NBP308") == []


def test_a_line_of_dashes_costs_no_more_than_another_line() -> None:
    assert in_string("-" * 5000 + " " + "- " * 5000 + "/* " * 500) == []


@pytest.mark.parametrize(
    "source",
    [
        "q = 'SELECT a FROM t, u '\nq += 'WHERE t.k = u.k'",
        "q = 'SELECT a FROM t, u ' + where",
        "q = f'SELECT {a} FROM t, u ' + where",
    ],
)
def test_a_piece_of_a_query_is_not_taken_for_a_whole_one(source: str) -> None:
    assert found(source) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('q = "SELECT a, b FROM t " + "LIMIT 1000"', [("NBP307", 1)]),
        ('q = ("SELECT a " +\n     "FROM t " +\n     "WHERE b = NULL")', [("NBP305", 1)]),
        ('x = 1\nread("SELECT a FROM t " + ("JOIN u " + "ON t.k = u.k"))', [("NBP302", 2)]),
        ('q = "SELECT a, b FROM t " + "ORDER BY a " + "LIMIT 1000"', []),
        ('q = "SELECT a, b FROM t " + where + "LIMIT 1000"', []),
        ('q = "SELECT a, b FROM t " + "LIMIT 1000"\nq += " OFFSET 3"', []),
        ('q = "SELECT a, b FROM t " - "LIMIT 1000"', []),
        ('q = "of 3 " + "SELECT a"', []),
    ],
)
def test_a_query_of_added_literals_is_read_where_every_part_is_one(source: str, lines: list[tuple[str, int]]) -> None:
    assert [(code, line) for code, line, _ in found(source)] == lines


@given(st.lists(st.integers(1, 60), max_size=5))
def test_cutting_a_query_into_literals_changes_nothing_of_what_is_found(cuts: list[int]) -> None:
    query = "SELECT a, b FROM t JOIN u ON t.k = u.k WHERE b = NULL LIMIT 1000"
    places = [0, *sorted(cuts), len(query)]
    pieces = [query[start:end] for start, end in pairwise(places)]
    whole = codes(check(f"q = {query!r}", select=BOTH))
    assert codes(check(f"q = {' + '.join(map(repr, pieces))}", select=BOTH)) == whole
