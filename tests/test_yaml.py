from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer import yaml


def test_comments_survive_a_round_trip() -> None:
    value = yaml.load_commented("# why\nrepos:\n  - repo: local  # ours\n")
    value["repos"].append({"repo": "other"})
    assert yaml.dump(value) == "# why\nrepos:\n  - repo: local  # ours\n  - repo: other\n"


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb: [", 2), ("a: 1\na: 2\n", 2), ("a:\n\t- x", 2)])
def test_a_mistake_has_its_line(text: str, line: int) -> None:
    with pytest.raises(yaml.YamlError) as caught:
        yaml.load(text)
    assert caught.value.line == line


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb: [", 2), ("a: 1\na: 2\n", 2), ("a:\n\t- x", 2)])
def test_a_mistake_has_its_line_beside_lines_too(text: str, line: int) -> None:
    with pytest.raises(yaml.YamlError) as caught:
        yaml.load_with_lines(text)
    assert caught.value.line == line


@given(st.dictionaries(st.text(min_size=1), st.none() | st.integers() | st.text() | st.lists(st.text()), min_size=1))
def test_every_key_has_its_line(value: dict[str, Any]) -> None:
    text = yaml.dump(value)
    found, lines = yaml.load_with_lines(text)
    assert found == yaml.load(text)
    assert list(lines) == list(found)
    assert list(lines.values()) == sorted(set(lines.values()))
    assert all(1 <= line <= len(text.splitlines()) for line in lines.values())


def test_a_merged_key_is_no_key_of_the_text() -> None:
    value, lines = yaml.load_with_lines("base: &b {x: 1}\nown:\n  <<: *b\n")
    assert value == {"base": {"x": 1}, "own": {"x": 1}}
    assert lines == {"base": 1, "own": 2}
    value, lines = yaml.load_with_lines("<<: {x: 1}\ny: 2\n")
    assert value == {"x": 1, "y": 2}
    assert lines["y"] == 2


def test_nothing_is_none() -> None:
    assert yaml.load("") is None
    assert yaml.load_with_lines("# nothing\n") == (None, {})
