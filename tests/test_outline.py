"""Both readers find the same positions; what is no notebook is named."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from jsontext import SEEDS, json_values, spelled
from nbpeer.outline import NotANotebook, outline, read
from nbpeer.quick_cells import decode_cells, locate_cells
from reading import walking

CELLS = st.lists(
    st.dictionaries(st.sampled_from(["source", "outputs", "metadata", "", "id"]), json_values(finite=True))
)


def walked(content: bytes) -> tuple[str, Any]:
    """The outline by way of the standard library alone."""
    with walking():
        return outline(content)


@given(CELLS, SEEDS)
def test_msgspec_finds_the_positions_the_walk_finds(cells: list[dict[str, object]], seed: int) -> None:
    notebook = {"nbformat": 4, "cells": cells}
    indented = json.dumps(notebook, indent=1).encode()
    for content in (spelled(notebook, Random(seed)).encode(), indented, indented.replace(b"\n", b"\r\n")):
        text, (_, _, members) = walked(content)
        walked_cells = next(value for key, _, value in members if key == "cells")
        assert outline(content) == (text, walked(content)[1])
        if content is indented and cells and all(cells):
            assert locate_cells(content, walked_cells[0], decode_cells(content)) == walked_cells


def test_the_faster_reader_is_the_one_used_once_msgspec_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = making.text(making.notebook(making.code("1"))).encode()
    assert outline(content) == walked(content)
    monkeypatch.setattr("nbpeer.outline._elements", None)  # the walk cannot do without
    assert outline(content)
    with pytest.raises(TypeError):
        walked(content)


@given(st.dictionaries(st.text(), json_values()), SEEDS)
def test_the_bytes_at_every_position_are_the_member(value: dict[str, object], seed: int) -> None:
    content = spelled({"cells": [value]}, Random(seed)).encode("utf-8", "surrogatepass")
    for reader in (outline, walked):
        _, root = reader(content)
        found = {}
        for _, start, (_, end, _) in root[2][0][2][2][0][2]:
            found |= json.loads("{" + content[start:end].decode("utf-8", "surrogatepass") + "}")
        assert json.dumps(found) == json.dumps(value)


@pytest.mark.parametrize(
    "cells",
    [
        b'[{"a": 1, "a": 2}]',
        b'[{"a": 1, "a": 1}]',
        b'[{"a":[{"p":1,"q":4}],"b":5,"a":1234567}]',  # as long as [{"p":1 is
        b'[{"a": 1, "b": 1, "a": 12}]',
        '[{"ä": 1}]'.encode(),
        b'[{"\\u0061": 1}]',
    ],
)
def test_an_uncertain_position_is_left_to_the_walk(cells: bytes) -> None:
    content = b'{"cells": ' + cells + b"}"
    with pytest.raises(ValueError):
        locate_cells(content, 10, decode_cells(content))
    assert outline(content) == walked(content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b'{"cells": [', "ends in the middle"),
        (b'{"cells": []} x', "is not JSON (line 1)"),
        (b'{\n"cells": [,]}', "is not JSON (line 2)"),
        (b'{\n"cells": [{}\n{}]}', "is not JSON (line 3)"),
        (b'{"a" 1}', "is not JSON (line 1)"),
        (b'{"cells": [], }', "is not JSON (line 1)"),
        (b'{"cells": [{"source": "a\nb"}]}', "is not JSON (line 1)"),
        (b'{\n<<<<<<< ours\n"a": 1\n=======\n"a": 2\n>>>>>>> theirs\n}', "has merge conflict markers (line 2)"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "is a git-lfs pointer"),
        ('{"cells": []}'.encode("utf-16"), "is not UTF-8 text"),
        ('{"cells": []}'.encode("utf-16-le"), "is not UTF-8 text"),
        (b"[]", "is JSON but not a notebook"),
        (b"null", "is JSON but not a notebook"),
        (b'{"cells": [{"outputs": ' + b"[" * 100_000 + b"]" * 100_000 + b"]}", "is not JSON (line 1)"),
        (b'{"cells": [' + b'{"a":' * 100_000, "ends in the middle"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_notebook_is_named_by_both_readers(content: bytes, problem: str) -> None:
    for reader in (outline, walked):
        with pytest.raises(NotANotebook) as caught:
            reader(content)
        assert caught.value.problem == problem
        assert caught.value.hint


def test_numbers_of_any_size_and_spelling_are_read() -> None:
    content = b'{"cells": [{"a": ' + b"9" * 10_000 + b', "b": NaN, "c": -Infinity, "d": 1E+400}]}'
    text, root = outline(content)
    members = {key: read(text, value) for key, _, value in root[2][0][2][2][0][2]}
    assert members == {"a": "9" * 10_000, "b": "NaN", "c": "-Infinity", "d": "1E+400"}
