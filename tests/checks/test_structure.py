"""NBP201 to NBP205: front matter, sections, placeholders, length."""

from __future__ import annotations

from typing import Any

import pytest

import making
from checking import CONTEXT, check

FULL = "title: A\nkind: exploratory\nquestion: Q\ndecision: D\n"
SUMMARY = making.markdown("## Summary\n\nIt rose.")
LIMITS = making.markdown("## Limitations\n\nTwo weeks only.")


def front_matter(text: str, **more: Any) -> list[tuple[int, int, str]]:
    header = f"---\n{text}---\n"
    return [(item.cell, item.line, item.message) for item in check(header=header, select="NBP201", **more)]


def test_complete_front_matter_is_fine() -> None:
    assert front_matter(FULL) == []


def test_a_notebook_without_front_matter_is_no_analysis() -> None:
    (finding,) = check("1", select="NBP201")
    assert (finding.cell, finding.line, finding.severity) == (0, 0, "error")


def test_what_is_missing_and_what_is_empty_is_said_key_by_key() -> None:
    assert front_matter("title: A\nkind: exploratory\nquestion: ''\n") == [
        (1, 0, "front matter: `decision` is missing"),
        (1, 4, "front matter: `question` is empty"),
    ]


def test_an_empty_list_that_is_written_out_is_an_answer() -> None:
    kind = CONTEXT.kind and __import__("msgspec").structs.replace(CONTEXT.kind, required=("metrics", "owner"))
    context = CONTEXT._replace(kind=kind)
    assert front_matter("kind: exploratory\nmetrics: []\nowner: sales\n", context=context) == []
    assert len(front_matter("kind: exploratory\n", context=context)) == 2


def test_an_unknown_kind_is_answered_with_the_close_match() -> None:
    context = CONTEXT._replace(kind=None)
    assert front_matter("title: A\nkind: ab-test\n", context=context) == [
        (1, 3, "front matter: there is no kind `ab-test`, did you mean `ab_test`?")
    ]
    ((_, _, message),) = front_matter("kind: poem\n", context=context)
    assert message.endswith("there are ab_test, exploratory")
    assert front_matter("title: A\n", context=context) == [(1, 0, "front matter: `kind` is missing")]


def test_invalid_front_matter_is_found_on_its_line() -> None:
    ((cell, line, message),) = front_matter("title: A\ntier: enormous\n")
    assert (cell, line, "`tier`" in message) == (1, 3, True)
    ((cell, line, message),) = front_matter("title: A\nkind: [\n")
    assert cell == 1
    assert line in (3, 4)


def sections(*cells: Any) -> list[tuple[int, str]]:
    return [(item.cell, item.message) for item in check(*cells, select="NBP202")]


def test_a_section_that_is_absent_or_empty_is_found() -> None:
    assert sections(SUMMARY) == [(0, "there is no section “Limitations”")]
    assert sections(SUMMARY, making.markdown("## Limitations\n<!-- later -->")) == [
        (2, "the section “Limitations” is empty")
    ]


@pytest.mark.parametrize(
    "limits",
    [
        ["# Limitations\nSome."],
        ["### 7. Limitations:\nSome."],
        ["## **Limitations**", "Some."],
        ["Limitations\n===========\nSome."],
        ["<h2 id='x'>Limitations</h2>\n\nSome."],
        ["## limitations ##\n### Time\nTwo weeks."],
        ["Intro.\n\n## IV. Limitations\n- Some."],
    ],
)
def test_a_heading_counts_however_it_is_written(limits: list[str]) -> None:
    assert sections(SUMMARY, *(making.markdown(text) for text in limits)) == []


def test_code_under_a_heading_is_something() -> None:
    assert sections(SUMMARY, making.markdown("## Limitations"), "print(limits)") == []


def test_a_heading_in_a_code_fence_or_a_comment_of_code_is_none() -> None:
    assert len(sections(SUMMARY, making.markdown("```\n## Limitations\nSome.\n```"), "# Limitations\n1")) == 1


def test_the_next_heading_of_the_same_level_ends_a_section() -> None:
    text = "## Limitations\n\n## Summary\nIt rose."
    assert sections(making.markdown(text)) == [(1, "the section “Limitations” is empty")]


def placeholders(*cells: Any, **more: Any) -> list[tuple[int, int, int]]:
    return [(item.cell, item.line, item.column) for item in check(*cells, select="NBP203", **more)]


@pytest.mark.parametrize("text", ["TODO", "a TODO: b", "(TBD)", "**FIXME**", "- XXX", "<!-- TODO -->"])
def test_a_placeholder_word_in_markdown_is_found(text: str) -> None:
    word = next(word for word in ("TODO", "TBD", "FIXME", "XXX") if word in text)
    assert placeholders(making.markdown(f"Fine.\n{text}")) == [(1, 2, text.index(word) + 1)]


@pytest.mark.parametrize("text", ["todo", "MASTODON", "`TODO`", "```\nTODO\n```", "see TODO.md/x", "/TODO/"])
def test_what_only_contains_the_letters_is_fine(text: str) -> None:
    assert placeholders(making.markdown(text)) == []


def test_placeholders_in_front_matter_and_texts_in_code_are_found_and_comments_are_not() -> None:
    header = "---\ntitle: TODO a title\nkind: exploratory\nreview_on: 2027-01-01  # TODO soon\n---\n"
    assert placeholders("table = 'TODO table'  # TODO tidy\nx = 'a TODO'", header=header) == [(1, 2, 8), (2, 1, 9)]


def test_a_section_that_is_still_the_templates_is_found_unless_code_is_under_it() -> None:
    template = ["## Summary\n\nWrite the answer first.", "## Method\n\nThe effect is a difference of shares."]
    cells = [making.markdown(text) for text in template]
    assert placeholders(*cells, "effect = 1") == [(1, 1, 1)]


def test_own_words_under_the_templates_heading_are_fine() -> None:
    assert placeholders(making.markdown("## Summary\n\nWrite the answer first. It rose.")) == []


def test_length_is_an_info_on_the_notebook_and_on_the_cell() -> None:
    found = check(*["x = 1"] * 51, "\n".join(["y = 1"] * 31), select="NBP205")
    assert [(item.cell, item.severity) for item in found] == [(0, "info"), (52, "info")]
    assert check(*["x = 1"] * 49, "\n".join(["y = 1"] * 30), select="NBP205") == []
