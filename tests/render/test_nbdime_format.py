from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import making
from nbpeer.diff.align import align
from nbpeer.model.notebook import parse_notebook
from nbpeer.render.nbdime_format import nbdime_diff

sources = st.sampled_from(["a = 1", "a = 1\nb = 2\nc = 3", "b = 2\n", "", "one two three four five six"]) | st.text(
    "ab\n \x0c\u2028", max_size=10
)
outputs = st.sampled_from([[], [making.stream("1\n2\n")], [making.stream("3")]])
metadata = st.sampled_from([{}, {"tags": ["parameters"]}, {"flag": True}, {"flag": 1}])
cells = st.builds(
    lambda source, kind, found, meta, number: {
        **kind(source),
        **({"outputs": found} if kind is making.code else {}),
        "metadata": meta,
        "id": f"c{number}",
    },
    sources,
    st.sampled_from([making.code, making.markdown]),
    outputs,
    metadata,
    st.integers(0, 9),
)
notebooks = st.builds(
    lambda found, meta: making.notebook(*found, header=None, metadata=meta), st.lists(cells, max_size=6), metadata
)


def applied(base: Any, ops: list[dict[str, Any]]) -> Any:
    """What nbdime's documentation says that the operations mean."""
    if isinstance(base, str):
        return "".join(applied(base.splitlines(keepends=True), ops))
    if isinstance(base, dict):
        found = {key: value for key, value in base.items() if key not in {op["key"] for op in ops}}
        for op in ops:
            if op["op"] in ("add", "replace"):
                assert (op["key"] in base) == (op["op"] == "replace")
                found[op["key"]] = op["value"]
            elif op["op"] == "patch":
                found[op["key"]] = applied(base[op["key"]], op["diff"])
            else:
                assert op["op"] == "remove"
        return found
    result: list[Any] = []
    taken = 0
    for op in ops:
        assert op["key"] >= taken
        result += base[taken : op["key"]]
        taken = op["key"]
        if op["op"] == "addrange":
            result += op["valuelist"]
        elif op["op"] == "removerange":
            taken += op["length"]
        else:
            result.append(applied(base[taken], op["diff"]))
            taken += 1
    return result + base[taken:]


def in_memory(notebook: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(notebook)
    for cell in found["cells"]:
        cell["source"] = "".join(cell["source"])
        for output in cell.get("outputs", []):
            output["text"] = "".join(output["text"])
    return found


def ops_of(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    return nbdime_diff(before, after, align(*(parse_notebook(making.text(side)) for side in (before, after))))


@settings(max_examples=300)
@given(notebooks, notebooks)
def test_applying_the_operations_gives_the_new_notebook(before: dict[str, Any], after: dict[str, Any]) -> None:
    found = applied(in_memory(before), ops_of(before, after))
    assert json.dumps(found, sort_keys=True) == json.dumps(in_memory(after), sort_keys=True)


@given(notebooks)
def test_a_notebook_and_itself_differ_in_nothing(notebook: dict[str, Any]) -> None:
    assert ops_of(notebook, copy.deepcopy(notebook)) == []


def test_an_edited_line_is_a_patch_of_that_line_alone() -> None:
    before = making.notebook(making.code("a = 1\nb = 2\nc = 3 + a + b"), header=None)
    after = making.notebook(making.code("a = 1\nb = 9\nc = 3 + a + b"), header=None)
    ((cells_op,)) = ops_of(before, after)
    assert cells_op["diff"][0]["diff"] == [
        {
            "op": "patch",
            "key": "source",
            "diff": [
                {"op": "addrange", "key": 1, "valuelist": ["b = 9\n"]},
                {"op": "removerange", "key": 1, "length": 1},
            ],
        }
    ]


def test_another_output_is_added_and_the_old_one_removed() -> None:
    kept, old, new = making.stream("0\n"), making.stream("1\n"), making.stream("2\n")
    before = making.notebook(making.code("a", outputs=[kept, old]), header=None)
    after = making.notebook(making.code("a", outputs=[kept, new]), header=None)
    (found,) = ops_of(before, after)[0]["diff"][0]["diff"]
    assert (found["op"], found["key"]) == ("patch", "outputs")
    assert [(op["op"], op["key"]) for op in found["diff"]] == [("addrange", 1), ("removerange", 1)]


def test_attachments_and_pictures_of_several_lines_count_as_one_string() -> None:
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": ["aa\n", "bb\n"]}}
    attached = making.markdown("![](a.png)", attachments={"a.png": {"image/png": ["aa\n", "bb"]}})
    before = making.notebook(making.code("x", outputs=[picture]), attached, header=None)
    joined = copy.deepcopy(before)
    joined["cells"][0]["outputs"][0]["data"]["image/png"] = "aa\nbb\n"
    joined["cells"][1]["attachments"]["a.png"]["image/png"] = "aa\nbb"
    assert ops_of(before, joined) == []
