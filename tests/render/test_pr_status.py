"""A commit status in a line, whatever is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.render.pr_status import MOST_DESCRIPTION, Missing, description, item_ranges

MISSING = st.builds(
    Missing,
    path=st.text(min_size=1),
    unmet=st.lists(st.sampled_from(["checks pass", "results fresh", "expectations hold"])).map(tuple),
    against=st.lists(st.text()).map(tuple),
    lapsed=st.lists(st.text()).map(tuple),
    approvals=st.integers(0, 2),
    reviewers=st.integers(1, 2),
    items=st.lists(st.text(min_size=1)).map(tuple),
)


@given(st.lists(MISSING, min_size=1))
def test_it_is_one_line_that_the_forge_holds(missing: list[Missing]) -> None:
    found = description(missing, len(missing))
    assert 0 <= len(found) <= MOST_DESCRIPTION


def test_people_come_first_then_what_each_analysis_waits_for() -> None:
    missing = [
        Missing("a/pricing.ipynb", approvals=1, reviewers=2, items=("C3", "C4")),
        Missing("churn.ipynb", ("results fresh",), reviewers=2, approvals=1),
    ]
    said = "1 of 2 reviewers; C3, C4 unticked in pricing.ipynb; results are not fresh in churn.ipynb"
    assert description(missing, 2) == said


def test_nothing_missing_is_an_approval_or_nothing_to_approve() -> None:
    assert [description((), count) for count in (0, 1, 3)] == [
        "no analysis changed",
        "approved",
        "approved: 3 analyses",
    ]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((), ""),
        (("C1", "C2"), "C1, C2"),
        (("C1", "C2", "C3", "C5"), "C1 to C3, C5"),
        (("C8", "B1", "B2", "B3"), "C8, B1 to B3"),
        (("own", "C1"), "own, C1"),
    ],
)
def test_a_range_holds_only_what_is_missing(items: tuple[str, ...], expected: str) -> None:
    assert item_ranges(items) == expected
