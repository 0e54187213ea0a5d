from __future__ import annotations

import base64
import copy
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.change import ValueChange
from nbpeer.results.numbers import Tolerance
from nbpeer.results.plots import chart_type, compare_charts

ALLOWED = Tolerance(relative=0.01)
VEGA = "application/vnd.vegalite.v5+json"


def plotly(y: Any = (1.0, 2.0, 4.0), **layout: Any) -> dict[str, Any]:
    trace = {"type": "scatter", "name": "sales", "x": ["a", "b", "c"], "y": list(y) if isinstance(y, tuple) else y}
    return {"data": [trace], "layout": {"template": {"data": "much"}, **layout}, "config": {"plotlyServerURL": "x"}}


def vega(values: list[Any], name: str = "data-0123", **encoding: Any) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"name": name},
        "datasets": {name: values},
        "mark": {"type": "bar"},
        "params": [{"name": "param_7", "views": ["view_3"]}],
        "name": "view_3",
        "encoding": {"x": {"field": "city"}, **encoding},
    }


def test_a_chart_is_known_by_its_type() -> None:
    assert chart_type({"text/html": "", VEGA: {}}) == VEGA
    assert chart_type({"application/vnd.plotly.v1+json": {}})
    assert chart_type({"application/vnd.vegalite.v5.json": {}, "text/html": ""}) == ""


def test_ids_themes_and_counted_names_are_no_difference() -> None:
    one, other = plotly(), plotly()
    one["data"][0]["uid"], other["data"][0]["uid"] = "1", "2"
    other["layout"]["template"] = {}
    assert compare_charts(one, other, ALLOWED).verdict == "unchanged"
    first, second = vega([{"city": "Ulm", "n": 1}]), vega([{"city": "Ulm", "n": 1}], "data-4567")
    second["params"] = [{"name": "param_9", "views": ["view_4"]}]
    second["name"] = "view_4"
    second["$schema"] = "v6"
    assert compare_charts(first, second, ALLOWED).verdict == "unchanged"


def test_a_moved_point_is_a_change_of_the_data() -> None:
    found = compare_charts(plotly(), plotly((1.0, 2.0, 5.0)), ALLOWED)
    assert found.verdict == "changed"
    assert found.values == (ValueChange("data, trace 1 (sales), y 3", "4.0", "5.0"),)
    assert found.detail == "1 of the data differs"
    assert compare_charts(plotly(), plotly((1.0, 2.0, 4.01)), ALLOWED).verdict == "within_tolerance"


def test_a_changed_setting_is_a_change_of_the_layout() -> None:
    found = compare_charts(plotly(title={"text": "Sales"}), plotly(title={"text": "Orders"}), ALLOWED)
    assert found.values == (ValueChange("layout, title, text", "Sales", "Orders"),)


def test_plotlys_binary_lists_are_read_and_equal_the_plain_ones() -> None:
    packed = {"dtype": "f8", "bdata": base64.b64encode(struct.pack("<3d", 1, 2, 4)).decode()}
    assert compare_charts(plotly(), plotly(packed), ALLOWED).verdict == "unchanged"
    packed["bdata"] = base64.b64encode(struct.pack("<3d", 1, 2, 8)).decode()
    assert [value.after for value in compare_charts(plotly(), plotly(packed), ALLOWED).values] == ["8.0"]


@pytest.mark.parametrize(
    "broken", [{"dtype": "f8", "bdata": "!"}, {"dtype": "f8", "bdata": "AAA="}, {"dtype": [], "bdata": 1}]
)
def test_a_binary_list_that_is_broken_is_compared_as_it_is(broken: Any) -> None:
    assert compare_charts(plotly(broken), plotly(copy.deepcopy(broken)), ALLOWED).verdict == "unchanged"
    assert compare_charts(plotly(), plotly(broken), ALLOWED).verdict == "changed"


def test_vega_tells_data_from_encoding() -> None:
    rows = [{"city": "Ulm", "n": 1}, {"city": "Bonn", "n": 2}]
    found = compare_charts(vega(rows), vega([rows[0], {"city": "Bonn", "n": 9}], y={"field": "n"}), ALLOWED)
    assert {value.name for value in found.values} == {"data, table 1 2, n", "encoding, encoding, y, field"}
    assert found.detail == "1 of the data, 1 of the encoding differ"


@pytest.mark.parametrize("value", [None, [], {}, "text", 3, {"data": None}, {"data": [None]}, {"datasets": []}])
def test_what_is_no_chart_is_still_compared(value: Any) -> None:
    assert compare_charts(value, copy.deepcopy(value), ALLOWED).verdict == "unchanged"
    assert compare_charts(value, plotly(), ALLOWED).verdict == "changed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_any_specification_equals_its_copy(value: Any) -> None:
    assert compare_charts(value, copy.deepcopy(value), Tolerance()).verdict == "unchanged"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.data())
def test_a_value_that_changes_is_always_found(values: list[float], data: Any) -> None:
    place = data.draw(st.integers(0, len(values) - 1))
    other = [*values]
    other[place] += 1
    assert compare_charts(plotly(tuple(values)), plotly(tuple(other)), Tolerance()).verdict == "changed"
