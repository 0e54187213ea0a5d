from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.front_matter import DataSource, FrontMatter, FrontMatterError, front_matter_text, parse_front_matter
from nbpeer.model.notebook import Notebook, parse_notebook


def with_header(header: str, cell_type: str = "raw") -> Notebook:
    first = {**making.raw(header), "cell_type": cell_type}
    return parse_notebook(making.text(making.notebook(first, header=None)), "a.ipynb")


def test_the_header_of_an_analysis_is_typed() -> None:
    found = parse_front_matter(with_header(making.HEADER))
    assert found is not None
    assert (found.title, found.kind, found.tier) == ("Price test", "ab_test", "medium")
    assert found.data_sources == (DataSource("orders", "orders.csv"),)
    assert found.review_on == datetime.date(2027, 3, 1)
    assert found.tags == ("pricing",)


def test_each_key_knows_its_line_in_the_cell() -> None:
    found = parse_front_matter(with_header("---\ntitle: A\n\n# a comment\nkind: ab_test\n---\n"))
    assert found is not None
    assert found.lines == {"title": 2, "kind": 5}


def test_a_markdown_cell_may_hold_it_and_code_may_not() -> None:
    assert parse_front_matter(with_header("---\ntitle: A\n---\n\n# A", "markdown")) == FrontMatter(
        title="A", lines={"title": 2}
    )
    assert parse_front_matter(with_header("---\ntitle: A\n---", "code")) is None


@pytest.mark.parametrize("header", ["# only a title", "", "--- \nno end", "text\n---\ntitle: A\n---"])
def test_a_notebook_without_it_is_no_analysis(header: str) -> None:
    assert parse_front_matter(with_header(header)) is None
    assert front_matter_text(with_header(header)) is None


def test_a_notebook_without_cells_is_no_analysis() -> None:
    assert parse_front_matter(parse_notebook(making.text(making.notebook(header=None)))) is None


def test_an_empty_header_says_nothing() -> None:
    assert parse_front_matter(with_header("---\n---")) == FrontMatter()


def test_short_forms_are_understood() -> None:
    header = "---\ntitle: 2026\ndata_sources: [orders.csv]\nmetrics: wau\ntags: pricing\n---"
    found = parse_front_matter(with_header(header))
    assert found is not None
    assert found.title == "2026"
    assert found.data_sources == (DataSource("orders.csv", "orders.csv"),)
    assert (found.metrics, found.tags) == (("wau",), ("pricing",))


def test_unknown_keys_are_kept_as_plain_values() -> None:
    found = parse_front_matter(with_header("---\nformat:\n  html: {toc: true}\nsince: 2026-01-02\n---"))
    assert found is not None
    assert found.other == {"format": {"html": {"toc": True}}, "since": "2026-01-02"}


@pytest.mark.parametrize(
    ("header", "line", "key", "problem"),
    [
        ("---\ntitle: A\ntier: huge\n---", 3, "tier", "'huge'"),
        ("---\n\nreview_on: soon\n---", 3, "review_on", "'soon'"),
        ("---\ntitle: [A]\n---", 2, "title", "expected str"),
        ("---\ntitle: A\ndata_sources: 3\n---", 3, "data_sources", "expected array"),
        ("---\ntitle: A\ntitle: B\n---", 3, "", "duplicate key"),
        ("---\ntitle: A\nkind: b: c\n---", 3, "", "not allowed here"),
        ("---\n- a\n---", 2, "", "must be a mapping"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(header: str, line: int, key: str, problem: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        parse_front_matter(with_header(header))
    assert caught.value.line == line
    assert caught.value.key == key
    assert problem in caught.value.problem
    assert caught.value.message.startswith(f"a.ipynb: front matter, line {line}")
    assert "\n" not in str(caught.value)


@settings(max_examples=150)
@given(st.text(st.sampled_from("ab:-[]{}#'\"\n !&*|>%@`1.~"), max_size=40))
def test_any_header_is_read_or_is_one_clear_error(text: str) -> None:
    try:
        parse_front_matter(with_header(f"---\n{text}\n---"))
    except NbpeerError as error:
        assert "\n" not in str(error)
