"""Edits of frozen fields and shared numbers, found by `nbpeer check` and the doctor in real histories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import making
from conftest import GitRepository
from deciding import FILE, HEADER, decided, edit
from nbpeer.model.change import WORKTREE
from nbpeer.model.decision import frozen_digest
from nbpeer.repo.decisions import read_decision
from reviewing import PATH, begin, pricing

Nbpeer = Callable[..., Any]


@pytest.fixture
def here(repo: GitRepository) -> GitRepository:
    begin(repo, pricing(header=HEADER))
    decided(repo)
    return repo


def found(nbpeer: Nbpeer) -> list[tuple[str, str]]:
    report = nbpeer("check", "--select", "NBP207,NBP411", "--format", "json").json
    return [(one["code"], one["message"]) for one in report["findings"]]


def freeze_again(repo: GitRepository) -> None:
    """Cover an edit up."""
    decision = read_decision(repo.path, WORKTREE, FILE)
    assert decision
    edit(repo, r"frozen: .*", f'frozen: "{frozen_digest(decision)}"')


def test_what_holds_still_is_no_finding_and_an_edit_is_one_as_soon_as_it_is_made(
    here: GitRepository, nbpeer: Nbpeer
) -> None:
    assert found(nbpeer) == []
    edit(here, "high80: 0.05,", "high80: 0.06,")
    ((code, message),) = found(nbpeer)
    assert code == "NBP411"
    assert message.startswith(f"{FILE} was changed since it was decided (commit ")
    assert message.endswith("high80 of conversion was 0.05 and is 0.06")
    here.commit("moved the goal")
    assert [code for code, _ in found(nbpeer)] == ["NBP411"]
    assert "high80 of conversion was 0.05 and is 0.06" in nbpeer("doctor").out
    here.git("checkout", "--quiet", "HEAD~", "--", FILE)
    assert found(nbpeer) == []


def test_an_edit_that_was_covered_up_is_found_in_the_history(here: GitRepository, nbpeer: Nbpeer) -> None:
    edit(here, "high80: 0.05,", "high80: 0.06,")
    freeze_again(here)
    here.commit("moved the goal, and the digest")
    assert [message.rpartition(": ")[2] for _, message in found(nbpeer)] == [
        "high80 of conversion was 0.05 and is 0.06"
    ]


def test_a_squash_and_a_rebase_leave_no_finding_and_hide_no_later_edit(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.git("switch", "--quiet", "main")
    here.git("merge", "--quiet", "--squash", "work")
    here.commit("squashed")
    here.git("branch", "--quiet", "-D", "work")
    assert found(nbpeer) == []
    here.git("commit", "--quiet", "--amend", "--no-edit", "--date", "2020-01-01T00:00:00")
    assert found(nbpeer) == []
    edit(here, "expect: 0.1,", "expect: 0.11,")
    assert len(found(nbpeer)) == 1


def test_without_any_history_the_digest_alone_tells(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.git("checkout", "--quiet", "--orphan", "fresh")
    edit(here, "expect: 0.1,", "expect: 0.11,")
    assert found(nbpeer) == [
        ("NBP411", f"{FILE} was changed: what it says is not what its digest `frozen` was made of")
    ]


def test_a_rename_a_new_number_and_prose_are_no_edits(here: GitRepository, nbpeer: Nbpeer) -> None:
    edit(here, "### Confirmation", "### Confirmed by")
    here.git("mv", FILE, "decisions/0009-pricing.md")
    here.commit("another number")
    assert found(nbpeer) == []


def test_a_decision_that_is_gone_is_found_and_one_that_is_back_is_not(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.git("rm", "--quiet", FILE)
    assert [message.rpartition(": ")[2] for _, message in found(nbpeer)] == ["it is gone"]
    here.commit("forget it")
    assert [message.rpartition(": ")[2] for _, message in found(nbpeer)] == ["it is gone"]
    here.git("revert", "--no-edit", "HEAD")
    assert found(nbpeer) == []


@pytest.mark.parametrize(
    ("pattern", "new", "said"),
    [
        ("status: decided", "status: done", "it cannot be read"),
        ("date: 2026-03-01\n", "<<<<<<< HEAD\n", "it cannot be read"),
        (r"(?m)^frozen: .*\n", "", "its digest `frozen` is gone"),
        (r'content: "sha256:..', 'content: "sha256:00', "the content hash of its analysis was sha256:"),
    ],
)
def test_what_cannot_be_compared_any_more_is_a_finding(
    here: GitRepository, nbpeer: Nbpeer, pattern: str, new: str, said: str
) -> None:
    edit(here, pattern, new)
    ((_, message),) = found(nbpeer)
    assert said in message


def test_numbers_given_twice_by_branches_are_found_after_the_merge(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.write("decisions/0001-other.md", (here.path / FILE).read_text().replace("pricing.ipynb", "other.ipynb"))
    here.write("analyses/other.ipynb", making.notebook(making.code("1")))
    report = nbpeer("check", "--select", "NBP207", "--format", "json").json["findings"]
    assert [(one["path"], one["message"]) for one in report] == [
        ("analyses/other.ipynb", f"decisions/0001-other.md shares its number with {FILE}"),
        (PATH, f"{FILE} shares its number with decisions/0001-other.md"),
    ]
    told = nbpeer("doctor")
    assert told.code == 1
    mend = next(line for line in told.out.splitlines() if "git mv decisions" in line).partition("→ ")[2]
    here.commit("merged")
    here.git(*mend.split()[1:])
    here.commit("another number")
    assert nbpeer("check", "--select", "NBP207,NBP411").code == 0


def test_a_moved_analysis_is_told_and_its_new_path_is_no_edit(here: GitRepository, nbpeer: Nbpeer) -> None:
    for ending in (".ipynb", ".results.json"):
        here.git("mv", PATH.replace(".ipynb", ending), f"analyses/moved{ending}")
    here.commit("moved")
    assert f"{FILE} rests on {PATH}, which is not here" in nbpeer("doctor").out
    edit(here, PATH, "analyses/moved.ipynb")
    assert found(nbpeer) == []
    edit(here, "expect: 0.1,", "expect: 0.11,")
    assert len(found(nbpeer)) == 1


@pytest.mark.parametrize(
    "written",
    ["analysis:\n  path: analyses/pricing.ipynb  # moved", "analysis:\n  path: 'analyses/pricing.ipynb'"],
    ids=["plain", "single quotes"],
)
def test_an_analysis_is_known_however_its_path_is_written(here: GitRepository, nbpeer: Nbpeer, written: str) -> None:
    edit(here, 'analysis:\n  path: "analyses/pricing.ipynb"', written)
    assert found(nbpeer) == []
    edit(here, "expect: 0.1,", "expect: 0.11,")
    assert len(found(nbpeer)) == 1


def test_the_cache_of_check_sees_every_change_of_a_decision(here: GitRepository, nbpeer: Nbpeer) -> None:
    assert found(nbpeer) == []
    edit(here, "expect: 0.1,", "expect: 0.11,")
    assert len(found(nbpeer)) == 1
    edit(here, "expect: 0.11,", "expect: 0.1,")
    assert found(nbpeer) == []
    here.write("decisions/0001-x.md", "---\nstatus: accepted\n---\n# Another kind\n")
    assert [code for code, _ in found(nbpeer)] == ["NBP207"]


def test_an_edited_prediction_shuts_the_gate_of_its_analysis(here: GitRepository, nbpeer: Nbpeer) -> None:
    edit(here, "expect: 0.1,", "expect: 0.11,")
    outcome = nbpeer("status")
    assert outcome.code == 1
    assert "NBP411 prediction-edited" in outcome.out


def test_the_gate_says_that_a_decision_was_edited_though_no_analysis_changed(
    here: GitRepository, nbpeer: Nbpeer
) -> None:
    here.git("branch", "--force", "main")
    here.git("switch", "--quiet", "main")
    here.git("switch", "--quiet", "-c", "softer")
    edit(here, "## Context", "## The context")
    assert nbpeer("status").out == "The gate is met: no analysis has changed against main.\n"
    edit(here, "high80: 0.05,", "high80: 0.06,")
    here.commit("moved the goal")
    done = nbpeer("status")
    assert done.code == 0
    (note,) = [line for line in done.out.splitlines() if line.startswith("!")]
    assert note == (
        f"! {FILE} was changed after it was decided: high80 of conversion was 0.05 and is 0.06; "
        "`nbpeer check` fails (NBP411)"
    )
