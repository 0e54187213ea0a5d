"""The gate in real repositories: when it opens, what shuts it, what an approval survives."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import making
import reviewing
from conftest import GitRepository, Outcome
from nbpeer.model.review import encode_sign_off
from reviewing import ANALYST, PATH, REVIEWER, SECOND

Nbpeer = Callable[..., Outcome]


@pytest.fixture
def analysis(repo: GitRepository) -> GitRepository:
    reviewing.begin(repo)
    return repo


@pytest.fixture
def approved(analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> GitRepository:
    """The reviewer has approved and committed the sign-off; the gate is met."""
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path))
    assert done.code == 0, done.err
    analysis.commit("sign-off")
    assert nbpeer("status").code == 0
    return analysis


def unmet(done: Outcome) -> dict[str, str]:
    """The unmet conditions of the only analysis, with their reasons."""
    (found,) = done.json["analyses"]
    return {item["name"]: item["reason"] for item in found["conditions"] if not item["met"]}


def test_the_gate_is_shut_until_somebody_else_signs_off(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("status", "--format", "json")
    assert done.code == 1
    assert (done.json["met"], done.json["base"]) == (False, "main")
    assert unmet(done) == {"signed off": "nobody has signed this content off"}


def test_the_text_names_reasons_and_what_to_type(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    lines = nbpeer("status").out.splitlines()
    assert lines[0] == f"✗ {PATH}  not met"
    assert "  ✓ results fresh      the run was of exactly this source, 1 input unchanged" in lines
    assert f"      → somebody other than {ANALYST}: nbpeer review {PATH}" in lines
    assert lines[-1] == "The gate is not met: 1 of 1 changed analysis against main."


def test_a_sign_off_opens_the_gate_and_is_said_to_be_uncommitted(
    analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path))
    done = nbpeer("status")
    assert done.code == 0
    assert "(not committed yet)" in done.out
    analysis.commit("sign-off")
    committed = nbpeer("status")
    assert committed.code == 0
    assert "not committed" not in committed.out


def test_it_lapses_when_a_cell_is_edited(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write(PATH, reviewing.pricing("rate = 0.05\nprint(rate)\n"))
    reasons = unmet(nbpeer("status", "--format", "json"))
    assert "a cell was edited after the run" in reasons["results fresh"]
    assert f"{REVIEWER} approved different content" in reasons["signed off"]
    assert reasons["signed off"].endswith("cell sources changed since")
    assert "expectations hold" not in reasons


def test_it_lapses_when_the_front_matter_is_edited(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write(PATH, reviewing.pricing(header=making.HEADER.replace("Roll the lower", "Roll no")))
    assert "cell sources changed since" in unmet(nbpeer("status", "--format", "json"))["signed off"]


def test_it_lapses_when_a_result_changes(approved: GitRepository, nbpeer: Nbpeer) -> None:
    reviewing.record(approved, 0.0461)
    reasons = unmet(nbpeer("status", "--format", "json"))
    assert reasons == {"signed off": reasons["signed off"]}
    assert reasons["signed off"].endswith(": results changed since")


def test_it_lapses_when_the_results_are_removed(approved: GitRepository, nbpeer: Nbpeer) -> None:
    (approved.path / "analyses/pricing.results.json").unlink()
    reasons = unmet(nbpeer("status", "--format", "json"))
    assert reasons.keys() == {"results fresh", "expectations hold", "signed off"}


def executed(value: dict[str, Any]) -> None:
    value["cells"][2] |= {"execution_count": 7, "outputs": [making.stream("0.0412\n")]}
    value["metadata"]["language_info"]["version"] = "3.13.1"


def renumbered(value: dict[str, Any]) -> None:
    for number, cell in enumerate(value["cells"]):
        cell["id"] = f"new{number}"


def restripped(value: dict[str, Any]) -> None:
    value["cells"][2]["metadata"] = {"collapsed": True}
    value["nbformat_minor"] = 4
    for cell in value["cells"]:
        cell.pop("id")


@pytest.mark.parametrize("change", [executed, renumbered, restripped])
def test_it_survives_a_re_run_a_re_strip_and_new_cell_ids(
    approved: GitRepository, nbpeer: Nbpeer, change: Callable[[dict[str, Any]], None]
) -> None:
    reviewing.edit(approved, change)
    assert approved.git("status", "--porcelain")
    assert nbpeer("status").code == 0
    approved.commit("noise", author="Noise <noise@example.org>")
    assert nbpeer("status").code == 0


def test_it_survives_reformatting(approved: GitRepository, nbpeer: Nbpeer) -> None:
    file = approved.path / PATH
    file.write_text(json.dumps(json.loads(file.read_text()), indent=4) + "\n\n")
    assert nbpeer("status").code == 0


def test_it_survives_a_rebase(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.git("switch", "--quiet", "main")
    approved.write("README.md", "elsewhere")
    approved.commit("main moves on")
    approved.git("switch", "--quiet", "work")
    approved.git("rebase", "--quiet", "main")
    done = nbpeer("status", "--format", "json")
    assert done.code == 0
    assert len(done.json["analyses"]) == 1


def test_it_survives_a_squash_merge(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.git("switch", "--quiet", "-c", "release", "main")
    approved.git("merge", "--quiet", "--squash", "work")
    approved.commit("squashed", author=f"Analyst <{ANALYST}>")
    done = nbpeer("status", "--format", "json")
    assert done.code == 0
    assert len(done.json["analyses"]) == 1


def test_it_survives_a_rename(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.git("mv", PATH, "analyses/price_test.ipynb")
    approved.git("mv", "analyses/pricing.results.json", "analyses/price_test.results.json")
    approved.commit("rename", author=f"Analyst <{ANALYST}>")
    done = nbpeer("status", "--format", "json")
    assert [found["path"] for found in done.json["analyses"]] == ["analyses/price_test.ipynb"]
    assert done.code == 0


def hand_write(repo: GitRepository, **changes: Any) -> None:
    (sign_off,) = reviewing.sign_offs(repo)
    changed = replace(sign_off, **changes)
    for old in (repo.path / ".nbpeer/signoffs").iterdir():
        old.unlink()
    repo.write(".nbpeer/signoffs/by-hand.json", encode_sign_off(changed))


def test_a_rename_to_capitals_leaves_neither_gate_nor_check_nor_strip(approved: GitRepository, nbpeer: Nbpeer) -> None:
    capitals = PATH.replace(".ipynb", ".IPYNB")
    approved.git("mv", PATH, capitals)
    approved.commit("rename", author=f"Analyst <{ANALYST}>")
    assert nbpeer("status").code == 0
    reviewing.edit(approved, lambda value: value["cells"][2].update(source="rate = 1 / 0\n"), capitals)
    approved.commit("edit")
    done = nbpeer("status", "--format", "json")
    assert done.code == 1
    assert [found["path"] for found in done.json["analyses"]] == [capitals]
    assert unmet(done).keys() >= {"results fresh", "signed off"}
    assert nbpeer("check", "--format", "json").json["checked"] == [capitals]
    assert "1 notebook" in nbpeer("strip", "--check", "analyses").out
    assert capitals in nbpeer("diff").out


def test_new_results_of_a_notebook_in_capitals_are_asked_for(approved: GitRepository, nbpeer: Nbpeer) -> None:
    capitals = PATH.replace(".ipynb", ".IPYNB")
    approved.git("switch", "--quiet", "main")
    approved.git("merge", "--quiet", "work")
    approved.git("mv", PATH, capitals)
    approved.commit("rename")
    approved.git("switch", "--quiet", "-c", "later")
    reviewing.record(approved, 0.05, path=capitals)
    done = nbpeer("status", "--format", "json")
    assert [found["path"] for found in done.json["analyses"]] == [capitals]


def test_the_authors_sign_off_is_ignored_when_written_by_hand(approved: GitRepository, nbpeer: Nbpeer) -> None:
    hand_write(approved, reviewer=ANALYST)
    assert "is an author of the changes" in unmet(nbpeer("status", "--format", "json"))["signed off"]


def test_a_co_authors_sign_off_does_not_count(approved: GitRepository, nbpeer: Nbpeer) -> None:
    reviewing.edit(approved, renumbered)
    approved.commit(f"tidy\n\nCo-authored-by: Reviewer <{REVIEWER}>", author=f"Analyst <{ANALYST}>")
    assert "is an author of the changes" in unmet(nbpeer("status", "--format", "json"))["signed off"]


def test_a_colleagues_rename_does_not_make_the_author_a_stranger(approved: GitRepository, nbpeer: Nbpeer) -> None:
    for number, (old, new) in enumerate((("pricing", "prices"), ("prices", "price_test"))):
        approved.git("mv", f"analyses/{old}.ipynb", f"analyses/{new}.ipynb")
        approved.git("mv", f"analyses/{old}.results.json", f"analyses/{new}.results.json")
        approved.commit(f"rename {number}", author="Colleague <colleague@example.org>")
    hand_write(approved, reviewer=ANALYST)
    assert "is an author of the changes" in unmet(nbpeer("status", "--format", "json"))["signed off"]


def test_a_sign_off_whose_content_hash_was_edited_does_not_count(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write(PATH, reviewing.pricing("rate = 0.05\nprint(rate)\n"))
    reviewing.record(approved)
    content = nbpeer("status", "--format", "json").json["analyses"][0]["content"]
    hand_write(approved, content=content)
    assert "it was edited" in unmet(nbpeer("status", "--format", "json"))["signed off"]


def test_a_sign_off_copied_to_another_analysis_does_not_count(approved: GitRepository, nbpeer: Nbpeer) -> None:
    other = "analyses/other.ipynb"
    approved.write(other, reviewing.pricing("rate = 9\n"))
    reviewing.record(approved, 9.0, path=other)
    file = next((approved.path / ".nbpeer/signoffs").glob("*.json"))
    copied = json.loads(file.read_text()) | {"path": other}
    (file.parent / "copied.json").write_text(json.dumps(copied))
    approved.commit("copy it", author=f"Analyst <{ANALYST}>")
    verdicts = {found["path"]: found["met"] for found in nbpeer("status", "--format", "json").json["analyses"]}
    assert verdicts == {PATH: True, other: False}


def test_a_mailmap_does_not_make_the_author_a_stranger(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write(".mailmap", f"Somebody <somebody@example.org> <{ANALYST}>\n")
    approved.git("config", "log.mailmap", "true")
    approved.commit("map", author=f"Analyst <{ANALYST}>")
    hand_write(approved, reviewer=ANALYST)
    assert "is an author of the changes" in unmet(nbpeer("status", "--format", "json"))["signed off"]


def test_hiding_an_edit_from_git_hides_it_not_from_the_gate(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.git("update-index", "--assume-unchanged", PATH)
    approved.write(PATH, reviewing.pricing("rate = 0.05\n"))
    assert approved.git("status", "--porcelain") == ""
    assert "cell sources changed since" in unmet(nbpeer("status", "--format", "json"))["signed off"]


def test_a_replaced_base_does_not_hide_the_changes(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write(PATH, reviewing.pricing("rate = 0.05\n"))
    reviewing.record(approved)
    approved.git("replace", "main", approved.commit("edit", author=f"Analyst <{ANALYST}>"))
    assert "cell sources changed since" in unmet(nbpeer("status", "--format", "json"))["signed off"]


def test_taking_an_edit_back_brings_the_approval_of_that_content_back(approved: GitRepository, nbpeer: Nbpeer) -> None:
    before = (approved.path / PATH).read_bytes()
    approved.write(PATH, reviewing.pricing("rate = 0.05\n"))
    reviewing.record(approved, 0.05)
    approved.commit("edit", author=f"Analyst <{ANALYST}>")
    assert nbpeer("status").code == 1
    approved.write(PATH, before)
    reviewing.record(approved)
    approved.commit("take it back", author=f"Analyst <{ANALYST}>")
    assert nbpeer("status").code == 0


def test_a_second_reviewers_request_for_changes_shuts_it(
    approved: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    approved.be(SECOND)
    asked = reviewing.answers_file(tmp_path, {"C3": {"answer": "no", "note": "2025 data?"}})
    assert nbpeer("sign", PATH, "--answers", asked, "--decision", "request-changes").code == 0
    reasons = unmet(nbpeer("status", "--format", "json"))
    assert reasons == {"signed off": f"{SECOND} asks for changes: C3 2025 data?"}


def test_business_critical_needs_two_reviewers(repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    header = making.HEADER.replace("tier: medium", "tier: business_critical")
    reviewing.begin(repo, reviewing.pricing(header=header))
    items = [*reviewing.ANSWERS, "C10", "B1", "B2", *(f"A{number}" for number in range(1, 7))]
    answers = reviewing.answers_file(tmp_path, dict.fromkeys(items, "yes"))
    assert nbpeer("sign", PATH, "--answers", answers).code == 0
    assert "1 of 2 reviewers approved" in unmet(nbpeer("status", "--format", "json"))["signed off"]
    (mine,) = reviewing.sign_offs(repo)
    again = replace(mine, reviewer=REVIEWER.upper())
    repo.write(".nbpeer/signoffs/again.json", encode_sign_off(again))
    assert "1 of 2 reviewers approved" in unmet(nbpeer("status", "--format", "json"))["signed off"]
    repo.be(SECOND)
    assert nbpeer("sign", PATH, "--answers", answers).code == 0
    assert nbpeer("status").code == 0


def test_changed_input_data_make_the_results_stale(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write("analyses/orders.csv", "user,price\n1,9.5\n2,8.0\n")
    reasons = unmet(nbpeer("status", "--format", "json"))
    assert "analyses/orders.csv changed after the run" in reasons["results fresh"]
    (approved.path / "analyses/orders.csv").unlink()
    reasons = unmet(nbpeer("status", "--format", "json"))
    assert "the run read analyses/orders.csv, which is not here" in reasons["results fresh"]


def test_an_input_that_git_ignores_and_that_is_not_here_is_said_and_does_not_shut_the_gate(
    approved: GitRepository, nbpeer: Nbpeer
) -> None:
    (approved.path / "analyses/orders.csv").unlink()
    approved.write(".gitignore", "analyses/orders.csv\n")
    done = nbpeer("status")
    assert done.code == 0
    assert "not compared, as git ignores it and it is not here: analyses/orders.csv" in done.out


def test_an_input_outside_the_repository_is_never_read(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    file = analysis.path / "analyses/pricing.results.json"
    file.write_text(file.read_text().replace("analyses/orders.csv", "../../../../../dev/zero"))
    assert "which is not here" in unmet(nbpeer("status", "--format", "json"))["results fresh"]


def test_a_failed_expectation_shuts_it(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    reviewing.record(analysis, held=False)
    assert unmet(nbpeer("status", "--format", "json"))["expectations hold"] == "failed: no duplicate users"


def test_a_finding_of_severity_error_shuts_it(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write(PATH, reviewing.pricing('key = "AKIA2E0A8F3B244C9986"\n'))
    reviewing.record(approved)
    done = nbpeer("status", "--format", "json")
    assert unmet(done)["checks pass"].startswith("error NBP601")


@pytest.mark.parametrize(
    ("tier", "rules", "met"),
    [
        ("low", "", True),
        ("medium", "", False),
        ("high", "", False),
        ("medium", '[gate]\nseverity = "error"\n', True),
        ("low", '[gate.tiers.low]\nseverity = "warning"\n', False),
    ],
)
def test_whether_a_warning_shuts_it_follows_the_tier_unless_the_configuration_says_otherwise(
    repo: GitRepository, nbpeer: Nbpeer, tier: str, rules: str, met: bool
) -> None:
    repo.write("nbpeer.toml", rules)
    header = making.HEADER.replace("tier: medium", f"tier: {tier}")
    reviewing.begin(repo, reviewing.pricing("import datetime\nnow = datetime.datetime.now()\n", header))
    said = unmet(nbpeer("status", "--format", "json")).get("checks pass", "")
    assert said.startswith("warning NBP108") is not met
    assert met is (said == "")


def test_the_severities_that_count_are_explained_tier_by_tier(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    asked = nbpeer("status", "--explain", "--format", "json").json["tiers"]
    assert [found["severity"] for found in asked] == ["error", "warning", "warning", "warning"]


def test_an_info_never_shuts_it_of_itself(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    header = making.HEADER.replace("tier: medium", "tier: high")
    analysis.write(PATH, reviewing.pricing(header=header))
    reviewing.record(analysis)
    found = nbpeer("check", PATH, "--format", "json").json["findings"]
    assert {finding["severity"] for finding in found} == {"info"}
    assert "checks pass" not in unmet(nbpeer("status", "--format", "json"))


def test_no_changed_analysis_meets_the_gate_and_says_so(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("README.md", "nothing to review")
    repo.commit()
    done = nbpeer("status")
    assert (done.code, done.out) == (0, "The gate is met: no analysis has changed against main.\n")


def test_noise_alone_is_no_change(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.git("switch", "--quiet", "main")
    analysis.git("merge", "--quiet", "work")
    reviewing.edit(analysis, executed)
    reviewing.edit(analysis, renumbered)
    assert nbpeer("status", "--format", "json").json == {"met": True, "base": "main", "notes": [], "analyses": []}


def test_a_removed_analysis_needs_no_sign_off(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.git("switch", "--quiet", "main")
    analysis.git("merge", "--quiet", "work")
    analysis.git("rm", "--quiet", PATH, "analyses/pricing.results.json")
    assert nbpeer("status").code == 0


def test_a_notebook_without_front_matter_is_gated_unless_excluded(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.commit("start")
    repo.git("switch", "--quiet", "-c", "work")
    repo.write("scratch.ipynb", making.notebook(making.code("1 + 1"), header=None))
    done = nbpeer("status")
    assert done.code == 1
    assert "NBP201" in done.out
    assert "add front matter to its first cell, or exclude the notebook in the configuration" in done.out
    repo.write("nbpeer.toml", 'exclude = ["scratch.ipynb"]\n')
    assert nbpeer("status").code == 0


def test_an_unreadable_notebook_keeps_the_gate_shut_and_is_named(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.write(PATH, "<<<<<<< HEAD\n{}\n")
    done = nbpeer("status", "--format", "json")
    assert done.code == 1
    assert len(unmet(done)) == 4
    assert "merge conflict markers" in unmet(done)["checks pass"]


def test_an_invalid_results_file_keeps_the_gate_shut(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.write("analyses/pricing.results.json", "{}")
    done = nbpeer("status", "--format", "json")
    assert done.code == 1
    assert "not a valid results file" in unmet(done)["checks pass"]


def test_paths_narrow_the_gate(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write("other/second.ipynb", reviewing.pricing("x = 1\n"))
    assert nbpeer("status").code == 1
    assert nbpeer("status", "analyses").code == 0
    assert nbpeer("status", "pricing.ipynb", cwd=approved.path / "analyses").code == 0
    assert nbpeer("status", "other").code == 1


def test_a_path_that_does_not_exist_is_refused(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("status", "analyses/pricnig.ipynb")
    assert done.code == 2
    assert "neither in the working tree nor in main" in done.err


def test_an_unborn_branch_is_refused(repo: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("status")
    assert (done.code, done.out) == (2, "")
    assert "no commit yet" in done.err


@pytest.mark.parametrize("arguments", [(), ("--base", "production")])
def test_a_base_that_is_not_there_is_refused(repo: GitRepository, nbpeer: Nbpeer, arguments: tuple[str, ...]) -> None:
    repo.git("switch", "--quiet", "-c", "trunk")
    repo.commit()
    done = nbpeer("status", *arguments)
    assert done.code == 2
    assert "production" in done.err if arguments else "no base branch was found" in done.err


def test_a_shallow_clone_without_the_base_is_refused(analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    analysis.git("clone", "--quiet", "--depth", "1", "--branch", "work", f"file://{analysis.path}", str(clone))
    done = nbpeer("status", "--base", "origin/main", cwd=clone)
    assert done.code == 2
    assert "git fetch --unshallow" in done.err


def test_outside_a_repository_it_is_refused(repo: GitRepository, nbpeer: Nbpeer) -> None:
    shutil.rmtree(repo.path / ".git")
    done = nbpeer("status")
    assert done.code == 2
    assert "not inside a git repository" in done.err


def test_an_invalid_sign_off_is_named(approved: GitRepository, nbpeer: Nbpeer) -> None:
    approved.write(".nbpeer/signoffs/broken.json", "{")
    done = nbpeer("status")
    assert done.code == 2
    assert ".nbpeer/signoffs/broken.json is not a valid sign-off" in done.err
