from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import chdir
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.cli.main import run
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook

Nbpeer = Callable[..., Outcome]


def analyses(repo: GitRepository) -> None:
    """Two committed analyses with recorded results on main, and a branch to change them on."""
    repo.write(".gitignore", "private/\n")
    repo.write("orders.csv", "1\n")
    repo.write("private/people.csv", "1\n")
    repo.write("metrics.yml", "wau: {sql: select 1}\n")
    for name, file in (("a", "orders.csv"), ("b", "private/people.csv")):
        source = f"import nbpeer; nbpeer.result('rows', len(open('{file}').readlines()))"
        header = "---\ntitle: b\nmetrics: [wau]\n---\n" if name == "b" else None
        cells = (making.code("share = 1", tags=("parameters",)), making.code(source))
        repo.write(f"{name}.ipynb", making.notebook(*cells, header=header))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    """The analyses after their runs, made once: every test works on a copy."""
    repo = GitRepository(tmp_path_factory.mktemp("recorded") / "repo")
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.be("analyst@example.org")
    analyses(repo)
    with chdir(repo.path):
        assert run(["run", "."]) == 0
    repo.commit("analyses")
    return repo


@pytest.fixture
def branch(recorded: GitRepository, repo: GitRepository) -> GitRepository:
    shutil.rmtree(repo.path)
    shutil.copytree(recorded.path, repo.path)
    repo.git("switch", "--quiet", "-c", "change")
    return repo


def reasons(nbpeer: Nbpeer, *paths: str) -> dict[str, str]:
    done = nbpeer("run", *paths, "--changed", "main", "--prepare-only", "--format", "json")
    assert done.code == 0, done.err
    return {run["path"]: run["why"] for run in done.json}


def edit(repo: GitRepository, name: str, old: str, new: str) -> None:
    file = repo.path / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_nothing_runs_when_nothing_changed(branch: GitRepository, nbpeer: Nbpeer) -> None:
    branch.write("notes.md", "more")
    done = nbpeer("run", "--changed", "main")
    assert (done.code, done.out) == (0, "nothing changed, and all results are fresh\n")


def source(repo: GitRepository) -> None:
    edit(repo, "a.ipynb", "share = 1", "share = 2")


def committed_source_and_results(repo: GitRepository) -> None:
    """As after a run on the branch: fresh, and other than on main."""
    source(repo)
    file = repo.path / "a.results.json"
    found = json.loads(file.read_text())
    found["certificate"]["source"] = source_digest(parse_notebook((repo.path / "a.ipynb").read_bytes()))
    file.write_text(json.dumps(found))
    repo.commit()


def data(repo: GitRepository) -> None:
    repo.write("orders.csv", "1\n2\n")


def no_results(repo: GitRepository) -> None:
    (repo.path / "a.results.json").unlink()


def parameters(repo: GitRepository) -> None:
    certified(repo, "parameters", {"share": 0.5})


def certified(repo: GitRepository, name: str, value: Any) -> None:
    file = repo.path / "a.results.json"
    found = json.loads(file.read_text())
    found["certificate"][name] = value
    file.write_text(json.dumps(found))


def new_notebook(repo: GitRepository) -> None:
    repo.git("mv", "a.ipynb", "c.ipynb")
    repo.git("mv", "a.results.json", "c.results.json")


def metric(repo: GitRepository) -> None:
    repo.write("metrics.yml", "wau: {sql: select 2}\n")


def private_data(repo: GitRepository) -> None:
    repo.write("private/people.csv", "1\n2\n")


def private_data_gone(repo: GitRepository) -> None:
    (repo.path / "private/people.csv").unlink()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (source, {"a.ipynb": "edited after its last run"}),
        (committed_source_and_results, {"a.ipynb": "source changed since main"}),
        (data, {"a.ipynb": "orders.csv changed after its last run"}),
        (no_results, {"a.ipynb": "no results are recorded"}),
        (parameters, {"a.ipynb": "parameters changed since main"}),
        (new_notebook, {"c.ipynb": "new since main"}),
        (metric, {"b.ipynb": "metrics.yml changed since main"}),
        (private_data_gone, {}),
        (private_data, {"b.ipynb": "private/people.csv changed after its last run"}),
    ],
    ids=["source", "committed", "data", "no results", "parameters", "renamed", "metric", "gone", "private"],
)
def test_what_changed_runs_and_the_reason_is_told(
    branch: GitRepository, nbpeer: Nbpeer, change: Callable[[GitRepository], Any], expected: dict[str, str]
) -> None:
    change(branch)
    assert reasons(nbpeer) == expected


def test_paths_narrow_it_and_an_unknown_base_is_refused(branch: GitRepository, nbpeer: Nbpeer) -> None:
    source(branch)
    assert reasons(nbpeer, "b.ipynb") == {}
    done = nbpeer("run", "--changed", "gone")
    assert (done.code, "git knows no revision 'gone'" in done.err) == (2, True)


def test_a_changed_analysis_is_really_run(branch: GitRepository, nbpeer: Nbpeer) -> None:
    data(branch)
    (ran,) = nbpeer("run", "--changed", "main", "--format", "json").json
    assert (ran["path"], ran["cached"], ran["recorded"]["results"]["rows"]["value"]) == ("a.ipynb", False, 2)
