"""Four questions, counted; business-critical overrides them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.review import Tier
from nbpeer.review.tiers import EVERY, read_reasons, reasons_of, tier_of


@pytest.mark.parametrize(
    ("yes", "tier"),
    [
        (set(), "low"),
        ({"novel"}, "low"),
        ({"novel", "costly"}, "medium"),
        ({"novel", "costly", "reused"}, "high"),
        ({"novel", "costly", "reused", "main_evidence"}, "high"),
        ({"business_critical"}, "business_critical"),
        ({"novel", "costly", "business_critical"}, "business_critical"),
    ],
)
def test_the_tier_counts_the_questions_answered_yes(yes: set[str], tier: Tier) -> None:
    assert tier_of(yes) == tier


@given(st.sets(st.sampled_from([question.name for question in EVERY])))
def test_written_reasons_are_read_back(yes: set[str]) -> None:
    assert read_reasons(reasons_of(yes)) == yes


@pytest.mark.parametrize(
    "value", [None, "costly", {"costly": True}, ["because I say so"], ["costly or irreversible"] * 2]
)
def test_reasons_that_nobody_wrote_so_are_not_read(value: object) -> None:
    assert read_reasons(value) is None
