"""Where an analysis cites metrics, and where it only speaks of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from nbpeer.model.citations import citations
from nbpeer.model.front_matter import FrontMatter, parse_front_matter
from nbpeer.model.notebook import parse_notebook


def cited(source: str, header: str | None = None) -> list[tuple[str, str, int, int]]:
    notebook = parse_notebook(making.text(making.notebook(making.code(source), header=header)), "a.ipynb")
    front = parse_front_matter(notebook) if header else None
    return [(one.text, one.how, one.line, one.column) for one in citations(notebook, front or FrontMatter())]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("q = nbpeer.metric('wau@2.1.0')", [("wau@2.1.0", "call", 1, 20)]),
        ('q = nbpeer.metric(\n    "wau@2.1.0", "duckdb")', [("wau@2.1.0", "call", 2, 6)]),
        ("x = 1\n-- metric: wau@2.1.0", [("wau@2.1.0", "comment", 2, 12)]),
        ("# metric: wau@2.1.0.", [("wau@2.1.0", "comment", 1, 11)]),
        ("# metric: a@1, b", [("a@1", "comment", 1, 11), ("b", "comment", 1, 16)]),
        ("metric = 'wau@2.1.0'", []),
        ("sklearn.metric('wau')", []),
        (
            "# the metric: none of these",
            [],
        ),
    ],
)
def test_calls_and_comments_are_citations(source: str, expected: list[tuple[str, str, int, int]]) -> None:
    assert cited(source) == expected


def test_the_front_matter_knows_the_place_of_each() -> None:
    header = "---\ntitle: A\nmetrics:\n  - wau@2.1.0\n  - revenue@1.0.0\n---\n"
    assert cited("x = 1", header) == [("wau@2.1.0", "front matter", 4, 5), ("revenue@1.0.0", "front matter", 5, 5)]


@given(st.text(max_size=200))
def test_no_source_is_too_strange_to_look_at(source: str) -> None:
    for text, _, line, column in cited(source):
        assert source.split("\n")[line - 1][column - 1 :].startswith(text)
