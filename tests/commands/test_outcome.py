"""`nbpeer outcome`: appended, never in place of what was predicted, and nothing lost when git merges."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

import making
from conftest import GitRepository
from deciding import FILE, HEADER, decided, edit
from nbpeer.model.result import Certificate, NamedResult, ResultsFile, encode_results
from reviewing import begin, pricing

Nbpeer = Callable[..., Any]
ON = ("--on", "2026-06-10")


@pytest.fixture
def here(repo: GitRepository) -> GitRepository:
    begin(repo, pricing(header=HEADER))
    decided(repo)
    return repo


def outcomes(nbpeer: Nbpeer, name: str = "1") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = nbpeer("outcome", name, "--format", "json").json["decision"]["outcomes"]
    return found


def test_an_outcome_is_shown_beside_the_prediction(here: GitRepository, nbpeer: Nbpeer) -> None:
    assert nbpeer("outcome", "1", "--observed", "conversion", "0.041", "--observed", "returns", "0.2", *ON).code == 0
    outcome = nbpeer("outcome", "1", "--hypothesis", "supported", "--used", "partly", "--why-not", "late", *ON)
    assert outcome.out.splitlines() == [
        "Price test",
        "decisions/0001-price-test.md  decided on 2026-03-01, reviewed on 2026-06-10",
        "  chosen      Roll the lower price out",
        "  decided by  pricing lead",
        "  analysis    analyses/pricing.ipynb  not approved: nobody has signed this content off",
        "  hypothesis  Conversion rises by at least half a point. → supported",
        "  predicted   conversion: 0.0412 % (0.035 to 0.05, by 2027-03-01) → observed 0.041 on 2026-06-10"
        "  inside the interval",
        "  predicted   returns: 0.1 (0.08 to 0.12, by 2026-12-24) → observed 0.2 on 2026-06-10  outside the interval",
        "  used        partly",
        "Recorded in decisions/0001-price-test.md; commit it.",
    ]
    assert "status: reviewed\n" in (here.path / FILE).read_text()


def test_recording_the_same_twice_changes_nothing(here: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("outcome", "1", "--note", 'half was "season"', *ON)
    before = (here.path / FILE).read_bytes()
    nbpeer("outcome", "0001", "--note", 'half  was "season"', *ON)
    assert (here.path / FILE).read_bytes() == before
    assert outcomes(nbpeer) == [{"on": "2026-06-10", "by": "reviewer@example.org", "note": 'half was "season"'}]


def test_showing_writes_nothing(here: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("outcome", "1")
    assert here.git("status", "--porcelain") == ""


def test_observed_values_can_come_from_a_later_analysis(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.write("analyses/after.ipynb", making.notebook(making.code("1")))
    named = {"returns": NamedResult("returns", "number", 0.11), "other": NamedResult("other", "number", 3)}
    here.write("analyses/after.results.json", encode_results(ResultsFile(Certificate("sha256:1"), named)))
    assert nbpeer("outcome", "1", "--from", "analyses/after.ipynb", *ON).code == 0
    assert [one["observed"] for one in outcomes(nbpeer)] == [{"returns": 0.11}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2", "--used", "yes"], "there is no decision 0002"),
        (["decisions/0009-x.md"], "is no decision"),
        (["1", "--observed", "retuns", "1"], "does not predict 'retuns'; did you mean 'returns'?"),
        (["1", "--observed", "returns", "many"], "'many' is no number"),
        (["1", "--observed", "returns", "nan"], "no finite number"),
        (["1", "--used", "yes", "--on", "tomorrow"], "'tomorrow' is no date"),
        (["1", "--used", "yes", "--on", "9999-12-31"], "is yet to come"),
        (["1", "--used", "yes", "--on", "2026-02-28"], "before the day of the decision"),
        (["1", "--why-not", "late"], "--used no or --used partly"),
        (["1", "--from", "nosuch.ipynb"], "nosuch.ipynb has no recorded results"),
        (["1", "--both"], "has no conflict"),
        (["1", "--both", "--used", "yes"], "--both only takes a conflict out"),
        (["1", "--hypothesis", "maybe"], "'maybe' is not one of"),
    ],
)
def test_bad_input_is_said_and_nothing_is_written(
    here: GitRepository, nbpeer: Nbpeer, arguments: list[str], said: str
) -> None:
    before = (here.path / FILE).read_bytes()
    outcome = nbpeer("outcome", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert (here.path / FILE).read_bytes() == before


def test_a_form_that_cannot_be_appended_to_is_left_alone(here: GitRepository, nbpeer: Nbpeer) -> None:
    edit(here, r"outcomes: \[\]", "outcomes: [{on: 2026-05-01, by: ana}]")
    before = (here.path / FILE).read_bytes()
    outcome = nbpeer("outcome", "1", "--used", "yes", *ON)
    assert outcome.code == 2
    assert "in a form that cannot be appended to" in outcome.err
    assert (here.path / FILE).read_bytes() == before


def test_people_who_record_the_same_decision_on_two_branches_lose_nothing(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.git("switch", "--quiet", "-c", "ana")
    here.be("ana@example.org")
    nbpeer("outcome", "1", "--observed", "conversion", "0.041", "--hypothesis", "supported", *ON)
    here.commit("ana's outcome")
    here.git("switch", "--quiet", "work")
    here.be("ben@example.org")
    nbpeer("outcome", "1", "--observed", "returns", "0.2", "--hypothesis", "refuted", *ON)
    here.commit("ben's outcome")
    merge = subprocess.run(["git", "merge", "ana"], cwd=here.path, capture_output=True, text=True)
    assert merge.returncode == 1
    for arguments in (["outcome", "1"], ["outcome", "1", "--used", "yes"]):
        outcome = nbpeer(*arguments)
        assert outcome.code == 2
        assert "has conflict markers; `nbpeer outcome 1 --both` keeps the outcomes of both sides" in outcome.err
    assert "may be due" in nbpeer("due").out
    assert nbpeer("doctor").code == 1
    outcome = nbpeer("outcome", "1", "--both")
    assert outcome.code == 0
    assert (
        "! they disagree on the hypothesis: ben@example.org says refuted, ana@example.org says supported" in outcome.out
    )
    here.commit("merged")
    assert [one["by"] for one in outcomes(nbpeer)] == ["ben@example.org", "ana@example.org"]
    assert nbpeer("check", "--select", "NBP411").code == 0


def test_outcomes_of_two_decisions_merge_without_a_word(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.write("analyses/other.ipynb", making.notebook(making.code("1")))
    decided(here, "analyses/other.ipynb")
    here.git("switch", "--quiet", "-c", "ana")
    nbpeer("outcome", "1", "--used", "yes", *ON)
    here.commit("one")
    here.git("switch", "--quiet", "work")
    nbpeer("outcome", "2", "--used", "no", *ON)
    here.commit("two")
    here.git("merge", "--quiet", "--no-edit", "ana")
    assert [outcomes(nbpeer, name)[0]["used"] for name in "12"] == ["yes", "no"]


def test_two_files_with_one_number_are_named(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.write("decisions/0001-other.md", (here.path / FILE).read_bytes())
    outcome = nbpeer("outcome", "1")
    assert outcome.code == 2
    assert "decisions/0001-other.md and decisions/0001-price-test.md share the number 0001" in outcome.err
    assert nbpeer("outcome", "decisions/0001-other.md").code == 0
