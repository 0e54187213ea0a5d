from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.run.declared import declared_parameters


def with_parameters(source: str, language: str = "python") -> Notebook:
    cell = making.code(source, tags=("parameters",))
    metadata = {"kernelspec": {"name": "any", "language": language}, "language_info": {"name": language}}
    return parse_notebook(making.text(making.notebook(cell, metadata=metadata)), "a.ipynb")


@pytest.mark.parametrize(
    ("line", "accepts", "optional"),
    [
        ("x = 1", "number", True),
        ("x = 0.5", "number", True),
        ("x = True", "boolean", True),
        ("x = 'a'", "text", True),
        ("x = ['a']", "list", True),
        ("x = {'a': 1}", "mapping", True),
        ("x = None", "anything", True),
        ("x = today()", "anything", True),
        ("x: int = 1", "integer", False),
        ("x: float = 1", "number", False),
        ("x: str = 'a'", "text", False),
        ("x: 'bool' = False", "boolean", False),
        ("x: list[str] = []", "list", False),
        ("x: typing.Optional[int] = 3", "integer", True),
        ("x: int | None = 3", "integer", True),
        ("x: int = None", "integer", True),
        ("x: int | str = 3", "anything", True),
        ("x: Path = Path('a')", "anything", True),
        ("x: 'not a type(' = 1", "anything", True),
    ],
)
def test_the_annotation_or_else_the_default_says_what_a_parameter_accepts(
    line: str, accepts: str, optional: bool
) -> None:
    found = declared_parameters(with_parameters(line))["x"]
    assert (found.accepts, found.optional) == (accepts, optional)


def test_a_literal_annotation_gives_the_choices() -> None:
    found = declared_parameters(with_parameters("size: Literal['s', 'm'] = 's'"))["size"]
    assert found.choices == ("s", "m")


def test_every_name_assigned_at_the_top_of_the_cell_is_declared_and_no_other() -> None:
    source = "import os\na = b = 1\nc, d = 2, 3\nif a:\n    hidden = 4\nprint(a)  # e = 5\n"
    assert list(declared_parameters(with_parameters(source))) == ["a", "b", "c", "d"]


def test_a_cell_with_a_magic_still_declares_its_names() -> None:
    assert list(declared_parameters(with_parameters("%matplotlib inline\nalpha = 0.05"))) == ["alpha"]


@pytest.mark.parametrize(
    ("language", "source", "names"),
    [
        ("R", "alpha <- 0.05\nn.days = 3 # x <= 4\nif (n == 3) {}", ["alpha", "n.days"]),
        ("julia", "alpha = 0.05\n", ["alpha"]),
        ("bash", "alpha=0.05\n", ["alpha"]),
        ("scala", "val alpha = 0.05\n", ["alpha"]),
    ],
)
def test_other_languages_declare_names_without_types(language: str, source: str, names: list[str]) -> None:
    found = declared_parameters(with_parameters(source, language))
    assert list(found) == names
    assert {item.accepts for item in found.values()} == {"anything"}


def test_only_the_first_tagged_cell_declares() -> None:
    cells = [making.code(f"{name} = 1", tags=tags) for name, tags in (("no", ()), ("yes", ("parameters",)))]
    notebook = making.notebook(*cells, making.code("late = 1", tags=("parameters",)))
    assert list(declared_parameters(parse_notebook(making.text(notebook)))) == ["yes"]


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}_p", fullmatch=True), st.booleans() | st.floats() | st.text()))
def test_any_literal_default_is_declared_with_its_own_type(defaults: dict[str, Any]) -> None:
    words = {bool: "boolean", float: "number", str: "text"}
    source = "\n".join(f"{name} = {value!r}" for name, value in defaults.items() if repr(value) not in ("nan", "inf"))
    kept = {name: value for name, value in defaults.items() if repr(value) not in ("nan", "inf", "-inf")}
    found = declared_parameters(with_parameters(source))
    assert {name: found[name].accepts for name in kept} == {name: words[type(value)] for name, value in kept.items()}
