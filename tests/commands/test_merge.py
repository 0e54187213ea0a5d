"""`nbpeer merge` on files, and as git's merge driver."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from conftest import GitRepository, Outcome
from making import code, notebook

SETUP, LOAD, PLOT = "import pandas as pd", "orders = load('orders.csv')\nlen(orders)", "plot(orders)\nshow()"


def versions(repo: GitRepository, ours: str, theirs: str) -> tuple[Path, Path, Path]:
    base = repo.write("base.ipynb", notebook(code(SETUP), code(LOAD)))
    return (
        base,
        repo.write("ours.ipynb", notebook(code(ours), code(LOAD))),
        repo.write("theirs.ipynb", notebook(code(SETUP), code(theirs))),
    )


def sources(content: str | bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(content)["cells"]][1:]


def test_the_merged_notebook_goes_to_standard_output(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    done = nbpeer("merge", *versions(repo, "import polars", LOAD + "\n# all"))
    assert (done.code, done.err) == (0, "")
    assert sources(done.out) == ["import polars", LOAD + "\n# all"]


def test_with_an_output_file_nothing_is_printed(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    done = nbpeer("merge", *versions(repo, "import polars", LOAD + "\n# all"), "-o", "new/merged.ipynb")
    assert done == Outcome(0, "", "")
    assert sources((repo.path / "new/merged.ipynb").read_bytes()) == ["import polars", LOAD + "\n# all"]


def test_a_conflict_exits_with_1_and_names_cell_and_next_command(
    repo: GitRepository, nbpeer: Callable[..., Outcome]
) -> None:
    base, ours, _ = versions(repo, "import polars", LOAD)
    theirs = repo.write("theirs.ipynb", notebook(code("import polars as pl"), code(LOAD)))
    done = nbpeer("merge", base, ours, theirs, "-o", ours, "-p", "analyses/pricing.ipynb")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "nbpeer: analyses/pricing.ipynb: 1 conflict (cell 2); `nbpeer conflicts analyses/pricing.ipynb`\n"
    )
    nbformat.validate(json.loads(ours.read_bytes()))


def test_the_next_command_names_the_notebook_as_a_shell_reads_it(
    repo: GitRepository, nbpeer: Callable[..., Outcome]
) -> None:
    base, ours, _ = versions(repo, "import polars", LOAD)
    theirs = repo.write("theirs.ipynb", notebook(code("import polars as pl"), code(LOAD)))
    done = nbpeer("merge", base, ours, theirs, "-o", "my notes.ipynb")
    assert done.err.endswith("; `nbpeer conflicts 'my notes.ipynb'`\n")


@pytest.mark.parametrize(
    "content", ["{broken", "", "<<<<<<< HEAD\n{}", '{"nbformat": 3, "worksheets": [{"cells": []}]}']
)
def test_what_is_no_notebook_leaves_the_output_as_it_is(
    content: str, repo: GitRepository, nbpeer: Callable[..., Outcome]
) -> None:
    base, ours, theirs = versions(repo, SETUP, LOAD)
    theirs.write_text(content)
    before = ours.read_bytes()
    done = nbpeer("merge", base, ours, theirs, "-o", ours, "-p", "pricing.ipynb")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("nbpeer: pricing.ipynb")
    assert done.err.count("\n") == 1
    assert ours.read_bytes() == before


def test_a_file_that_is_not_there_is_an_input_error(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    done = nbpeer("merge", "no.ipynb", "no.ipynb", "no.ipynb")
    assert done.code == 2
    assert "no.ipynb could not be read" in done.err


def as_driver(repo: GitRepository) -> None:
    """Make `nbpeer merge` the repository's merge driver, as git calls it: a command of its own."""
    command = shlex.join([sys.executable, "-m", "nbpeer", "merge"])
    repo.git("config", "merge.nbpeer.driver", f"{command} %O %A %B -o %A -p %P")
    repo.write(".gitattributes", "*.ipynb merge=nbpeer\n")


def branches(repo: GitRepository, base: Any, ours: Any, theirs: Any) -> subprocess.CompletedProcess[str]:
    """Commit three versions on two branches and merge them; `base` None is a notebook both sides added."""
    as_driver(repo)
    if base is not None:
        repo.write("pricing.ipynb", base)
    repo.commit("base")
    repo.git("switch", "--quiet", "-c", "other")
    repo.write("pricing.ipynb", theirs)
    repo.commit("theirs")
    repo.git("switch", "--quiet", "main")
    repo.write("pricing.ipynb", ours)
    repo.commit("ours")
    return subprocess.run(["git", "merge", "other"], cwd=repo.path, capture_output=True, text=True, check=False)


def test_git_merges_notebooks_through_the_driver(repo: GitRepository) -> None:
    done = branches(
        repo,
        notebook(code(SETUP), code(LOAD, execution_count=1)),
        notebook(code("import polars"), code(LOAD, execution_count=2)),
        notebook(code(SETUP), code(LOAD, execution_count=3), code(PLOT)),
    )
    assert done.returncode == 0, done.stderr
    assert repo.git("status", "--porcelain") == ""
    assert sources((repo.path / "pricing.ipynb").read_bytes()) == ["import polars", LOAD, PLOT]


def test_a_conflict_stops_git_with_a_notebook_that_opens(repo: GitRepository, nbpeer: Callable[..., Outcome]) -> None:
    one, other = (notebook(code(SETUP), code(LOAD.replace("orders.csv", name))) for name in ("all.csv", "some.csv"))
    done = branches(repo, notebook(code(SETUP), code(LOAD)), one, other)
    assert done.returncode == 1
    assert "pricing.ipynb: 1 conflict (cell 3)" in done.stderr
    assert repo.git("status", "--porcelain") == "UU pricing.ipynb\n"
    path = repo.path / "pricing.ipynb"
    nbformat.validate(json.loads(path.read_bytes()))
    assert nbpeer("conflicts", path, "--theirs", "3").code == 0
    repo.git("add", "pricing.ipynb")
    repo.git("commit", "--quiet", "--no-edit")
    assert sources(path.read_bytes()) == [SETUP, LOAD.replace("orders.csv", "some.csv")]


def test_a_notebook_both_branches_added_is_merged_too(repo: GitRepository) -> None:
    done = branches(repo, None, notebook(code(SETUP)), notebook(code(SETUP), code(PLOT)))
    assert done.returncode == 0, done.stderr
    assert sources((repo.path / "pricing.ipynb").read_bytes()) == [SETUP, PLOT]


def test_a_broken_version_is_a_conflict_for_git_and_ours_stays(repo: GitRepository) -> None:
    ours = notebook(code("import polars"))
    done = branches(repo, notebook(code(SETUP)), ours, "{broken")
    assert done.returncode == 1
    assert "pricing.ipynb (theirs) is not JSON" in done.stderr
    assert repo.git("status", "--porcelain") == "UU pricing.ipynb\n"
    assert sources((repo.path / "pricing.ipynb").read_bytes()) == ["import polars"]


def diverged(repo: GitRepository) -> None:
    """Two branches that changed neighbouring JSON lines, outputs and counts included: git alone would stop."""
    as_driver(repo)
    repo.write("pricing.ipynb", notebook(code(SETUP, execution_count=1), code(LOAD, execution_count=2)))
    repo.commit("base")
    repo.git("switch", "--quiet", "-c", "other")
    repo.write("pricing.ipynb", notebook(code(SETUP, execution_count=3), code(LOAD, execution_count=4), code(PLOT)))
    repo.commit("theirs")
    repo.git("switch", "--quiet", "main")
    repo.write("pricing.ipynb", notebook(code("import polars", execution_count=5), code(LOAD, execution_count=6)))
    repo.commit("ours")


@pytest.mark.parametrize("command", ["merge --quiet other", "rebase --quiet other", "cherry-pick other"])
def test_every_way_to_bring_changes_together_takes_the_driver(command: str, repo: GitRepository) -> None:
    diverged(repo)
    repo.git(*command.split())
    assert repo.git("status", "--porcelain") == ""
    assert sources((repo.path / "pricing.ipynb").read_bytes()) == ["import polars", LOAD, PLOT]


def test_stashed_changes_come_back_into_a_notebook_that_changed_meanwhile(repo: GitRepository) -> None:
    diverged(repo)
    repo.write("pricing.ipynb", notebook(code("import polars"), code(LOAD), code("stashed()")))
    repo.git("stash", "--quiet")
    repo.git("merge", "--quiet", "other")
    repo.git("stash", "pop", "--quiet")
    assert sources((repo.path / "pricing.ipynb").read_bytes()) == ["import polars", LOAD, PLOT, "stashed()"]


def test_an_edit_follows_a_notebook_that_the_other_branch_renamed(repo: GitRepository) -> None:
    diverged(repo)
    repo.git("mv", "pricing.ipynb", "price rises.ipynb")
    repo.commit("renamed")
    repo.git("merge", "--quiet", "other")
    assert not (repo.path / "pricing.ipynb").exists()
    assert sources((repo.path / "price rises.ipynb").read_bytes()) == ["import polars", LOAD, PLOT]
