"""`nbpeer doctor` on clones in every state it knows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]
DIRTY = making.notebook(making.code("print(1)", outputs=[making.stream("1\n")], execution_count=1))


@pytest.fixture(autouse=True)
def front_end(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package.json of a front end that JupyterLab finds, of this version, whatever is built here."""
    folder = tmp_path_factory.mktemp("jupyter")
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_JUPYTER_PATH", [])
    monkeypatch.setattr("jupyter_core.paths.ENV_JUPYTER_PATH", [])
    monkeypatch.setenv("JUPYTER_PATH", str(folder))
    package = folder / "labextensions/nbpeer/package.json"
    package.parent.mkdir(parents=True)
    package.write_text(json.dumps({"name": "nbpeer", "version": version("nbpeer").replace(".dev", "-dev")}))
    return package


def look(nbpeer: Nbpeer, name: str, cwd: Path | None = None) -> dict[str, Any]:
    """One diagnosis by name, and the exit code it goes with."""
    done = nbpeer("doctor", "--format", "json", cwd=cwd)
    assert done.err == ""
    states = {diagnosis["name"]: diagnosis for diagnosis in done.json["diagnoses"]}
    assert done.code == (1 if any(found["state"] == "problem" for found in states.values()) else 0)
    return states[name]


def test_a_fresh_set_up_needs_only_the_hooks_installed(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    repo.write("analyses/a b.ipynb", making.notebook(making.code("1")))
    repo.commit()
    done = nbpeer("doctor")
    assert done.code == 0
    assert "→ pre-commit install" in done.out
    assert done.out.rstrip().endswith("1 warning")
    assert done.out.count("✓") == 20


def test_a_clone_of_a_set_up_repository_is_told_that_it_does_not_strip(
    nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path
) -> None:
    nbpeer("init")
    repo.commit()
    subprocess.run(["git", "clone", "--quiet", repo.path, tmp_path / "clone"], check=True)
    found = look(nbpeer, "filter", tmp_path / "clone")
    assert (found["state"], found["mend"]) == ("problem", "nbpeer init")
    assert "committed with their outputs" in found["meaning"]
    nbpeer("init", cwd=tmp_path / "clone")
    assert look(nbpeer, "filter", tmp_path / "clone")["state"] == "ok"


def test_nothing_changes_on_disk(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    repo.write("a.ipynb", DIRTY)
    before = {path: path.stat().st_mtime_ns for path in repo.path.rglob("*") if path.is_file()}
    nbpeer("doctor")
    assert {path: path.stat().st_mtime_ns for path in repo.path.rglob("*") if path.is_file()} == before


def test_outside_a_repository_it_says_so_and_still_looks_at_the_installation(nbpeer: Nbpeer, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    found = look(nbpeer, "repository", tmp_path / "elsewhere")
    assert (found["state"], found["mend"]) == ("problem", "run `git init` there first")
    assert look(nbpeer, "python", tmp_path / "elsewhere")["state"] == "ok"


def test_an_invalid_configuration_does_not_stop_the_rest(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("nbpeer.toml", "exclud = []\n")
    found = look(nbpeer, "configuration")
    assert found["state"] == "problem"
    assert "did you mean 'exclude'?" in found["found"]
    assert look(nbpeer, "identity")["found"] == "analyst@example.org"


def test_a_notebook_that_cannot_be_read_is_a_problem_not_a_pass(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("broken.ipynb", "{")
    found = look(nbpeer, "notebooks")
    assert found["state"] == "problem"
    assert "broken.ipynb is not JSON (line 1)" in found["found"]


def test_a_notebook_that_a_merge_left_conflicted_is_a_problem_though_it_is_valid(
    nbpeer: Nbpeer, repo: GitRepository
) -> None:
    nbpeer("git", "install")
    repo.write("a b.ipynb", making.notebook(making.code("x = 1")))
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "other")
    repo.write("a b.ipynb", making.notebook(making.code("x = 2")))
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    assert look(nbpeer, "conflicts")["state"] == "ok"
    repo.write("a b.ipynb", making.notebook(making.code("x = 3")))
    repo.commit()
    with pytest.raises(subprocess.CalledProcessError):
        repo.git("merge", "other")
    assert look(nbpeer, "notebooks")["state"] == "ok"
    found = look(nbpeer, "conflicts")
    assert (found["state"], found["mend"]) == ("problem", "nbpeer conflicts 'a b.ipynb'")
    assert nbpeer("conflicts", "a b.ipynb", "--ours", "all").code == 0
    assert look(nbpeer, "conflicts")["state"] == "ok"


def test_a_filter_that_would_not_stop_git_when_it_cannot_start(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("git", "install")
    repo.git("config", "--unset", "filter.nbpeer.required")
    found = look(nbpeer, "filter")
    assert (found["state"], "filter.nbpeer.required" in found["found"]) == ("warning", True)


def test_a_filter_without_attribute(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    (repo.path / ".gitattributes").unlink()
    found = look(nbpeer, "filter")
    assert (found["state"], found["mend"]) == ("warning", "nbpeer init")


def test_no_filter_is_fine_when_the_hook_strips(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init", "--no-filter")
    assert look(nbpeer, "filter")["state"] == "warning"
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n")
    assert look(nbpeer, "filter")["state"] == "ok"
    assert look(nbpeer, "hooks")["state"] == "ok"


@pytest.mark.parametrize(
    "command, message",
    [
        ("/gone/python -I -S gitfilter.py process", "/gone/python, which is gone"),
        ("false", "git's filter fails on a notebook"),
    ],
)
def test_a_filter_that_cannot_run(nbpeer: Nbpeer, repo: GitRepository, command: str, message: str) -> None:
    nbpeer("init")
    repo.git("config", "filter.nbpeer.process", command)
    found = look(nbpeer, "filter")
    assert (found["state"], found["mend"]) == ("problem", "nbpeer init")
    assert message in found["found"]


def test_a_filter_that_does_not_strip(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    repo.git("config", "--unset", "filter.nbpeer.process")
    repo.git("config", "filter.nbpeer.clean", "cat")
    found = look(nbpeer, "filter")
    assert (found["state"], found["found"]) == ("problem", "git's filter does not strip as the configuration says")


def test_a_filter_that_keeps_outputs_because_the_configuration_says_so(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("nbpeer.toml", "[strip]\nkeep-output = true\nkeep-count = true\n")
    nbpeer("init")
    assert look(nbpeer, "filter")["state"] == "ok"


def test_a_filter_set_before_the_configuration_changed(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    with (repo.path / "nbpeer.toml").open("a") as file:
        file.write("[strip]\nkeep-count = true\n")
    assert look(nbpeer, "filter")["state"] == "problem"
    nbpeer("init")
    assert look(nbpeer, "filter")["state"] == "ok"


def test_a_filter_of_another_installation_that_works(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    repo.git("config", "filter.nbpeer.process", f"{sys.executable} -m nbpeer.gitfilter process")
    found = look(nbpeer, "filter")
    assert (found["state"], found["mend"]) == ("warning", "nbpeer init")


def test_a_notebook_whose_capitals_keep_it_from_the_filter_is_named(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    repo.write("a.ipynb", making.notebook())
    repo.write("b.IPYNB", DIRTY)
    repo.commit()
    found = look(nbpeer, "filter")
    assert (found["state"], "git does not strip b.IPYNB" in found["found"]) == ("warning", True)
    assert look(nbpeer, "history")["state"] != "ok"
    repo.git("config", "core.ignorecase", "true")
    assert look(nbpeer, "filter")["state"] == "ok"


def test_a_rival_filter_on_notebooks(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write(".gitattributes", "*.ipynb filter=nbstripout\n")
    repo.git("config", "filter.nbstripout.clean", "nbstripout")
    found = look(nbpeer, "filter")
    assert (found["state"], found["mend"]) == ("warning", "nbpeer init --from nbstripout")
    assert look(nbpeer, "other drivers")["state"] == "warning"
    repo.write(".gitattributes", "*.ipynb filter=lfs\n")
    assert look(nbpeer, "filter")["state"] == "problem"


def test_a_rival_diff_driver_does_no_harm(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.git("config", "diff.jupyternotebook.command", "git-nbdiffdriver diff")
    found = look(nbpeer, "other drivers")
    assert (found["state"], "diff.jupyternotebook of nbdime" in found["found"]) == ("ok", True)


@pytest.mark.parametrize(
    "hook, state",
    [
        ("{id: nb-clean}", "problem"),
        ("{id: nb-clean, args: [-m, tags]}", "ok"),
        ("{id: nb-clean, args: [--preserve-cell-metadata-field, tags]}", "ok"),
        ("{id: nbdev-clean}", "problem"),
    ],
)
def test_a_hook_that_drops_tags(nbpeer: Nbpeer, repo: GitRepository, hook: str, state: str) -> None:
    repo.write(".pre-commit-config.yaml", f"repos:\n- repo: https://git.example.org/x\n  rev: v1\n  hooks: [{hook}]\n")
    assert look(nbpeer, "tags")["state"] == state


def test_notebooks_committed_with_outputs_are_named_and_the_mend_mends(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("with output.ipynb", DIRTY)
    kept = making.code("1", outputs=[making.stream("1\n")], tags=("keep_output",))
    repo.write("kept.ipynb", making.notebook(kept))
    repo.commit()
    nbpeer("init")
    found = look(nbpeer, "history")
    assert (found["state"], found["found"]) == ("warning", "1 in HEAD not stripped: 'with output.ipynb'")
    subprocess.run(found["mend"], shell=True, cwd=repo.path, check=True, capture_output=True)
    assert look(nbpeer, "history")["state"] == "ok"
    assert "output_type" in (repo.path / "with output.ipynb").read_text()


def test_ignore_rules_that_lose_what_a_review_rests_on(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    assert look(nbpeer, "ignored")["state"] == "ok"
    with (repo.path / ".gitignore").open("a") as file:
        file.write(".nbpeer/\n*.json\n")
    found = look(nbpeer, "ignored")
    assert (found["state"], found["found"]) == ("problem", "git ignores .nbpeer/signoffs/*.json and *.results.json")


def test_executed_notebooks_that_git_would_take(nbpeer: Nbpeer) -> None:
    found = look(nbpeer, "ignored")
    assert (found["state"], found["mend"]) == ("warning", "nbpeer init")


def test_results_without_their_notebook(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("kept.ipynb", making.notebook())
    repo.write("kept.results.json", "{}")
    repo.write("a b/moved.results.json", "{}")
    repo.commit()
    found = look(nbpeer, "results")
    assert (found["state"], found["mend"]) == ("warning", "git rm 'a b/moved.results.json'")


def test_a_kernel_that_is_not_installed(nbpeer: Nbpeer, repo: GitRepository) -> None:
    assert look(nbpeer, "kernels")["state"] == "ok"
    repo.write("a.ipynb", making.notebook(metadata={"kernelspec": {"name": "team-3.9", "language": "python"}}))
    found = look(nbpeer, "kernels")
    assert (found["state"], found["found"]) == ("warning", "team-3.9 is not installed, a.ipynb asks for it")


def test_no_identity_and_a_guessed_one(nbpeer: Nbpeer, repo: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("config", "--global", "--unset", "user.email")
    repo.git("config", "user.useConfigOnly", "true")
    found = look(nbpeer, "identity")
    assert (found["state"], found["mend"]) == ("problem", "git config user.email YOU@EXAMPLE.ORG")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "analyst@example.org")
    assert look(nbpeer, "identity")["state"] == "ok"


def test_a_shallow_clone_without_the_base(nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path) -> None:
    repo.write("nbpeer.toml", 'base = "origin/main"\n')
    repo.commit("one")
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit("two")
    clone = ["git", "clone", "--quiet", "--depth=1", "--branch=topic", f"file://{repo.path}", str(tmp_path / "clone")]
    subprocess.run(clone, check=True)
    found = look(nbpeer, "base", tmp_path / "clone")
    assert found["state"] == "problem"
    assert "origin/main is not in this clone" in found["found"]
    assert "git fetch" in found["mend"]


def test_the_base_that_changes_are_measured_against(nbpeer: Nbpeer, repo: GitRepository) -> None:
    assert look(nbpeer, "base")["found"] == "no commit yet"
    repo.commit()
    assert look(nbpeer, "base")["found"] == "changes are measured against main"
    repo.git("branch", "-m", "trunk")
    assert look(nbpeer, "base")["state"] == "warning"


def test_hooks_elsewhere_and_a_broken_hook_configuration(nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path) -> None:
    nbpeer("init")
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks/pre-commit").write_text("#!/bin/sh\nexec pre-commit hook-impl\n")
    repo.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    assert look(nbpeer, "hooks")["state"] == "ok"
    repo.write(".pre-commit-config.yaml", "repos: [\n")
    assert look(nbpeer, "hooks")["state"] == "problem"


def test_jupyterlab_with_our_front_end_is_fine(nbpeer: Nbpeer) -> None:
    found = look(nbpeer, "jupyterlab")
    assert (found["state"], "with nbpeer's front end" in found["found"]) == ("ok", True)


def test_a_front_end_that_is_not_there_is_told(nbpeer: Nbpeer, front_end: Path) -> None:
    front_end.unlink()
    found = look(nbpeer, "jupyterlab")
    assert (found["state"], "without nbpeer's front end" in found["found"]) == ("warning", True)


def test_a_front_end_of_another_version_is_told(nbpeer: Nbpeer, front_end: Path) -> None:
    front_end.write_text('{"version": "9.9.9-dev0"}')
    found = look(nbpeer, "jupyterlab")
    assert found["state"] == "warning"
    assert "with the front end of nbpeer 9.9.9-dev0 beside nbpeer" in found["found"]
