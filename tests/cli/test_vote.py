"""A ballot cast at a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from conftest import GitRepository
from terminal import terminal

Nbpeer = Callable[..., Any]
BALLOT = "votes/2026-05-01/analyst@example.org.json"
MODEL = """version: 1
title: How are we?
dimensions:
  - {id: data, name: Data, awful: Broken, excellent: Sound}
  - {id: review, name: Review, awful: None, excellent: Always}
  - {id: care, name: Care, awful: Careless, excellent: Careful}
"""


@pytest.fixture
def here(repo: GitRepository, nbpeer: Nbpeer) -> GitRepository:
    repo.write("nbpeer_templates/maturity.yml", MODEL)
    assert nbpeer("vote", "new", "--on", "2026-05-01").code == 0
    return repo


def ballot(repo: GitRepository) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((repo.path / BALLOT).read_text())
    return found


def test_each_dimension_is_asked_with_both_ends(here: GitRepository) -> None:
    with terminal(here.path, "vote", "cast") as shown:
        seen = shown.until("stop here > ")
        assert "1 of 3  Data" in seen
        assert "1 awful      Broken" in seen
        assert "5 excellent  Sound" in seen
        shown.press("7")
        shown.until("'7' is none of")
        shown.press("2")
        shown.until("2 of 3  Review")
        shown.press("n")
        shown.until("note: ")
        shown.type("two days is long")
        shown.until("stop here > ")
        shown.press("4")
        shown.until("3 of 3  Care")
        shown.press("s")
        shown.until("2 scores; not scored: care; commit it.")
        assert shown.ended() == 0
    assert ballot(here)["scores"] == {"data": 2, "review": 4}
    assert ballot(here)["notes"] == {"review": "two days is long"}


def test_stopping_keeps_what_was_answered_and_the_next_time_shows_it(here: GitRepository) -> None:
    with terminal(here.path, "vote", "cast") as shown:
        shown.until("stop here > ")
        shown.press("3")
        shown.until("2 of 3")
        shown.press("q")
        shown.until("1 score; not scored: review, care")
        assert shown.ended() == 0
    with terminal(here.path, "vote", "cast") as shown:
        shown.until("(so far 3)")
        shown.press("\x03")
        assert shown.ended() == 130
    assert ballot(here)["scores"] == {"data": 3}


def test_stopping_at_once_writes_no_ballot(here: GitRepository) -> None:
    with terminal(here.path, "vote", "cast") as shown:
        shown.until("stop here > ")
        shown.press("q")
        shown.until("nothing was scored")
        assert shown.ended() == 2
    assert not (here.path / BALLOT).exists()
