from __future__ import annotations

import subprocess
import sys

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from conftest import GitRepository
from nbpeer.cli.diff import command
from nbpeer.cli.diff_show import FLAGS
from nbpeer.cli.flags import Given, read_plainly

WORDS = (
    "main", "a.ipynb", "-", "--", "--staged", "--cached", "--stat", "--name-only", "-w", "-O", "-wO", "--exit-code",
    "--format", "--format=json", "json", "--format=", "--since-review", "--since-review=r@example.org", "--unknown",
    "--stat=1", "--help",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_a_plain_command_line_is_read_as_click_reads_it(arguments: list[str]) -> None:
    found = read_plainly(arguments, FLAGS)
    if found is None:
        return
    context = command.make_context("diff", list(arguments))
    words = context.params.pop("words")
    assert found == Given(words, context.meta["nbpeer.diff.named"], context.params)


@pytest.mark.parametrize("arguments", [["--help"], ["--unknown"], ["--format"], ["--format", "yaml"], ["-wO"], ["-h"]])
def test_help_and_mistakes_are_left_to_click(arguments: list[str]) -> None:
    assert read_plainly(arguments, FLAGS) is None


def test_every_flag_is_an_option_of_click() -> None:
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [tuple(option.opts) for option in options] == [flag.names for flag in FLAGS]


def test_a_small_comparison_imports_only_what_it_needs(repo: GitRepository) -> None:
    one = repo.write("a.ipynb", making.notebook(making.code("a = 1\nb = load(a)")))
    other = repo.write("b.ipynb", making.notebook(making.code("a = 2\nb = load(a)")))
    program = (
        f"import sys; from nbpeer.cli.main import run; run(['diff', {str(one)!r}, {str(other)!r}]); "
        "print(sorted({'click', 'rich', 'rapidfuzz', 'typing_extensions', 'json', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "+ a = 2" in done.stdout
