"""git's attributes, asked of git, and our line in the files that hold them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import GitRepository
from nbpeer.repo.attributes import KINDS, line, look, values, with_drivers, without_drivers

OURS = b"*.ipynb filter=nbpeer diff=nbpeer merge=nbpeer\n"
# Files in which nothing is ours.
WORDS = st.sampled_from(["*.ipynb", "*.png", "filter=lfs", "diff=nbpeerx", "-text", '"a b"', "#", "", " ", "\t", "ü"])
LINES = st.lists(st.lists(WORDS).map(" ".join))
FILES = st.tuples(LINES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "*.py text"])).map(
    lambda parts: ("".join(line + parts[1] for line in parts[0]) + parts[2]).encode()
)


def test_the_attribute_of_many_odd_paths(repo: GitRepository) -> None:
    repo.write(".gitattributes", "*.ipynb filter=nbpeer\nraw/** -filter\nold/** filter=lfs\n")
    paths = (*(f"a/{number}.ipynb" for number in range(700)), "raw/a\nb.ipynb", "old/ü.ipynb", "x.py")
    found = values(repo.path, paths, "filter")
    assert list(found) == list(paths)
    assert found["a/699.ipynb"] == {"filter": "nbpeer"}
    assert [found[path]["filter"] for path in paths[-3:]] == ["unset", "lfs", "unspecified"]


def test_what_notebooks_have_is_told_apart(repo: GitRepository) -> None:
    repo.write(".gitattributes", "*.ipynb filter=nbpeer diff=jupyternotebook\nraw/** -filter merge\n")
    found = look(repo.path, ("raw/a.ipynb",))
    assert found.ours == {"filter"}
    assert found.others == ("diff=jupyternotebook",)
    assert found.exempt == ("-filter for raw/a.ipynb",)


@given(FILES, st.booleans(), st.booleans())
def test_our_line_goes_without_trace_and_is_written_once(content: bytes, last: bool, first: bool) -> None:
    longer = with_drivers(content, KINDS, last=last, first=first and not last)
    assert with_drivers(longer, KINDS, last=last) == longer
    assert without_drivers(longer) == content
    assert [text for text in longer.splitlines() if text == OURS.rstrip()] == [OURS.rstrip()]


@given(FILES)
def test_a_file_without_our_drivers_is_left(content: bytes) -> None:
    assert without_drivers(content) == content


@pytest.mark.parametrize(
    "before, kinds, after",
    [
        (None, KINDS, OURS),
        (b"*.png binary", KINDS, b"*.png binary\n" + OURS.rstrip()),
        (b"*.png binary\r\n", KINDS, b"*.png binary\r\n" + OURS.replace(b"\n", b"\r\n")),
        (b"*.ipynb filter=nbpeer\n*.png binary\n", ("diff", "merge"), OURS + b"*.png binary\n"),
        (b"a.ipynb filter=nbpeer\n", ("diff",), b"a.ipynb filter=nbpeer\n*.ipynb diff=nbpeer\n"),
    ],
)
def test_our_line_is_added_or_completed(before: bytes | None, kinds: tuple[str, ...], after: bytes) -> None:
    assert with_drivers(before, kinds) == after


def test_our_line_can_be_made_to_win_or_to_lose() -> None:
    theirs = b"*.ipynb filter=lfs\n"
    assert with_drivers(OURS + theirs, ("filter",), last=True) == theirs + OURS
    assert with_drivers(theirs, KINDS, first=True) == OURS + theirs


@pytest.mark.parametrize(
    "before, after",
    [
        (b"*.ipynb filter=nbpeer\n", b""),
        (b'"a b/*.ipynb"  filter=nbpeer diff=nbpeer\n', b""),
        (b"notes/*.ipynb filter=nbpeer eol=lf diff=nbpeer\r\n*.png binary", b"notes/*.ipynb eol=lf\r\n*.png binary"),
        (b"# *.ipynb filter=nbpeer\n", b"# *.ipynb filter=nbpeer\n"),
    ],
)
def test_lines_somebody_made_longer_keep_what_is_theirs(before: bytes, after: bytes) -> None:
    assert without_drivers(before) == after


def test_the_line_names_the_kinds_in_one_order() -> None:
    assert line(("merge", "filter")) == "*.ipynb filter=nbpeer merge=nbpeer"
