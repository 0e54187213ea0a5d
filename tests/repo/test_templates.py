"""Kinds and checklists: the built-in ones, a team's own, and what is said of wrong ones."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import making
import nbpeer
from conftest import GitRepository
from nbpeer import yaml
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.front_matter import front_matter_text, parse_front_matter
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.review import TIERS
from nbpeer.repo.templates import find_kind, kind_names, load_common
from nbpeer.strip import strip

BUILT_IN = ("ab_test", "data_quality", "exploratory", "forecast", "metric_change")
TEMPLATE = """
title = "Cohort study"
description = "Follow customers who started together."
required = ["title"]
sections = ["Summary"]
[[parameters]]
name = "months"
type = "integer"
default = 12
minimum = 1
"""
CHECKLIST = "version: 3\nitems:\n  - {id: K1, question: Same start for all?, evidence: [NBP309], ticked_by: human}\n"


def built_in(name: str) -> Kind:
    kind = find_kind(None, Config(), name)
    assert kind is not None
    return kind


def write_kind(repo: GitRepository, name: str = "cohort", **files: str) -> None:
    folder = f"nbpeer_templates/{name}"
    repo.write(f"{folder}/template.toml", files.get("template", TEMPLATE))
    repo.write(f"{folder}/checklist.yml", files.get("checklist", CHECKLIST))
    repo.write(f"{folder}/analysis.ipynb", making.notebook(making.code("months = 12", tags=("parameters",))))


def notebook_of(kind: Kind) -> Notebook:
    return parse_notebook(kind.notebook, kind.folder)


def test_the_built_in_kinds_are_there_outside_a_repository() -> None:
    assert kind_names(None, Config()) == BUILT_IN


def test_a_team_adds_kinds_and_replaces_built_in_ones(repo: GitRepository) -> None:
    write_kind(repo, "cohort")
    write_kind(repo, "ab_test")
    assert kind_names(repo.path, Config()) == tuple(sorted((*BUILT_IN, "cohort")))
    own = find_kind(repo.path, Config(), "ab_test")
    assert own is not None
    assert (own.title, own.checklist_version, own.items[0].id) == ("Cohort study", 3, "K1")
    assert own.parameters[0].minimum == 1
    kept = find_kind(repo.path, Config(), "exploratory")
    assert kept == built_in("exploratory")


def test_the_teams_folder_is_where_the_configuration_says(repo: GitRepository) -> None:
    write_kind(repo, "cohort")
    (repo.path / "nbpeer_templates").rename(repo.path / "kinds")
    assert "cohort" not in kind_names(repo.path, Config())
    assert "cohort" in kind_names(repo.path, Config(templates="kinds"))


@pytest.mark.parametrize("name", ["nothing", "../ab_test", "ab_test/../ab_test", "", "AB_TEST"])
def test_a_kind_that_is_not_there_is_none(repo: GitRepository, name: str) -> None:
    assert find_kind(repo.path, Config(), name) is None


def test_each_tier_asks_what_the_common_checklist_says() -> None:
    common = load_common(None, Config())
    assert tuple(common.tiers) == TIERS
    assert common.tiers["low"].items == ("C1", "C3", "C8")
    assert common.tiers["medium"].items == tuple(f"C{number}" for number in range(1, 10))
    assert common.tiers["high"].items == tuple(f"C{number}" for number in range(1, 11))
    assert common.tiers["business_critical"].items == (*common.tiers["high"].items, "B1", "B2")
    assert [common.tiers[tier].minutes for tier in TIERS] == [5, 15, 30, 30]
    assert [common.tiers[tier].kind_items for tier in TIERS] == [False, False, True, True]
    assert [common.tiers[tier].reviewers for tier in TIERS] == [1, 1, 1, 2]
    assert [len(common.tiers[tier].rules) for tier in TIERS] == [1, 2, 3, 3]


def test_a_team_replaces_the_common_checklist(repo: GitRepository) -> None:
    repo.write(
        "nbpeer_templates/checklist.yml",
        "version: 9\ntiers: {low: {minutes: 2, items: [T1], rules: [error]}}\nitems: [{id: T1, question: Fine?}]\n",
    )
    common = load_common(repo.path, Config())
    assert (common.version, [item.id for item in common.items]) == (9, ["T1"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("version: [", "line 1"),
        ("- a list", "must be a mapping"),
        ("tiers: {}\nitems: []\n", "version"),
        ("version: 1\ntiers: {}\nitems: [{id: C1}]\n", "question"),
        ("version: 1\ntiers: {}\nitems: [{id: C1, question: a?, tickedby: human}]\n", "did you mean 'ticked_by'?"),
        ("version: 1\ntiers: {}\nitems: [{id: C1, question: a?, ticked_by: robot}]\n", "items[0].ticked_by"),
        ("version: 1\ntiers: {}\nitems: [{id: A, question: a?}, {id: A, question: b?}]\n", "A is there twice"),
        ("version: 1\ntiers: {low: {minutes: 1, items: [C9], rules: []}}\nitems: []\n", "C9, which is not an item"),
        ("version: 1\ntiers: {low: {minutes: 1, items: [], rules: [fatal]}}\nitems: []\n", "severity 'fatal'"),
        ("version: 1\ntiers: {low: {minutes: 1, items: [], rule: []}}\nitems: []\n", "did you mean 'rules'?"),
        ("version: 1\ntiers: {huge: {minutes: 1, items: [], rules: []}}\nitems: []\n", "huge"),
    ],
)
def test_a_wrong_common_checklist_is_named_with_its_place(repo: GitRepository, content: str, said: str) -> None:
    path = repo.write("nbpeer_templates/checklist.yml", content)
    with pytest.raises(NbpeerError) as raised:
        load_common(repo.path, Config())
    assert str(path) in str(raised.value)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("template", "title = \nnext = 1", "line 1"),
        ("template", 'description = "no title"', "title"),
        ("template", 'title = "a"\ndescription = "b"\nsection = []', "section"),
        ("template", TEMPLATE.replace("integer", "whole"), "parameters[0].type"),
        ("template", TEMPLATE + TEMPLATE[TEMPLATE.index("[[") :], "months is there twice"),
        ("template", TEMPLATE.replace('"months"', '"two words"'), "'two words' cannot be a parameter"),
        ("template", TEMPLATE.replace("integer", "choice"), "months has no choices"),
        ("checklist", "version: one\n", "version"),
        ("checklist", "version: 1\nitems: [{id: K1, question: a?, evidenc: []}]\n", "did you mean 'evidence'?"),
    ],
)
def test_a_wrong_kind_is_named_with_its_file_and_place(repo: GitRepository, name: str, content: str, said: str) -> None:
    write_kind(repo, **{name: content})
    with pytest.raises(NbpeerError) as raised:
        find_kind(repo.path, Config(), "cohort")
    assert f"cohort/{name}." in str(raised.value)
    assert said in str(raised.value)


def test_an_incomplete_kind_is_refused(repo: GitRepository) -> None:
    write_kind(repo)
    (repo.path / "nbpeer_templates/cohort/checklist.yml").unlink()
    with pytest.raises(NbpeerError, match=r"cohort has no checklist\.yml"):
        find_kind(repo.path, Config(), "cohort")


def test_a_template_that_is_not_text_is_refused(repo: GitRepository) -> None:
    write_kind(repo)
    repo.write("nbpeer_templates/cohort/template.toml", b'title = "\xff"')
    with pytest.raises(NbpeerError, match=r"template\.toml is not UTF-8 text \(byte 9\)"):
        find_kind(repo.path, Config(), "cohort")


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_template_declares_the_parameters_its_cell_assigns(name: str) -> None:
    kind = built_in(name)
    cell = next(cell for cell in notebook_of(kind).cells if "parameters" in cell.tags)
    assigned = {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in ast.parse(cell.source).body
        if isinstance(statement, ast.Assign)
    }
    assert assigned == {parameter.name: parameter.default for parameter in kind.parameters}
    assert all(parameter.help for parameter in kind.parameters)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_template_has_the_sections_and_keys_its_kind_asks_for(name: str) -> None:
    kind = built_in(name)
    notebook = notebook_of(kind)
    lines = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    assert [line.removeprefix("## ") for line in lines if line.startswith("#")] == list(kind.sections)
    front = parse_front_matter(notebook)
    assert front is not None
    assert front.kind == name
    assert set(kind.required) <= set(front.lines)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_template_is_stripped_and_its_front_matter_is_kept_as_it_is_when_filled_in(name: str) -> None:
    kind = built_in(name)
    assert strip(kind.notebook) == kind.notebook
    text = front_matter_text(notebook_of(kind))
    assert text is not None
    assert yaml.dump(yaml.load_commented(text)) == text


def test_an_installed_package_finds_the_templates_inside_itself(tmp_path: Path) -> None:
    package = Path(nbpeer.__file__).parent
    shutil.copytree(package, tmp_path / "nbpeer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(Path(built_in("ab_test").folder).parent, tmp_path / "nbpeer/templates")
    program = (
        "from nbpeer.repo.templates import find_kind; from nbpeer.config import Config; "
        "print(find_kind(None, Config(), 'ab_test').folder)"
    )
    environment = {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == tmp_path / "nbpeer/templates/ab_test"
