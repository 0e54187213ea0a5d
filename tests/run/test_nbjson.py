from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from nbpeer.run.nbjson import from_json, to_json

texts = st.text(st.sampled_from('ab\n\r\x0b\u2028é\x00\x7f"\\'), max_size=12)
mimes = st.sampled_from(
    ["text/plain", "text/html", "image/png", "image/svg+xml", "application/json", "application/x+json"]
)
bundles = st.dictionaries(mimes, texts, max_size=3)
outputs = st.one_of(
    st.fixed_dictionaries({"output_type": st.just("stream"), "name": st.just("stdout"), "text": texts}),
    st.fixed_dictionaries({"output_type": st.just("display_data"), "data": bundles, "metadata": st.just({})}),
    st.just({"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["a\nb"]}),
)


@st.composite
def notebooks(draw: st.DrawFn) -> dict[str, Any]:
    cells = []
    for number in range(draw(st.integers(0, 3))):
        cell = {"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {"tags": []}}
        cells.append({**cell, "source": draw(texts), "outputs": draw(st.lists(outputs, max_size=3))})
    cells.append({"cell_type": "markdown", "id": "m", "metadata": {"é": 1}, "source": draw(texts)})
    cells[-1]["attachments"] = {"a.txt": draw(bundles)}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"b": [1, {}], "a": None}, "cells": cells}


@given(notebooks())
def test_what_is_written_is_byte_for_byte_what_nbformat_writes(notebook: dict[str, Any]) -> None:
    expected = nbformat.v4.writes(nbformat.from_dict(notebook)).encode() + b"\n"
    assert to_json(notebook) == expected


@given(notebooks())
def test_what_is_read_is_what_nbformat_reads(notebook: dict[str, Any]) -> None:
    content = to_json(notebook)
    assert from_json(content) == nbformat.v4.reads(content.decode())


def test_half_a_character_is_written_as_json_spells_it() -> None:
    notebook = making.notebook(making.markdown("\udcff"), header=None)
    assert json.loads(to_json(notebook).decode("utf-8", "surrogatepass"))["cells"][0]["source"] == ["\udcff"]


def test_what_is_not_json_is_a_value_error() -> None:
    with pytest.raises(ValueError):
        from_json(b"{")
