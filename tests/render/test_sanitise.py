from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.render.markdown_html import code_html, markdown_html
from nbpeer.render.sanitise import PLACEHOLDER, picture_uri, safe_html

HOSTILE = [
    "<script>bad()</script>",
    "<img src=x onerror=bad()>",
    '<a href="javascript:bad()">x</a>',
    '<a href=" JaVa&#9;Script:bad()">x</a>',
    '<a href="data:text/html,<script>bad()</script>">x</a>',
    '<svg onload=bad()><script>bad()</script><a xlink:href="javascript:bad()">x</a></svg>',
    "<math><mi xlink:href='javascript:bad()'>x</mi></math>",
    '<iframe src="https://example.org" srcdoc="<script>bad()</script>"></iframe>',
    "<style>body { display: none }</style>",
    '<div style="position: fixed; inset: 0" onclick="bad()" id="main" class="chip chip-good">✓ gate met</div>',
    '<form action="https://example.org"><input name=q><button formaction="javascript:bad()">x</button></form>',
    '<meta http-equiv="refresh" content="0; url=https://example.org"><base href="https://example.org">',
    '<link rel=stylesheet href="https://example.org/x.css"><object data=x></object><embed src=x>',
    '<img src="https://example.org/pixel.png" srcset="https://example.org/2x.png 2x">',
    '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    "<noscript><p title='</noscript><img src=x onerror=bad()>'></noscript>",
    "<table background='https://example.org/x.png'><td background=x>1</td></table>",
    "<details ontoggle=bad() open><summary>x</summary></details>",
    "<video src=x onerror=bad()></video><audio autoplay src=https://example.org/x>",
]


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


def assert_harmless(html: str) -> None:
    seen = Seen(html)
    assert not seen.tags & set(
        "script style iframe object embed link meta base form input button svg math video".split()
    )
    for tag, name, value in seen.attributes:
        assert not name.startswith("on")
        assert name not in ("style", "id", "srcset", "background", "formaction", "action")
        if name == "src":
            assert tag == "img"
            assert (value or "").startswith("data:image/")
        if name == "href":
            assert (value or "").lower().startswith(("http://", "https://", "mailto:"))
        if name == "class":
            assert all(word == "highlight" or len(word) <= 3 for word in (value or "").split())


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_runs_loads_or_covers_the_page_survives(html: str) -> None:
    assert_harmless(safe_html(html))
    assert_harmless(markdown_html(html))
    assert_harmless(markdown_html(f"text {html} text"))


@given(st.lists(st.sampled_from([*HOSTILE, "<b", ">", '"', "'", "<!--", "-->", "`", "\x00", "x"]), max_size=6))
def test_hostile_pieces_in_any_order_stay_harmless(pieces: list[str]) -> None:
    assert_harmless(safe_html("".join(pieces)))
    assert_harmless(markdown_html("".join(pieces)))


def test_a_cell_of_a_notebooks_own_table_says_at_most_how_it_is_aligned() -> None:
    html = '<table><tbody><tr><td class="ar">1</td><td class="num">2</td><td class="ar box">3</td></tr></tbody></table>'
    assert re.findall(r"<td[^>]*>", safe_html(html)) == ['<td class="ar">', "<td>", "<td>"]


def test_tables_emphasis_and_safe_links_stay() -> None:
    html = '<table><tbody><tr><th scope="row">a</th><td colspan="2"><b>1</b></td></tr></tbody></table>'
    assert safe_html(html) == html
    assert safe_html('<a href="https://example.org/x">x</a>') == (
        '<a href="https://example.org/x" rel="noopener noreferrer">x</a>'
    )


def test_an_image_from_elsewhere_is_replaced_by_a_notice_and_never_loaded() -> None:
    html = safe_html('<img src="plot.png" alt="sales"><img src="https://example.org/x.png">')
    assert html.count(PLACEHOLDER) == 2
    assert 'alt="sales"' in html
    assert 'alt=""' in html


def test_headings_take_their_place_below_the_packets_own() -> None:
    assert safe_html("<h1>a</h1><h2>b</h2><h5>c</h5>", heading=3) == "<h3>a</h3><h4>b</h4><h6>c</h6>"


def test_absurdly_nested_html_is_refused() -> None:
    assert safe_html("<div>" * 100_000) == ""


def test_a_long_table_without_end_tags_is_no_nesting() -> None:
    assert safe_html("<table>" + "<tr><td>1<td>2" * 5_000).count("<td>") == 10_000


def test_an_svg_becomes_an_image_that_cannot_run_anything() -> None:
    uri = picture_uri("image/svg+xml", "<svg onload='bad()'><script>bad()</script></svg>")
    assert uri is not None
    assert uri.startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize(
    ("mime_type", "content"),
    [("image/png", '" onerror="bad()'), ("image/png", ""), ("text/html", "PHNjcmlwdD4="), ("image/svg+xml", "text")],
)
def test_what_is_no_picture_is_not_shown_as_one(mime_type: str, content: str) -> None:
    assert picture_uri(mime_type, content) is None


def test_attached_pictures_are_shown_and_missing_ones_break_nothing() -> None:
    png = base64.b64encode(b"png").decode()
    html = markdown_html("![a](attachment:a.png) ![b](attachment:b.png)", {"a.png": {"image/png": png}})
    assert f'src="data:image/png;base64,{png}" alt="a"' in html
    assert f'src="{PLACEHOLDER}" alt="b"' in html


def test_code_is_coloured_and_an_unknown_language_stays_plain() -> None:
    assert '<span class="kn">import</span>' in code_html("import pandas", "python")
    assert "x &lt;- 1" in code_html("x <- 1", "no such language")


def test_lone_surrogates_are_no_obstacle() -> None:
    assert safe_html("a\ud800b") == "a?b"
    assert "a?b" in markdown_html("a\ud800b")
