from __future__ import annotations

import base64
import io
import json
import os
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

import making
from nbpeer.model.change import OutputChange, ValueChange
from nbpeer.model.notebook import Cell, parse_notebook
from nbpeer.results.outputs import compare_outputs

PIXEL = base64.b64encode(b"not a picture").decode()


def cell(*outputs: dict[str, Any]) -> Cell:
    return parse_notebook(json.dumps(making.notebook(making.code("x", outputs=list(outputs)), header=None))).cells[0]


def display(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def frame(**columns: list[Any]) -> dict[str, Any]:
    made = pd.DataFrame(columns)
    return display(**{"text/html": made.to_html(), "text/plain": repr(made)})


def error(line: int, name: str = "ValueError", message: str = "no rows", kernel: int = 11) -> dict[str, Any]:
    traceback = [
        f"\x1b[31m{name}\x1b[39m   Traceback (most recent call last)",
        f"\x1b[36mCell\x1b[39m \x1b[32mIn[{kernel}]\x1b[39m\x1b[32m, line {line}\x1b[39m\n----> {line} f()",
        f"File /opt/{kernel}/lib/python3.11/site-packages/a.py:3, in f()",
        f"{name}: {message}",
    ]
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": traceback}


def picture(height: float, form: str = "png", **options: Any) -> str:
    figure = Figure(figsize=(2, 1))
    figure.subplots().bar(["a", "b"], [1, height])
    out = io.BytesIO()
    figure.savefig(out, format=form, **options)
    return out.getvalue().decode() if form == "svg" else base64.b64encode(out.getvalue()).decode()


def only(before: dict[str, Any], after: dict[str, Any]) -> OutputChange:
    (change,) = compare_outputs(cell(before), cell(after))
    return change


def verdicts(before: Cell | None, after: Cell | None) -> list[tuple[str, str]]:
    return [(change.kind, change.verdict) for change in compare_outputs(before, after)]


def test_equal_outputs_are_no_news() -> None:
    assert compare_outputs(cell(making.stream("1")), cell(making.stream("1"))) == ()
    assert compare_outputs(None, None) == ()


def test_what_is_printed_is_compared_without_noise_and_with_numbers_as_numbers() -> None:
    change = only(making.stream("<f at 0x7f3c5a1b2d30>\nn 0.1"), making.stream("<f at 0x7f3c5a1b2d99>\nn 0.1"))
    assert change.verdict == "unchanged"
    change = only(making.stream("n 0.30000000000000004\n"), making.stream("n 0.3\n"))
    assert change.verdict == "within_tolerance"
    change = only(making.stream("n 41\n"), making.stream("n 42\n"))
    assert (change.kind, change.verdict) == ("text", "changed")
    assert change.values == (ValueChange("line 1, n", "41", "42"),)
    assert change.texts == ("n 41\n", "n 42\n")


def test_a_stream_is_one_output_however_it_was_flushed() -> None:
    flushed = cell(making.stream("1\n"), making.stream("careful\n", "stderr"), making.stream("2\n"))
    assert verdicts(flushed, cell(making.stream("1\n2\n"), making.stream("careful\n", "stderr"))) == [
        ("text", "unchanged"),
        ("text", "unchanged"),
    ]


def test_a_table_says_which_rows_and_columns_changed_and_by_how_much() -> None:
    before = frame(city=["Ulm", "Bonn", "Lyon"], n=[10, 20, 30], share=[0.1, 0.2, 0.7])
    after = frame(city=["Paris", "Ulm", "Bonn"], n=[5, 11, 20], share=[0.1, 0.1, 0.2])
    change = only(before, after)
    assert (change.kind, change.verdict) == ("table", "changed")
    assert change.values == (
        ValueChange("Paris", None, "Paris, 5, 0.1"),
        ValueChange("Ulm, n", "10", "11"),
        ValueChange("Lyon", "Lyon, 30, 0.7", None),
    )
    assert change.detail == "1 value in n, 1 row new, 1 row gone"
    assert change.tables[0].key == ("city",)


def test_a_styled_table_is_the_same_under_other_ids_and_colours_are_only_mentioned() -> None:
    html = '<style>#T_{0}_row0_col0 {{color: {1}}}</style><table id="T_{0}"><td id="T_{0}_row0_col0">1</td></table>'
    one = display(**{"text/html": html.format("3fa2c", "red")})
    assert only(one, display(**{"text/html": html.format("aaaaa", "red")})).detail == ""
    change = only(one, display(**{"text/html": html.format("aaaaa", "blue")}))
    assert (change.verdict, change.detail) == ("unchanged", "only the styling differs")


def test_the_text_around_a_table_counts_too() -> None:
    html = "<table><tr><td>1</td></tr></table><p>{} rows</p>"
    change = only(display(**{"text/html": html.format(5)}), display(**{"text/html": html.format(6)}))
    assert (change.verdict, change.texts) == ("changed", ("5 rows", "6 rows"))


def test_a_picture_redrawn_is_the_same_and_a_changed_one_has_a_map() -> None:
    one = {"image/png": picture(3), "text/plain": "<Figure size 200x100>"}
    redrawn = {**one, "image/png": picture(3, metadata={"Software": "another"})}
    assert redrawn != one
    assert only(display(**one), display(**redrawn)).verdict == "unchanged"
    change = only(display(**one), display(**{**one, "image/png": picture(2)}))
    assert (change.kind, change.verdict) == ("image", "changed")
    assert 0 < change.share < 0.5
    assert change.difference.startswith(b"\x89PNG")


def test_a_vector_drawing_is_the_same_under_other_ids_and_dates() -> None:
    def svg(height: float, salt: str, date: str) -> dict[str, Any]:
        with mpl.rc_context({"svg.hashsalt": salt}):
            return display(**{"image/svg+xml": picture(height, "svg", metadata={"Date": date})})

    one = svg(3, "a", "2026-11-22T10:00:00")
    assert only(one, svg(3, "b", "2026-11-23T11:00:00")).verdict == "unchanged"
    assert only(one, svg(2, "a", "2026-11-22T10:00:00")).verdict == "changed"


def test_other_formats_are_compared_by_pixels_and_the_unreadable_by_bytes() -> None:
    assert only(display(**{"image/jpeg": picture(3, "jpg")}), display(**{"image/jpeg": picture(2, "jpg")})).share > 0
    change = only(display(**{"image/png": PIXEL}), display(**{"image/png": picture(2)}))
    assert change.verdict == "changed"
    assert "not compared by pixels" in change.detail
    change = only(display(**{"image/png": "%%%"}), display(**{"image/png": PIXEL}))
    assert "not base64" in change.detail
    change = only(display(**{"image/svg+xml": "<svg/>"}), display(**{"image/png": picture(2)}))
    assert change.verdict == "changed"


def test_a_chart_is_compared_by_its_specification_never_by_its_html() -> None:
    def chart(y: int, uid: str) -> dict[str, Any]:
        plot = {"data": [{"type": "bar", "y": [1, y], "uid": uid}], "layout": {}}
        return display(
            **{"application/vnd.plotly.v1+json": plot, "text/html": f"<div id='{uid}'></div><script>1</script>"}
        )

    assert only(chart(2, "a"), chart(2, "b")).verdict == "unchanged"
    change = only(chart(2, "a"), chart(3, "b"))
    assert (change.kind, change.values) == ("chart", (ValueChange("data, trace 1, y 2", "2", "3"),))


def test_an_error_is_its_type_its_message_and_its_line() -> None:
    assert only(error(3), error(3, kernel=12)).verdict == "unchanged"
    assert only(error(3), error(4)).values == (ValueChange("line", "3", "4"),)
    assert only(error(3), error(3, "KeyError", "'x'")).values == (
        ValueChange("type", "ValueError", "KeyError"),
        ValueChange("message", "no rows", "'x'"),
    )


def test_outputs_that_came_between_others_do_not_shift_them() -> None:
    tables = [frame(a=[number]) for number in range(3)]
    changes = compare_outputs(cell(tables[0], tables[2]), cell(*tables))
    assert [change.verdict for change in changes] == ["unchanged", "added", "unchanged"]
    changes = compare_outputs(cell(*tables), cell(tables[2]))
    assert [change.verdict for change in changes] == ["removed", "removed", "unchanged"]


def test_another_kind_of_output_is_one_gone_and_one_new() -> None:
    found = verdicts(cell(making.stream("1")), cell(error(3)))
    assert sorted(found) == [("error", "added"), ("text", "removed")]
    assert verdicts(cell(making.stream("1")), None) == [("text", "removed")]


def test_named_results_are_left_to_their_own_comparison() -> None:
    named = [making.named_result({"name": "n", "type": "number", "value": value}) for value in (1, 2)]
    scrap = display(**{"application/scrapbook.scrap.json+json": {"name": "n", "data": 1}})
    assert compare_outputs(cell(named[0]), cell(named[1], scrap)) == ()


def test_a_widget_is_compared_by_its_text() -> None:
    def widget(model: str, text: str) -> dict[str, Any]:
        view = {"model_id": model}
        return display(**{"application/vnd.jupyter.widget-view+json": view, "text/plain": text, "text/html": model})

    assert only(widget("a", "Slider(value=1)"), widget("b", "Slider(value=1)")).verdict == "unchanged"
    assert only(widget("a", "Slider(value=1)"), widget("b", "Slider(value=2)")).verdict == "changed"


def test_an_output_nobody_can_read_is_never_called_unchanged() -> None:
    assert verdicts(cell({"output_type": 3}), cell({"output_type": 4})) == [("other", "changed")]
    custom = "application/vnd.example+json"
    assert only(display(**{custom: {"a": 1}}), display(**{custom: {"a": 2}})).verdict == "changed"


def test_huge_outputs_are_compared() -> None:
    lines = "".join(f"{number} {os.getpid()}\n" for number in range(300_000))
    change = only(making.stream(lines), making.stream(lines.replace("299999", "299998")))
    assert change.verdict == "changed"


@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "<script ", "<svg>", "<table><td>", "</p", "&", "<td>x</td>"])
def test_html_of_one_piece_over_and_over_is_compared(piece: str) -> None:
    html = piece * (200_000 // len(piece))
    change = only(display(**{"text/html": html}), display(**{"text/html": html + "y"}))
    assert change.before is not None


OUTPUTS = st.lists(
    st.builds(making.stream, st.text(max_size=8), st.sampled_from(["stdout", "stderr"]))
    | st.builds(lambda text: display(**{"text/plain": text}), st.text(max_size=8))
    | st.builds(lambda text: display(**{"text/html": f"<table><tr><td>{text}</td></tr></table>"}), st.text(max_size=8))
    | st.builds(lambda line: error(line), st.integers(1, 9))
    | st.builds(lambda value: display(**{"application/json": value}), st.dictionaries(st.text(), st.integers())),
    max_size=5,
)


@given(OUTPUTS, OUTPUTS)
def test_every_output_of_either_side_is_there_once(before: list[Any], after: list[Any]) -> None:
    changes = compare_outputs(cell(*before), cell(*after))
    for outputs, side in ((before, "before"), (after, "after")):
        bundles = [output for output in outputs if output["output_type"] != "stream"]
        streams = {output["name"] for output in outputs if output["output_type"] == "stream"}
        shown = [change for change in changes if getattr(change, side)]
        assert len(shown) == len(bundles) + len(streams) or not changes
    assert bool(changes) or cell(*before).outputs == cell(*after).outputs


@given(OUTPUTS)
def test_a_second_run_that_shows_the_same_is_unchanged(outputs: list[Any]) -> None:
    again = json.loads(json.dumps(outputs))
    for output in again:
        output["metadata"] = {"needs": "another byte"}
    assert {change.verdict for change in compare_outputs(cell(*outputs), cell(*again))} <= {"unchanged"}
