from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import join, parse_notebook

words = st.text("ab :\"\\{}[],\n'é☃1", max_size=10)
extra = st.dictionaries(words, st.lists(words, max_size=2) | words | st.integers() | st.none(), max_size=3)


@st.composite
def written_notebooks(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    """JSON text of a notebook in some formatting, and the lines of each cell, each of which is found only once."""
    lines_of = draw(st.lists(st.lists(words.map(lambda text: text.replace("\n", "")), max_size=3), max_size=4))
    marked = [[f"c{cell}l{line} {text}" for line, text in enumerate(lines)] for cell, lines in enumerate(lines_of)]
    cells = []
    for lines in marked:
        source: Any = [line + ("\n" if place < len(lines) - 1 else "") for place, line in enumerate(lines)]
        cell = {"cell_type": "code", "metadata": draw(extra), "source": source, "outputs": [], **draw(extra)}
        keys = draw(st.permutations(list(cell)))
        cells.append({key: cell[key] for key in keys})
    top = {"cells": cells, "metadata": draw(extra), "nbformat": 4, "nbformat_minor": 5}
    keys = draw(st.permutations(list(top)))
    indent = draw(st.sampled_from([None, 0, 1, 4]))
    separators = draw(st.sampled_from([(",", ":"), (", ", " : ")]))
    ascii_only = draw(st.booleans())
    text = json.dumps({key: top[key] for key in keys}, indent=indent, separators=separators, ensure_ascii=ascii_only)
    return text, marked


@settings(max_examples=300)
@given(written_notebooks())
def test_every_line_of_every_cell_is_found_in_the_file_however_it_is_written(written: tuple[str, list]) -> None:
    text, marked = written
    notebook = parse_notebook(text)
    file_lines = text.split("\n")
    for cell, lines in zip(notebook.cells, marked, strict=True):
        assert cell.source.split("\n") == (lines or [""])
        for number, line in enumerate(lines, 1):
            found = notebook.file_line(cell, number)
            assert line.partition(" ")[0] + " " in file_lines[found - 1]


def test_a_source_in_one_string_is_found_at_its_line() -> None:
    text = json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "a\nb"}]}, indent=1)
    notebook = parse_notebook(text)
    assert '"a\\nb"' in text.split("\n")[notebook.file_line(notebook.cells[0], 2) - 1]


def test_lines_outside_the_cell_are_its_first_or_last_line() -> None:
    notebook = parse_notebook(making.text(making.notebook(making.code("a\nb"), header=None)))
    cell = notebook.cells[0]
    assert notebook.file_line(cell, 0) == notebook.file_line(cell, 1)
    assert notebook.file_line(cell, 9) == notebook.file_line(cell, 2) == notebook.file_line(cell, 1) + 1


def test_a_byte_order_mark_shifts_no_line() -> None:
    text = making.text(making.notebook(making.code("a\nb")))
    plain, marked = parse_notebook(text), parse_notebook(b"\xef\xbb\xbf" + text.encode())
    assert marked.cells == plain.cells
    assert marked.file_line(marked.cells[1], 2) == plain.file_line(plain.cells[1], 2)


def test_json_that_only_python_reads_is_read() -> None:
    text = making.text(making.notebook(making.code("x = 1"))).replace('"metadata": {}', '"metadata": {"a": NaN}', 1)
    notebook = parse_notebook(text)
    assert notebook.cells[1].source == "x = 1"
    assert notebook.file_line(notebook.cells[1]) == 1


def test_an_unpaired_surrogate_is_read() -> None:
    notebook = parse_notebook(making.text(making.notebook(making.code("SIGN"))).replace("SIGN", "\\ud800"))
    assert notebook.cells[1].source == "\ud800"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{\n 1}", "is not JSON (line 2)"),
        (b'{"nbformat": 4, "cells": [', "is not JSON"),
        (b"[]", "is JSON but not a notebook"),
        (b'{"nbformat": "4", "cells": []}', "is JSON but not a notebook"),
        (b'{"nbformat": 4}', "has no cells list"),
        (b'{"nbformat": 3, "worksheets": []}', "is nbformat 3"),
        (b'{"nbformat": 5, "cells": []}', "is nbformat 5"),
        (b'{"nbformat": 4, "cells": [null]}', "is not a valid notebook"),
        (b'{"nbformat": 4, "cells": 3}', "is not a valid notebook"),
        (b'{\n<<<<<<< ours\n"nbformat": 4\n', "has merge conflict markers (line 2)"),
        ("{}".encode("utf-16"), "is not UTF-8 text"),
        (b'{"nbformat": 4, "cells": ["\xe4"]}', "is not UTF-8 text"),
        (b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_named_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(NbpeerError) as caught:
        parse_notebook(content, "a.ipynb")
    assert caught.value.message.startswith("a.ipynb ")
    assert said in caught.value.message
    assert caught.value.hint
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_content_at_all_is_more_than_one_clear_error(content: bytes) -> None:
    try:
        parse_notebook(content)
    except NbpeerError as error:
        assert error.exit_code == 2


def test_outputs_are_decoded_with_their_lines_joined() -> None:
    bundle = {"output_type": "display_data", "data": {"text/html": ["<b>", "x"]}, "metadata": {}}
    cell = making.code("x", outputs=[making.stream("a\nb\n"), bundle, {"output_type": ["no"]}])
    outputs = parse_notebook(making.text(making.notebook(cell))).cells[1].outputs
    assert [output.output_type for output in outputs] == ["stream", "display_data", "unreadable"]
    assert outputs[0].text == "a\nb\n"
    assert outputs[1].mime("text/html") == "<b>x"


def test_an_output_that_is_not_utf_8_is_unreadable_and_the_rest_is_read() -> None:
    cell = making.code("x", outputs=[making.stream("MARK"), making.stream("b")])
    notebook = parse_notebook(making.text(making.notebook(cell)).encode().replace(b"MARK", b"\xe4"))
    assert [output.output_type for output in notebook.cells[1].outputs] == ["unreadable", "stream"]


def test_people_count_cells_from_one_and_tags_are_texts() -> None:
    notebook = parse_notebook(making.text(making.notebook(making.code("x", tags=("a", "b")))))
    assert notebook.cells[1].number == 2
    assert notebook.cells[1].tags == ("a", "b")


@pytest.mark.parametrize(
    ("metadata", "language"),
    [({}, "python"), ({"language_info": {"name": "R"}}, "r"), ({"kernelspec": {"language": "julia"}}, "julia")],
)
def test_the_language_is_the_kernels(metadata: dict[str, Any], language: str) -> None:
    assert parse_notebook(making.text(making.notebook(metadata=metadata))).language == language


def test_joined_lines_are_one_text() -> None:
    assert join(["a\n", "b"]) == join("a\nb") == "a\nb"
    assert join(None) == ""
