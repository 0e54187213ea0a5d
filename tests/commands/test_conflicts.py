"""`nbpeer conflicts`: what a merge left, listed and resolved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import GitRepository, Outcome
from making import code, notebook, text
from nbpeer.diff.merge import merge

SETUP, LOAD, PLOT = "import pandas as pd", "orders = load('orders.csv')\nlen(orders)", "plot(orders)\nshow()"
OURS, THEIRS = LOAD.replace("orders.csv", "ours.csv"), LOAD.replace("orders.csv", "theirs.csv")


def made(*cells: dict[str, Any]) -> bytes:
    return text(notebook(*cells, header=None)).encode()


@pytest.fixture
def path(repo: GitRepository) -> Path:
    """A notebook with two conflicts: cell 2 was edited by both, cell 3 deleted by ours and edited by theirs."""
    merged = merge(
        made(code(SETUP), code(LOAD), code(PLOT)),
        made(code(SETUP), code(OURS)),
        made(code(SETUP), code(THEIRS), code(PLOT + "\n# larger")),
    )
    assert merged.conflicts == (2, 3)
    return repo.write("pricing.ipynb", merged.content)


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]


def test_conflicts_are_listed_with_both_sides(path: Path, nbpeer: Callable[..., Outcome]) -> None:
    done = nbpeer("conflicts")
    assert done.code == 1
    assert done.out.splitlines() == [
        "pricing.ipynb: cell 2, lines 1-5",
        "  ours   | orders = load('ours.csv')",
        "  theirs | orders = load('theirs.csv')",
        "pricing.ipynb: cell 3, deleted by ours, edited by theirs",
        "  ours   | (nothing)",
        "  theirs | plot(orders)",
        "  theirs | show()",
        "  theirs | # larger",
        "2 conflicts in 1 notebook",
        "Next: nbpeer conflicts pricing.ipynb --ours 2 (or --theirs, --both; --edited once you have edited the cell)",
    ]


def test_the_list_is_json_for_programs(path: Path, nbpeer: Callable[..., Outcome]) -> None:
    found = nbpeer("conflicts", path, "--format", "json").json
    assert found["notebooks"] == 1
    first, second = found["conflicted"][0]["cells"]
    assert first["lines"] == [
        {"first": 1, "last": 5, "ours": ["orders = load('ours.csv')"], "theirs": ["orders = load('theirs.csv')"]}
    ]
    assert (second["cell"], second["deleted_by"]) == (3, "ours")


@pytest.mark.parametrize(
    ("flags", "want", "code"),
    [
        (["--ours", "2"], [SETUP, OURS], 1),
        (["--theirs", "2", "--ours", "3"], [SETUP, THEIRS], 0),
        (["--theirs", "all"], [SETUP, THEIRS, PLOT + "\n# larger"], 0),
        (["--ours", "all"], [SETUP, OURS], 0),
        (["--both", "2", "--theirs", "all"], [SETUP, OURS.split("\n")[0] + "\n" + THEIRS, PLOT + "\n# larger"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_cells_are_resolved_as_chosen(
    flags: list[str], want: list[str], code: int, path: Path, nbpeer: Callable[..., Outcome]
) -> None:
    assert nbpeer("conflicts", path, *flags).code == code
    assert sources(path)[: len(want)] == want
    left = json.loads(path.read_bytes())
    assert left["metadata"].get("nbpeer", {}).get("conflicts", 0) == code
    assert ("conflict" in path.read_text()) == bool(code)


def test_what_has_no_conflict_keeps_its_bytes(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    def odd(source: str) -> bytes:
        odd_setup = code(SETUP, metadata={"number": "NUMBER"})
        return made(odd_setup, code(source)).replace(b'"NUMBER"', b"1E5").replace(b"\n", b"\r\n")

    path = repo.write("odd.ipynb", merge(odd(LOAD), odd(OURS), odd(THEIRS)).content)
    assert nbpeer("conflicts", path, "--ours", "2").code == 0
    assert path.read_bytes() == odd(OURS)


def test_a_cell_edited_by_hand_is_accepted_once_its_markers_are_gone(
    path: Path, nbpeer: Callable[..., Outcome]
) -> None:
    done = nbpeer("conflicts", path, "--edited", "2")
    assert done.code == 2
    assert "cell 2 still has conflict markers" in done.err
    value = json.loads(path.read_bytes())
    value["cells"][1]["source"] = ["orders = load('both.csv')"]
    path.write_text(text(value))
    assert "cell 2, edited since: `--edited 2` keeps it so" in nbpeer("conflicts", path).out
    assert nbpeer("conflicts", path, "--edited", "2", "--ours", "3").code == 0
    assert sources(path) == [SETUP, "orders = load('both.csv')"]


def test_values_both_sides_changed_are_shown_and_chosen(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    versions = [made(code(LOAD, metadata={"role": {"v.1": role}})) for role in ("base", "ours", "theirs")]
    path = repo.write("values.ipynb", merge(*versions).content)
    assert "  role" not in nbpeer("conflicts", path, "--format", "json").err
    assert "theirs | theirs" in nbpeer("conflicts", path).out
    assert nbpeer("conflicts", path, "--theirs", "1").code == 0
    assert path.read_bytes() == versions[2]


def test_the_metadata_of_the_notebook_is_cell_0(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    versions = [
        text(notebook(code(LOAD), header=None, metadata={"audience": who})).encode() for who in ("all", "us", "them")
    ]
    path = repo.write("metadata.ipynb", merge(*versions).content)
    assert "metadata.ipynb: the notebook's metadata (cell 0)" in nbpeer("conflicts", path).out
    assert nbpeer("conflicts", path, "--theirs", "0").code == 0
    assert path.read_bytes() == versions[2]


def test_markers_of_another_tool_are_found_and_resolved_too(
    repo: GitRepository, nbpeer: Callable[..., Outcome]
) -> None:
    marked = "a = 1\n<<<<<<< HEAD\nb = 2\n||||||| 1234\nb = 0\n=======\nb = 3\n>>>>>>> other\nc = 4"
    path = repo.write("marked.ipynb", notebook(code(marked), header=None))
    assert nbpeer("conflicts", path).code == 1
    assert nbpeer("conflicts", path, "--theirs", "1").code == 0
    assert sources(path) == ["a = 1\nb = 3\nc = 4"]


def test_without_conflicts_the_exit_code_is_0(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    repo.write("fine.ipynb", notebook(code("shift = 1 <<<<<<< 2\nheading = '======='"), header=None))
    assert nbpeer("conflicts") == Outcome(0, "0 conflicts in 1 notebook\n", "")


def test_a_notebook_with_markers_between_its_json_is_named(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    repo.write("raw.ipynb", "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n")
    done = nbpeer("conflicts")
    assert done.code == 2
    assert "raw.ipynb has merge conflict markers (line 1)" in done.err


@pytest.mark.parametrize("choice", [[], ["--ours", "1"]], ids=["list", "resolve"])
def test_metadata_nested_thousands_deep_is_named(
    choice: list[str], repo: GitRepository, nbpeer: Callable[..., Outcome]
) -> None:
    deep = json.dumps({**notebook(code("<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs")), "metadata": {"deep": "HERE"}})
    path = repo.write("deep.ipynb", deep.replace('"HERE"', "[" * 5000 + "]" * 5000))
    before = path.read_bytes()
    done = nbpeer("conflicts", "deep.ipynb", *choice)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("nbpeer: deep.ipynb is nested too deeply")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--ours", "1"], "cell 1 has no conflict"),
        (["--ours", "2", "--both", "2"], "cell 2 is named twice"),
        (["--ours", "x"], "'x' is neither a cell's number nor all"),
        (["other.ipynb", "--ours", "1"], "name one notebook"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_choice_changes_nothing(
    arguments: list[str], problem: str, path: Path, nbpeer: Callable[..., Outcome]
) -> None:
    before = path.read_bytes()
    done = nbpeer("conflicts", "pricing.ipynb", *arguments)
    assert done.code == 2
    assert problem in done.err
    assert path.read_bytes() == before
