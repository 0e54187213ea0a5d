"""The faster way finds the edits of the slower, on every regular layout, and gives way on every other."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from jsontext import json_values
from nbpeer.metadata import splice
from nbpeer.quick_strip import quick_edits
from nbpeer.strip import NotANotebook, StripOptions, strip, strip_buffer
from reading import walking

METADATA = st.dictionaries(
    st.sampled_from(["collapsed", "scrolled", "tags", "keep_output", "init_cell", "id", "path", "é", "name", "nbpeer"]),
    json_values(finite=True)
    | st.sampled_from(["/home/a", "C:\\a", "text/plain", ["keep_output"], True, {"a": "/tmp/"}]),
    max_size=3,
)
OUTPUT = st.fixed_dictionaries({"data": json_values(finite=True)}, optional={"execution_count": st.just(3)})
CELL = st.fixed_dictionaries(
    {"cell_type": st.just("code")},
    optional={
        "metadata": METADATA | st.none(),
        "outputs": st.lists(OUTPUT, max_size=2) | st.none(),
        "execution_count": st.none() | st.integers(0, 9),
        "source": st.text(max_size=9),
    },
).flatmap(lambda cell: st.permutations(list(cell.items())).map(dict))
CELLS = st.lists(CELL, min_size=1, max_size=4)
NOTEBOOK = st.one_of(
    st.tuples(CELLS, METADATA).map(lambda parts: {"cells": parts[0], "metadata": parts[1], "nbformat": 4}),
    st.tuples(CELLS, METADATA).map(lambda parts: {"nbformat": 4, "metadata": parts[1], "cells": parts[0]}),
    st.tuples(CELLS, METADATA).map(lambda parts: {"metadata": parts[1], "worksheets": [{"cells": parts[0]}]}),
)
OPTIONS = st.builds(
    StripOptions,
    keep_output=st.booleans(),
    keep_count=st.booleans(),
    max_size=st.sampled_from([0, 5]),
    extra_keys=st.sampled_from([(), ("metadata.id", "cell.metadata.id"), ("cell.metadata.path.a",)]),
)
LAYOUTS = st.sampled_from([None, 0, 1, 2, 4, "\t"])


def walked(content: bytes, options: StripOptions) -> bytes:
    with walking():
        return strip(content, options)


@given(NOTEBOOK, OPTIONS, LAYOUTS, st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_both_ways_agree_on_regular_layouts(
    notebook: dict[str, Any], options: StripOptions, indent: Any, ascii_only: bool, end: str, bom: bool
) -> None:
    text = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only).replace("\n", end)
    content = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    expected = walked(content, options)
    assert strip(content, options) == expected
    # In the filter the buffer holds more than the notebook.
    assert bytes(strip_buffer(bytearray(content + b'"outputs": [1]'), len(content), options)) == expected


@given(NOTEBOOK, st.integers(0, 2**32), OPTIONS)
def test_both_ways_agree_on_what_was_tampered_with(notebook: dict[str, Any], seed: int, options: StripOptions) -> None:
    random = Random(seed)
    content = bytearray(json.dumps(notebook, indent=1).encode())
    words = [b'"', b"{", b"}", b"]", b",", b"\\", b"\n", b"\xff", b'"outputs": [1],', b'"cells": [],', b"\\u0061", b" "]
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(content))
        copied = content[place : place + random.randrange(40)]
        content[place : place + random.randrange(3)] = random.choice([*words, copied])
    try:
        expected = walked(bytes(content), options)
    except NotANotebook as error:
        with pytest.raises(NotANotebook, match=error.problem.partition("(")[0]):
            strip(bytes(content), options)
    else:
        assert strip(bytes(content), options) == expected


def test_a_notebook_as_jupyter_writes_it_takes_the_faster_way() -> None:
    cell = making.code("1", outputs=[making.stream("x\n")], execution_count=4, metadata={"collapsed": True})
    for notebook in (making.notebook(cell), {"metadata": {}, "worksheets": [{"cells": [cell]}], "nbformat": 3}):
        content = making.text(notebook).encode()
        assert splice(content, quick_edits(content, len(content), StripOptions())) == walked(content, StripOptions())


@pytest.mark.parametrize(
    "notebook",
    [
        b'{"cells": [{"outputs": [1], "outputs": [2]}]}',
        b'{"cells": [{"outputs": [1], "x": [2], "outputs": [1]}]}',
        b'{"cells": [{"\\u006futputs": [1]}]}',
        b'{"cells": [{"outputs": [1]},  {"outputs": [2]}]}',
        b'{"cells": [{"outputs": [1]}], "cells": [{"outputs": [2]}]}',
        b'{"metadata": {"cells": [{"outputs": [1]}]}, "cells": [{"outputs": [1]}]}',
        b'{"cells": [{"outputs": [1]}], "worksheets": [{"cells": [{"outputs": [2]}]}]}',
        b'{"worksheets": [{"cells": [{"outputs": [1]}]}, {"cells": [{"outputs": [2]}]}]}',
        b'{"metadata": {"keep_output": true}, "cells": [{"outputs": [1]}]}',
    ],
)
def test_an_uncertain_edit_is_left_to_the_outline(notebook: bytes) -> None:
    with pytest.raises(ValueError):
        quick_edits(notebook, len(notebook), StripOptions())
    assert strip(notebook) == walked(notebook, StripOptions())


def test_a_repeated_metadata_key_is_stripped_each_time() -> None:
    content = b'{"cells": [{"outputs": []}], "metadata": {"widgets": {}}, "metadata": {"a": 1, "signature": ""}}'
    assert strip(content) == b'{"cells": [{"outputs": []}], "metadata": {}, "metadata": {"a": 1}}'


@pytest.mark.parametrize("options", [StripOptions(keep_output=True), StripOptions(max_size=9)], ids=["keep", "size"])
def test_a_picture_that_is_no_json_is_named_where_outputs_stay(options: StripOptions) -> None:
    content = b'{"cells": [{"outputs": [{"data": {"image/png": "a\\q"}}]}]}'
    assert strip(content) == b'{"cells": [{"outputs": []}]}'
    with pytest.raises(NotANotebook, match="is not JSON"):
        strip(content, options)
