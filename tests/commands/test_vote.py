"""`nbpeer vote` in a real repository with several people."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import GitRepository
from nbpeer.model.ballot import decode_model

Nbpeer = Callable[..., Any]
ANA = "votes/2026-05-01/ana@example.org.json"
MODEL = """version: 1
title: How are we?
dimensions:
  - {id: data, name: Data, awful: Broken, excellent: Sound}
  - {id: review, name: Review, awful: None, excellent: Always}
"""


@pytest.fixture
def here(repo: GitRepository, nbpeer: Nbpeer) -> GitRepository:
    repo.write("nbpeer_templates/maturity.yml", MODEL)
    assert nbpeer("vote", "new", "--on", "2026-05-01").code == 0
    repo.commit("a round")
    repo.be("ana@example.org")
    return repo


def files(repo: GitRepository) -> list[str]:
    return sorted(path.relative_to(repo.path).as_posix() for path in (repo.path / "votes").rglob("*.json"))


def test_a_round_is_held_on_a_copy_of_the_teams_model(here: GitRepository, nbpeer: Nbpeer) -> None:
    assert (here.path / "votes/2026-05-01/model.yml").read_text() == MODEL
    outcome = nbpeer("vote", "new", "--on", "2026-06-01")
    assert outcome.out.splitlines() == [
        "votes/2026-06-01/model.yml: 2 dimensions, from nbpeer_templates/maturity.yml; commit it.",
        "Everybody casts a ballot: nbpeer vote cast",
    ]
    assert nbpeer("vote", "new", "--print").out == MODEL


def test_the_built_in_model_describes_both_ends_of_every_dimension(repo: GitRepository, nbpeer: Nbpeer) -> None:
    text = nbpeer("vote", "new", "--print").out
    model = decode_model(text.encode(), "maturity.yml")
    assert len(model.dimensions) >= 6
    assert all(len(end.split()) > 5 for one in model.dimensions for end in (one.awful, one.excellent))
    assert "from the built-in model" in nbpeer("vote", "new").out


def test_a_ballot_is_one_file_a_person_and_later_scores_replace_earlier_ones(
    here: GitRepository, nbpeer: Nbpeer
) -> None:
    outcome = nbpeer("vote", "cast", "--score", "data", "2", "--note", "data", "it  broke\ntwice")
    assert outcome.out == f"{ANA}: 1 score; not scored: review; commit it.\n"
    before = json.loads((here.path / ANA).read_text())
    assert before["scores"] == {"data": 2}
    assert before["notes"] == {"data": "it broke twice"}
    outcome = nbpeer("vote", "cast", "--score", "data", "3", "--score", "review", "5", "--note", "data", "")
    assert outcome.out == f"{ANA}: 2 scores; commit it.\n"
    after = json.loads((here.path / ANA).read_text())
    assert (after["scores"], after.get("notes")) == ({"data": 3, "review": 5}, None)
    assert files(here) == [ANA]


def test_casting_the_same_again_changes_nothing(here: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("vote", "cast", "--score", "data", "2")
    changed = (here.path / ANA).read_text().replace("2026", "2020")
    (here.path / ANA).write_text(changed.replace('"round": "2020', '"round": "2026'))
    before = (here.path / ANA).read_bytes()
    nbpeer("vote", "cast", "--score", "data", "2")
    assert (here.path / ANA).read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--score", "dat", "3"], "the model of 2026-05-01 has no dimension 'dat'; did you mean 'data'?"),
        (["--score", "data", "6"], "the score of data is 6; give 1 (awful) to 5 (excellent)"),
        (["--score", "data", "0"], "the score of data is 0"),
        (["--score", "data", "-1"], "the score of data is -1"),
        (["--score", "data", "2.5"], "the score of data is '2.5'; give a whole number"),
        (["--score", "data", "³"], "the score of data is '³'"),
        (["--note", "dat", "hm"], "has no dimension 'dat'"),
        (["--note", "data", "hm"], "nothing was scored"),
        (["--round", "2026-05-02", "--score", "data", "3"], "there is no round 2026-05-02; there are 2026-05-01"),
        (["--round", "../x", "--score", "data", "3"], "'../x' is no date"),
        ([], "nobody can be asked here"),
    ],
)
def test_bad_input_is_one_line_and_no_ballot_is_written(
    here: GitRepository, nbpeer: Nbpeer, arguments: list[str], said: str
) -> None:
    outcome = nbpeer("vote", "cast", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert files(here) == []


def test_somebody_elses_ballot_is_not_cast_over(here: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("vote", "cast", "--score", "data", "2")
    (here.path / ANA).write_text((here.path / ANA).read_text().replace("ana@", "ben@"))
    before = (here.path / ANA).read_bytes()
    outcome = nbpeer("vote", "cast", "--score", "data", "5")
    assert outcome.code == 2
    assert f"{ANA} is the ballot of ben@example.org, and you are ana@example.org" in outcome.err
    assert (here.path / ANA).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ana@", "ben@", "it says it is of ben@example.org"),
        ('"data": 2', '"data": 9', "the score of data is 9"),
        ('"data": 2', '"dat": 2', "has no dimension 'dat'"),
        ('"data": 2', '"data": "2"', "is not a valid ballot"),
        ("2026-05-01", "2025-05-01", "it is of the round 2025-05-01"),
    ],
)
def test_a_ballot_that_is_not_right_is_named_and_not_counted(
    here: GitRepository, nbpeer: Nbpeer, old: str, new: str, said: str
) -> None:
    nbpeer("vote", "cast", "--score", "data", "2")
    (here.path / ANA).write_text((here.path / ANA).read_text().replace(old, new))
    outcome = nbpeer("vote", "report")
    assert outcome.code == 0
    assert f"! {ANA} is not counted: " in outcome.out
    assert said in outcome.out
    assert "0 ballots" in outcome.out.splitlines()[1]


def test_a_ballot_that_somebody_else_committed_is_counted_and_said(here: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("vote", "cast", "--score", "data", "2")
    here.be("ben@example.org")
    here.commit("ana's ballot")
    outcome = nbpeer("vote", "report")
    assert f"! {ANA} was committed by ben@example.org, not by ana@example.org" in outcome.out
    assert "1 ballot," in outcome.out.splitlines()[1]


def test_ballots_from_two_branches_merge_without_a_word(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.git("switch", "--quiet", "-c", "ben")
    here.be("ben@example.org")
    nbpeer("vote", "cast", "--score", "data", "5")
    here.commit("ben")
    here.git("switch", "--quiet", "main")
    here.be("ana@example.org")
    nbpeer("vote", "cast", "--score", "data", "2", "--note", "data", "hm")
    here.commit("ana")
    here.git("merge", "--quiet", "--no-edit", "ben")
    assert nbpeer("vote", "report").out.splitlines() == [
        "How are we?",
        "Round of 2026-05-01: 2 ballots, the first round",
        "",
        "Data  (data)",
        "  median 3.5, two people differ by 3.0 on average (2 to 5, 2 ballots)",
        "    1",
        "    2 ██████████ 1",
        "    3",
        "    4",
        "    5 ██████████ 1",
        "    “hm”",
        "",
        "Review  (review)",
        "  nobody scored it",
    ]


def test_the_trend_is_told_from_round_to_round(here: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("vote", "cast", "--score", "data", "2")
    nbpeer("vote", "new", "--on", "2026-11-01")
    nbpeer("vote", "cast", "--score", "data", "4", "--score", "review", "1")
    found = nbpeer("vote", "report", "--format", "json").json
    assert found["previous"] == "2026-05-01"
    trends = {one["dimension"]["id"]: (one["median"], one["trend"], one["note"]) for one in found["dimensions"]}
    assert trends == {"data": (4.0, 2.0, ""), "review": (1.0, None, "nobody scored it before")}
    assert "median 4 (up from 2), 1 ballot\n" in nbpeer("vote", "report").out
    assert nbpeer("vote", "report", "--round", "2026-05-01", "--format", "json").json["previous"] == ""


def test_the_page_is_written_beside_the_text(here: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    nbpeer("vote", "cast", "--score", "data", "2", "--note", "data", "<script>alert(1)</script>")
    outcome = nbpeer("vote", "report", "--html", tmp_path / "vote.html")
    assert outcome.out.splitlines()[-1] == str(tmp_path / "vote.html")
    page = (tmp_path / "vote.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("version: 1\ntitle: x\ndimensions: []\n", "has no dimensions"),
        (MODEL.replace("id: review", "id: data"), "the dimension data is there twice"),
        (MODEL.replace("id: data", "id: Data 1"), "'Data 1' cannot be an id"),
        (MODEL.replace("awful: Broken, ", ""), "key dimensions[0]: object missing required field awful"),
        (MODEL.replace("awful: Broken", "awful: ' '"), "data does not say awful"),
        (MODEL.replace("excellent: Sound", "excellent: Sound, great: x"), "unknown field great"),
        (MODEL.replace("[", "").replace("- {", "- [", 1), "line 4"),
        ("", "expected object, got null"),
    ],
)
def test_a_model_that_is_none_begins_no_round(repo: GitRepository, nbpeer: Nbpeer, model: str, said: str) -> None:
    repo.write("nbpeer_templates/maturity.yml", model)
    outcome = nbpeer("vote", "new")
    assert outcome.code == 2
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert not (repo.path / "votes").exists()


def test_a_round_is_begun_once(here: GitRepository, nbpeer: Nbpeer) -> None:
    outcome = nbpeer("vote", "new", "--on", "2026-05-01")
    assert outcome.code == 2
    assert "the round 2026-05-01 has begun already" in outcome.err


def test_without_a_round_there_is_nothing_to_cast_or_report(repo: GitRepository, nbpeer: Nbpeer) -> None:
    for verb in ("cast", "report"):
        outcome = nbpeer("vote", verb)
        assert outcome.code == 2
        assert "no round has begun; begin one with `nbpeer vote new`" in outcome.err
