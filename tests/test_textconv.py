"""Notebooks as text, alone and in the real git."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from nbpeer import textconv as module
from nbpeer.strip import StripOptions
from nbpeer.textconv import textconv

CUT = b'{"cells": [{"cell_type": "raw", "source": "a'
TEXTS = st.text(st.sampled_from("a1 \n%\\é'\u2019\x1b:[]"), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS,
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(TEXTS, inner, min_size=1, max_size=2),
    max_leaves=3,
)


def shown(notebook: dict[str, Any], **options: Any) -> str:
    return textconv(making.text(notebook).encode(), StripOptions(**options)).decode()


def test_cells_are_shown_with_their_source_as_it_is() -> None:
    cells = [making.code("a = 1\n\nb = 'é'", tags=("parameters",)), making.markdown("## Title\n")]
    assert shown(making.notebook(*cells, header=None, metadata={})) == (
        "%% metadata: {}\n%% nbformat: 4\n%% nbformat_minor: 5\n"
        "\n%% code cell0 [parameters]\na = 1\n\nb = 'é'\n"
        "\n%% markdown cell1\n## Title\n\n"
    )


def test_what_stripping_takes_out_is_not_shown_and_what_it_keeps_is() -> None:
    cell = making.code("1", outputs=[making.stream("one\ntwo\n")], execution_count=7)
    gone = shown(making.notebook(cell))
    assert ("one" in gone, "execution_count" in gone) == (False, False)
    kept = shown(making.notebook(cell), keep_output=True, keep_count=True)
    assert "%% execution_count: 7\n" in kept
    assert "%% output 1.text: one\n%%                two\n" in kept


def test_a_long_line_is_measured_and_a_change_in_it_is_seen() -> None:
    def picture(data: str) -> dict[str, Any]:
        output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": data}}
        return making.notebook(making.code("1", outputs=[output], tags=("keep_output",)))

    before, after = shown(picture("a" * 4000)), shown(picture("a" * 3999 + "b"))
    assert "image/png: (4000 characters, SHA-256 " in before
    assert len(before) < 1500
    assert before != after


def test_a_conflicted_cell_is_shown_once_between_its_markers_and_a_change_in_its_record_is_seen() -> None:
    def conflicted(base: str | None) -> dict[str, Any]:
        record = {"base": base, "ours": "x = 1\ny = 2", "theirs": "x = 1\ny = 3", "values": [{"key": ["a"], "ours": 1}]}
        source = "x = 1\n<<<<<<< ours\ny = 2\n=======\ny = 3\n>>>>>>> theirs"
        return making.notebook(making.code(source, metadata={"nbpeer": {"conflict": record}}), header=None)

    text = shown(conflicted("x = 1"))
    assert (text.count("x = 1"), text.count("y = 2"), text.count("y = 3")) == (1, 1, 1)
    assert "%% metadata.nbpeer.conflict.ours: (11 characters, SHA-256 " in text
    assert "%% metadata.nbpeer.conflict.values.0.ours: 1\n" in text
    assert "%% metadata.nbpeer.conflict.base: null\n" in shown(conflicted(None))
    assert text != shown(conflicted("x = 2"))


def test_what_could_steer_a_terminal_is_made_visible() -> None:
    text = shown(making.notebook(making.code("'\x1b]0;x\x07' # \u202e")))
    assert "\\u001b]0;x\\u0007" in text
    assert "\\u202e" in text
    assert "\x1b" not in text


def test_a_source_line_cannot_pass_for_a_cell() -> None:
    one = making.notebook(making.code("a\n\n%% code cell2\nb"), header=None)
    two = making.notebook(making.code("a"), making.code("b", id="cell2"), header=None)
    assert shown(one) != shown(two)


@given(VALUES, VALUES, st.sampled_from(["source", "metadata", "attachments", "cell", "notebook"]))
def test_notebooks_that_differ_never_look_the_same(one: Any, other: Any, place: str) -> None:
    def holding(value: Any) -> dict[str, Any]:
        made = copy.deepcopy(making.notebook(making.markdown("x"), header=None))
        if place == "notebook":
            made["metadata"]["held"] = value
        elif place == "cell":
            made["cells"][0]["held"] = value
        elif place == "source":
            made["cells"][0]["source"] = value if isinstance(value, str) else json.dumps(value)
        else:
            made["cells"][0][place] = {"held": value}
        return made

    if holding(one) != holding(other) and unlike(one, other):
        assert shown(holding(one)) != shown(holding(other))


def unlike(one: Any, other: Any) -> bool:
    """Whether two values differ in more than in how their lines are kept, which text does not tell."""

    def plain(value: Any) -> str:
        return (
            json.dumps(value).replace('"', "").replace(" ", "").replace(",", "").translate(str.maketrans("", "", "[]"))
        )

    return plain(one) != plain(other)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b"{\n<<<<<<< ours\n", b'{"cells": 3}', b'{"cells": [3]}', CUT]
)
def test_what_is_no_notebook_comes_back_as_it_is(content: bytes) -> None:
    assert textconv(content, StripOptions()) == content


@pytest.mark.parametrize("minor", [2, 3])
def test_old_formats_are_read(minor: int) -> None:
    cell = {"cell_type": "code", "input": ["x = 1\n", "y"], "outputs": [{"output_type": "pyout"}], "prompt_number": 3}
    old = {"nbformat": minor, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    assert textconv(json.dumps(old).encode(), StripOptions()).decode().endswith("\n%% code\nx = 1\ny\n")


def test_bytes_that_are_not_utf_8_and_lone_surrogates_are_shown() -> None:
    content = b'\xef\xbb\xbf {"cells": [{"cell_type": "raw", "source": "\xff \\ud800"}]}'
    assert textconv(content, StripOptions()).decode().endswith("%% raw\n\\udcff \\ud800\n")


def test_git_calls_it_without_site_packages(tmp_path: Path) -> None:
    path = tmp_path / "a b.ipynb"
    path.write_text(making.text(making.notebook(making.code("x"))))
    command = [sys.executable, "-I", "-S", module.__file__, "--keep-count", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("%% code cell1\nx\n")
    gone = subprocess.run([*command[:-1], str(tmp_path / "gone")], capture_output=True, text=True)
    assert (gone.returncode, gone.stdout, gone.stderr.count("\n")) == (2, "", 1)
