"""A pull request cannot loosen its own gate: what the gate goes by is read from the base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
import reviewing
from conftest import GitRepository, Outcome
from reviewing import PATH, REVIEWER

Nbpeer = Callable[..., Outcome]

CONFIG = '[gate]\nseverity = "warning"\n'
OWN_KIND = {
    "template.toml": 'title = "Price test"\ndescription = "Ours."\nrequired = ["tags"]\n',
    "checklist.yml": "version: 7\nitems: [{id: Z1, question: Ours?}]\n",
}


def on_main(repo: GitRepository, files: dict[str, Any]) -> None:
    """Commit files on main, and bring them into the branch."""
    repo.git("switch", "--quiet", "main")
    for name, content in files.items():
        repo.write(name, content)
    repo.commit("rules", author="Maintainer <maintainer@example.org>")
    repo.git("switch", "--quiet", "work")
    repo.git("merge", "--quiet", "--no-edit", "main")


def own_kind(name: str = "ab_test", **files: str) -> dict[str, Any]:
    folder = f"nbpeer_templates/{name}"
    found = {f"{folder}/{file}": content for file, content in (OWN_KIND | files).items()}
    return found | {f"{folder}/analysis.ipynb": making.notebook()}


def unmet(done: Outcome) -> dict[str, str]:
    return {
        item["name"]: item["reason"]
        for analysis in done.json["analyses"]
        for item in analysis["conditions"]
        if not item["met"]
    }


@pytest.fixture
def analysis(repo: GitRepository) -> GitRepository:
    reviewing.begin(repo)
    return repo


def test_a_branch_cannot_exclude_its_own_notebook(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    on_main(analysis, {"nbpeer.toml": 'include = ["analyses/*.ipynb"]\n'})
    assert nbpeer("status").code == 1
    analysis.write("nbpeer.toml", 'include = ["analyses/*.ipynb"]\nexclude = ["analyses/**"]\n')
    done = nbpeer("status")
    assert done.code == 1
    assert "! this branch changes the configuration (nbpeer.toml or pyproject.toml): main's is used" in done.out
    analysis.commit("exclude it")
    assert nbpeer("status").code == 1


def test_a_branch_cannot_choose_its_rules(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    on_main(analysis, {"pyproject.toml": "[tool.nbpeer.gate]\nrequire-results = true\n"})
    analysis.write(PATH, reviewing.pricing('key = "AKIA2E0A8F3B244C9986"\n'))
    reviewing.record(analysis)
    analysis.write("pyproject.toml", '[tool.nbpeer.check]\nignore = ["NBP6"]\n')
    assert unmet(nbpeer("status", "--format", "json"))["checks pass"].startswith("error NBP601")


def test_a_branch_cannot_put_its_findings_into_the_baseline(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.write(PATH, reviewing.pricing("print(nowhere)\n"))
    reviewing.record(analysis)
    assert nbpeer("check", "--update-baseline").code == 0
    assert nbpeer("check").code == 0
    analysis.commit("known now")
    assert unmet(nbpeer("status", "--format", "json"))["checks pass"].startswith("error NBP102")


def test_a_branch_cannot_take_questions_away(analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    checklist = (
        "version: 2\ntiers: {medium: {minutes: 1, items: [T1], rules: [error]}}\nitems: [{id: T1, question: ?}]\n"
    )
    analysis.write("nbpeer_templates/checklist.yml", checklist.replace("?}", "Fine?}"))
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path, {"T1": "yes"}))
    assert done.code == 2
    assert "the checklist has no item 'T1'" in done.err
    done = nbpeer("status")
    assert "! this branch changes nbpeer_templates/checklist.yml: main's kinds, checklists and signers" in done.out


def test_a_branch_cannot_replace_a_kind_for_itself(analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    for name, content in own_kind().items():
        analysis.write(name, content)
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path)).code == 0
    (found,) = reviewing.sign_offs(analysis)
    assert found.checklist_version == "1.1"
    assert nbpeer("status").code == 0


def test_the_bases_own_kind_holds_also_where_the_branch_loosens_it(
    analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    on_main(analysis, own_kind())
    loosened = own_kind(**{"template.toml": OWN_KIND["template.toml"].replace("tags", "title")})
    header = making.HEADER.replace("tags: [pricing]\n", "")
    analysis.write(PATH, reviewing.pricing(header=header))
    reviewing.record(analysis)
    for name, content in loosened.items():
        analysis.write(name, content)
    reasons = unmet(nbpeer("status", "--format", "json"))
    assert reasons["checks pass"].startswith("error NBP201")
    assert "`tags` is missing" in reasons["checks pass"]


def test_a_kind_that_is_new_with_the_branch_is_the_branchs(
    analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    for name, content in own_kind("cohort").items():
        analysis.write(name, content)
    analysis.write(PATH, reviewing.pricing(header=making.HEADER.replace("kind: ab_test", "kind: cohort")))
    reviewing.record(analysis)
    analysis.commit("a kind of our own", author="Analyst <analyst@example.org>")
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path)).code == 0
    assert reviewing.sign_offs(analysis)[0].checklist == "cohort"


def test_an_old_branch_point_brings_no_old_rules_back(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.git("switch", "--quiet", "main")
    analysis.write("nbpeer.toml", "[gate]\nreviewers = 2\n")
    analysis.commit("two from now on", author="Maintainer <maintainer@example.org>")
    analysis.git("switch", "--quiet", "work")
    done = nbpeer("status", "--explain")
    assert "2 reviewers" in done.out
    assert "this branch changes" not in done.out


def test_the_first_configuration_is_the_branchs_own_and_that_is_said(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    assert nbpeer("status", "--format", "json").json["notes"] == []
    analysis.write("nbpeer.toml", CONFIG)
    assert nbpeer("status", "--format", "json").json["notes"] == [
        "main has no configuration: this branch's own is used"
    ]


def test_a_wrong_configuration_of_the_base_is_named(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    on_main(analysis, {"nbpeer.toml": "[gate]\nseverty = 1\n"})
    analysis.write("nbpeer.toml", "")
    done = nbpeer("status")
    assert done.code == 2
    assert "unknown key 'severty'" in done.err


def test_the_gates_rules_go_by_tier(analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    on_main(analysis, {"nbpeer.toml": "[gate.tiers.medium]\nreviewers = 2\n"})
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path)).code == 0
    reasons = unmet(nbpeer("status", "--format", "json"))
    assert reasons == {"signed off": reasons["signed off"]}
    assert reasons["signed off"].startswith(f"1 of 2 reviewers approved: {REVIEWER}")


def test_what_the_gate_asks_is_explained_tier_by_tier(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    rules = '[gate]\nseverity = "warning"\n[gate.tiers.high]\nrequire-signature = true\nreviewers = 2\n'
    on_main(analysis, {"nbpeer.toml": rules})
    asked = {tier["tier"]: tier for tier in nbpeer("status", "--explain", "--format", "json").json["tiers"]}
    assert [asks["severity"] for asks in asked.values()] == ["warning"] * 4
    assert [asks["reviewers"] for asks in asked.values()] == [1, 1, 2, 2]
    assert [asks["require_signature"] for asks in asked.values()] == [False, False, True, False]
    text = nbpeer("status", "--explain").out
    assert "checks pass: no error or warning is left that nobody waived with a reason" in text
    assert "signed off: 2 reviewers, each with an SSH signature" in text


def test_the_reviewer_is_told_what_the_branch_changes(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    on_main(analysis, {"nbpeer.toml": CONFIG})
    analysis.write("nbpeer.toml", "[gate]\nrequire-results = false\n")
    assert "! this branch changes the configuration" in nbpeer("review", PATH).out


@pytest.mark.parametrize("place", ["nbpeer_templates", "kinds/", "../kinds", "."])
def test_of_files_beside_analyses_those_below_the_templates_are_told(
    place: str, analysis: GitRepository, nbpeer: Nbpeer
) -> None:
    on_main(analysis, {"nbpeer.toml": f'templates = "{place}"\n'})
    analysis.write("kinds/odd/template.toml", 'title = "Odd"\ndescription = "Ours."\n')
    told = [note for note in nbpeer("status", "--format", "json").json["notes"] if "kinds, checklists" in note]
    assert bool(told) == (place in ("kinds/", "."))


def test_a_branch_cannot_lower_the_tier_of_what_it_changes(
    analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    analysis.git("switch", "--quiet", "main")
    analysis.git("merge", "--quiet", "work")
    analysis.git("switch", "--quiet", "-c", "next")
    analysis.be("analyst@example.org")
    analysis.write(PATH, reviewing.pricing("rate = 1\n", making.HEADER.replace("tier: medium", "tier: low")))
    reviewing.record(analysis)
    analysis.commit("lower")
    analysis.be(REVIEWER)
    few = reviewing.answers_file(tmp_path, {"C1": "yes", "C3": "yes", "C8": "yes"})
    done = nbpeer("sign", PATH, "--answers", few)
    assert (done.code, "not answered: " in done.err) == (2, True), done.err
    note = f"! this branch lowers {PATH} from tier medium to low: main's is used until it is merged"
    assert note in nbpeer("status").out
    assert note in nbpeer("review", PATH).out
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path)).code == 0
    assert nbpeer("status").code == 0


def test_a_branch_may_raise_the_tier(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.git("switch", "--quiet", "main")
    analysis.git("merge", "--quiet", "work")
    analysis.git("switch", "--quiet", "-c", "next")
    analysis.write(PATH, reviewing.pricing("rate = 1\n", making.HEADER.replace("tier: medium", "tier: high")))
    reviewing.record(analysis)
    done = nbpeer("sign", PATH, "--template")
    assert "# C10" in done.out
    assert nbpeer("status", "--format", "json").json["notes"] == []


@pytest.mark.parametrize("committed", [True, False], ids=["in a commit", "uncommitted"])
def test_deleting_a_request_for_changes_does_not_answer_it(
    analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path, committed: bool
) -> None:
    answers = reviewing.answers_file(tmp_path)
    nbpeer("sign", PATH, "--answers", answers, "--decision", "request-changes", "--comment", "wait")
    analysis.commit("objection")
    (file,) = (analysis.path / ".nbpeer/signoffs").iterdir()
    file.unlink()
    if committed:
        analysis.commit("nothing to see")
    analysis.be(reviewing.SECOND)
    assert nbpeer("sign", PATH, "--answers", answers).code == 0
    assert REVIEWER in unmet(nbpeer("status", "--format", "json"))["signed off"]
    analysis.be(REVIEWER)
    assert nbpeer("sign", PATH, "--answers", answers).code == 0
    assert nbpeer("status").code == 0
