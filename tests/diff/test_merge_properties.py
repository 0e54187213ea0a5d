"""What holds for every three notebooks."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st

import making
from nbpeer.diff.merge import merge
from nbpeer.diff.merge_read import read_version
from nbpeer.diff.merge_resolve import conflicted_cells, resolve
from nbpeer.model.conflict import conflict_record

LINES = ["import pandas as pd", "orders = load('orders')", "orders = orders.dropna()", "fit(orders)", "plot(fit)", ""]
SOURCES = st.lists(st.sampled_from(LINES), max_size=4).map("\n".join)


@st.composite
def notebooks(draw: st.DrawFn) -> dict[str, Any]:
    cells = []
    for number, source in enumerate(draw(st.lists(SOURCES, max_size=6))):
        make = making.code if draw(st.booleans()) else making.markdown
        cell = make(source, id=f"{draw(st.sampled_from('abc'))}{number}")
        if cell["cell_type"] == "code" and draw(st.booleans()):
            count = draw(st.integers(1, 50))
            cell |= {"outputs": [making.stream(f"{source} {count}")], "execution_count": count}
        if draw(st.booleans()):
            cell["metadata"] = {"tags": draw(st.lists(st.sampled_from("xyz"), max_size=2, unique=True))}
        cells.append(cell)
    metadata = draw(
        st.dictionaries(st.sampled_from(["note", "kernelspec"]), st.just({"name": "a", "display_name": "a"}))
    )
    return making.notebook(*cells, header=None, metadata=metadata)


def encoded(value: dict[str, Any]) -> bytes:
    return making.text(value).encode()


def runs(value: dict[str, Any]) -> set[str]:
    """What was shown with which source and count."""
    return {
        json.dumps(["".join(cell["source"]), cell["execution_count"], cell["outputs"]], sort_keys=True)
        for cell in value["cells"]
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"])
    }


@settings(max_examples=60)
@given(notebooks(), notebooks())
def test_a_side_that_changed_nothing_decides_nothing(x: dict[str, Any], y: dict[str, Any]) -> None:
    for base, ours, theirs in ((x, x, y), (x, y, x), (x, y, y)):
        result = merge(encoded(base), encoded(ours), encoded(theirs))
        assert result.clean
        assert json.loads(result.content) == y


@settings(max_examples=60)
@given(notebooks(), notebooks(), notebooks())
def test_the_result_is_valid_and_its_outputs_are_those_of_one_side(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    result = merge(encoded(base), encoded(ours), encoded(theirs))
    value = json.loads(result.content)
    nbformat.validate(value)
    ids = [cell["id"] for cell in value["cells"]]
    assert len(set(ids)) == len(ids)
    assert runs(value) <= runs(ours) | runs(theirs)
    for cell in value["cells"]:
        if cell["cell_type"] == "code" and conflict_record(cell["metadata"]) and "<<<<<<<" in "".join(cell["source"]):
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


@settings(max_examples=60)
@given(notebooks(), notebooks(), notebooks())
def test_every_line_that_a_side_added_is_there(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = lines(json.loads(merge(encoded(base), encoded(ours), encoded(theirs)).content))
    before = lines(base)
    for side in (ours, theirs):
        for line, count in lines(side).items():
            assert merged[line] >= min(count - before[line], 1)


@settings(max_examples=60)
@given(notebooks(), notebooks(), notebooks())
def test_swapping_the_sides_changes_labels_and_order_and_nothing_else(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    one = merge(encoded(base), encoded(ours), encoded(theirs))
    other = merge(encoded(base), encoded(theirs), encoded(ours))
    assert len(one.conflicts) == len(other.conflicts)
    if one.clean:
        assert lines(json.loads(one.content)) == lines(json.loads(other.content))


@settings(max_examples=60)
@given(notebooks(), notebooks(), notebooks())
def test_taking_one_side_everywhere_leaves_a_valid_notebook_without_conflicts(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    result = merge(encoded(base), encoded(ours), encoded(theirs))
    for side in ("ours", "theirs", "both"):
        content = resolve(result.content, dict.fromkeys(result.conflicts, side), "x.ipynb")  # type: ignore[arg-type]
        nbformat.validate(json.loads(content))
        assert conflicted_cells(content, "x.ipynb") == ()
        assert b'"conflict' not in content


@settings(max_examples=60)
@given(notebooks(), notebooks(), notebooks())
def test_merging_twice_gives_the_same_bytes(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    versions = encoded(base), encoded(ours), encoded(theirs)
    assert merge(*versions).content == merge(*versions).content


def lines(value: dict[str, Any]) -> Counter[str]:
    version = read_version(encoded(value), "x")
    return Counter(line for cell in version.cells for line in cell.source.split("\n") if line)
