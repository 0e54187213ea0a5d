from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import click
import pytest

from nbpeer.cli.main import VERBS
from nbpeer.cli.verbs import group

Nbpeer = Callable[..., Any]


def test_help_lists_every_verb_without_importing_one(nbpeer: Nbpeer) -> None:
    program = (
        "import sys; from nbpeer.cli.main import run; run(['--help']); "
        "print([name for name in sys.modules if name.startswith('nbpeer.c')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    *help_text, loaded = done.stdout.splitlines()
    assert all(any(line.split()[:1] == [verb] for line in help_text) for verb in VERBS)
    assert loaded == "['nbpeer.cli', 'nbpeer.cli.main', 'nbpeer.cli.lazy', 'nbpeer.cli.verbs']"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(nbpeer: Nbpeer, verb: str) -> None:
    outcome = nbpeer(verb, "--help")
    assert outcome.code == 0
    assert f"  nbpeer {verb}" in outcome.out.partition("Usage:")[2].partition("\n")[2]


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_has_help(verb: str) -> None:
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert all(option.help for option in options)


def test_an_unknown_verb_is_a_usage_error(nbpeer: Nbpeer) -> None:
    outcome = nbpeer("frobnicate")
    assert outcome.code == 2
    assert "No such command" in outcome.err


def test_an_error_is_one_line_and_a_traceback_only_with_debug(nbpeer: Nbpeer) -> None:
    outcome = nbpeer("explain", "NBP999")
    assert outcome.code == 2
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1
    with pytest.raises(Exception, match="NBP999"):
        nbpeer("--debug", "explain", "NBP999")


def test_a_closed_pipe_is_not_an_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m nbpeer explain | true", shell=True, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_beside_jupyters_server_nbformat_comes_without_the_grammars_of_addresses() -> None:
    assert find_spec("rfc3987_syntax"), "jupyter_server brings it, and it makes jsonschema slow to import"
    program = """if True:
        import sys
        from nbpeer.cli.main import main
        sys.argv = ["nbpeer", "--version"]
        try:
            main()
        except SystemExit:
            import nbformat
            print("lark" in sys.modules, "jsonschema" in sys.modules)"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False True"
