from __future__ import annotations

import json

import pytest

import making
from nbpeer.model.change import OutputChange
from nbpeer.model.notebook import Cell, parse_notebook
from nbpeer.render.diff import diff_plain
from nbpeer.render.diff_cells import Look
from nbpeer.render.diff_markdown import diff_markdown
from nbpeer.render.diff_values import diff_values
from nbpeer.render.json import to_json
from nbpeer.render.outputs_text import output_line, output_text
from nbpeer.results.outputs import compare_outputs
from render import diff_sample


def one(*outputs: dict[str, object]) -> Cell:
    return parse_notebook(json.dumps(making.notebook(making.code("x", outputs=list(outputs))))).cells[1]


def only(before: Cell, after: Cell) -> OutputChange:
    (change,) = compare_outputs(before, after)
    return change


def error(name: str, message: str, line: int) -> dict[str, object]:
    traceback = [f"Cell In[3], line {line}", f"----> {line} f()", f"{name}: {message}"]
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": traceback}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("table", "table changed: 2 values in users, share, 1 row new, 1 row gone"),
        ("image", "picture changed: 9.9 % of the pixels"),
        ("chart", "chart changed: 1 of the data differs"),
        ("error", "error changed: ValueError, line 1 → 2"),
        ("stderr", "printed to stderr changed"),
    ],
)
def test_an_output_is_said_in_one_line(name: str, line: str) -> None:
    assert output_line(diff_sample.changed_outputs()[name]) == line


def test_an_error_is_said_by_its_type_its_message_and_its_line() -> None:
    change = only(one(error("KeyError", "'a'", 3)), one(error("ValueError", "no rows", 4)))
    assert output_line(change) == "error changed: type KeyError → ValueError, message 'a' → no rows, line 3 → 4"


def test_what_came_or_went_is_said_by_its_first_words() -> None:
    assert output_line(only(one(), one(making.stream("\nhello\nworld\n")))) == "printed text new: hello"
    assert output_line(only(one(error("KeyError", "'a'", 3)), one())) == "error gone: KeyError: 'a'"


def test_a_table_names_its_values_and_a_text_its_lines() -> None:
    table = output_text(diff_sample.changed_outputs()["table"])
    assert "France, users: 21,400 → 21,050" in table.values
    assert table.lines == ()
    text = output_text(only(one(making.stream("a\nb\nc\n")), one(making.stream("a\nx\nc\n"))))
    assert [(line.change, line.pieces[0].text) for line in text.lines if line] == [("removed", "b"), ("added", "x")]


def test_long_changes_are_cut_and_counted() -> None:
    before, after = (one(making.stream("".join(f"{word} {n}\n" for n in range(30)))) for word in ("old", "new"))
    found = output_text(only(before, after))
    assert (len(found.lines), found.more) == (8, 52)


def test_every_face_shows_the_outputs_below_their_cell() -> None:
    report = diff_sample.report()
    plain = diff_plain(report)
    assert "   output: table changed: 2 values in users, share, 1 row new, 1 row gone\n" in plain
    assert "      France, users: 21,400 → 21,050\n" in plain
    assert "      - no rows\n      + few rows\n" in plain
    assert "7 outputs changed" in plain
    assert "output: picture changed: 9.9 % of the pixels" in diff_plain(report, Look(columns=120))
    markdown = diff_markdown(report)
    assert "- output: table changed: 2 values in users, share, 1 row new, 1 row gone\n  - France, users:" in markdown
    assert "```diff\n-no rows\n+few rows\n```" in markdown


def test_json_says_what_moved_and_carries_no_pictures() -> None:
    text = to_json(diff_values(diff_sample.report()))
    found = [output for cell in json.loads(text)["analyses"][0]["cells"] for output in cell["outputs"]]
    table = next(output for output in found if output["kind"] == "table")
    assert {"name": "France, users", "before": "21400", "after": "21050"} in table["values"]
    assert table["tables"] == [{"name": "table 1", "verdict": "changed", "key": ["country"]}]
    assert next(output for output in found if output["kind"] == "image")["share"] > 0.09
    assert len(json.dumps(found)) < 8_000
