from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import making
from conftest import GitRepository
from nbpeer.commands.blame import blame
from nbpeer.errors import NbpeerError

PATH = "a.ipynb"
STEPS = [f"step_{n} = load_{n}(table_{n}, limit_{n})\nshow_{n}(step_{n}, rows_{n})" for n in range(4)]


def write(repo: GitRepository, *sources: str) -> None:
    repo.write(PATH, making.notebook(*map(making.code, sources), header=None))


def subjects(repo: GitRepository) -> list[list[str]]:
    found = blame(repo.path, PATH)
    names = {commit.commit: commit.subject for commit in found.commits} | {"": ""}
    return [[names[line.commit] for line in cell.lines] for cell in found.cells]


def test_each_line_names_the_commit_that_last_changed_it(repo: GitRepository) -> None:
    write(repo, *STEPS[:2])
    repo.commit("one")
    write(repo, STEPS[0] + "\nmore = 1", STEPS[1], STEPS[2])
    repo.commit("two")
    write(repo, STEPS[0] + "\nmore = 1", STEPS[1].replace("limit_1", "50"), STEPS[2])
    assert subjects(repo) == [["one", "one", "two"], ["", "one"], ["two", "two"]]


def test_lines_keep_their_commit_when_cells_move_are_split_joined_or_retyped(repo: GitRepository) -> None:
    write(repo, *STEPS)
    repo.commit("one")
    write(repo, STEPS[3], *STEPS[:3])
    repo.commit("moved")
    write(repo, STEPS[3], "\n".join(STEPS[:3]))
    repo.commit("joined")
    write(repo, STEPS[3], STEPS[0], "\n".join(STEPS[1:3]))
    repo.commit("split")
    repo.write(PATH, making.notebook(making.markdown(STEPS[3]), *map(making.code, STEPS[:3]), header=None))
    assert {name for cell in subjects(repo) for name in cell} == {"one"}


def test_both_sides_of_a_merge_keep_their_lines(repo: GitRepository) -> None:
    write(repo, *STEPS[:3])
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "side")
    write(repo, *STEPS[:3], "at_the_end = 1")
    repo.commit("side")
    repo.git("checkout", "-q", "main")
    write(repo, "at_the_start = 1", *STEPS[:3])
    repo.commit("main")
    repo.git("merge", "-q", "-s", "ours", "--no-commit", "side")
    write(repo, "at_the_start = 1", *STEPS[:3], "at_the_end = 1")
    repo.commit("merged")
    assert [cell[0] for cell in subjects(repo)] == ["main", "base", "base", "base", "side"]


def test_a_broken_version_passes_nothing_on_and_a_rename_all(repo: GitRepository) -> None:
    write(repo, *STEPS)
    repo.commit("one")
    repo.write(PATH, "<<<<<<< ours\n")
    repo.commit("broken")
    write(repo, *STEPS)
    repo.commit("mended")
    assert {name for cell in subjects(repo) for name in cell} == {"mended"}
    repo.git("mv", PATH, "b.ipynb")
    repo.commit("renamed")
    repo.git("mv", "b.ipynb", PATH)
    assert {name for cell in subjects(repo) for name in cell} <= {"mended", ""}


def test_what_is_not_committed_yet_has_no_commit(repo: GitRepository) -> None:
    write(repo, "a = 1")
    assert subjects(repo) == [[""]]


def test_what_is_not_there_or_no_notebook_is_said(repo: GitRepository) -> None:
    with pytest.raises(NbpeerError, match=r"there is no a\.ipynb"):
        blame(repo.path, PATH)
    repo.write(PATH, "{")
    with pytest.raises(NbpeerError, match="is not JSON"):
        blame(repo.path, PATH)


def test_a_person_reads_commit_author_day_and_line(repo: GitRepository, nbpeer: Callable[..., Any]) -> None:
    write(repo, STEPS[0])
    commit = repo.commit("one")
    write(repo, STEPS[0] + "\nx = 1")
    done = nbpeer("blame", PATH)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[1].startswith("── cell 1, code ")
    assert lines[2].startswith(f"{commit[:9]} analyst ")
    assert lines[2].endswith("   1 " + STEPS[0].split("\n")[0])
    assert lines[4].split() == ["0" * 9, "not", "committed", "3", "x", "=", "1"]


def test_a_program_gets_cells_lines_and_commits(repo: GitRepository, nbpeer: Callable[..., Any]) -> None:
    write(repo, STEPS[0])
    commit = repo.commit("one")
    found = nbpeer("blame", PATH, "--format", "json").json
    assert [(line["number"], line["commit"]) for line in found["cells"][0]["lines"]] == [(1, commit), (2, commit)]
    assert [(one["commit"], one["subject"]) for one in found["commits"]] == [(commit, "one")]
