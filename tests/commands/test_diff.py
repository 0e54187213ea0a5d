from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository
from nbpeer.commands.diff import diff, files_diff, versions
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import AnalysisDiff, DiffReport, ValueChange
from nbpeer.model.result import Certificate, Environment, Expectation, NamedResult, ResultsFile, encode_results

PATH = "analyses/pricing.ipynb"


def results(value: float, **more: Any) -> bytes:
    named = {"conversion": NamedResult("conversion", "number", value, "%", 0.2)}
    return encode_results(ResultsFile(more.pop("certificate", Certificate("sha256:1")), named, **more))


def write(repo: GitRepository, *sources: str, value: float = 4.12, path: str = PATH, **more: Any) -> None:
    cells = [making.code(sources[0], tags=("parameters",)), *map(making.code, sources[1:])]
    repo.write(path, making.notebook(*cells))
    repo.write(path.replace(".ipynb", ".results.json"), results(value, **more))


@pytest.fixture
def branch(repo: GitRepository) -> GitRepository:
    """main with one analysis; work, one commit ahead, on which a cell and a result changed."""
    write(repo, "alpha = 0.05", "orders = load('orders.csv')", "show(orders)")
    repo.commit("one")
    repo.git("checkout", "--quiet", "-b", "work")
    write(repo, "alpha = 0.01", "orders = load('orders.csv')", "show(orders)", value=3.73)
    repo.commit("two")
    return repo


def report(repo: GitRepository, base: str | None = None, head: str | None = None, *paths: str) -> DiffReport:
    return diff(repo.path, Config(), *versions(repo.path, Config(), base, head), paths)


def only(found: DiffReport) -> AnalysisDiff:
    (analysis,) = found.analyses
    return analysis


def labels(repo: GitRepository, *arguments: Any, **options: Any) -> tuple[str, str]:
    before, after = versions(repo.path, Config(), *arguments, **options)
    return before.commit and repo.git("log", "-1", "--format=%s", before.commit).strip(), after.label


def test_changed_cells_results_and_parameters_since_the_base(branch: GitRepository) -> None:
    found = only(report(branch))
    assert (found.path, found.status, found.problem) == (PATH, "changed", "")
    assert [change.kind for change in found.cells] == ["unchanged", "changed", "unchanged", "unchanged"]
    assert [(change.verdict, change.delta) for change in found.results] == [("changed", -0.39)]
    assert found.parameters == (ValueChange("alpha", "0.05", "0.01"),)


def test_what_was_not_committed_yet_counts(branch: GitRepository) -> None:
    write(branch, "alpha = 0.01", "show(orders)", value=3.73)
    assert [change.kind for change in only(report(branch, "HEAD")).changed_cells] == ["removed"]
    write(branch, "alpha = 0.05", "orders = load('orders.csv')", "show(orders)")
    assert report(branch).analyses == ()


def test_revisions_mean_what_they_mean_to_git(branch: GitRepository) -> None:
    branch.git("checkout", "--quiet", "main")
    branch.write("notes.txt", "x")
    branch.commit("ahead")
    branch.git("checkout", "--quiet", "work")
    assert labels(branch) == ("one", "working tree")
    assert labels(branch, "main") == ("ahead", "working tree")
    assert labels(branch, "main", "HEAD") == ("ahead", "HEAD")
    assert labels(branch, "main..work") == ("ahead", "work")
    assert labels(branch, "main...work") == ("one", "work")
    assert labels(branch, "main...") == ("one", "HEAD")
    assert labels(branch, "..main") == ("two", "main")
    assert labels(branch, staged=True) == ("two", "index")
    assert labels(branch, "main", staged=True) == ("ahead", "index")


def test_on_the_base_itself_the_working_tree_is_compared_with_head(repo: GitRepository) -> None:
    write(repo, "a = 1")
    repo.commit("one")
    assert labels(repo) == ("one", "working tree")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"base": "main..work", "head": "work"}, "already names two versions"),
        ({"base": "main", "head": "work", "staged": True}, "--staged compares one commit"),
        ({"base": "nosuch"}, "git knows no revision 'nosuch'"),
        ({"base": "main", "head": "nosuch"}, "git knows no revision 'nosuch'"),
        ({"base": "nosuch...work"}, "git knows no revision 'nosuch'"),
    ],
)
def test_versions_that_mean_nothing_are_refused(branch: GitRepository, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(NbpeerError, match=said):
        versions(branch.path, Config(), **arguments)


@pytest.mark.parametrize("arguments", [{}, {"staged": True}, {"base": "HEAD"}])
def test_an_unborn_branch_has_nothing_to_compare(repo: GitRepository, arguments: dict[str, Any]) -> None:
    write(repo, "a = 1")
    with pytest.raises(NbpeerError, match="no commit yet"):
        versions(repo.path, Config(), **arguments)


def test_a_shallow_clone_without_the_base_says_how_to_get_it(branch: GitRepository, tmp_path: Path) -> None:
    url = branch.path.as_uri()
    copy = str(tmp_path / "copy")
    subprocess.run(["git", "clone", "-q", "--depth", "1", "-b", "work", url, copy], check=True, capture_output=True)
    with pytest.raises(NbpeerError) as caught:
        versions(Path(copy), Config(base="origin/main"))
    assert "--unshallow" in caught.value.hint


def test_the_index_is_compared_without_what_is_not_staged(branch: GitRepository) -> None:
    write(branch, "alpha = 0.02", "show(orders)")
    branch.git("add", "-A")
    write(branch, "alpha = 0.99", "show(orders)")
    found = only(diff(branch.path, Config(), *versions(branch.path, Config(), staged=True)))
    assert found.parameters == (ValueChange("alpha", "0.01", "0.02"),)


def test_an_analysis_in_which_only_outputs_ids_or_formatting_differ_is_left_out(branch: GitRepository) -> None:
    cells = [
        making.code("alpha = 0.01", tags=("parameters",), id="other"),
        making.code("orders = load('orders.csv')", outputs=[making.stream("loaded")], execution_count=2),
        making.code("show(orders)"),
    ]
    branch.write(PATH, making.text(making.notebook(*cells)).replace("\n", "\r\n"))
    branch.write(PATH.replace(".ipynb", ".results.json"), results(3.73).replace(b"\n", b"\n\n"))
    assert report(branch, "HEAD").analyses == ()


def test_results_that_moved_without_a_changed_cell_are_shown(branch: GitRepository) -> None:
    branch.write(PATH.replace(".ipynb", ".results.json"), results(3.8))
    found = only(report(branch, "HEAD"))
    assert found.changed_cells == ()
    assert [change.verdict for change in found.results] == ["within_tolerance"]


def test_what_the_results_rest_on_is_compared_too(branch: GitRepository) -> None:
    def certificate(number: str) -> Certificate:
        environment = Environment("python", "3.12", {"pandas": f"2.{number}"})
        return Certificate("sha256:1", {"alpha": int(number)}, {"orders.csv": number}, environment=environment)

    for number in "12":
        held = {"no twins": Expectation("no twins", number == "1")}
        more = {"certificate": certificate(number), "expectations": held, "caveats": (f"caveat {number}",)}
        write(branch, "alpha = 0.01", value=3.73, **more)
        branch.commit(number)
    found = only(report(branch, "HEAD~1"))
    assert found.changed_cells == ()
    assert found.expectations == (ValueChange("no twins", "passed", "failed"),)
    assert [change.name for change in found.caveats] == ["caveat 2", "caveat 1"]
    assert found.inputs == (ValueChange("orders.csv", "1", "2"),)
    assert found.packages == (ValueChange("pandas", "2.1", "2.2"),)
    assert found.parameters == (ValueChange("alpha", "1", "2"),)
    assert found.certificate == certificate("2")


def test_a_parameter_that_a_run_replaced_is_the_value_in_force(branch: GitRepository) -> None:
    write(branch, "alpha = 0.01\nn = 5", value=3.73, certificate=Certificate("sha256:1", {"alpha": 0.5}))
    assert only(report(branch, "HEAD")).parameters == (ValueChange("alpha", "0.01", "0.5"), ValueChange("n", None, "5"))


def test_added_removed_and_renamed_analyses(branch: GitRepository) -> None:
    write(branch, "x = 1", *[f"step_{n} = load_{n}()" for n in range(20)], path="new.ipynb", value=1)
    branch.git("mv", PATH, "analyses/renamed.ipynb")
    branch.git("mv", PATH.replace(".ipynb", ".results.json"), "analyses/renamed.results.json")
    branch.commit()
    added, renamed = sorted(report(branch, "HEAD~1").analyses, key=lambda found: found.status)
    assert (added.path, added.status, {change.kind for change in added.cells}) == ("new.ipynb", "added", {"added"})
    assert [change.verdict for change in added.results] == ["added"]
    assert (renamed.before_path, renamed.path, renamed.status) == (PATH, "analyses/renamed.ipynb", "renamed")
    assert renamed.changed_cells == ()
    assert [change.verdict for change in renamed.results] == ["unchanged"]
    (removed,) = (found for found in report(branch, "HEAD", "HEAD~1").analyses if found.status == "removed")
    assert {change.kind for change in removed.cells} == {"removed"}
    assert [change.verdict for change in removed.results] == ["removed"]
    assert removed.parameters == ()


def test_paths_narrow_it(branch: GitRepository) -> None:
    for path in ("analyses/other.ipynb", "top.ipynb"):
        write(branch, "x = 1", path=path)

    def names(*paths: str) -> list[str]:
        return [found.path for found in report(branch, "main", None, *paths).analyses]

    assert names() == ["analyses/other.ipynb", PATH, "top.ipynb"]
    assert names("analyses") == ["analyses/other.ipynb", PATH]
    assert names("top.ipynb") == ["top.ipynb"]
    assert names("analyses/other.ipynb", "top.ipynb") == ["analyses/other.ipynb", "top.ipynb"]
    assert names("anal") == []
    assert names(".") == names()


def test_notebooks_that_are_no_analyses_are_left_out(branch: GitRepository) -> None:
    config = Config(exclude=("analyses/**",))
    assert diff(branch.path, config, *versions(branch.path, config)).analyses == ()


@pytest.mark.parametrize(
    ("content", "said", "shown"),
    [
        (b"", "is empty", []),
        (b"<<<<<<< ours\n{", "merge conflict markers", ["<<<<<<< ours\n{"]),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "is not", []),
        (b'{"nbformat": 4}', "has no cells list", ['{"nbformat": 4}']),
    ],
)
def test_a_side_that_cannot_be_read_is_said_and_the_other_is_shown(
    branch: GitRepository, content: bytes, said: str, shown: list[str]
) -> None:
    branch.write(PATH, content)
    found = only(report(branch, "HEAD"))
    assert found.problem.startswith(f"in working tree: {PATH} ")
    assert said in found.problem
    assert {change.kind for change in found.cells if change.before} == {"removed"}
    assert [change.after.source for change in found.cells if change.after] == shown
    assert [change.verdict for change in found.results] == ["unchanged"]


def test_results_that_cannot_be_read_are_said_and_the_cells_are_shown(branch: GitRepository) -> None:
    branch.write(PATH.replace(".ipynb", ".results.json"), "<<<<<<<")
    found = only(report(branch))
    assert "pricing.results.json is not a valid results file" in found.problem
    assert [change.kind for change in found.changed_cells] == ["changed"]


def test_a_file_that_is_not_there_cannot_be_compared(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(making.text(making.notebook()))
    for pair in (("a.ipynb", "gone.ipynb"), ("gone.ipynb", "a.ipynb")):
        with pytest.raises(NbpeerError, match=r"there is no file .*gone\.ipynb"):
            files_diff(*(tmp_path / name for name in pair))
