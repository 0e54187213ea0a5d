"""One cell's source replaced, every other byte as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from nbpeer.outline import NotANotebook
from nbpeer.rewrite import raw_source, with_source

characters = st.sampled_from(["a", "é", "\n", "\r\n", '"', "\\", "\u2028", "😀", "\0"])
texts = st.lists(characters, max_size=12).map("".join)


def made(sources: list[str], **style: Any) -> bytes:
    return json.dumps(making.notebook(*map(making.markdown, sources), header=None), **style).encode()


@given(
    sources=st.lists(texts, min_size=1, max_size=3),
    new=texts,
    indent=st.sampled_from([None, 1, 4]),
    ascii_only=st.booleans(),
    joined=st.booleans(),
    data=st.data(),
)
def test_the_source_is_the_new_one_and_nothing_else_is_another(
    sources: list[str], new: str, indent: int | None, ascii_only: bool, joined: bool, data: st.DataObject
) -> None:
    value = json.loads(made(sources))
    if joined:
        for cell in value["cells"]:
            cell["source"] = "".join(cell["source"])
    content = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    cell = data.draw(st.integers(0, len(sources) - 1))
    assert raw_source(content, cell) == sources[cell]
    changed = with_source(content, cell, new)
    assert raw_source(changed, cell) == new
    after = json.loads(changed)
    after["cells"][cell]["source"] = value["cells"][cell]["source"]
    assert after == value
    assert with_source(content, cell, sources[cell]) == content


def test_lines_that_stay_keep_their_bytes() -> None:
    content = b'{"cells": [{"source": [ "a\\n","b\\u00e9\\n" ,  "c" ], "x":1.0}], "n" : 2 }\n'
    changed = with_source(content, 0, "a\nnew\nc")
    assert changed == content.replace(b'"b\\u00e9\\n"', b'"new\\n"').replace(b' ,  "c"', b',"c"')


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"<<<<<<< a"])
def test_what_is_no_notebook_is_refused(content: bytes) -> None:
    with pytest.raises(NotANotebook):
        with_source(content, 0, "x")


def test_a_cell_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        with_source(made(["a"]), 1, "x")
