"""A team's own kind, looked at before anybody uses it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import making
from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]

FOLDER = "nbpeer_templates/cohort"
HEADER = "---\ntitle: What\nkind: cohort\ntags: []\n---\n"
TEMPLATE = """title = "Cohort study"
description = "Follow customers who started together."
required = ["title", "tags"]
sections = ["Summary"]

[[parameters]]
name = "months"
type = "integer"
default = 12
minimum = 1
help = "How long."
"""
CHECKLIST = "version: 1\nitems: [{id: K1, question: Same start?, evidence: [NBP309], show: [Summary, results]}]\n"
CODE = "months = 12\n"


def write(repo: GitRepository, name: str, old: str = "", new: str = "") -> None:
    """A sound kind, in which one text of one file is another."""
    files = {"template.toml": TEMPLATE, "checklist.yml": CHECKLIST, "header": HEADER, "code": CODE, "more": ""}
    assert old in files[name]
    files[name] = files[name].replace(old, new) if old else new or files[name]
    repo.write(f"{FOLDER}/template.toml", files["template.toml"])
    repo.write(f"{FOLDER}/checklist.yml", files["checklist.yml"])
    cells = [
        making.markdown("## Summary\n\nTODO what was found.\n"),
        making.code(files["code"].rstrip("\n"), tags=("parameters",)),
        making.code(f"import nbpeer\n\nnbpeer.result('months', months)\n{files['more']}".rstrip("\n")),
    ]
    repo.write(f"{FOLDER}/analysis.ipynb", making.notebook(*cells, header=files["header"]))


def test_a_sound_kind_is_said_to_be_sound_and_runs(repo: GitRepository, nbpeer: Nbpeer) -> None:
    write(repo, "more")
    done = nbpeer("template", "check", FOLDER)
    assert (done.code, done.out) == (0, f"{FOLDER}: the kind cohort is sound\n")
    done = nbpeer("template", "check", FOLDER, "--run")
    assert (done.code, done.out) == (0, f"{FOLDER}: the kind cohort is sound and runs\n")
    assert sorted(path.name for path in (repo.path / FOLDER).iterdir()) == [
        "analysis.ipynb", "checklist.yml", "template.toml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("template.toml", "integer", "whole", "parameters[0].type"),
        ("template.toml", "default = 12", "default = 13", "`months` defaults to 13, and the cell has 12"),
        ("template.toml", "minimum = 1", "minimum = 20", "does not fit its own rules: parameter months is 12: give 20"),
        ("template.toml", "minimum = 1", 'not_before = "weeks"', "is not before 'weeks', which is no integer"),
        ("template.toml", 'help = "How long."', "", "`months` has no help"),
        ("template.toml", '["Summary"]', '["Summary", "Limits"]', "the section “Limits” is missing"),
        ("template.toml", '"tags"]', '"owner"]', "lacks `owner`, which template.toml requires"),
        ("checklist.yml", "NBP309", "NBP399", "K1 names NBP399 as its evidence, and there is no such rule"),
        ("checklist.yml", "[Summary, results]", "[Sumary]", "K1 shows 'Sumary', which is neither a section nor"),
        ("checklist.yml", "id: K1", "id: C1", "C1 is one of the items that every kind asks"),
        ("checklist.yml", "evidence: [NBP309]", "ticked_by: auto", "K1 is automatic and names no rule"),
        ("checklist.yml", "version: 1", "version: [", "checklist.yml, line"),
        ("header", "kind: cohort", "kind: other", "says kind 'other', and the folder is 'cohort'"),
        ("header", "kind: cohort", "kind: [", "front matter, line"),
        ("header", "tags: []", "tags:   [ ]", "that `nbpeer new` would change"),
        ("code", "months", "weeks", "the parameters cell does not assign `months`"),
        ("code", "months = 12", "months = 12\nextra = 1", "assigns `extra`, which is not declared"),
    ],
)
def test_what_is_wrong_is_named(repo: GitRepository, nbpeer: Nbpeer, name: str, old: str, new: str, said: str) -> None:
    write(repo, name, old, new)
    done = nbpeer("template", "check", FOLDER)
    assert done.code == 1
    assert said in done.out


def test_outputs_are_named(repo: GitRepository, nbpeer: Nbpeer) -> None:
    write(repo, "more")
    path = repo.path / FOLDER / "analysis.ipynb"
    path.write_text(path.read_text().replace('"execution_count": null', '"execution_count": 3', 1))
    assert "`nbpeer strip` takes them out" in nbpeer("template", "check", FOLDER).out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("1 / 0", "it does not run: "),
        ("nbpeer.expect('no gap', False, '3 of 9')", "expectation 'no gap' fails (3 of 9"),
    ],
)
def test_what_goes_wrong_when_it_runs_is_named(repo: GitRepository, nbpeer: Nbpeer, more: str, said: str) -> None:
    write(repo, "more", new=more)
    assert nbpeer("template", "check", FOLDER).code == 0
    done = nbpeer("template", "check", FOLDER, "--run", "--format", "json")
    assert (done.code, done.json["ran"]) == (1, True)
    assert said in done.json["problems"][0]["message"]


def test_a_missing_file_or_folder_is_named(repo: GitRepository, nbpeer: Nbpeer) -> None:
    write(repo, "more")
    (repo.path / FOLDER / "checklist.yml").unlink()
    assert "has no checklist.yml" in nbpeer("template", "check", FOLDER).out
    done = nbpeer("template", "check", "nowhere")
    assert (done.code, "nowhere is not a folder" in done.err) == (2, True)


@pytest.mark.parametrize("kind", ["ab_test", "data_quality", "exploratory", "forecast", "metric_change"])
def test_our_own_kinds_are_sound(repo: GitRepository, nbpeer: Nbpeer, kind: str) -> None:
    shutil.copytree(Path(__file__).parents[2] / "templates" / kind, repo.path / kind)
    done = nbpeer("template", "check", kind, "--format", "json")
    problems = [problem["message"] for problem in done.json["problems"]]
    assert problems == []
