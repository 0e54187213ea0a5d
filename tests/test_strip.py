"""What is volatile goes, every other byte stays: by example, and as properties against a plain restatement."""

from __future__ import annotations

import copy
import json
import re
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import making
from jsontext import SEEDS, json_values, spelled
from nbpeer.errors import NbpeerError
from nbpeer.strip import NotANotebook, StripOptions, parse_size, strip
from reading import walking

# ---- what stripping means, restated over parsed JSON

NOTEBOOK_KEYS = {"papermill", "signature", "widgets"}
CELL_KEYS = {"ExecuteTime", "collapsed", "execution", "heading_collapsed", "hidden", "papermill", "scrolled"}


def stripped(notebook: dict[str, Any], options: StripOptions) -> dict[str, Any]:
    result = copy.deepcopy(notebook)
    keep = options.keep_output or bool(result["metadata"].get("keep_output"))
    result["metadata"] = without_paths(without(result["metadata"], NOTEBOOK_KEYS))
    result["cells"] = [strip_cell(cell, keep, options) for cell in result["cells"] if not dropped(cell, options)]
    return result


def without(metadata: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key not in keys}


def without_paths(value: Any) -> Any:
    if isinstance(value, list):
        return [without_paths(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item if key in ("nbpeer", "jupytext", "tags") else without_paths(item)
        for key, item in value.items()
        if key in ("nbpeer", "jupytext", "tags", "name", "display_name") or not names_a_path(item)
    }


def names_a_path(value: Any) -> bool:
    if isinstance(value, list):
        return any(names_a_path(item) for item in value if isinstance(item, str))
    roots = "/(home|Users|root|tmp|private|var|mnt|media|Volumes|opt|usr|srv|ext)/"
    return isinstance(value, str) and bool(re.match(rf"{roots}|file:/|[^\W\d_]:[\\/]|\\\\", value))


def dropped(cell: dict[str, Any], options: StripOptions) -> bool:
    empty = not any(line.strip() for line in cell["source"])
    return (options.drop_empty_cells and empty) or bool(
        set(options.drop_tagged_cells) & set(cell["metadata"].get("tags", []))
    )


def strip_cell(cell: dict[str, Any], keep: bool, options: StripOptions) -> dict[str, Any]:
    metadata = cell["metadata"]
    keep = metadata.get("keep_output", keep) or "keep_output" in metadata.get("tags", [])
    keep = metadata.get("init_cell", keep)
    if "outputs" in cell and not keep:
        cell["outputs"] = []
    if not options.keep_count:
        for holder in [cell, *cell.get("outputs", [])]:
            if "execution_count" in holder:
                holder["execution_count"] = None
    cell["metadata"] = without_paths(without(metadata, CELL_KEYS))
    return cell


# ---- notebooks

METADATA_KEYS = sorted(CELL_KEYS | NOTEBOOK_KEYS | {"nbpeer", "jupytext", "kernelspec", "é"})
TAGS = st.lists(st.sampled_from(["keep_output", "parameters", "é", "remove-me"]), max_size=2)
PATHS = st.sampled_from(
    ["/home/a/b.ipynb", "C:\\Users\\a", "d:/a", "/homes/a", "file:///a", "\\\\server\\a", "a:/", "/"]
)
WITH_PATHS = st.recursive(
    PATHS | st.integers(),
    lambda below: (
        st.lists(below, max_size=2)
        | st.dictionaries(st.sampled_from(["path", "name", "tags", "nbpeer", "é"]), below, max_size=3)
    ),
    max_leaves=5,
)
METADATA = st.fixed_dictionaries(
    {},
    optional={
        **{key: json_values() | WITH_PATHS for key in METADATA_KEYS},
        "keep_output": st.booleans(),
        "init_cell": st.booleans(),
        "tags": TAGS,
    },
)
COUNTS = st.none() | st.integers(0, 9)
OUTPUTS = st.lists(
    st.fixed_dictionaries({"output_type": st.just("x")}, optional={"data": json_values(), "execution_count": COUNTS}),
    max_size=3,
)
SOURCE = st.lists(st.text(max_size=5) | st.sampled_from(["\n", " ", "\ud800", '"outputs": [1]']), max_size=3)
CELL = st.fixed_dictionaries(
    {"cell_type": st.just("code"), "metadata": METADATA, "source": SOURCE},
    optional={"outputs": OUTPUTS, "execution_count": COUNTS, "id": st.text(max_size=3), "attachments": json_values()},
).flatmap(lambda cell: st.permutations(list(cell.items())).map(dict))
NOTEBOOKS = st.fixed_dictionaries(
    {"metadata": METADATA, "cells": st.lists(CELL, max_size=4), "nbformat": st.just(4)},
    optional={"other": json_values()},
)
OPTIONS = st.builds(
    StripOptions,
    keep_output=st.booleans(),
    keep_count=st.booleans(),
    drop_empty_cells=st.booleans(),
    drop_tagged_cells=st.sampled_from([(), ("remove-me",), ("é", "nobody")]),
)


def to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def parsed(content: bytes) -> str:
    """JSON in one spelling, for comparing values that may hold NaN."""
    return json.dumps(json.loads(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogatepass")))


# ---- properties


@given(NOTEBOOKS, OPTIONS, SEEDS)
def test_only_what_is_volatile_goes_whatever_the_formatting(
    notebook: dict[str, Any], options: StripOptions, seed: int
) -> None:
    random = Random(seed)
    content = random.choice((b"", b"\xef\xbb\xbf")) + to_bytes(spelled(notebook, random))
    result = strip(content, options)
    assert parsed(result) == json.dumps(stripped(notebook, options))
    assert strip(result, options) is result
    with walking():
        assert strip(content, options) == result


@given(
    NOTEBOOKS, OPTIONS, st.sampled_from([None, 0, 1, 2, 4, "\t"]), st.booleans(), st.sampled_from(["", "\n", "\r\n"])
)
def test_the_bytes_are_those_of_a_file_that_never_had_it(
    notebook: dict[str, Any], options: StripOptions, indent: int | str | None, ascii_only: bool, end: str
) -> None:
    def written(value: dict[str, Any]) -> bytes:
        text = json.dumps(value, indent=indent, ensure_ascii=ascii_only) + end
        return to_bytes(text.replace("\n", end) if end else text)

    assert strip(written(notebook), options) == written(stripped(notebook, options))


@given(NOTEBOOKS, SEEDS)
def test_a_clean_notebook_comes_back_as_the_same_object(notebook: dict[str, Any], seed: int) -> None:
    content = to_bytes(spelled(stripped(notebook, StripOptions()), Random(seed)))
    assert strip(content) is content
    with walking():
        assert strip(content) is content


@given(st.binary(max_size=60) | st.text(' {}[]":,cellsoutputs1\\', max_size=60).map(str.encode))
@example(b'{"cells": [{"outputs": ')
def test_any_bytes_are_stripped_or_refused(content: bytes) -> None:
    try:
        assert strip(strip(content)) == strip(content)
    except NotANotebook:
        with walking(), pytest.raises(NotANotebook):
            strip(content)


@given(NOTEBOOKS, st.data())
def test_a_truncated_notebook_is_refused(notebook: dict[str, Any], data: st.DataObject) -> None:
    content = json.dumps(notebook).encode()
    with pytest.raises(NotANotebook):
        strip(content[: data.draw(st.integers(0, len(content) - 1))])


# ---- examples


def cells(*given_cells: Any, options: StripOptions = StripOptions(), **metadata: Any) -> list[Any]:  # noqa: B008
    content = json.dumps({"cells": list(given_cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    return json.loads(strip(content.encode(), options))["cells"]


PRINTED = making.stream("hello\n")


def test_outputs_and_counts_go_and_ids_and_tags_stay() -> None:
    cell = making.code("print('hello')", tags=("parameters",), outputs=[PRINTED], id="abc", execution_count=3)
    assert cells(cell) == [{**cell, "outputs": [], "execution_count": None}]


@pytest.mark.parametrize(
    "metadata",
    [
        {"tags": ["keep_output"]},
        {"tags": ["keep-output"]},
        {"keep_output": True},
        {"init_cell": True},
        {"keep_output": 1},
    ],
    ids=str,
)
def test_a_cell_that_says_so_keeps_its_outputs_without_their_counts(metadata: dict[str, Any]) -> None:
    result = {"output_type": "execute_result", "execution_count": 3, "data": {"text/plain": "1"}, "metadata": {}}
    cell = making.code("1", outputs=[result], metadata=metadata, execution_count=3)
    (kept,) = cells(cell)
    assert kept["outputs"] == [{**result, "execution_count": None}]
    assert kept["execution_count"] is None


@pytest.mark.parametrize(
    ("metadata", "kept"),
    [({}, True), ({"keep_output": False}, False), ({"init_cell": False}, False), ({"keep_output": 0}, False)],
    ids=str,
)
def test_a_cell_overrules_the_notebook_and_the_options(metadata: dict[str, Any], kept: bool) -> None:
    cell = making.code("1", outputs=[PRINTED], metadata=metadata)
    assert bool(cells(cell, keep_output=True)[0]["outputs"]) is kept
    assert bool(cells(cell, options=StripOptions(keep_output=True))[0]["outputs"]) is kept


def test_a_cell_that_says_both_keeps_its_outputs() -> None:
    cell = making.code("1", outputs=[PRINTED], metadata={"keep_output": False, "tags": ["keep_output"]})
    assert cells(cell)[0]["outputs"] == [PRINTED]


def test_keep_count_leaves_every_count() -> None:
    cell = making.code("1", outputs=[{"execution_count": 2}], metadata={"keep_output": True}, execution_count=2)
    assert cells(cell, options=StripOptions(keep_count=True)) == [cell]


def test_max_size_keeps_small_outputs() -> None:
    small, large = making.stream("a" * 10), making.stream("b" * 100)
    cell = making.code("1", outputs=[large, small, large])
    assert cells(cell, options=StripOptions(max_size=50))[0]["outputs"] == [small]
    assert cells(cell, options=StripOptions(max_size=5))[0]["outputs"] == []


def test_extra_keys_reach_into_metadata_and_nothing_else() -> None:
    cell = making.code("1", metadata={"colab": {"id": 1, "other": 2}, "note": "x"})
    options = StripOptions(extra_keys=("cell.metadata.colab.id", "cell.metadata.note", "metadata.é", "cell.mark"))
    content = json.dumps({"cells": [{**cell, "mark": 1}], "metadata": {"é": 1, "f": 2}}, ensure_ascii=False)
    for text in (content, content.replace("é", "\\u00e9")):
        found = json.loads(strip(text.encode(), options))
        assert found == {"cells": [{**cell, "metadata": {"colab": {"other": 2}}}], "metadata": {"f": 2}}


def test_an_extra_key_of_a_cell_goes_where_there_is_no_metadata() -> None:
    assert strip(b'{"cells": [{"mark": 1}]}', StripOptions(extra_keys=("cell.mark",))) == b'{"cells": [{}]}'


@pytest.mark.parametrize(
    "key", ["", "metadata", "cell", "note", "cell.source", "cell.id", "cell.metadata", "metadata..a"]
)
def test_an_extra_key_that_would_lose_work_or_names_nothing_is_refused(key: str) -> None:
    with pytest.raises(NbpeerError, match="is not a key to strip"):
        strip(b'{"cells": []}', StripOptions(extra_keys=(key,)))


def test_dropped_cells_take_their_commas_with_them() -> None:
    empty, blank, full, tagged = making.code(""), making.code(" \n"), making.code("1"), making.code("2", tags=("a",))
    options = StripOptions(drop_empty_cells=True, drop_tagged_cells=("a", "b"))
    assert cells(empty, full, blank, tagged, full, empty, options=options) == [full, full]
    assert cells(empty, blank, options=options) == []


def test_papermill_widgets_and_signature_go_and_the_rest_of_the_metadata_stays() -> None:
    kept = {"kernelspec": {"name": "ir"}, "language_info": {"name": "R", "version": "4"}, "jupytext": {}, "nbpeer": {}}
    content = json.dumps({"metadata": {"papermill": {"a": 1}, **kept, "widgets": {}, "signature": "x"}, "cells": []})
    assert json.loads(strip(content.encode())) == {"metadata": kept, "cells": []}


def test_notebook_level_execution_settings_stay() -> None:
    content = b'{"cells": [], "metadata": {"execution": {"timeout": 60}, "hidden": 1}}'
    assert strip(content) is content


def test_every_line_end_indentation_escape_and_number_stays() -> None:
    before = (
        b'\xef\xbb\xbf{\r\n\t"metadata": {"a": 1E5, "signature": "x",\r\n "b": [1e+22, -0.0, 2.50]},\r\n'
        b'\t"cells" : [ {"outputs": [{}] , "source": "\\u00e9\xc3\xa9\\/\\ud800", "execution_count":7} ]\r\n}'
    )
    after = (
        b'\xef\xbb\xbf{\r\n\t"metadata": {"a": 1E5,\r\n "b": [1e+22, -0.0, 2.50]},\r\n'
        b'\t"cells" : [ {"outputs": [] , "source": "\\u00e9\xc3\xa9\\/\\ud800", "execution_count":null} ]\r\n}'
    )
    assert strip(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"scrolled": 1}', b"{}"),
        (b'{ "scrolled": 1, "hidden": 2 }', b"{}"),
        (b'{ "scrolled": 1 , "a": 2 }', b'{ "a": 2 }'),
        (b'{ "a": 2 , "scrolled": 1 }', b'{ "a": 2 }'),
        (b'{"scrolled": 1, "a": 2, "hidden": 3, "collapsed": 4, "b": 5}', b'{"a": 2, "b": 5}'),
        (b'{"scrolled": 1, "scrolled": 2, "a": 3}', b'{"a": 3}'),
    ],
)
def test_a_key_goes_with_the_right_comma(before: bytes, after: bytes) -> None:
    around = b'{"cells": [{"metadata": %b}]}'
    assert strip(around % before) == around % after


@pytest.mark.parametrize(
    "cell",
    [
        b"null",
        b"{}",
        b"[]",
        b'"text"',
        b'{"outputs": []}',
        b'{"outputs": [ \n ]}',
        b'{"outputs": null, "source": null, "metadata": null}',
        b'{"metadata": [], "execution_count": null}',
        b'{"metadata": {"tags": null}}',
    ],
)
def test_a_cell_with_nothing_to_strip_is_left_however_odd(cell: bytes) -> None:
    content = b'{"cells": [%b]}' % cell
    assert strip(content, StripOptions(drop_tagged_cells=("a",))) is content


def test_odd_cells_do_not_save_their_neighbours() -> None:
    before = b'{"cells": [null, {"outputs": {"a": 1}}, 1, {"outputs": [1], "metadata": 3, "execution_count": "x"}]}'
    after = b'{"cells": [null, {"outputs": []}, 1, {"outputs": [], "metadata": 3, "execution_count": null}]}'
    assert strip(before) == after


@pytest.mark.parametrize("depth", [500, 2000, 10_000])
def test_nothing_is_nested_too_deeply(depth: int) -> None:
    around = b'{"cells": [{"outputs": %b, "metadata": %b, "source": %b, "execution_count": %b}]}'
    deep = b'{"a": [' * depth + b"1, 2" + b'], "b": 3}' * depth
    content = around % (b"[%b]" % deep, b'{"scrolled": %b, "kept": %b}' % (deep, deep), deep, deep)
    clean = around % (b"[]", b'{"kept": %b}' % deep, deep, b"null")
    assert strip(content) == clean
    assert strip(clean) is clean
    assert strip(content, StripOptions(max_size=10**9, keep_count=True)) != content
    with walking():
        assert strip(content) == clean


def test_paths_are_searched_to_twenty_levels_and_no_further() -> None:
    """In a file as deep as a million levels that would never end."""

    def nested(levels: int, value: bytes) -> bytes:
        return b'{"cells": [], "metadata": ' + b'{"a": ' * (levels - 1) + value + b"}" * (levels - 1) + b"}"

    for levels in (1, 10, 20, 21, 500):
        content = nested(levels, b'{"path": "/home/a"}')
        assert strip(content) == (nested(levels, b"{}") if levels <= 20 else content)
    deep = b'{"path": "/home/a", "b": ' * 3000 + b"1" + b"}" * 3000
    assert strip(nested(1, deep)).count(b"/home") == 3000 - 20


def test_what_is_nested_deeply_and_broken_is_refused() -> None:
    for end in (b"", b"}", b"]", b'"', b"]" * 50_000 + b"}"):
        with pytest.raises(NotANotebook):
            strip(b'{"cells": [' + b"[" * 50_000 + end)


def test_the_last_metadata_say_whether_outputs_stay() -> None:
    before = b'{"cells": [{"metadata": {"keep_output": true}, "metadata": {}, "outputs": [1]}]}'
    after = before.replace(b"[1]", b"[]")
    assert strip(before) == after
    with walking():
        assert strip(before) == after


@pytest.mark.parametrize(
    ("metadata", "left"),
    [
        ({"kernelspec": {"name": "/usr/bin/x", "resource_dir": "/home/a/k"}}, {"kernelspec": {"name": "/usr/bin/x"}}),
        ({"run": {"input": "C:\\\\a.ipynb", "on": "C:"}}, {"run": {"on": "C:"}}),
        ({"argv": ["/usr/bin/python3", "-m", "k"], "order": [{"in": "file:///a", "b": 1}]}, {"order": [{"b": 1}]}),
        ({"link": "https://example.org/home/a", "page": "/index", "tags": ["/tmp/a"], "nbpeer": {"a": "/tmp/a"}}, None),
    ],
    ids=str,
)
def test_paths_on_somebodys_machine_go(metadata: dict[str, Any], left: dict[str, Any] | None) -> None:
    for holder in ({"metadata": metadata, "cells": []}, {"cells": [{"metadata": metadata, "source": "/home/a"}]}):
        expected = json.dumps(holder).replace(json.dumps(metadata), json.dumps(metadata if left is None else left))
        assert json.loads(strip(json.dumps(holder, indent=1).encode())) == json.loads(expected)


@pytest.mark.parametrize("key", ["image/png", "png"])
@pytest.mark.parametrize("picture", ["iVBOR", "iV\\nBO\\n", "\\\\", '\\"', "é", ""])
def test_pictures_go_and_stay_whatever_is_in_them(key: str, picture: str) -> None:
    output = f'{{"data": {{"{key}": "{picture}", "b": 1}}, "{key}": "{picture}"}}'
    for metadata, after in (("{}", "[]"), ('{"keep_output": true}', f"[{output}, {output}]")):
        before = f'{{"cells": [{{"metadata": {metadata}, "outputs": [{output}, {output}], "source": "1"}}]}}'
        expected = f'{{"cells": [{{"metadata": {metadata}, "outputs": {after}, "source": "1"}}]}}'
        assert strip(before.encode()).decode() == expected
        with walking():
            assert strip(before.encode()).decode() == expected


@pytest.mark.parametrize("rest", ["", "\\", '\n", "a": "', "\n<<<<<<< ours\n"])
def test_a_picture_that_does_not_end_is_no_notebook(rest: str) -> None:
    with pytest.raises(NotANotebook):
        strip(f'{{"cells": [{{"outputs": [{{"data": {{"image/png": "iVBOR{rest}'.encode())
    with pytest.raises(NotANotebook):
        strip(f'{{"cells": [{{"outputs": [{{"png": "iVBOR{rest}]}}]}}'.encode())


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="keep_outputs"):
        StripOptions(keep_outputs=True)


def test_repeated_keys_are_all_stripped() -> None:
    before = b'{"cells": [{"outputs": [1], "outputs": []}], "cells": [{"outputs": [2], "id": "a"}]}'
    after = b'{"cells": [{"outputs": [], "outputs": []}], "cells": [{"outputs": [], "id": "a"}]}'
    assert strip(before) == after


@pytest.mark.parametrize("major", [2, 3])
def test_old_formats_are_stripped_in_every_worksheet(major: int) -> None:
    cell = {
        "cell_type": "code",
        "input": "1",
        "outputs": [{"prompt_number": 2}],
        "prompt_number": 2,
        "collapsed": False,
    }
    kept = {**cell, "metadata": {"keep_output": True}}
    sheets = [{"cells": [cell]}, {}, {"cells": [kept], "metadata": {}}]
    content = json.dumps({"nbformat": major, "metadata": {"name": "", "signature": "x"}, "worksheets": sheets})
    clean, still = json.loads(strip(content.encode()))["worksheets"][::2]
    assert clean["cells"] == [{**cell, "outputs": [], "prompt_number": None}]
    assert still["cells"] == [{**kept, "outputs": [{"prompt_number": None}], "prompt_number": None}]


@pytest.mark.parametrize("content", [b"{}", b'{"cells": null}', b'{"cells": {"a": [1]}}', b'{"worksheets": [1]}'])
def test_json_without_cells_is_no_notebook(content: bytes) -> None:
    with pytest.raises(NotANotebook, match="is JSON but not a notebook"):
        strip(content)


def test_text_that_is_not_utf8_does_not_save_an_output() -> None:
    before = '{"cells": [{"source": "é", "outputs": ["é"]}]}'.encode("latin-1")
    assert strip(before) == '{"cells": [{"source": "é", "outputs": []}]}'.encode("latin-1")


@pytest.mark.parametrize(("size", "expected"), [("0", 0), ("500", 500), ("10k", 10_000), ("2M", 2_000_000)])
def test_sizes_are_bytes_thousands_or_millions(size: str, expected: int) -> None:
    assert parse_size(size) == expected


@pytest.mark.parametrize("size", ["", "k", "-1", "1.5", "ten", "1g", "²"])
def test_what_is_no_size_is_refused(size: str) -> None:
    with pytest.raises(NbpeerError, match="is not a size"):
        parse_size(size)
