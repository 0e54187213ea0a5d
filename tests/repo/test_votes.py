from __future__ import annotations

import pytest

from conftest import GitRepository
from nbpeer.errors import NbpeerError
from nbpeer.model.ballot import Ballot
from nbpeer.repo.votes import (
    ballot_authors,
    begin_round,
    read_ballot,
    read_ballots,
    read_round_model,
    rounds,
    write_ballot,
)

MODEL = b"version: 1\ntitle: x\ndimensions: [{id: data, name: Data, awful: Broken, excellent: Sound}]\n"
ANA = Ballot("Ana@example.org", "2026-05-01", {"data": 3}, "2026-05-01T10:00:00Z")


def test_rounds_are_folders_named_by_a_day_that_hold_a_model(repo: GitRepository) -> None:
    for name in ("2026-05-01", "2025-12-31", "2026-13-01", "notes", "20260501"):
        repo.write(f"votes/{name}/model.yml", MODEL)
    repo.write("votes/2026-06-01/readme.md", "")
    assert rounds(repo.path) == ("2025-12-31", "2026-05-01")


def test_a_ballot_is_kept_under_the_address_whatever_its_case_and_signs(repo: GitRepository) -> None:
    begin_round(repo.path, "2026-05-01", MODEL)
    assert write_ballot(repo.path, ANA) == "votes/2026-05-01/ana@example.org.json"
    assert read_ballot(repo.path, "2026-05-01", " ANA@example.org") == ANA
    odd = Ballot("../../x y@example.org", "2026-05-01", {"data": 1}, "")
    assert write_ballot(repo.path, odd) == "votes/2026-05-01/..%2F..%2Fx%20y@example.org.json"
    assert sorted(map(str, read_ballots(repo.path, "2026-05-01").values())) == sorted(map(str, [ANA, odd]))


def test_who_committed_a_ballot_is_known_by_its_file(repo: GitRepository) -> None:
    begin_round(repo.path, "2026-05-01", MODEL)
    path = write_ballot(repo.path, ANA)
    assert ballot_authors(repo.path, "2026-05-01") == {}
    repo.commit("ana", author="Ana <ANA@example.org>")
    write_ballot(repo.path, Ballot("ana@example.org", "2026-05-01", {"data": 5}, ""))
    repo.commit("ben", author="Ben <ben@example.org>")
    assert ballot_authors(repo.path, "2026-05-01")[path] == {"ana@example.org", "ben@example.org"}


def test_a_round_that_has_begun_is_not_begun_again(repo: GitRepository) -> None:
    begin_round(repo.path, "2026-05-01", MODEL)
    with pytest.raises(NbpeerError, match="has begun already"):
        begin_round(repo.path, "2026-05-01", b"other")
    assert read_round_model(repo.path, "2026-05-01").dimensions[0].id == "data"
    with pytest.raises(NbpeerError, match="there is no round 2026-05-02"):
        read_round_model(repo.path, "2026-05-02")
