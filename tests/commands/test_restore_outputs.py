"""`nbpeer git restore-outputs`, mostly with runs as papermill writes them, once with a real one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]
CELLS = [making.code("alpha = 0.05", tags=("parameters",)), making.markdown("## Title"), making.code("print(alpha)")]
STRIPPED = making.notebook(*CELLS)
INJECTED = making.code("# Parameters\nalpha = 0.01", tags=("injected-parameters",), id="new")


def run_of(
    notebook: dict[str, Any], *, parameters: dict[str, Any] | None = None, failed: bool = False
) -> dict[str, Any]:
    """What papermill makes of a notebook."""
    made = copy.deepcopy(notebook)
    for number, cell in enumerate(cell for cell in made["cells"] if cell["cell_type"] == "code"):
        cell["execution_count"] = number + 1
        cell["metadata"]["papermill"] = {"status": "completed"}
        if cell["source"][0].startswith("print"):
            cell["outputs"] = [making.stream("höllo\n")]
    if parameters:
        made["cells"].insert(2, copy.deepcopy(INJECTED))
    made["metadata"]["papermill"] = {"parameters": parameters or {}, "exception": failed or None}
    return made


def keep(repo: GitRepository, run: dict[str, Any], path: str = "a.ipynb") -> None:
    repo.write(f".nbpeer/runs/{path}", run)
    repo.write(".nbpeer/runs/.gitignore", "*\n")


def restore(nbpeer: Nbpeer, *paths: str) -> dict[str, str]:
    done = nbpeer("git", "restore-outputs", *(paths or ("a.ipynb",)), "--format", "json")
    assert done.err == ""
    assert done.code == (1 if any(each["outcome"] == "refused" for each in done.json) else 0)
    return {each["path"]: f"{each['outcome']} {each.get('detail', '')}".strip() for each in done.json}


@pytest.fixture
def cloned(repo: GitRepository, nbpeer: Nbpeer) -> GitRepository:
    """A clone with the filter; its notebook is committed and stripped, and was run here."""
    nbpeer("git", "install")
    repo.write("a.ipynb", STRIPPED)
    keep(repo, run_of(STRIPPED))
    repo.commit()
    return repo


def test_outputs_come_back_and_git_sees_no_change(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    done = nbpeer("git", "restore-outputs", "a.ipynb")
    assert (done.code, done.err) == (0, "")
    assert done.out == "restored   a.ipynb: outputs of 1 cell\n"
    restored = json.loads((cloned.path / "a.ipynb").read_text())
    assert restored["cells"][3]["outputs"] == [making.stream("höllo\n")]
    assert [cell["execution_count"] for cell in restored["cells"] if "outputs" in cell] == [1, 2]
    assert [cell["metadata"] for cell in restored["cells"]] == [cell["metadata"] for cell in STRIPPED["cells"]]
    assert cloned.git("status", "--porcelain") == ""
    assert cloned.git("diff") == ""


def test_the_file_is_as_jupyter_writes_it_and_stripping_gives_the_bytes_back(
    nbpeer: Nbpeer, cloned: GitRepository
) -> None:
    path = cloned.path / "a.ipynb"
    before = path.read_bytes()
    restore(nbpeer)
    assert path.read_text() == making.text(json.loads(path.read_text()))
    nbpeer("strip", "a.ipynb")
    assert path.read_bytes() == before


def test_doing_it_again_changes_nothing(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    restore(nbpeer)
    before = (cloned.path / "a.ipynb").stat().st_mtime_ns
    assert restore(nbpeer)["a.ipynb"].startswith("unchanged")
    assert (cloned.path / "a.ipynb").stat().st_mtime_ns == before


def test_the_cell_papermill_injects_is_passed_over_and_its_parameters_are_said(
    nbpeer: Nbpeer, cloned: GitRepository
) -> None:
    keep(cloned, run_of(STRIPPED, parameters={"alpha": 0.01}))
    assert restore(nbpeer) == {"a.ipynb": "restored that run had alpha = 0.01"}
    assert [cell["id"] for cell in json.loads((cloned.path / "a.ipynb").read_text())["cells"]] == [
        f"cell{number}" for number in range(4)
    ]
    assert cloned.git("status", "--porcelain") == ""


def test_a_run_that_failed_is_said(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    keep(cloned, run_of(STRIPPED, failed=True))
    assert restore(nbpeer) == {"a.ipynb": "restored that run failed"}


def test_a_run_of_another_source_gives_nothing(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    changed = copy.deepcopy(STRIPPED)
    changed["cells"][3]["source"] = ["print(1)"]
    path = cloned.write("a.ipynb", changed)
    before = path.read_bytes()
    assert "refused the run kept here is of another source" in restore(nbpeer)["a.ipynb"]
    assert path.read_bytes() == before


def test_outputs_of_its_own_are_not_lost(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    own = copy.deepcopy(STRIPPED)
    own["cells"][1]["outputs"] = [making.stream("own\n")]
    path = cloned.write("a.ipynb", own)
    before = path.read_bytes()
    assert "refused it has outputs of its own" in restore(nbpeer)["a.ipynb"]
    assert path.read_bytes() == before


def test_outputs_that_stripping_keeps_stay_as_they_are_committed(nbpeer: Nbpeer, repo: GitRepository) -> None:
    kept = making.code("print(0)", tags=("keep_output",), outputs=[making.stream("committed\n")])
    bare = making.code("print(3)", tags=("keep_output",))
    notebook = making.notebook(kept, making.code("print(2)"), bare)
    nbpeer("git", "install")
    repo.write("a.ipynb", notebook)
    keep(repo, run_of(notebook))
    repo.commit()
    assert restore(nbpeer) == {"a.ipynb": "restored"}
    cells = json.loads((repo.path / "a.ipynb").read_text())["cells"]
    assert cells[1]["outputs"] == [making.stream("committed\n")]
    assert cells[2]["outputs"] == [making.stream("höllo\n")]
    assert cells[3]["outputs"] == []
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("setting", ["keep-output = true", "keep-count = true", "max-size = 100"])
def test_what_the_configuration_keeps_is_not_touched(nbpeer: Nbpeer, cloned: GitRepository, setting: str) -> None:
    cloned.write("nbpeer.toml", f"[strip]\n{setting}\n")
    nbpeer("git", "install")
    cloned.commit()
    restore(nbpeer)
    assert cloned.git("status", "--porcelain") == ""
    assert ("höllo" in (cloned.path / "a.ipynb").read_text()) == (setting == "keep-count = true")


@pytest.mark.parametrize("indent, ends", [(None, "\n"), (4, "\r\n"), (2, "\n")])
def test_any_formatting_is_kept(nbpeer: Nbpeer, cloned: GitRepository, indent: int | None, ends: str) -> None:
    cloned.write("a.ipynb", json.dumps(STRIPPED, indent=indent).replace("\n", ends).encode())
    cloned.commit()
    assert restore(nbpeer) == {"a.ipynb": "restored"}
    assert json.loads((cloned.path / "a.ipynb").read_text())["cells"][3]["outputs"] == [making.stream("höllo\n")]
    assert cloned.git("status", "--porcelain") == ""


def test_an_edit_that_is_not_staged_stays_so(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    edited = copy.deepcopy(STRIPPED)
    edited["metadata"]["team"] = "growth"
    cloned.write("a.ipynb", edited)
    assert restore(nbpeer) == {"a.ipynb": "restored"}
    assert cloned.git("status", "--porcelain") == " M a.ipynb\n"
    assert "growth" not in cloned.git("show", ":a.ipynb")


def test_without_the_filter_it_says_that_git_sees_a_change(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    nbpeer("git", "uninstall")
    assert "git sees a change" in restore(nbpeer)["a.ipynb"]
    assert "höllo" in (cloned.path / "a.ipynb").read_text()


def test_a_folder_is_all_its_notebooks_and_each_is_said(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    cloned.write("deep er/never run.ipynb", STRIPPED)
    found = restore(nbpeer, ".")
    assert found["a.ipynb"] == "restored"
    assert found["deep er/never run.ipynb"].startswith("refused no run of it is kept here")


def test_a_path_that_is_not_there_or_no_notebook_changes_nothing(nbpeer: Nbpeer, cloned: GitRepository) -> None:
    before = (cloned.path / "a.ipynb").read_bytes()
    cloned.write("broken.ipynb", "{")
    for wrong in ("gone.ipynb", "broken.ipynb", "../outside.ipynb"):
        (cloned.path / "../outside.ipynb").write_text(making.text(STRIPPED))
        done = nbpeer("git", "restore-outputs", "a.ipynb", wrong)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert (cloned.path / "a.ipynb").read_bytes() == before


def test_after_a_pull_the_outputs_of_a_real_run_come_back(nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path) -> None:
    nbpeer("git", "install")
    repo.write("a.ipynb", STRIPPED)
    repo.commit()
    assert nbpeer("run", "a.ipynb", "-p", "alpha", "0.01").code == 0
    repo.git("add", "-A")
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "other")
    repo.write("a.ipynb", making.notebook(making.code("1")))
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    assert restore(nbpeer) == {"a.ipynb": "restored that run had alpha = 0.01"}
    assert "0.01" in json.loads((repo.path / "a.ipynb").read_text())["cells"][3]["outputs"][0]["text"][0]
    assert repo.git("status", "--porcelain") == ""
