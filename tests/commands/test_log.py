from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import making
from conftest import GitRepository
from nbpeer.commands.log import log
from nbpeer.errors import NbpeerError
from nbpeer.model.result import Certificate, NamedResult, ResultsFile, encode_results

STEPS = [f"step_{n} = load_{n}(table_{n}, limit_{n})" for n in range(6)]
OLD, PATH = "draft.ipynb", "pricing.ipynb"


def write(repo: GitRepository, path: str, *sources: str, value: float) -> None:
    repo.write(path, making.notebook(*map(making.code, sources)))
    named = {"conversion": NamedResult("conversion", "number", value, "%", 0.2)}
    repo.write(path.replace(".ipynb", ".results.json"), encode_results(ResultsFile(Certificate("sha256:1"), named)))


@pytest.fixture
def told(repo: GitRepository) -> GitRepository:
    write(repo, OLD, *STEPS, value=4.1)
    repo.commit("first draft")
    write(repo, OLD, *STEPS, "show(step_0)", value=4.1)
    repo.commit("show it")
    for ending in (".ipynb", ".results.json"):
        repo.git("mv", OLD.replace(".ipynb", ending), PATH.replace(".ipynb", ending))
    repo.commit("rename")
    repo.write(PATH, making.text(making.notebook(*map(making.code, [*STEPS, "show(step_0)"]))).replace("\n", "\r\n"))
    repo.commit("only formatting")
    write(repo, PATH, STEPS[0].replace("limit_0", "50"), *STEPS[1:], "show(step_0)", value=3.7)
    repo.commit("limit")
    return repo


def test_each_commit_that_changed_something_is_told_newest_first(told: GitRepository) -> None:
    found = log(told.path, PATH)
    assert [(one.entry.subject, one.change.status) for one in found] == [
        ("limit", "changed"),
        ("rename", "renamed"),
        ("show it", "changed"),
        ("first draft", "added"),
    ]
    assert [change.kind for change in found[2].change.changed_cells] == ["added"]
    assert [(change.name, change.verdict) for change in found[0].change.results] == [("conversion", "changed")]


def test_it_can_be_told_by_one_result_and_no_further_than_asked(told: GitRepository) -> None:
    assert [one.entry.subject for one in log(told.path, PATH, result="conversion")] == ["limit", "first draft"]
    assert [one.entry.subject for one in log(told.path, PATH, most=1)] == ["limit"]
    assert log(told.path, PATH, result="nosuch") == ()


def test_a_version_that_cannot_be_read_is_said(told: GitRepository) -> None:
    told.write(PATH, "<<<<<<< ours\n")
    told.commit("conflict")
    assert "merge conflict markers" in log(told.path, PATH)[0].change.problem


def test_a_removed_analysis_still_has_a_history(told: GitRepository) -> None:
    told.git("rm", "-q", PATH)
    told.commit("gone")
    assert [one.change.status for one in log(told.path, PATH)][:2] == ["removed", "changed"]


def test_what_no_commit_has_is_said(told: GitRepository) -> None:
    with pytest.raises(NbpeerError, match=r"no commit has nosuch\.ipynb"):
        log(told.path, "nosuch.ipynb")


def test_a_person_reads_results_and_cells_by_commit(told: GitRepository, nbpeer: Callable[..., Any]) -> None:
    done = nbpeer("log", PATH)
    commit = told.git("rev-parse", "HEAD")[:9]
    assert (done.code, done.err) == (0, "")
    assert f"\n{commit}  20" in done.out
    assert "conversion: 4.1 % → 3.7 %  " in done.out
    assert "beyond tolerance 0.2" in done.out
    assert "cell 2, changed (source): step_0 = load_0(table_0, 50)" in done.out
    assert "renamed from draft.ipynb" in done.out
    assert nbpeer("log", PATH, "-n", "1").out.count("cell 2") == 1


def test_a_program_gets_commits_with_what_they_changed(told: GitRepository, nbpeer: Callable[..., Any]) -> None:
    found = nbpeer("log", PATH, "--format", "json", "--result", "conversion").json
    assert [one["commit"]["subject"] for one in found] == ["limit", "first draft"]
    assert [cell["kind"] for cell in found[0]["change"]["cells"]] == ["changed"]
    assert found[0]["change"]["results"][0]["after"]["value"] == 3.7


def test_bad_input_is_one_line(told: GitRepository, nbpeer: Callable[..., Any], tmp_path: Any) -> None:
    assert "no commit has nosuch.ipynb" in nbpeer("log", "nosuch.ipynb").err
    assert nbpeer("log", PATH, "-n", "0").code == 2
    assert "is not inside a git repository" in nbpeer("log", PATH, cwd=tmp_path).err
