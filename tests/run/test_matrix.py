from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.run.matrix import read_matrix


def sets(tmp_path: Path, text: str) -> list[dict[str, object]]:
    file = tmp_path / "m.yml"
    file.write_text(text)
    return [one.values for one in read_matrix(file)]


def test_a_list_of_mappings_is_a_list_of_sets(tmp_path: Path) -> None:
    assert sets(tmp_path, "- {country: de}\n- {country: fr, alpha: 0.1}\n") == [
        {"country": "de"},
        {"country": "fr", "alpha": 0.1},
    ]


def test_lists_are_crossed_in_their_order(tmp_path: Path) -> None:
    assert sets(tmp_path, "country: [de, fr]\nalpha: [0.1, 0.2]\n") == [
        {"country": "de", "alpha": 0.1},
        {"country": "de", "alpha": 0.2},
        {"country": "fr", "alpha": 0.1},
        {"country": "fr", "alpha": 0.2},
    ]


def test_include_and_exclude_do_what_github_documents(tmp_path: Path) -> None:
    """The example of GitHub's documentation of include, and one of exclude."""
    text = (
        "fruit: [apple, pear]\nanimal: [cat, dog]\ninclude:\n- color: green\n- {color: pink, animal: cat}\n"
        "- {fruit: apple, shape: circle}\n- fruit: banana\n- {fruit: banana, animal: cat}\n"
    )
    assert sets(tmp_path, text) == [
        {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
        {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
        {"fruit": "pear", "animal": "cat", "color": "pink"},
        {"fruit": "pear", "animal": "dog", "color": "green"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    ]
    text = "os: [mac, win]\nversion: [1, 2]\nexclude:\n- {os: mac, version: 1}\n- version: 2\n"
    assert sets(tmp_path, text) == [{"os": "win", "version": 1}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "neither a list nor a mapping"),
        ("[]", "describes no set"),
        ("- 3", "set 1 is not a mapping"),
        ("- {a: 1}\n- {}", "set 2 is not a mapping"),
        ("country: de", "country is not a list"),
        ("country: []", "country is not a list"),
        ("- {a: 1}\n- {a: 1}", "set 2 is the same as set 1"),
        ("a: [1]\nexclude: [{b: 1}]", "exclude names 'b', which is no list here"),
        ("a: [1]\nexclude: [{a: 1}]", "describes no set"),
        ("a: [1", "line 1: not valid YAML"),
    ],
)
def test_what_is_no_matrix_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(NbpeerError, match=problem):
        sets(tmp_path, text)


def test_one_and_true_and_one_point_nought_are_three_sets(tmp_path: Path) -> None:
    assert len(sets(tmp_path, "a: [1, 1.0, true]")) == 3


@given(st.lists(st.text() | st.integers() | st.lists(st.text()), min_size=1, unique_by=repr))
def test_every_set_has_a_file_name_of_its_own_that_any_file_system_takes(values: list[object]) -> None:
    import json
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "m.yml"
        file.write_text(json.dumps([{"x": value} for value in values]))
        names = [one.file for one in read_matrix(file)]
    assert len({name.lower() for name in names}) == len(values)
    assert all(len(name) < 100 and "/" not in name and "\\" not in name and name.isprintable() for name in names)
