"""Places in the notebook: every line and column is the reader's, whatever the JSON or the magics."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import making
from checking import CONTEXT, check, nothing_to_read
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.program import build
from nbpeer.model.notebook import parse_notebook


def test_columns_count_characters_not_bytes() -> None:
    (finding,) = check("import pandas as pd\nx = 'ü€𝄞'; y = a.merge(b, how='left')", select="NBP301")
    assert finding.excerpt[finding.column - 1 :].startswith("merge")


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_the_line_in_the_file_holds_the_line_of_the_cell(indent: int | None) -> None:
    notebook = making.notebook(making.markdown("a\nb"), making.code("import os\nx = 1\nopen('/home/owner/a')"))
    text = json.dumps(notebook, indent=indent)
    (finding,) = check_notebooks(
        [Subject(parse_notebook(text, "a.ipynb"), CONTEXT._replace(config=select("NBP604")), nothing_to_read)]
    )
    assert "/home/owner/a" in text.split("\n")[finding.file_line - 1]


def select(code: str) -> object:
    return msgspec.structs.replace(CONTEXT.config, select=(code,))


def test_findings_carry_the_cells_id_and_number() -> None:
    (finding,) = check(making.markdown("a"), making.code("open('/home/owner/a')", id="reads"), select="NBP604")
    assert (finding.cell, finding.cell_id) == (2, "reads")


def test_findings_are_in_order_of_path_cell_and_line() -> None:
    sources = ["open('/home/owner/b')\nopen('/home/owner/a')", "open('/home/owner/c')"]
    content = making.text(making.notebook(*map(making.code, sources), header=None))
    subjects = [Subject(parse_notebook(content, name), CONTEXT, nothing_to_read) for name in ("b.ipynb", "a.ipynb")]
    places = [(item.path, item.cell, item.line) for item in check_notebooks(subjects)]
    assert places == sorted(places)
    assert {path for path, *_ in places} == {"a.ipynb", "b.ipynb"}


def test_ruff_answers_for_each_of_several_notebooks() -> None:
    contents = [making.text(making.notebook(making.code(f"print(missing{n})"), header=None)) for n in range(12)]
    subjects = [
        Subject(parse_notebook(text, f"{number}.ipynb"), CONTEXT._replace(config=select("NBP102")), nothing_to_read)
        for number, text in enumerate(contents)
    ]
    found = {item.path: item.message.split("`")[1] for item in check_notebooks(subjects)}
    assert found == {f"{number}.ipynb": f"missing{number}" for number in range(12)}


def test_a_notebook_without_cells_is_looked_at_too() -> None:
    assert check(select="NBP102") == []


cells = st.lists(
    st.builds(
        lambda source, kind: making.code(source) if kind else making.markdown(source),
        st.text(st.sampled_from("abx=()[]'\"#%!?; \n\\\té`:<>-/.,0\udc80")) | st.text(max_size=30),
        st.booleans(),
    ),
    max_size=4,
)


@settings(max_examples=60)
@given(cells)
def test_any_notebook_is_checked_and_every_place_exists(made: list[dict[str, object]]) -> None:
    content = making.text(making.notebook(*made, header=None))
    notebook = parse_notebook(content, "a.ipynb")
    for finding in check_notebooks([Subject(notebook, CONTEXT._replace(config=select("NBP")), nothing_to_read)]):
        lines = notebook.cells[finding.cell - 1].source.split("\n") if finding.cell else [""]
        assert 0 <= finding.line <= len(lines)
        assert 1 <= finding.file_line <= content.count("\n") + 1
        assert msgspec.json.encode(finding)


def test_what_is_left_out_is_left_out_of_the_program() -> None:
    notebook = making.notebook(
        making.code("x = 1"),
        making.code("y = 1", tags=("skip-execution",)),
        making.code("%%bash\nls"),
        making.code("z = ("),
        making.markdown("x = 2"),
        header=None,
    )
    program = build(parse_notebook(making.text(notebook)), nothing_to_read)
    assert [part.cell.number for part in program.parts] == [1]
    assert [item.cell.number for item in program.unread] == [4]


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("x = " + "(" * 300 + "1" + ")" * 300, 1, "nested too deeply for Python, "),
        ("x = 1\n" + "".join(f"{' ' * n}if x:\n" for n in range(110)) + " " * 110 + "x", 102, "for Python, "),
        ("x = " + "-" * 20_000 + "1", 1, "nested too deeply for Python, "),
        ("x = 'a'\ny = x" + " + x" * 900, 2, "nested too deeply for the rules, "),
        ("import a\n\nx = a" + ".b" * 900 + "()", 3, "nested too deeply for the rules, "),
        ("x = {}\nx" + "['a']" * 900 + " = 1", 2, "nested too deeply for the rules, "),
    ],
)
def test_code_that_is_too_deep_is_said_to_be_and_the_other_cells_are_read(source: str, line: int, said: str) -> None:
    unread, other = check(source, "missing", select="NBP102")
    assert (unread.code, unread.cell, unread.line, unread.severity) == ("NBP001", 1, line, "error")
    assert said in unread.message
    assert "not valid" not in unread.message
    assert (other.code, other.cell) == ("NBP102", 2)


@given(st.integers(0, 400), st.sampled_from([("-", ""), ("[", "]"), ("f(", ")"), ("not ", ""), ("", ".a"), ("", "+a")]))
@settings(max_examples=40, deadline=None)
def test_code_of_any_depth_is_either_read_or_said_not_to_be(depth: int, around: tuple[str, str]) -> None:
    before, after = around
    found = check(f"x = {before * depth}a{after * depth}")
    told = {item.code for item in found} & {"NBP001", "NBP102"}
    assert told in ({"NBP001"}, {"NBP102"})
    assert depth > 150 or told == {"NBP102"}
