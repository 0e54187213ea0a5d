from __future__ import annotations

import pytest

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


def test_nothing_is_none() -> None:
    assert yaml.load("") is None
