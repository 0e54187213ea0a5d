from __future__ import annotations

import base64
import json
from typing import Any

import pytest

import making
from nbpeer.model.notebook import Output, parse_notebook
from nbpeer.render.outputs_html import show_output


def output(value: dict[str, Any]) -> Output:
    notebook = making.notebook(making.code("x", outputs=[value]), header=None)
    return parse_notebook(json.dumps(notebook)).cells[0].outputs[0]


def display(**data: Any) -> Output:
    return output({"output_type": "display_data", "metadata": {}, "data": data})


def test_a_stream_is_text_without_terminal_colours() -> None:
    assert show_output(output(making.stream("\x1b[31mred\x1b[0m <b>\n"))).text == "red <b>"


def test_an_error_shows_its_traceback() -> None:
    value = {
        "output_type": "error",
        "ename": "KeyError",
        "evalue": "'x'",
        "traceback": ["\x1b[0;31mKeyError\x1b[0m: 'x'"],
    }
    shown = show_output(output(value))
    assert shown.error
    assert shown.text == "KeyError: 'x'"


def test_a_picture_comes_before_html_and_html_before_text() -> None:
    png = base64.b64encode(b"png").decode()
    assert show_output(display(**{"image/png": png, "text/html": "<b>x</b>", "text/plain": "x"})).picture.endswith(png)
    assert show_output(display(**{"text/html": "<b>x</b>", "text/plain": "x"})).html == "<b>x</b>"


def test_html_that_was_only_a_script_falls_back_to_text_and_says_so() -> None:
    shown = show_output(display(**{"text/html": "<script>draw()</script>", "text/plain": "Figure()"}))
    assert shown.text == "Figure()"
    assert "script" in shown.note


@pytest.mark.parametrize(
    ("mime_type", "word"),
    [
        ("application/vnd.plotly.v1+json", "interactive figure"),
        ("application/vnd.jupyter.widget-view+json", "widget"),
        ("application/javascript", "script"),
        ("application/x-unknown", "type"),
    ],
)
def test_what_a_packet_cannot_show_is_named(mime_type: str, word: str) -> None:
    assert word in show_output(display(**{mime_type: {}})).note


def test_huge_text_is_cut_with_a_note() -> None:
    shown = show_output(output(making.stream("x" * 1_000_000)))
    assert len(shown.text) == 20_000
    assert shown.note == "shown are the first 20,000 of 1,000,000 characters"


def test_huge_html_is_cut_with_a_note() -> None:
    shown = show_output(display(**{"text/html": "<table>" + "<tr><td>1</td></tr>" * 50_000 + "</table>"}))
    assert len(shown.html) < 300_000
    assert shown.html.endswith("</table>")
    assert "characters" in shown.note


def test_a_huge_image_is_left_out_with_a_note() -> None:
    shown = show_output(display(**{"image/png": "A" * 8_000_000}))
    assert shown.picture == ""
    assert "8 MB" in shown.note


def test_an_output_of_an_unknown_sort_is_named() -> None:
    assert "could not be read" in show_output(output({"output_type": "update", "data": 3})).note


def test_the_output_of_a_named_result_knows_its_name() -> None:
    assert show_output(output(making.named_result({"name": "effect", "type": "number"}))).result == "effect"
