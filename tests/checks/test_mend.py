"""Suggestions carried out on bytes: what they name changes, every other byte stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from checking import CONTEXT, nothing_to_read
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.mend import mend
from nbpeer.config import CheckConfig
from nbpeer.model.finding import Edit, Finding, Suggestion
from nbpeer.model.notebook import parse_notebook

START = "import pandas as pd\ndf = pd.read_csv('a.csv')\nother = pd.read_csv('b.csv')\n"


def mended(content: bytes, select: str = "NBP302") -> bytes:
    context = CONTEXT._replace(config=CheckConfig(select=(select,)))
    findings = check_notebooks([Subject(parse_notebook(content), context, nothing_to_read)])
    return mend(content, [item for item in findings if item.suggestion and item.suggestion.safe])


def source_after(source: str, select: str = "NBP302") -> str:
    content = making.text(making.notebook(making.code(START + source), header=None)).encode()
    return parse_notebook(mended(content, select)).cells[0].source.removeprefix(START)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = df.merge(other, on='k')", "x = df.merge(other, on='k', how=\"inner\")"),
        ("x = df.merge(other)", 'x = df.merge(other, how="inner")'),
        ("x = pd.merge(df,\n    other,\n)", 'x = pd.merge(df,\n    other, how="inner",\n)'),
        ("é = '日本'; x = df.merge(other, on='k')", "é = '日本'; x = df.merge(other, on='k', how=\"inner\")"),
        ("x = df.merge(other.merge(df))", 'x = df.merge(other.merge(df, how="inner"), how="inner")'),
        ("q = 'SELECT a FROM t JOIN u ON t.k = u.k'", "q = 'SELECT a FROM t INNER JOIN u ON t.k = u.k'"),
        (
            'q = f"""\nSELECT a FROM t\nJOIN {name} u ON t.k = u.k\nLEFT JOIN v ON v.k = u.k"""',
            'q = f"""\nSELECT a FROM t\nINNER JOIN {name} u ON t.k = u.k\nLEFT JOIN v ON v.k = u.k"""',
        ),
    ],
)
def test_a_join_gets_the_type_it_had(before: str, after: str) -> None:
    assert source_after(before) == after


@pytest.mark.parametrize(
    "source",
    [
        "x = df.merge((other))",
        "x = df.merge(\n    other  # the other\n)",
        "q = 'SELECT a ' 'FROM t JOIN u ON t.k = u.k'",
        "q = 'SELECT \\'a\\' FROM t JOIN u ON 1=1'",
    ],
)
def test_where_the_place_is_not_certain_nothing_is_edited(source: str) -> None:
    assert source_after(source) == source


def test_a_sql_cell_is_edited_where_the_join_stands() -> None:
    cell = making.code("%%sql\nSELECT a -- a join\nFROM t JOIN u USING (k)")
    content = making.text(making.notebook(cell, header=None)).encode()
    assert parse_notebook(mended(content)).cells[0].source == "%%sql\nSELECT a -- a join\nFROM t INNER JOIN u USING (k)"


def test_outputs_that_show_people_are_cleared_and_no_other() -> None:
    shown = making.code("print(1)", outputs=[making.stream("first.last@gmx.net\n")], execution_count=3)
    other = making.code("print(2)", outputs=[making.stream("2\n")], execution_count=4)
    before = making.notebook(shown, other, header=None)
    after = json.loads(mended(making.text(before).encode(), "NBP602"))
    before["cells"][0] |= {"outputs": [], "execution_count": None}
    assert after == before


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_every_byte_that_is_not_named_stays(indent: int | None, ascii_only: bool) -> None:
    notebook: dict[str, Any] = making.notebook(
        making.code("ö = 'ß'"), making.code(START + "x = df.merge(other, on='ö')\n# é"), header=None
    )
    content = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only).replace("/", "\\/").encode()
    inserted = b', how=\\"inner\\"'
    assert mended(content).replace(inserted, b"") == content
    assert len(mended(content)) == len(content) + len(inserted)


def test_a_source_that_is_one_string_with_crlf_is_edited_in_place() -> None:
    cell = {**making.code(""), "source": START.replace("\n", "\r\n") + "x = df.merge(other, on='k')\r\ny = 1"}
    content = making.text(making.notebook(cell, header=None)).encode()
    assert mended(content) == content.replace(b"on='k')", b"on='k', how=\\\"inner\\\")")


def test_an_edit_may_reach_over_the_strings_of_one_line() -> None:
    notebook = making.notebook(
        {**making.code(""), "source": ["x = df.merge(\f", "other, on='k')\n", "y = 1"]}, header=None
    )
    suggestion = Suggestion((Edit(1, 5, 29, "joined(é)"),), safe=True)
    finding = Finding("NBP302", "x", "warning", "", "a", cell=1, suggestion=suggestion)
    after = parse_notebook(mend(json.dumps(notebook).encode(), [finding]))
    assert after.cells[0].source == "x = joined(é)\ny = 1"


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n") | st.sampled_from('"\\é日😀\t'), max_size=12)


@given(st.lists(texts, min_size=1, max_size=5), st.data(), texts, st.booleans())
def test_an_edit_changes_its_characters_and_nothing_else(
    lines: list[str], data: st.DataObject, new: str, ascii_only: bool
) -> None:
    notebook = making.notebook(making.code("\n".join(lines)), making.code("x = 1"), header=None)
    content = json.dumps(notebook, indent=1, ensure_ascii=ascii_only).encode()
    cell = parse_notebook(content).cells[0]
    source = cell.source.split("\n")
    line = data.draw(st.integers(1, len(source)))
    start = data.draw(st.integers(1, len(source[line - 1]) + 1))
    end = data.draw(st.integers(start, len(source[line - 1]) + 1))
    if not source[line - 1] and not content:
        return
    suggestion = Suggestion((Edit(line, start, end, new),), safe=True)
    finding = Finding("NBP302", "x", "warning", "", "a", cell=1, suggestion=suggestion)
    try:
        after = parse_notebook(mend(content, [finding]))
    except ValueError:  # an empty source has no string to edit
        assert cell.source == "" or not source[line - 1]
        return
    text = source[line - 1]
    source[line - 1] = text[: start - 1] + new + text[end - 1 :]
    assert after.cells[0].source == "\n".join(source)
    assert after.cells[1] == parse_notebook(content).cells[1]
