"""A notebook is one by its extension, however that is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.result import results_path
from nbpeer.naming import is_notebook, without_extension
from nbpeer.repo.git import selected

written = st.tuples(*(st.sampled_from((letter, letter.upper())) for letter in "ipynb")).map("".join)


@given(st.text("aB/. é", max_size=8), written)
def test_the_case_of_the_extension_makes_no_difference_and_that_of_the_name_does(name: str, extension: str) -> None:
    path = f"{name}.{extension}"
    assert is_notebook(path)
    assert without_extension(path) == name
    assert results_path(path) == results_path(f"{name}.ipynb") == f"{name}.results.json"
    for include in (("**/*.ipynb",), (f"**/*.{extension}",), (f"{name}.ipynb",)):
        assert selected(path, include, ())
        assert not selected(path, include, ("*.ipynb",))


@pytest.mark.parametrize("path", ["a.ipynb.txt", "a.results.json", "ipynb", "a.ipynbx", "", "a.İpynb"])
def test_what_only_looks_like_it_is_none(path: str) -> None:
    assert not is_notebook(path)
    assert without_extension(path) == path


def test_folders_are_told_apart_by_their_case() -> None:
    assert not selected("Drafts/a.IPYNB", ("drafts/*.ipynb",), ())
