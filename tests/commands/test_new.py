"""Starting an analysis from a template, through the command line."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from conftest import GitRepository, Outcome
from nbpeer.commands.new import new, typed_parameters
from nbpeer.errors import NbpeerError
from nbpeer.model.front_matter import FrontMatter, parse_front_matter
from nbpeer.model.kind import Kind, Parameter
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.results.read import read_results

Nbpeer = Callable[..., Outcome]


def made(path: Path) -> Notebook:
    return parse_notebook(path.read_bytes(), str(path))


def front(path: Path) -> FrontMatter:
    found = parse_front_matter(made(path))
    assert found is not None
    return found


def parameters(path: Path) -> dict[str, Any]:
    cell = next(cell for cell in made(path).cells if "parameters" in cell.tags)
    return {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in ast.parse(cell.source).body
        if isinstance(statement, ast.Assign)
    }


def write_kind(repo: GitRepository, notebook: dict[str, Any], template: str = "") -> None:
    repo.write("nbpeer_templates/cohort/template.toml", f'title = "Cohort"\ndescription = "Follow."\n{template}')
    repo.write("nbpeer_templates/cohort/checklist.yml", "version: 1\n")
    repo.write("nbpeer_templates/cohort/analysis.ipynb", notebook)


MONTHS = '[[parameters]]\nname = "months"\ntype = "integer"\n'


def test_a_list_is_shown_as_it_is_typed(repo: GitRepository, nbpeer: Nbpeer) -> None:
    assert "  -p variants LIST  " in (listed := nbpeer("new", "--list").out)
    assert "[control,treatment]\n" in listed


def test_a_new_analysis_is_a_valid_notebook_with_what_is_known_filled_in(repo: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("new", "ab_test", "analyses/2026/lower_price-test.ipynb", "-p", "alpha", "0.01")
    assert (done.code, done.err) == (0, "")
    assert "nbpeer run analyses/2026/lower_price-test.ipynb" in done.out
    path = repo.path / "analyses/2026/lower_price-test.ipynb"
    nbformat.validate(nbformat.read(path, as_version=4))
    found = front(path)
    assert (found.title, found.kind, found.authors) == ("Lower price test", "ab_test", ("analyst@example.org",))
    assert "TODO" in found.question
    assert parameters(path)["alpha"] == 0.01


def test_only_what_was_asked_for_differs_from_the_template(repo: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("new", "exploratory", "a.ipynb")
    nbpeer("new", "exploratory", "b.ipynb", "-p", "seed", "7", "-p", "segment", "new", "--title", "Late: 'orders'")
    before, after = ((repo.path / name).read_text().splitlines() for name in ("a.ipynb", "b.ipynb"))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new.strip().removesuffix(",") for _, new in changed] == [
        json.dumps("title: \"Late: 'orders'\"\n"),
        json.dumps('segment = "new"\n'),
        json.dumps("seed = 7"),
    ]
    assert (repo.path / "b.ipynb").read_text() == making.text(json.loads((repo.path / "b.ipynb").read_text()))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("mde", "0.02", 0.02),
        ("planned_n", "500", 500),
        ("end", "2026-05-01", "2026-05-01"),
        ("variants", "old, new", ["old", "new"]),
        ("guardrails", "[a, 'b, c', 3]", ["a", "b, c", 3]),
        ("guardrails", "", []),
        ("experiment_id", 'ü "quoted" \\ id', 'ü "quoted" \\ id'),
    ],
)
def test_a_parameter_is_set_by_its_type(repo: GitRepository, nbpeer: Nbpeer, name: str, text: str, value: Any) -> None:
    done = nbpeer("new", "ab_test", "a.ipynb", "-p", name, text, "--format", "json")
    assert done.json["parameters"] == {name: value}
    assert parameters(repo.path / "a.ipynb")[name] == value


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("alfa", "0.1", "did you mean 'alpha'?"),
        ("colour", "red", "ab_test has experiment_id, start"),
        ("alpha", "small", "parameter alpha is 'small'; a number is wanted"),
        ("alpha", "nan", "a number is wanted"),
        ("alpha", "0.6", "parameter alpha is 0.6; give 0.5 or less"),
        ("alpha", "0", "give 0.0001 or more"),
        ("planned_n", "10.5", "a whole number is wanted"),
        ("start", "01.02.2026", "a date, YYYY-MM-DD, is wanted"),
        ("variants", "[a, {b: c}]", "is wanted"),
        ("variants", "[a", "is wanted"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused_by_name(
    repo: GitRepository, nbpeer: Nbpeer, name: str, text: str, said: str
) -> None:
    done = nbpeer("new", "ab_test", "folder/a.ipynb", "-p", name, text)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not (repo.path / "folder").exists()


def test_a_choice_that_is_not_offered_is_refused(nbpeer: Nbpeer) -> None:
    done = nbpeer("new", "exploratory", "a.ipynb", "-p", "segment", "old")
    assert (done.code, done.err) == (
        2,
        "nbpeer: parameter segment is 'old'; choose from all, new, returning\n",
    )


@pytest.mark.parametrize(("text", "value"), [("true", True), ("False", False), ("1", None), ("yes", None)])
def test_a_boolean_is_true_or_false(text: str, value: bool | None) -> None:
    kind = Kind("k", "", "", "", b"", parameters=(Parameter("deep", "boolean"),))
    if value is None:
        with pytest.raises(NbpeerError, match="true or false is wanted"):
            typed_parameters(kind, {"deep": text})
    else:
        assert typed_parameters(kind, {"deep": text}) == {"deep": value}


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.text())
def test_every_value_comes_back_from_its_text(number: float, integer: int, text: str) -> None:
    declared = (Parameter("f", "number"), Parameter("i", "integer"), Parameter("t", "text"))
    kind = Kind("k", "", "", "", b"", parameters=declared)
    found = typed_parameters(kind, {"f": repr(number), "i": str(integer), "t": text})
    assert found == {"f": number, "i": integer, "t": text}


@pytest.mark.parametrize(
    "title", ["Is it 3:1?", "- no", "#1", "'quoted\"", "{a: b}", "no", "2026-01-01", "Ärger & Öl " * 20, "tab\tin it"]
)
def test_every_title_survives_the_front_matter(repo: GitRepository, nbpeer: Nbpeer, title: str) -> None:
    assert nbpeer("new", "ab_test", "a.ipynb", "--title", title).code == 0
    shown = " ".join(title.split())
    assert front(repo.path / "a.ipynb").title == shown[0].upper() + shown[1:]


def test_nothing_is_replaced_unless_told(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("a.ipynb", "mine")
    done = nbpeer("new", "ab_test", "a.ipynb")
    assert (done.code, (repo.path / "a.ipynb").read_text()) == (2, "mine")
    assert "a.ipynb is there already; choose another name, or pass --force" in done.err
    assert nbpeer("new", "ab_test", "a.ipynb", "--force").code == 0
    assert front(repo.path / "a.ipynb").kind == "ab_test"


def test_a_dangling_link_is_not_replaced(repo: GitRepository, nbpeer: Nbpeer) -> None:
    (repo.path / "a.ipynb").symlink_to("nowhere.ipynb")
    assert nbpeer("new", "ab_test", "a.ipynb").code == 2
    assert not (repo.path / "nowhere.ipynb").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("abtest", "a.ipynb"), "there is no kind 'abtest'; did you mean 'ab_test'?"),
        (("zzz", "a.ipynb"), "`nbpeer new --list` shows them"),
        (("ab_test", "."), "is a folder; name the notebook"),
        (("ab_test", "a.py"), "a.py is not the name of a notebook"),
        (("ab_test", "pricing"), "call it pricing.ipynb"),
        (("ab_test", "file/a.ipynb"), "could not be written"),
        (("ab_test",), "give a KIND and a PATH"),
        ((), "give a KIND and a PATH"),
    ],
)
def test_what_cannot_be_made_is_refused(
    repo: GitRepository, nbpeer: Nbpeer, arguments: tuple[str, ...], said: str
) -> None:
    repo.write("file", "")
    done = nbpeer("new", *arguments)
    assert done.code == 2
    assert said in done.err
    assert not list(repo.path.glob("*.ipynb"))


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        ("ab_test", "start", "end"),
        ("data_quality", "start", "end"),
        ("exploratory", "start_date", "end_date"),
        ("metric_change", "compare_start", "compare_end"),
    ],
)
def test_a_window_that_ends_before_it_starts_is_neither_made_nor_run(
    repo: GitRepository, nbpeer: Nbpeer, kind: str, start: str, end: str
) -> None:
    done = nbpeer("new", kind, "a.ipynb", "-p", start, "2030-01-01")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert f"parameter {end} is 2026-" in done.err
    assert f"which comes before {start}, 2030-01-01; give {end} 2030-01-01 or later, or an earlier {start}" in done.err
    assert not (repo.path / "a.ipynb").exists()
    assert nbpeer("new", kind, "a.ipynb").code == 0
    done = nbpeer("run", "a.ipynb", "-p", end, "2020-01-01")
    assert (done.code, f"a.ipynb: parameter {end} is 2020-01-01, which comes before {start}" in done.err) == (2, True)
    assert not (repo.path / "a.results.json").exists()


def test_an_analysis_can_be_made_outside_a_repository(tmp_path: Path, nbpeer: Nbpeer) -> None:
    assert nbpeer("new", "exploratory", "a.ipynb", cwd=tmp_path).code == 0
    assert front(tmp_path / "a.ipynb").authors == ()


def test_the_kinds_are_listed_with_a_teams_own(repo: GitRepository, nbpeer: Nbpeer) -> None:
    write_kind(repo, making.notebook(), MONTHS)
    done = nbpeer("new", "--list")
    assert done.code == 0
    assert "cohort  Cohort (nbpeer_templates/cohort)" in done.out
    assert "ab_test  A/B test (built-in)" in done.out
    assert "-p alpha NUMBER (from 0.0001 to 0.5)  Risk of a false alarm" in done.out
    assert "-p end DATE (not before start)  Last day of assignment. [2026-03-01]" in done.out
    assert "-p segment all|new|returning  Which customers to look at. [all]" in done.out
    listed = nbpeer("new", "--list", "--format", "json").json
    assert [(kind["name"], kind["own"]) for kind in listed] == [
        ("ab_test", False),
        ("cohort", True),
        ("data_quality", False),
        ("exploratory", False),
        ("forecast", False),
        ("metric_change", False),
    ]
    assert listed[1]["parameters"][0]["name"] == "months"


def test_a_kind_in_place_of_a_built_in_one_is_said_to_be(repo: GitRepository, nbpeer: Nbpeer) -> None:
    write_kind(repo, making.notebook())
    (repo.path / "nbpeer_templates/cohort").rename(repo.path / "nbpeer_templates/forecast")
    assert "forecast  Cohort (nbpeer_templates/forecast, in place of the built-in one)" in nbpeer("new", "--list").out


def test_a_teams_template_is_copied_stripped_with_its_comments(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells = [
        making.code("# how long\nmonths: int = 12  # since the start\nrate = 'ü'\n", tags=("parameters",)),
        making.code("months", outputs=[making.stream("12")], execution_count=1),
    ]
    write_kind(repo, making.notebook(*cells), MONTHS)
    assert nbpeer("new", "cohort", "a.ipynb", "-p", "months", "24").code == 0
    notebook = made(repo.path / "a.ipynb")
    assert notebook.cells[1].source == "# how long\nmonths: int = 24  # since the start\nrate = 'ü'\n"
    assert notebook.cells[2].raw_outputs == ()
    assert front(repo.path / "a.ipynb").question == "Does the lower price raise conversion?"


@pytest.mark.parametrize(
    ("notebook", "given", "said"),
    [
        (making.notebook(header=None), (), "has no front matter in its first cell"),
        (making.notebook(header="---\ntitle: [\n---\n"), (), "front matter, line"),
        (making.notebook(making.code("x = 1")), ("-p", "months", "1"), "has no cell tagged parameters"),
        (making.notebook(making.code("x = 1", tags=("parameters",))), ("-p", "months", "1"), "does not assign months"),
        (
            making.notebook(making.code("x <- 1 +", tags=("parameters",))),
            ("-p", "months", "1"),
            "only be set in Python",
        ),
        (making.notebook({"cell_type": "code", "metadata": {}, "source": []}), (), "is not a valid notebook"),
    ],
)
def test_a_wrong_template_is_named(
    repo: GitRepository, nbpeer: Nbpeer, notebook: dict[str, Any], given: tuple[str, ...], said: str
) -> None:
    write_kind(repo, notebook, MONTHS)
    done = nbpeer("new", "cohort", "a.ipynb", *given)
    assert done.code == 2
    assert said in done.err
    assert "nbpeer_templates/cohort" in done.err
    assert not (repo.path / "a.ipynb").exists()


# Each kind runs on the data it ships; the parameters are others than its own, so that they are proven to be used.
KINDS: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    (
        "ab_test",
        {"planned_n": "8000", "mde": "0.03", "primary_metric": "kept", "variants": "old,new"},
        {"people": 8000},
    ),
    ("data_quality", {"start": "2026-03-01", "incident_id": "INC-7"}, {"days": 31, "incident": "INC-7"}),
    ("exploratory", {"segment": "new", "end_date": "2026-02-28"}, {"share ordering again": pytest.approx(30, abs=4)}),
    (
        "forecast",
        {"horizon": "7", "n_backtests": "10", "baseline": "season_mean", "target": "visits"},
        {"total over the next 7 days": pytest.approx(2600, abs=300)},
    ),
    ("metric_change", {"compare_end": "2026-02-22", "metric": "sales"}, {"weeks compared": 7}),
]


@pytest.mark.parametrize(("kind", "given", "expected"), KINDS, ids=[kind for kind, _, _ in KINDS])
def test_a_new_analysis_once_filled_in_runs_and_passes_every_check(
    repo: GitRepository, nbpeer: Nbpeer, kind: str, given: dict[str, str], expected: dict[str, Any]
) -> None:
    repo.write("requirements.txt", "matplotlib==3.10\nnbpeer==1.0\nnumpy==2.2\npandas==2.3\nscipy==1.15\n")
    path = repo.path / "a.ipynb"
    new(kind, path, given)
    before = nbpeer("check", "a.ipynb", "--format", "json").json["findings"]
    assert {finding["code"] for finding in before if finding["severity"] != "info"} == {"NBP201", "NBP203"}
    fill_in(path)
    done = nbpeer("run", "a.ipynb")
    assert done.code == 0, done.err
    executed = made(repo.path / ".nbpeer/runs/a.ipynb")
    assert {output.output_type for cell in executed.cells for output in cell.outputs} == {"display_data"}
    found = read_results(executed)
    assert [item.name for item in found.expectations if not item.passed] == []
    assert {"number", "table", "figure"} <= {result.type for result in found.results}
    values = {result.name: result.value for result in found.results}
    assert {name: values[name] for name in expected} == expected
    checked = nbpeer("check", "a.ipynb", "--format", "json")
    assert checked.json["findings"] == []
    assert "will be executed again" not in done.out


def fill_in(path: Path) -> None:
    """Write what an analyst has to: here, any words in the place of each placeholder, and dates."""
    value = json.loads(path.read_text())
    for cell in value["cells"]:
        text = re.sub(r"(?m)^(\w+):  # TODO.*$", r"\1: 2027-03-01", "".join(cell["source"]))
        cell["source"] = text.replace("TODO", "Written").splitlines(keepends=True)
    path.write_text(making.text(value))
