"""One notebook is stripped without the larger program, which says and does the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.cli.strip_one import strip_one
from nbpeer.strip import strip

Nbpeer = Callable[..., Outcome]


def executed() -> dict[str, Any]:
    return making.notebook(making.code("print()", outputs=[making.stream("hello\n")], execution_count=4))


CLEAN = strip(making.text(executed()).encode())


@pytest.mark.parametrize("flags", [(), ("--check",), ("--verify",), ("--dry-run",), ("--check", "--dry-run")], ids=str)
@pytest.mark.parametrize("content", [executed(), CLEAN], ids=["executed", "clean"])
def test_both_say_and_do_the_same(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], content: Any
) -> None:
    path = repo.write("a b.ipynb", content)
    alone = nbpeer("strip", *flags, "a b.ipynb"), path.read_bytes()
    repo.write("a b.ipynb", content)
    monkeypatch.setattr("nbpeer.cli.strip_one.strip_one", lambda arguments: None)
    assert (nbpeer("strip", *flags, "a b.ipynb"), path.read_bytes()) == alone
    assert alone[1] == (CLEAN if not flags else path.read_bytes())


@pytest.mark.parametrize(
    ("name", "text", "plain"),
    [
        ("pyproject.toml", '[project]\nname = "x"\n', True),
        ("pyproject.toml", '[tool.nbpeer]\ntemplates = "t"\ninclude = ["a"]\n', True),
        ("nbpeer.toml", 'base = "main"\n', True),
        ("nbpeer.toml", "[strip]\nkeep-count = true\n", False),
        ("nbpeer.toml", "include = [1]\n", False),
        ("nbpeer.toml", "wrong = 1\n", False),
        ("pyproject.toml", "[tool]\nnbpeer = 1\n", False),
        ("pyproject.toml", "no TOML", False),
    ],
)
def test_a_configuration_that_may_concern_stripping_is_left_to_the_larger_program(
    repo: GitRepository, monkeypatch: pytest.MonkeyPatch, name: str, text: str, plain: bool
) -> None:
    repo.write(name, text)
    path = repo.write("sub/a.ipynb", executed())
    monkeypatch.chdir(path.parent)
    assert strip_one(["a.ipynb"]) == (0 if plain else None)
    assert path.read_bytes() == (CLEAN if plain else making.text(executed()).encode())


@pytest.mark.parametrize(
    "arguments", [[], ["-"], ["."], ["no.ipynb"], ["a.ipynb", "a.ipynb"], ["-t", "a.ipynb"]], ids=str
)
def test_what_asks_for_more_is_left_alone(
    repo: GitRepository, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    path = repo.write("a.ipynb", executed())
    monkeypatch.chdir(repo.path)
    assert strip_one(arguments) is None
    assert path.read_bytes() == making.text(executed()).encode()


def test_what_is_no_notebook_is_named_by_the_larger_program(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("a.ipynb", "{")
    done = nbpeer("strip", "a.ipynb")
    assert (done.code, done.out) == (2, "stripped 0 of 1 notebook\n")
    assert done.err.startswith("nbpeer: a.ipynb ends in the middle, left as it is; ")


def test_no_module_that_is_slow_to_import_is_imported(repo: GitRepository) -> None:
    repo.write("a.ipynb", executed())
    program = "import sys; from nbpeer.cli.main import run; run(['strip', 'a.ipynb']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=repo.path, capture_output=True, text=True, check=True
    )
    assert not {"click", "msgspec", "pathlib", "subprocess", "tomllib", "rich"} & set(done.stdout.split())


def test_a_name_that_is_no_text_is_shown(repo: GitRepository, nbpeer: Nbpeer) -> None:
    name = os.fsdecode(b"latin-\xe9.ipynb")
    Path(repo.path, name).write_bytes(making.text(executed()).encode())
    assert nbpeer("strip", name).out.startswith("stripped latin-\\xe9.ipynb\n")
