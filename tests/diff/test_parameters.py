from __future__ import annotations

from typing import Any

import pytest

import making
from nbpeer.diff.parameters import declared_parameters, value_text
from nbpeer.model.notebook import parse_notebook


def declared(source: str, **options: Any) -> dict[str, str]:
    cell = making.code(source, tags=("parameters",))
    return declared_parameters(parse_notebook(making.text(making.notebook(making.code("z = 0"), cell, **options))))


def test_parameters_are_the_values_their_cell_assigns_in_order() -> None:
    source = "# set these\nday = '2026-01-01'  # first day\nalpha: float = 0.050\nlimits = [1, -2]\na = b = None\n"
    assert declared(source) == {
        "day": "'2026-01-01'",
        "alpha": "0.05",
        "limits": "[1, -2]",
        "a": "None",
        "b": "None",
    }
    assert list(declared("b = 1\na = 2")) == ["b", "a"]


def test_a_value_that_is_no_literal_is_its_code() -> None:
    assert declared("end = start+timedelta( days=7 )") == {"end": "start + timedelta(days=7)"}


def test_a_value_in_a_certificate_is_spelled_like_a_literal() -> None:
    assert declared("a = True\nb = 'x'\nc = [1.0, None]") == {
        "a": value_text(True),
        "b": value_text("x"),
        "c": value_text([1.0, None]),
    }


@pytest.mark.parametrize("source", ["", "x", "x: int", "d['a'] = 1", "def f(): x = 1", "x = (", "%time x = 1", "\0"])
def test_what_assigns_no_name_declares_nothing(source: str) -> None:
    assert declared(source) == {}


def test_only_the_tagged_code_cell_of_a_python_notebook_declares() -> None:
    assert declared_parameters(None) == {}
    assert declared("x = 1", metadata={"language_info": {"name": "R"}}) == {}
    text = making.notebook(making.code("x = 1"), making.markdown("y = 1", metadata={"tags": ["parameters"]}))
    assert declared_parameters(parse_notebook(making.text(text))) == {}
