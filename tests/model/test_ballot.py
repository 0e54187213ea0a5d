from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.ballot import Ballot, ballot_path, decode_ballot, encode_ballot, is_round

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(st.builds(Ballot, WORDS, WORDS, st.dictionaries(WORDS, st.integers(1, 5)), WORDS, st.dictionaries(WORDS, WORDS)))
def test_a_ballot_is_read_as_it_was_written(ballot: Ballot) -> None:
    assert decode_ballot(encode_ballot(ballot), "x.json") == ballot


@given(st.emails(), st.emails())
def test_two_people_never_share_a_file_and_none_leaves_the_round(one: str, other: str) -> None:
    here, there = ballot_path("2026-05-01", one), ballot_path("2026-05-01", other)
    assert (here == there) == (one.lower() == other.lower())
    assert here.count("/") == 2


@pytest.mark.parametrize("content", [b"", b"[]", b'{"person": "x"}', b"\xff", b'{"scores": {"a": true}}'])
def test_what_is_no_ballot_is_named(content: bytes) -> None:
    with pytest.raises(NbpeerError, match=r"votes/x\.json is not a valid ballot"):
        decode_ballot(content, "votes/x.json")


@pytest.mark.parametrize(
    ("name", "named"), [("2026-05-01", True), ("2026-5-1", False), ("20260501", False), ("..", False)]
)
def test_a_round_is_called_by_its_day(name: str, named: bool) -> None:
    assert is_round(name) is named
