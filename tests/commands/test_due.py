"""`nbpeer due` over a real repository, in every format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import making
from conftest import GitRepository
from deciding import FILE, HEADER, decided, edit
from reviewing import begin, pricing

Nbpeer = Callable[..., Any]


@pytest.fixture
def here(repo: GitRepository) -> GitRepository:
    """A decision with a value due on 24 December and a review on 1 March, and an undecided analysis for 15 December."""
    begin(repo, pricing(header=HEADER))
    decided(repo)
    header = making.HEADER.replace("2027-03-01", "2026-12-15").replace("Price test", "Which | price?")
    repo.write("analyses/other one.ipynb", making.notebook(making.code("1"), header=header))
    repo.commit("another analysis")
    return repo


def test_what_is_due_is_listed_by_day_with_who_and_what_to_do(here: GitRepository, nbpeer: Nbpeer) -> None:
    outcome = nbpeer("due", "--on", "2026-12-24")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "Overdue",
        "  2026-12-15  Which | price?  9 days late, pricing lead",
        "              waits for a decision",
        "              → nbpeer decide 'analyses/other one.ipynb'",
        "Due on 2026-12-24",
        "  2026-12-24  Price test  pricing lead",
        "              waits for conversion by 2027-03-01, returns by 2026-12-24, the hypothesis",
        "              → nbpeer outcome 1",
        "1 overdue, 1 due.",
    ]


def test_how_far_it_looks_ahead_can_be_said(here: GitRepository, nbpeer: Nbpeer) -> None:
    assert nbpeer("due", "--on", "2026-10-01").out == "Nothing is due; 2 more after that (--all lists them).\n"
    assert nbpeer("due", "--on", "2026-10-01", "--days", "75").out.splitlines()[-1] == (
        "1 coming; 1 more after that (--all lists them)."
    )
    assert nbpeer("due", "--on", "2026-10-01", "--all").out.splitlines()[-1] == "2 coming."


def test_a_recorded_outcome_is_not_due_any_more(here: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("outcome", "1", "--hypothesis", "undecided", "--on", "2026-06-01")
    assert [one["path"] for one in nbpeer("due", "--all", "--format", "json").json["items"]] == [
        "analyses/other one.ipynb"
    ]


def test_a_proposal_is_no_decision(here: GitRepository, nbpeer: Nbpeer) -> None:
    assert nbpeer("decide", "analyses/other one.ipynb", "--proposed").code == 0
    assert "→ nbpeer decide 'analyses/other one.ipynb'" in nbpeer("due", "--on", "2026-12-24").out


def test_check_tells_by_its_exit_code(here: GitRepository, nbpeer: Nbpeer) -> None:
    assert nbpeer("due", "--check", "--on", "2026-12-15").code == 0
    assert nbpeer("due", "--check", "--on", "2026-12-16").code == 1


def test_json_has_every_field(here: GitRepository, nbpeer: Nbpeer) -> None:
    report = nbpeer("due", "--on", "2026-12-25", "--format", "json").json
    assert report["items"][1] == {
        "kind": "outcome",
        "date": "2026-12-24",
        "state": "overdue",
        "days": 1,
        "title": "Price test",
        "owner": "pricing lead",
        "path": FILE,
        "number": 1,
        "waits_for": ["conversion by 2027-03-01", "returns by 2026-12-24", "the hypothesis"],
        "todo": "nbpeer outcome 1",
    }


def test_markdown_is_one_table(here: GitRepository, nbpeer: Nbpeer) -> None:
    lines = nbpeer("due", "--on", "2026-12-16", "--format", "markdown").out.splitlines()
    assert lines[6] == (
        "| **2026-12-15** (1 day late) | Which \\| price? | pricing lead | a decision "
        "| `nbpeer decide 'analyses/other one.ipynb'` |"
    )
    assert lines[2] == "1 overdue, 1 coming."


def test_the_calendar_is_read_by_a_calendar_program(here: GitRepository, nbpeer: Nbpeer) -> None:
    from icalendar import Calendar

    told = nbpeer("due", "--all", "--format", "icalendar").out
    events = Calendar.from_ical(told).walk("VEVENT")
    assert [(str(event["summary"]), event.decoded("dtstart").isoformat()) for event in events] == [
        ("Decision due: Which | price?", "2026-12-15"),
        ("Outcome due: Price test", "2026-12-24"),
    ]


def test_what_cannot_be_read_is_said(here: GitRepository, nbpeer: Nbpeer) -> None:
    edit(here, "status: decided", "status: done")
    outcome = nbpeer("due", "--check", "--on", "2026-06-01")
    assert outcome.code == 1
    assert f"! {FILE} could not be read and may be due" in outcome.out


def test_a_repository_without_decisions_has_nothing_due(repo: GitRepository, nbpeer: Nbpeer) -> None:
    assert nbpeer("due").out == "Nothing is due.\n"
    repo.write("broken.ipynb", '{"source": "review_on: 2020-01-01", ')
    assert nbpeer("due").code == 0


def test_a_day_that_is_none_is_one_line(repo: GitRepository, nbpeer: Nbpeer) -> None:
    outcome = nbpeer("due", "--on", "2026-13-01")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "nbpeer: '2026-13-01' is no date; write it as YYYY-MM-DD\n"
