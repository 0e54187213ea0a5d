"""Markdown as HTML: formulas stay as they were typed, money is no formula, code has colours where it can."""

from __future__ import annotations

import base64
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.render.markdown_html import markdown_html

inside = st.text(st.sampled_from("x_*^{}&<> 1\n[]()`~#|-"), min_size=1, max_size=30).filter(str.strip)


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("begin, end", [("$$", "$$"), (r"\begin{align*}", r"\end{align*}"), (r"\\[", r"\\]")])
@given(inside)
def test_a_formula_that_stands_apart_is_as_it_was_typed(begin: str, end: str, body: str) -> None:
    formula = f"{begin}\n{body}\n{end}"
    html = markdown_html(f"Before\n\n{formula}\n\n*after*")
    assert formula in words(html)
    assert "<em>after</em>" in html


@given(inside.filter(lambda body: "\n" not in body and "`" not in body and body[0] != "<"))
def test_a_formula_in_a_line_is_as_it_was_typed(body: str) -> None:
    assert f"with ${body}$ in it" in words(markdown_html(f"A line with ${body}$ in it"))


def test_sums_of_money_are_no_formula() -> None:
    assert "<strong>and</strong>" in markdown_html("It costs $5 **and** not $10.")


def test_a_dollar_sign_in_code_or_after_a_backslash_begins_no_formula() -> None:
    html = markdown_html(r"`$HOME` and \$5 *or* `$x`")
    assert "<code>$HOME</code>" in html
    assert "<em>or</em>" in html


def test_a_formula_does_not_reach_over_a_paragraph() -> None:
    assert "<em>b</em>" in markdown_html("a $ alone\n\n*b* $ alone")


def test_fenced_code_has_colours_when_its_language_is_known() -> None:
    assert '<span class="kn">import</span>' in markdown_html("```python\nimport x\n```")
    assert "<code>import x\n</code>" in markdown_html("```no-such-language\nimport x\n```")


def test_a_table_keeps_its_alignment_and_a_list_of_tasks_what_is_done() -> None:
    html = markdown_html("| a | b | c |\n|---|--:|:-:|\n| x | 1 | y |\n\n- [x] done\n- [ ] open")
    assert '<th class="ar">b</th>' in html
    assert "<td>x</td>" in html
    assert '<td class="ac">y</td>' in html
    assert "☑ done" in html
    assert "☐ open" in html


@pytest.mark.parametrize("encoded", [False, True])
def test_an_attached_drawing_is_shown_as_text_or_encoded_and_before_a_photograph(encoded: bool) -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'/>"
    as_base64 = base64.b64encode(drawing.encode()).decode()
    bundle = {"image/png": "cG5n", "image/svg+xml": as_base64 if encoded else [drawing[:5], drawing[5:]]}
    html = markdown_html("![x](attachment:a.svg)", {"a.svg": bundle, "odd": "no bundle"})
    assert f'src="data:image/svg+xml;base64,{as_base64}"' in html


@pytest.mark.parametrize("piece", ["$", "$$ ", r"\begin{a}", r"\\[ ", r"\\( ", "\n$$ x", "**a ", "[", "> "])
def test_what_is_never_closed_is_read_all_the_same(piece: str) -> None:
    assert markdown_html(piece * 2_000 + "*end*")
