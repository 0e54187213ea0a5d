"""The baseline: known findings do not count, new ones always do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.baseline import Baseline, decode_baseline, encode_baseline, mark_known, updated
from nbpeer.model.finding import Finding

ALL = frozenset(("NBP301", "NBP604", "NBP601", "NBP002", "NBP205"))


def finding(fingerprint: str = "aa", code: str = "NBP301", path: str = "a.ipynb", **more: Any) -> Finding:
    return Finding(code, "a-name", more.pop("severity", "warning"), "said", path, fingerprint=fingerprint, **more)


def known(baseline: Baseline, *findings: Finding) -> list[bool]:
    return [item.known for item in mark_known(baseline, findings, {"a.ipynb", "b.ipynb"}, ALL)[0]]


def test_what_was_there_is_known_and_one_more_of_the_same_is_new() -> None:
    baseline = updated(Baseline(), [finding(), finding()], {"a.ipynb"}, whole=True)
    assert known(baseline, finding(cell=9), finding(cell=2), finding(cell=3)) == [True, True, False]


@pytest.mark.parametrize("other", [finding("bb"), finding(code="NBP604"), finding(path="b.ipynb")])
def test_another_source_rule_or_notebook_is_new(other: Finding) -> None:
    assert known(updated(Baseline(), [finding()], {"a.ipynb"}, whole=True), other) == [False]


@pytest.mark.parametrize(
    "never", [finding(code="NBP601", severity="error"), finding(code="NBP002"), finding(waived="why"), finding("")]
)
def test_secrets_waivers_without_reason_and_waived_findings_never_enter(never: Finding) -> None:
    assert updated(Baseline(), [never], {"a.ipynb"}, whole=True) == Baseline()


def test_a_secret_is_not_hidden_by_an_entry_written_by_hand() -> None:
    assert known(Baseline({"a.ipynb": {"NBP601": {"aa": 1}}}), finding(code="NBP601")) == [False]


def test_entries_that_fit_nothing_are_stale_where_somebody_looked() -> None:
    baseline = Baseline({"a.ipynb": {"NBP301": {"aa": 2}, "NBP604": {"bb": 1}}, "c.ipynb": {"NBP301": {"aa": 1}}})
    assert mark_known(baseline, [finding()], {"a.ipynb"}, {"NBP301"})[1] == {"a.ipynb": 1}
    assert mark_known(baseline, [finding()], {"a.ipynb"}, ALL)[1] == {"a.ipynb": 2}


def test_a_part_is_written_anew_and_the_rest_stays() -> None:
    before = Baseline({"a.ipynb": {"NBP301": {"old": 1}}, "b.ipynb": {"NBP301": {"bb": 1}}})
    after = updated(before, [finding()], {"a.ipynb"}, whole=False)
    assert after.notebooks == {"a.ipynb": {"NBP301": {"aa": 1}}, "b.ipynb": {"NBP301": {"bb": 1}}}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"version": 2}', b'{"notebooks": 3}', b'{"other": 1}', b"\xff"])
def test_what_is_no_baseline_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(NbpeerError, match=r"\.nbpeer/baseline\.json"):
        decode_baseline(content)


some = st.builds(
    finding,
    st.sampled_from(["aa", "bb", "cc"]),
    st.sampled_from(sorted(ALL)),
    st.sampled_from(["a.ipynb", "b.ipynb"]),
    severity=st.sampled_from(["error", "warning", "info"]),
)


@given(st.lists(some), st.lists(some))
def test_exactly_as_many_are_known_as_were_there(before: list[Finding], after: list[Finding]) -> None:
    baseline = decode_baseline(encode_baseline(updated(Baseline(), before, {"a.ipynb", "b.ipynb"}, whole=True)))
    marked, stale = mark_known(baseline, after, {"a.ipynb", "b.ipynb"}, ALL)
    for key in {(item.path, item.code, item.fingerprint) for item in (*before, *after)}:
        counted = [f for f in before if (f.path, f.code, f.fingerprint) == key and f.severity != "info"]
        eligible = len(counted) if key[1] not in ("NBP601", "NBP002") else 0
        now = [f for f in marked if (f.path, f.code, f.fingerprint) == key]
        assert sum(f.known for f in now) == min(eligible, sum(f.severity != "info" for f in now))
    assert sum(stale.values()) + sum(f.known for f in marked) == sum(
        count for codes in baseline.notebooks.values() for entries in codes.values() for count in entries.values()
    )
