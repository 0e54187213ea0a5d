from __future__ import annotations

import json

import making
from nbpeer.model.notebook import Cell, parse_notebook
from nbpeer.render.outputs_diff import output_view
from nbpeer.results.outputs import compare_outputs
from render import diff_sample


def test_a_text_shows_its_lines_and_a_table_its_values() -> None:
    found = diff_sample.changed_outputs()
    assert [line.change for line in output_view(found["stderr"], 4).lines if line] == ["removed", "added"]
    ((name, grid),) = output_view(found["table"], 4).grids
    assert name == "table 1"
    assert ("France", "") in [(cells[0].text, change) for change, cells in grid.rows]


def test_a_picture_stands_beside_what_it_was_with_the_map_of_its_pixels() -> None:
    labels = [picture.label for picture in output_view(diff_sample.changed_outputs()["image"], 4).pictures]
    assert labels == ["before", "after", "difference: 9.9 % of the pixels"]


def one(*outputs: dict[str, object]) -> Cell:
    return parse_notebook(json.dumps(making.notebook(making.code("x", outputs=list(outputs))))).cells[1]


def test_an_output_that_came_is_shown_as_it_is() -> None:
    (change,) = compare_outputs(one(), one(making.stream("hello\n")))
    view = output_view(change, 4)
    assert view.said == "new"
    assert view.after
    assert view.after.text == "hello"
    assert view.before is None


def test_a_long_text_is_shown_in_part_and_said_to_be() -> None:
    texts = ["".join(f"{word} {number}\n" for number in range(2_000)) for word in ("a", "b")]
    (change,) = compare_outputs(one(making.stream(texts[0])), one(making.stream(texts[1])))
    view = output_view(change, 4)
    assert len(view.lines) == 400
    assert view.left_out == 3_600
