"""The parameters cell as a form: what is written is what a form shows again, and nothing else of the cell changes."""

from __future__ import annotations

import ast
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import making
from nbpeer.commands.parameters import fields, set_values
from nbpeer.config import Config
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.rewrite import with_source

SOURCE = """# first
share: float = 0.5  # why
name = 'é\U0001f600'; days: list = [1]
count: int = (
    3
)
flag = True
"""


def parsed() -> Notebook:
    cells = making.markdown("# Form"), making.code(SOURCE, tags=("parameters",))
    return parse_notebook(making.text(making.notebook(*cells, header=None)), "a.ipynb")


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1)
VALUES = {
    "share": st.floats(allow_nan=False, allow_infinity=False).map(repr),
    "name": words,
    "days": st.lists(st.integers() | words.filter(str.isalpha)).map(json.dumps),
    "count": st.integers().map(str),
    "flag": st.booleans().map(str),
}


@settings(max_examples=50)
@given(values=st.fixed_dictionaries({}, optional=VALUES))
def test_what_was_set_is_what_the_form_shows_and_the_rest_stays(values: dict[str, str]) -> None:
    before = parsed()
    index, source = set_values(None, Config(), before, values)
    after = parse_notebook(with_source(before.raw, index, source), "a.ipynb")
    shown = {field.name: field.text for field in fields(None, Config(), after)}
    for name, text in values.items():
        assert same(shown[name], text), (name, text, source)
    untouched = {field.name: field.text for field in fields(None, Config(), before) if field.name not in values}
    assert {name: shown[name] for name in untouched} == untouched
    assert source.startswith("# first\n")
    assert "# why" in source


def same(one: str, other: str) -> bool:
    return value(one) == value(other)


def value(text: str) -> Any:
    try:
        return json.loads(text) if text.startswith("[") else ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
