"""`nbpeer ledger` over a real history: commits, sign-offs and decisions."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

import making
from conftest import GitRepository
from deciding import decided, edit
from nbpeer.commands.ledger import ledger
from nbpeer.model.digests import content_hash, source_digest
from nbpeer.model.ledger import Rate
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.review import SignOff, encode_sign_off, sign_off_path

Nbpeer = Callable[..., Any]
PREDICTED = making.HEADER.replace(
    "tags: [pricing]\n", "predictions:\n  - {metric: x, expect: 1, low80: 0, high80: 2}\n"
)


def analysis(repo: GitRepository, name: str, source: str, committed: str) -> None:
    """Commit an analysis at a time, as its author's clock has it."""
    repo.write(f"{name}.ipynb", making.notebook(making.code(source), header=PREDICTED))
    repo.git("add", "-A")
    repo.git("commit", "--quiet", "-m", name, "--date", committed)


def sign(
    repo: GitRepository, name: str, time: str, reviewer: str = "ben@example.org", decision: Any = "approve"
) -> None:
    content = (repo.path / f"{name}.ipynb").read_bytes()
    source = source_digest(parse_notebook(content, name))
    sign_off = SignOff(
        analysis=f"{name}.ipynb",
        content=content_hash(source, None),
        source=source,
        results=None,
        reviewer=reviewer,
        checklist="ab_test",
        checklist_version="1.1",
        tier="medium",
        answers=(),
        decision=decision,
        time=time,
    )
    repo.write(sign_off_path(sign_off), encode_sign_off(sign_off))


@pytest.fixture
def here(repo: GitRepository) -> GitRepository:
    """Six analyses, each approved a day later than the one before after as many days; the last one was edited since."""
    for number in range(6):
        analysis(repo, f"a{number}", f"x = {number}", "2026-01-01T00:00:00Z")
        sign(repo, f"a{number}", f"2026-01-{2 + number:02}T00:00:00Z")
        sign(repo, f"a{number}", f"2026-01-{12 + number:02}T00:00:00Z", "cem@example.org")
    repo.commit("sign-offs")
    analysis(repo, "a5", "x = 55", "2026-02-01T00:00:00Z")
    return repo


def rates(repo: GitRepository) -> dict[str, Rate]:
    return {rate.name: rate for rate in ledger(repo.path, datetime.date(2027, 6, 1)).rates}


def test_the_review_time_is_from_the_commit_of_what_was_approved_to_its_first_approval(here: GitRepository) -> None:
    found = rates(here)["review time"]
    assert (found.value, found.n, found.more) == (3.5, 6, "")
    sign(here, "a5", "2026-02-08T00:00:00Z")
    assert (rates(here)["review time"].value, rates(here)["review time"].n) == (4.0, 7)


def test_many_analyses_are_told_as_few_are(here: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    few = rates(here)
    monkeypatch.setattr("nbpeer.repo.history._MOST_PATHS", 1)
    assert rates(here) == few


def test_content_that_was_committed_after_its_approval_is_left_out(here: GitRepository) -> None:
    analysis(here, "squashed", "x = 9", "2026-03-01T00:00:00Z")
    sign(here, "squashed", "2026-02-20T00:00:00Z")
    found = rates(here)["review time"]
    assert (found.n, found.more[:10]) == (6, "1 left out")


def test_a_lapsed_sign_off_is_the_last_approval_of_other_content(here: GitRepository) -> None:
    found = rates(here)["sign-offs lapsed"]
    assert (found.count, found.n) == (2, 12)
    sign(here, "a5", "2026-02-08T00:00:00Z")  # ben looks again, cem does not
    assert (rates(here)["sign-offs lapsed"].count, rates(here)["sign-offs lapsed"].n) == (1, 12)
    here.git("rm", "--quiet", "a0.ipynb")
    assert rates(here)["sign-offs lapsed"].n == 10


def test_requests_for_changes_are_no_approvals(here: GitRepository) -> None:
    sign(here, "a0", "2026-03-01T00:00:00Z", "dan@example.org", "request_changes")
    assert (rates(here)["sign-offs lapsed"].n, rates(here)["review time"].n) == (12, 6)


def test_decisions_and_outcomes_are_counted(here: GitRepository, nbpeer: Nbpeer) -> None:
    for number in range(5):
        decided(here, f"a{number}.ipynb")
        path = f"decisions/{number + 1:04}-price-test.md"
        edit(here, "outcomes: .*\n", f"outcomes:\n  - {OUTCOMES[number]}\n", path)
    here.commit("outcomes")
    found = rates(here)
    told = {name: (rate.value, rate.count, rate.n) for name, rate in found.items()}
    assert told["reviewed on time"] == (0.8, 4, 5)
    assert told["used in decisions"] == (4 / 6, 4, 6)
    assert told["hypotheses supported"] == (None, 3, 4)
    assert told["intervals that held"] == (0.8, 4, 5)
    lines = nbpeer("ledger", "--on", "2027-06-01").out.splitlines()
    assert lines[:3] == [
        "Ledger on 2027-06-01",
        "  reviewed on time      80 %             4 of 5",
        "                        outcomes reviewed by the day they were due",
    ]
    assert "  hypotheses supported  not enough data  3 of 4 (fewer than 5)" in lines
    assert "  review time           3.5 days         n = 6" in lines
    assert "| intervals that held | 80 % | 4 of 5 |" in nbpeer("ledger", "--format", "markdown").out
    values = {one["name"]: one["value"] for one in nbpeer("ledger", "--format", "json").json["rates"]}
    assert values["hypotheses supported"] is None


OUTCOMES = (
    '{on: 2027-02-01, by: ana, hypothesis: supported, used: "yes", observed: {x: 1}}',
    '{on: 2027-03-01, by: ana, hypothesis: supported, used: "no", observed: {x: 0}}',
    "{on: 2027-03-02, by: ana, hypothesis: supported, observed: {x: 2}}",
    "{on: 2027-03-01, by: ana, hypothesis: refuted, observed: {x: 2.5}}",
    "{on: 2027-03-01, by: ana, hypothesis: undecided, observed: {x: 1.5}}",
)


def test_what_cannot_be_read_is_named_and_not_counted(here: GitRepository, nbpeer: Nbpeer) -> None:
    here.write(".nbpeer/signoffs/broken.json", "{")
    here.write("decisions/0001-x.md", "---\nfrozen: x\n---\n")
    outcome = nbpeer("ledger")
    assert outcome.code == 0
    assert "! decisions/0001-x.md is not counted: decisions/0001-x.md names no analysis" in outcome.out
    assert "! .nbpeer/signoffs/broken.json is not counted" in outcome.out


def test_an_empty_repository_has_not_enough_data(repo: GitRepository, nbpeer: Nbpeer) -> None:
    outcome = nbpeer("ledger", "--format", "json")
    assert outcome.code == 0
    assert [(rate["value"], rate["n"]) for rate in outcome.json["rates"]] == [(None, 0)] * 6


def test_progress_counts_the_analyses(here: GitRepository) -> None:
    told: list[tuple[int, int]] = []
    ledger(here.path, datetime.date(2027, 1, 1), lambda done, total: told.append((done, total)))
    assert told == [(number, 6) for number in range(1, 7)]


def test_the_same_value_is_told_as_json_and_as_a_value(here: GitRepository, nbpeer: Nbpeer) -> None:
    found = msgspec.json.encode(ledger(here.path, datetime.date(2027, 1, 1)))
    assert nbpeer("ledger", "--on", "2027-01-01", "--format", "json").json == msgspec.json.decode(found)
