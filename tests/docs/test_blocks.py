"""How commands and their output are found on a page, and compared."""

from __future__ import annotations

import pytest

from page_blocks import differs, read_page


def texts(page: str) -> list[str]:
    return [step.text for step in read_page(page).steps]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("```console\n$ nbpeer check\nfine\n$ ls\n```", ["nbpeer check", "ls"]),
        ("```sh\n# a remark\nnbpeer check\n\nmkdir a\n```", ["nbpeer check", "mkdir a"]),
        ("Say\n\n    nbpeer check   # all\n    nbpeer status\n\nor", ["nbpeer check   # all", "nbpeer status"]),
        ("Say\n\n    nbpeer check \\\n      --diff\n", ["nbpeer check \\\n  --diff"]),
        ("```console\n$ cat > a <<END\n> one\n> END\nshown\n```", ["cat > a <<END\none\nEND"]),
        ("  ```sh\n  nbpeer check\n  ```", ["nbpeer check"]),
        ("A line that goes on\n    nbpeer is indented here", []),
        ("```python\nnbpeer = 1\n```\n\n    x = 1\n", []),
    ],
)
def test_the_commands_of_a_page_are_found(page: str, found: list[str]) -> None:
    assert texts(page) == found


def test_output_belongs_to_the_command_above_it() -> None:
    steps = read_page("```console\n$ a\n1\n\n2\n\n$ b\n```").steps
    assert [step.shown for step in steps] == [("1", "", "2"), ()]


def test_only_nbpeer_may_end_with_1_unless_the_page_says_so() -> None:
    steps = read_page("```sh\nnbpeer check\ngit status\n```\n\n<!-- ends: 2 -->\n\n```sh\nnbpeer x\n```").steps
    assert [step.codes for step in steps] == [(0, 1), (0,), (2,)]


def test_what_does_not_run_has_a_reason_and_only_for_the_block_below() -> None:
    page = read_page('<!-- not run "pip": no index -->\n\n```sh\npip install a\nnbpeer b\n```\n\n```sh\npip c\n```')
    assert page.not_run == (("pip install a", "no index"),)
    assert [step.text for step in page.steps] == ["nbpeer b", "pip c"]


def test_comments_give_hidden_steps_files_and_the_beginning() -> None:
    page = read_page("<!-- begin: empty -->\n<!-- hidden:\nmkdir a\n-->\n\n<!-- file: a/b -->\n\n```toml\nx = 1\n```")
    assert page.begin == "empty"
    assert [(step.text, step.hidden) for step in page.steps] == [
        ("mkdir a", True),
        ("cat > a/b <<'END OF FILE'\nx = 1\nEND OF FILE", True),
    ]


@pytest.mark.parametrize(
    ("shown", "output"),
    [
        (("one", "two"), "one\ntwo\n"),
        (("one …",), "one and more\n"),
        (("…", "two"), "zero\none\ntwo\n"),
        (("…", "two"), "two\n"),
        (("signed on 2026-07-01 in 3.2 s",), "signed on 2027-01-31 in 14 s\n"),
        (("sha256:0123abcd",), "sha256:fedcba9876543210\n"),
    ],
)
def test_output_is_as_shown(shown: tuple[str, ...], output: str) -> None:
    assert differs(shown, output) == ""


@pytest.mark.parametrize(
    ("shown", "output"),
    [
        (("one",), "one\ntwo\n"),
        (("one", "two"), "two\none\n"),
        (("29.8 %",), "29.9 %\n"),
        (("one.",), "one!\n"),
        (("…", "two"), "one\n"),
        (("8 errors",), "7 errors\n"),
    ],
)
def test_output_that_is_not_as_shown_is_told_with_both(shown: tuple[str, ...], output: str) -> None:
    told = differs(shown, output)
    assert shown[-1] in told
    assert output in told
