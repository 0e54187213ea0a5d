"""`nbpeer decide`: from an approved analysis to a file that holds still."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import making
from conftest import GitRepository
from deciding import FILE, HEADER, LEAD, approved, decided, edit
from nbpeer.model.change import WORKTREE
from nbpeer.model.decision import Decision, Prediction, frozen_digest
from nbpeer.model.result import NamedResult, decode_results, encode_results, results_path
from nbpeer.repo.decisions import read_decision
from registry.deciding import day
from reviewing import PATH, REVIEWER, begin, pricing, record
from terminal import terminal

Nbpeer = Callable[..., Any]


@pytest.fixture
def here(repo: GitRepository, nbpeer: Nbpeer) -> GitRepository:
    approved(repo, nbpeer)
    return repo


def read(repo: GitRepository, path: str = FILE) -> Decision:
    found = read_decision(repo.path, WORKTREE, path)
    assert found
    return found


def files(repo: GitRepository) -> list[str]:
    return (
        sorted(path.name for path in (repo.path / "decisions").glob("*")) if (repo.path / "decisions").exists() else []
    )


def test_a_decision_says_what_the_analysis_said_and_who_approved_it(here: GitRepository, nbpeer: Nbpeer) -> None:
    outcome = nbpeer("decide", PATH, "--because", "it pays")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        f"{FILE}: decided, 2 predictions frozen; commit it.",
        "! chosen is what the analysis says is to be decided; --chosen says what was",
        "Its outcome is due on 2026-12-24 by pricing lead: nbpeer outcome 1",
    ]
    found = read(here)
    assert (found.title, found.chosen, found.status) == ("Price test", "Roll the lower price out", "decided")
    assert (found.analysis.path, found.analysis.approved_by) == (PATH, (REVIEWER,))
    assert found.decision_makers == ("pricing lead",)
    assert found.predictions == (
        Prediction("conversion", 0.0412, 0.035, 0.05, "%", day("2027-03-01")),
        Prediction("returns", 0.1, 0.08, 0.12, "", day("2026-12-24")),
    )
    assert found.frozen == frozen_digest(found)
    assert "because it pays." in (here.path / FILE).read_text()


def test_flags_win_over_the_front_matter(here: GitRepository, nbpeer: Nbpeer) -> None:
    flags = ["--chosen", "Keep it", "--owner", "Ana", "--review-on", "2027-05-01", "--review-by", "Ben"]
    predicted = [
        "--predict",
        "returns",
        "-0.1",
        "-0.2",
        "0",
        "2027-02-01",
        "--predict",
        "x",
        "1",
        "1",
        "2",
        "2027-02-01",
    ]
    assert nbpeer("decide", PATH, *flags, *predicted).code == 0
    found = read(here)
    assert (found.chosen, found.decision_makers, found.outcome_review.owner) == ("Keep it", ("Ana",), "Ben")
    assert found.outcome_review.due == day("2027-05-01")
    assert [(one.metric, one.expect, one.low80) for one in found.predictions] == [
        ("conversion", 0.0412, 0.035),
        ("returns", -0.1, -0.2),
        ("x", 1.0, 1.0),
    ]


def test_an_analysis_that_is_not_approved_is_refused_unless_anyway(repo: GitRepository, nbpeer: Nbpeer) -> None:
    begin(repo, pricing(header=HEADER))
    outcome = nbpeer("decide", PATH)
    assert outcome.code == 1
    assert "is not approved: nobody has signed this content off" in outcome.err
    assert "--anyway" in outcome.err
    assert files(repo) == []
    outcome = nbpeer("decide", PATH, "--anyway")
    assert outcome.code == 0
    assert "! the analysis is not approved: nobody has signed this content off" in outcome.out
    assert read(repo).analysis.not_approved == "nobody has signed this content off"
    assert read(repo).analysis.approved_by == ()


def test_an_approval_of_other_content_does_not_count(here: GitRepository, nbpeer: Nbpeer) -> None:
    record(here, 0.05)
    outcome = nbpeer("decide", PATH)
    assert outcome.code == 1
    assert "approved different content" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuch.ipynb"], "nosuch.ipynb is not there"),
        (["notes.ipynb"], "has no front matter, so it is no analysis"),
        ([PATH, "--on", "2026-02-30"], "'2026-02-30' is no date"),
        ([PATH, "--on", "20260228"], "'20260228' is no date"),
        ([PATH, "--on", "9999-01-01"], "is yet to come"),
        ([PATH, "--review-on", "soon"], "'soon' is no date"),
        ([PATH, "--review-on", "2020-01-01"], "the review of the outcome is due on 2020-01-01, before the day"),
        ([PATH, "--supersedes", "7"], "there is no decision 0007"),
        ([PATH, "--predict", "x", "nosuch", "1", "2", "2027-01-01"], "'nosuch', which is no named result"),
        ([PATH, "--predict", "x", "3", "1", "2", "2027-01-01"], "does not hold its point"),
        ([PATH, "--predict", "x", "nan", "1", "2", "2027-01-01"], "finite"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    here: GitRepository, nbpeer: Nbpeer, arguments: list[str], said: str
) -> None:
    here.write("notes.ipynb", making.notebook(making.code("1"), header=None))
    outcome = nbpeer("decide", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert files(here) == []


def test_a_prediction_that_is_none_is_told_with_its_line(repo: GitRepository, nbpeer: Nbpeer) -> None:
    header = making.HEADER.replace("tags: [pricing]\n", "predictions:\n  - {metric: x, low_80: 1}\n")
    begin(repo, pricing(header=header))
    outcome = nbpeer("decide", PATH, "--anyway")
    assert outcome.code == 2
    assert "front matter, line 15, key 'predictions': object contains unknown field low_80" in outcome.err
    assert "NBP201" in nbpeer("check", PATH, "--select", "NBP201").out


def test_what_is_decided_is_not_decided_again_but_superseded(here: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("decide", PATH)
    first = read(here)
    outcome = nbpeer("decide", PATH)
    assert outcome.code == 2
    assert f"is decided already, in {FILE}" in outcome.err
    assert nbpeer("decide", PATH, "--supersedes", "1", "--chosen", "Keep it").code == 0
    old, new = read(here), read(here, "decisions/0002-price-test.md")
    assert (old.status, old.superseded_by, old.frozen) == ("superseded", 2, first.frozen)
    assert (new.status, new.supersedes, new.chosen) == ("decided", 1, "Keep it")
    assert "is superseded" in nbpeer("decide", PATH, "--supersedes", "1").err


def test_what_is_proposed_is_frozen_when_it_is_decided_and_keeps_its_number_and_prose(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    begin(repo, pricing(header=HEADER))
    outcome = nbpeer("decide", PATH, "--proposed")
    assert outcome.code == 0
    assert "proposed, nothing frozen yet" in outcome.out
    assert read(repo).frozen == ""
    edit(repo, "Leave things as they are", "Half the discount")
    assert nbpeer("outcome", "1", "--hypothesis", "refuted").code == 2
    outcome = nbpeer("decide", PATH, "--anyway")
    assert outcome.code == 0
    assert "as it was proposed: look it over" in outcome.out
    assert files(repo) == ["0001-price-test.md"]
    assert (read(repo).status, read(repo).frozen) == ("decided", frozen_digest(read(repo)))
    assert "Half the discount" in (repo.path / FILE).read_text()


def test_a_number_is_never_given_twice_across_branches_and_after_a_deletion(
    here: GitRepository, nbpeer: Nbpeer
) -> None:
    here.git("switch", "--quiet", "-c", "one")
    decided(here)
    here.git("switch", "--quiet", "work")
    assert files(here) == []
    outcome = nbpeer("decide", PATH)
    assert "! 0001 was given already, to decisions/0001-price-test.md on another branch or in history" in outcome.out
    assert files(here) == ["0002-price-test.md"]
    here.commit("two")
    here.git("rm", "--quiet", "decisions/0002-price-test.md")
    here.commit("gone")
    assert nbpeer("decide", PATH, "--format", "json").json["decision"]["number"] == 3


def test_a_record_of_another_kind_takes_a_number_and_is_otherwise_left_alone(
    here: GitRepository, nbpeer: Nbpeer
) -> None:
    adr = "---\nstatus: accepted\n---\n# Use PostgreSQL\n"
    here.write("decisions/0041-use-postgresql.md", adr)
    here.write("decisions/README.md", "# Decisions\n")
    assert nbpeer("decide", PATH).code == 0
    assert (here.path / "decisions/0042-price-test.md").is_file()
    assert "another kind" in nbpeer("outcome", "41").err
    assert (here.path / "decisions/0041-use-postgresql.md").read_text() == adr
    assert nbpeer("check", PATH, "--select", "NBP207,NBP411").code == 0


def test_what_is_missing_is_said(repo: GitRepository, nbpeer: Nbpeer) -> None:
    header = making.HEADER.replace("review_on: 2027-03-01\n", "predictions:\n  - {metric: x, expect: 1}\n")
    begin(repo, pricing(header=header))
    assert nbpeer("decide", PATH, "--anyway").out.splitlines()[2:] == [
        "! chosen is what the analysis says is to be decided; --chosen says what was",
        "! no interval for x: it cannot count among the 80 % intervals",
        "! no date for x",
        "! no day to look at the outcome: pass --review-on DATE",
    ]
    assert "! nothing is predicted" in nbpeer("decide", write_other(repo, making.HEADER), "--anyway").out


def write_other(repo: GitRepository, header: str) -> Path:
    return repo.write("analyses/other.ipynb", making.notebook(making.code("1"), header=header)).relative_to(repo.path)


def test_what_was_chosen_is_asked_for_on_a_terminal(here: GitRepository) -> None:
    with terminal(here.path, "decide", PATH) as shown:
        shown.until("what was chosen (Enter: what the analysis says): ")
        shown.type("Half the  discount")
        shown.until("decided, 2 predictions frozen")
        assert shown.ended() == 0
    assert read(here).chosen == "Half the discount"


def test_only_a_few_results_are_repeated_those_that_are_predicted_first(here: GitRepository, nbpeer: Nbpeer) -> None:
    many = {f"a{number}": NamedResult(f"a{number}", "number", number / 3) for number in range(10)}
    results = decode_results((here.path / results_path(PATH)).read_bytes(), PATH)
    changed = msgspec.structs.replace(results, results={**results.results, **many})
    here.write(results_path(PATH), encode_results(changed))
    assert nbpeer("decide", PATH, "--anyway").code == 0
    lines = [line for line in (here.path / FILE).read_text().splitlines() if line.startswith("* ")]
    assert lines[2:5] == ["* conversion: 0.0412 %", "* a0: 0", "* a1: 0.333333"]
    assert "* and 3 more in the analysis" in lines


def test_it_works_from_a_folder_inside_and_as_json(here: GitRepository, nbpeer: Nbpeer) -> None:
    outcome = nbpeer("decide", "pricing.ipynb", "--format", "json", cwd=here.path / "analyses")
    assert outcome.code == 0
    assert outcome.json["decision"]["path"] == FILE
    assert here.git("config", "user.email").strip() == LEAD


def test_a_predicted_metric_and_version_is_one_of_the_registry(here: GitRepository, nbpeer: Nbpeer) -> None:
    own = {"vendor_name": "NBPEER", "data": {"version": "2.1.0"}}
    metric = {"name": "wau", "expression": "COUNT(DISTINCT events.user_id)", "custom_extensions": [own]}
    model = {"name": "shop", "datasets": [{"name": "events", "source": "app.events"}], "metrics": [metric]}
    here.write("metrics.yml", json.dumps({"semantic_model": [model]}))
    prediction = ("--predict", "wau@9.9.9", "3", "2", "4", "2030-01-01")
    done = nbpeer("decide", PATH, *prediction)
    assert (done.code, done.err) == (2, "nbpeer: wau@9.9.9 is not there: metrics.yml has 2.1.0; cite wau@2.1.0\n")
    assert not (here.path / "decisions").exists()
    assert nbpeer("decide", PATH, "--predict", "wau@2.1.0", *prediction[2:]).code == 0
