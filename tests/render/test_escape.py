"""Text of an analysis in a comment, read by GitHub's own parser: shown as it is, and nothing happens."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nbpeer.model.marks import mark, marks, ticked
from nbpeer.render.escape import code, escaped, fenced, html, log_line, prose, seen
from render.gfm import read

HOSTILE = (
    "@octo/team",
    "mail a@b.example",
    "closes #12, GH-7, octo/repo#3",
    "https://evil.example www.evil.example mailto:a@b.example xmpp:a@b.example",
    "<script>alert(1)</script>",
    "<!-- nbpeer:summary -->",
    "<!-- nbpeer:item id=C1 -->",
    "<!--nbpeer:item id=C1-->",
    "- [x] done",
    "* [ ] task",
    "[x] task",
    "[text](https://evil.example)",
    "![image](https://evil.example/a.png)",
    "[a]: https://evil.example",
    "``` ```` `````",
    "~~~",
    "`a` ``b",
    "\\`a\\`",
    "\\",
    "a|b\\|c",
    "||| --- |",
    "# heading",
    "> quote",
    "1. one",
    "1) one",
    "- one",
    "+ one",
    "---",
    "===",
    "</details></summary>",
    "&lt;b&gt; &copy; &#64;team",
    ":tada: $x^2$ costs $5 and $6",
    "**bold** __bold__ _it_ ~~gone~~ ~gone~",
    "::set-env name=A::b",
    "##[set-env name=A]b",
    "  ::error::x\n##[error]y\r\n::stop-commands::z",
    "rev\u202eersed \u2066x\u2069 zero\u200bwidth \ufeff\u00adtag\U000e0041",
    "line\nbreak\r\n\u2028other\u0085",
    "tab\tand\x00null\x1b[31m",
    "lone \ud800",
)
hostile = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), max_size=5).map(" ".join)
texts = st.one_of(hostile, st.text("@#:<>!-[]()`|\\*_~$&;/ \nwx1.", max_size=30), st.text(max_size=40))


def plain(text: str) -> str:
    """What a reader should see of a text, without white space."""
    return "".join(seen(" ".join(text.split())).split())


def shown(text: str) -> str:
    """What a reader sees, without white space and what breaks triggers."""
    return "".join(text.replace("\u200b", "").split())


def every_example(function: object) -> object:
    for text in HOSTILE:
        function = example(text)(function)  # type: ignore[arg-type]
    return function


@every_example
@given(texts)
def test_text_in_markdown_shows_itself_and_triggers_nothing(text: str) -> None:
    for around in ("{}", "- {}", "| {} | after |\n| --- | --- |\n| {} | b |", "**a** {}\nmore", "> {}", "### {}"):
        comment = around.replace("{}", escaped(text))
        found = read(comment)
        assert found.triggers == []
        assert found.names <= {"p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "blockquote",
                               "h3", "span"}  # fmt: skip
        assert found.boxes == 0
        assert found.comments == []
        assert list(marks(comment)) == []
        assert ticked(comment) == frozenset()
        assert plain(text) in shown(found.whole)


@every_example
@given(texts)
def test_text_in_a_code_span_shows_itself_and_triggers_nothing(text: str) -> None:
    for around, table in (("{}", False), ("- {} b", False), ("| a |\n| --- |\n| {} |", True)):
        comment = around.replace("{}", code(text, table=table))
        found = read(comment)
        assert found.triggers == []
        assert found.names <= {"p", "ul", "li", "code", "table", "thead", "tbody", "tr", "th", "td"}
        assert list(marks(comment)) == []
        wanted = plain(text).replace("\\|", "|") if table else plain(text)
        assert wanted in shown(found.whole)


@every_example
@example("run `nbpeer run` and `a`")
@example("@`a` #`1` www.`a`")
@example("`a | b` is read")
@given(texts)
def test_prose_has_code_spans_and_nothing_else(text: str) -> None:
    for around in ("{}", "- {}", "| a |\n| --- |\n| x{} |"):
        comment = around.replace("{}", prose(text, table="|" in around))
        found = read(comment)
        assert found.triggers == []
        assert found.names <= {"p", "ul", "li", "code", "span", "table", "thead", "tbody", "tr", "th", "td"}
        assert (found.boxes, list(marks(comment))) == (0, [])
        wanted, whole = (shown.replace("`", "").replace("\\|", "|") for shown in (plain(text), shown(found.whole)))
        assert wanted in whole


@every_example
@given(texts)
def test_text_in_a_block_of_code_stays_in_it(text: str) -> None:
    comment = f"before\n\n{fenced(text.splitlines(), 'diff')}\nafter"
    found = read(comment)
    assert found.names == {"p", "pre", "code"}
    assert found.triggers == []
    assert list(marks(comment)) == []
    assert found.text.replace("\0", "").split() == ["before", "after"]


@every_example
@given(texts)
def test_text_in_a_tag_of_ours_shows_itself(text: str) -> None:
    comment = f"<details><summary>{html(text)}</summary>\n\nfolded\n\n</details>"
    found = read(comment)
    assert [name for name, _ in found.tags if name != "span"] == ["details", "summary", "p"]
    assert found.triggers == []
    assert list(marks(comment)) == []
    assert plain(text) in shown(found.whole)


@every_example
@given(texts)
def test_no_line_of_a_log_is_a_command_to_the_runner(text: str) -> None:
    for line in log_line(text).splitlines():
        assert not line.strip().startswith("::")
        assert "##[" not in line


@pytest.mark.parametrize(
    ("text", "expected"),
    [("+0.4 %", "+0.4 %"), ("-0.4", "-0.4"), ("1.5 points", "1.5 points"), ("a - b", "a - b"), ("- b", "\\- b")],
)
def test_what_harms_nobody_is_left_as_it_is(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_our_own_marks_are_still_marks() -> None:
    comment = f"{mark('summary')}\n{escaped('<!-- nbpeer:summary -->')}"
    assert len(list(marks(comment))) == 1
