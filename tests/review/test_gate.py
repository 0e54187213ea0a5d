"""The gate's four conditions, each reason, and which sign-offs count."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nbpeer.config import GateAsks
from nbpeer.model.digests import content_hash
from nbpeer.model.external import ExpectationsFile, ExternalExpectation
from nbpeer.model.finding import Finding
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.result import Certificate, Expectation, NamedResult, ResultsFile
from nbpeer.model.review import Answer, Checklist, Condition, Item, SignOff
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.gate import CONDITIONS, judge

ITEMS = (Item("C1", "Can I restate it?"), Item("C2", "Reproduced?", ticked_by="auto"))
CHECKLIST = Checklist("ab_test", "1.1", "medium", 15, 1, ITEMS)
RESULTS = ResultsFile(
    Certificate("sha256:source", inputs={"data/orders.csv": "sha256:orders"}),
    {"conversion": NamedResult("conversion", "number", 0.0412)},
    {"no duplicate users": Expectation("no duplicate users", True)},
)
FACTS = AnalysisFacts(
    path="analyses/pricing.ipynb",
    checklist=CHECKLIST,
    source="sha256:source",
    front_matter=FrontMatter(title="Price test"),
    results=RESULTS,
    inputs={"data/orders.csv": "sha256:orders"},
    authors=frozenset({"analyst@example.org"}),
)
SIGN_OFF = SignOff(
    analysis=FACTS.path,
    content=FACTS.content,
    source=FACTS.source,
    results=FACTS.results_digest,
    reviewer="reviewer@example.org",
    checklist="ab_test",
    checklist_version="1.1",
    tier="medium",
    answers=(Answer("C1", "yes"), Answer("C2", "yes", by="auto")),
    decision="approve",
    time="2026-07-01T10:00:00Z",
)
SECOND = replace(SIGN_OFF, reviewer="second@example.org")
REQUEST = replace(SIGN_OFF, decision="request_changes", time="2026-07-02T10:00:00Z", comment="split the table")


def finding(code: str = "NBP301", severity: Any = "error", **more: Any) -> Finding:
    return Finding(code, "merge-unvalidated", severity, "rows may multiply", FACTS.path, cell=4, **more)


def condition(name: str, facts: AnalysisFacts = FACTS, gate: GateAsks | None = None) -> Condition:
    return next(found for found in judge(replace(facts, gate=gate or GateAsks())).conditions if found.name == name)


def signed(*sign_offs: SignOff, **changes: Any) -> Condition:
    return condition("signed off", replace(FACTS, sign_offs=sign_offs, **changes))


def test_an_analysis_that_meets_everything_meets_the_gate() -> None:
    gate = judge(replace(FACTS, sign_offs=(SIGN_OFF,)))
    assert gate.met
    assert gate.content == FACTS.content
    assert tuple(found.name for found in gate.conditions) == CONDITIONS


def test_an_unreadable_analysis_meets_nothing() -> None:
    gate = judge(replace(FACTS, problem="x.ipynb is not JSON", sign_offs=(SIGN_OFF,)))
    assert [found.met for found in gate.conditions] == [False] * 4
    assert (gate.content, gate.conditions[0].reason) == ("", "x.ipynb is not JSON")


def test_an_error_shuts_the_gate_and_is_named() -> None:
    found = condition("checks pass", replace(FACTS, findings=(finding(),)))
    assert not found.met
    assert found.reason == "error NBP301 merge-unvalidated in cell 4: rows may multiply"
    assert found.todo == "nbpeer check analyses/pricing.ipynb"


def test_findings_are_listed_by_rule_and_counted_after_the_third_rule() -> None:
    found = [finding("NBP301")] * 3 + [finding(code) for code in ("NBP302", "NBP303", "NBP304", "NBP305")]
    reason = condition("checks pass", replace(FACTS, findings=tuple(found))).reason
    assert reason.startswith(
        "error NBP301 merge-unvalidated in cell 4: rows may multiply (and 2 like it); error NBP302"
    )
    assert reason.endswith("; and 2 more")


@pytest.mark.parametrize(
    ("findings", "severity", "met"),
    [
        ([finding(severity="warning")], "error", True),
        ([finding(severity="warning")], "warning", False),
        ([finding(severity="info")], "warning", True),
        ([finding(waived="agreed")], "error", True),
        ([finding("NBP001", "warning")], "error", False),
        ([finding("NBP001", "info")], "error", True),
    ],
)
def test_only_open_findings_of_the_configured_severity_count(findings: list[Finding], severity: Any, met: bool) -> None:
    facts = replace(FACTS, findings=tuple(findings))
    assert condition("checks pass", facts, GateAsks(severity=severity)).met is met


def test_lesser_and_waived_findings_are_still_said() -> None:
    facts = replace(FACTS, findings=(finding(severity="warning"), finding(waived="agreed")))
    assert condition("checks pass", facts).reason == "no error found, 1 lesser finding, 1 waived"


def test_a_notebook_without_front_matter_is_told_to_add_it_or_to_exclude_it() -> None:
    found = condition("checks pass", replace(FACTS, front_matter=None))
    assert (found.met, found.reason) == (False, "NBP201: the notebook has no front matter")
    assert "exclude the notebook in the configuration" in found.todo


def test_results_are_fresh_when_source_and_inputs_are_those_of_the_run() -> None:
    found = condition("results fresh")
    assert (found.met, found.reason) == (True, "the run was of exactly this source, 1 input unchanged")


def test_parameters_and_unobserved_inputs_are_said() -> None:
    certificate = replace(RESULTS.certificate, parameters={"alpha": 0.1}, inputs_complete=False)
    reason = condition("results fresh", replace(FACTS, results=replace(RESULTS, certificate=certificate))).reason
    assert reason.endswith("with alpha = 0.1, not every input could be observed")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"results": None}, "analyses/pricing.results.json is not there"),
        ({"source": "sha256:other"}, "a cell was edited after the run"),
        ({"inputs": {"data/orders.csv": "sha256:new"}}, "data/orders.csv changed after the run"),
        ({"inputs": {}}, "the run read data/orders.csv, which is not here"),
    ],
)
def test_stale_results_say_what_differs_and_what_to_type(changes: dict[str, Any], reason: str) -> None:
    found = condition("results fresh", replace(FACTS, **changes))
    assert not found.met
    assert reason in found.reason
    assert found.todo == "nbpeer run analyses/pricing.ipynb"


def test_the_configuration_relaxes_absent_results_only() -> None:
    relaxed = GateAsks(require_results=False)
    absent = replace(FACTS, results=None)
    assert condition("results fresh", absent, relaxed).met
    assert condition("expectations hold", absent, relaxed).met
    assert not condition("expectations hold", absent).met
    assert not condition("results fresh", replace(FACTS, source="sha256:other"), relaxed).met


def test_a_failed_expectation_shuts_the_gate_and_is_named() -> None:
    failed = {"no duplicate users": Expectation("no duplicate users", False, "3 of 900")}
    found = condition("expectations hold", replace(FACTS, results=replace(RESULTS, expectations=failed)))
    assert (found.met, found.reason) == (False, "failed: no duplicate users (3 of 900)")


def test_nobody_signed_off() -> None:
    found = signed()
    assert (found.met, found.reason) == (False, "nobody has signed this content off")
    assert found.todo == "somebody other than analyst@example.org: nbpeer review analyses/pricing.ipynb"


def test_an_approval_of_this_content_by_somebody_else_counts() -> None:
    found = signed(SIGN_OFF)
    assert (found.met, found.reason) == (True, "reviewer@example.org approved this content on 2026-07-01")
    assert found.todo == ""


def test_an_uncommitted_approval_counts_and_says_so() -> None:
    found = signed(SIGN_OFF, uncommitted=(SIGN_OFF,))
    assert found.met
    assert "(not committed yet)" in found.reason
    assert found.todo == "commit the sign-off"


@pytest.mark.parametrize("reviewer", ["analyst@example.org", " Analyst@Example.ORG "])
def test_the_authors_own_sign_off_does_not_count(reviewer: str) -> None:
    found = signed(replace(SIGN_OFF, reviewer=reviewer))
    assert not found.met
    assert "is an author of the changes, whose sign-off does not count" in found.reason


def test_the_authors_request_for_changes_does_not_keep_the_gate_shut() -> None:
    assert signed(SIGN_OFF, replace(REQUEST, reviewer="analyst@example.org")).met


def other(source: str = FACTS.source, results: str | None = FACTS.results_digest) -> SignOff:
    return replace(SIGN_OFF, source=source, results=results, content=content_hash(source, results))


@pytest.mark.parametrize(
    ("sign_off", "changed"),
    [
        (other(source="sha256:older"), "cell sources changed since"),
        (other(results="sha256:older"), "results changed since"),
        (other("sha256:older", None), "cell sources and results changed since"),
    ],
)
def test_an_approval_of_other_content_has_lapsed_and_says_what_changed(sign_off: SignOff, changed: str) -> None:
    found = signed(sign_off)
    assert not found.met
    assert found.reason == f"reviewer@example.org approved different content on 2026-07-01: {changed}"


def test_a_sign_off_with_an_edited_content_hash_does_not_count() -> None:
    found = signed(replace(other(source="sha256:older"), content=FACTS.content))
    assert not found.met
    assert "it was edited" in found.reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"checklist": "exploratory"}, "answered the checklist 'exploratory', and this analysis has 'ab_test'"),
        ({"checklist_version": "1.0"}, "answered version 1.0 of the checklist, which is now 1.1"),
        ({"tier": "low"}, "answered for tier low, and this analysis is medium"),
        ({"answers": ()}, "left C1, C2 without a reviewer's answer"),
        ({"answers": (Answer("C1", "yes", by="auto"), Answer("C2", "yes"))}, "left C1 without a reviewer's answer"),
        ({"answers": (Answer("C1", "yes"), Answer("C2", "no", "x", "auto"))}, "left C2 without a reviewer's answer"),
        ({"answers": (Answer("C1", "no"), Answer("C2", "yes"))}, "left C1 without a reviewer's answer"),
        ({"time": "yesterday"}, "which is not a time in ISO 8601"),
        ({"reviewer": " "}, "a sign-off without a reviewer does not count"),
    ],
)
def test_an_approval_that_does_not_satisfy_the_checklist_does_not_count(changes: dict[str, Any], reason: str) -> None:
    found = signed(replace(SIGN_OFF, **changes))
    assert not found.met
    assert reason in found.reason


def test_an_approval_for_a_higher_tier_counts() -> None:
    assert signed(replace(SIGN_OFF, tier="high")).met


def test_two_different_reviewers_are_needed_where_the_tier_asks_for_two() -> None:
    critical = replace(CHECKLIST, tier="business_critical", reviewers=2)
    one, two = (replace(sign_off, tier="business_critical") for sign_off in (SIGN_OFF, SECOND))
    alone = signed(one, replace(one, reviewer="Reviewer@example.org"), checklist=critical)
    assert not alone.met
    assert alone.reason.startswith("1 of 2 reviewers approved: ")
    assert signed(one, two, checklist=critical).met


def test_the_same_reviewers_later_word_on_the_same_content_holds() -> None:
    assert not signed(SIGN_OFF, REQUEST).met
    assert signed(REQUEST, replace(SIGN_OFF, time="2026-07-03T10:00:00+02:00")).met
    assert not signed(SIGN_OFF, replace(REQUEST, time=SIGN_OFF.time)).met


def test_another_reviewers_request_for_changes_keeps_the_gate_shut() -> None:
    request = replace(REQUEST, reviewer="second@example.org", answers=(Answer("C1", "no", "which decision?"),))
    found = signed(SIGN_OFF, request)
    assert not found.met
    assert found.reason == "second@example.org asks for changes: split the table; C1 which decision?"


def test_a_request_on_earlier_content_does_not_outlive_that_content() -> None:
    request = replace(other(source="sha256:older"), reviewer="second@example.org", decision="request_changes")
    assert signed(SIGN_OFF, request).met
    assert "asked for changes to different content" in signed(request).reason


EDITS: dict[str, dict[str, Any]] = {
    "source": {"source": "sha256:x"},
    "results": {"results": "sha256:x"},
    "content": {"content": "sha256:x"},
    "author": {"reviewer": "analyst@example.org"},
    "decision": {"decision": "request_changes"},
    "checklist": {"checklist": "other"},
    "version": {"checklist_version": "9"},
    "tier": {"tier": "low"},
    "answers": {"answers": (Answer("C1", "yes"),)},
}


@given(edits=st.sets(st.sampled_from(sorted(EDITS)), min_size=1), reviewer=st.emails())
def test_no_edited_sign_off_ever_opens_the_gate(edits: set[str], reviewer: str) -> None:
    sign_off = replace(SIGN_OFF, reviewer=reviewer)
    for edit in sorted(edits):
        sign_off = replace(sign_off, **EDITS[edit])
    assert not signed(sign_off).met


def external(*outcomes: Any, **more: Any) -> ExpectationsFile:
    items = tuple(
        ExternalExpectation(f"e{number}", outcome, "orders", "3 rows") for number, outcome in enumerate(outcomes)
    )
    return ExpectationsFile("target/run_results.json", "dbt", "1.10", "2026-11-24T10:00:00Z", items, **more)


def held(*files: ExpectationsFile) -> Condition:
    return condition("expectations hold", replace(FACTS, external=files))


def test_expectations_of_another_tool_hold_beside_the_runs_own_each_with_its_origin() -> None:
    found = held(external("held", "held", "warned"))
    assert found.met
    assert found.reason == (
        "1 expectation held; 2 held and 1 only warned in target/run_results.json (dbt, of 2026-11-24)"
    )


def test_what_another_tool_found_wrong_shuts_the_gate_and_is_named() -> None:
    found = held(external("held", "failed", "not_run"), external("held"))
    assert not found.met
    assert found.reason == (
        "failed in target/run_results.json (dbt, of 2026-11-24): e1 on orders (3 rows), e2 on orders (3 rows)"
    )
    assert found.todo == "mend the data, or check them again"


def test_only_the_first_few_failures_of_another_tool_are_listed() -> None:
    assert held(external(*["failed"] * 5)).reason.endswith("e2 on orders (3 rows), and 2 more")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (ExpectationsFile("gx.json", problem="is not there"), "not known: gx.json is not there"),
        (
            external("held", stale="is 15 days old, and 7 are allowed"),
            "not known: target/run_results.json is 15 days old",
        ),
    ],
)
def test_a_missing_or_stale_file_is_never_a_pass(file: ExpectationsFile, said: str) -> None:
    found = held(file)
    assert not found.met
    assert found.reason.startswith(said)


def test_the_runs_own_failure_and_another_tools_are_both_said() -> None:
    failed = replace(RESULTS, expectations={"a": Expectation("a", False)})
    facts = replace(FACTS, results=failed, external=(external("failed"),))
    found = condition("expectations hold", facts)
    assert found.reason.startswith("failed: a; failed in target/run_results.json")
    assert "then nbpeer run" in found.todo


def test_another_tools_file_does_not_replace_a_missing_run() -> None:
    found = condition("expectations hold", replace(FACTS, results=None, external=(external("held"),)))
    assert not found.met
    assert found.reason.startswith("not known: no run is recorded")


def test_no_own_expectation_leaves_only_the_other_tools() -> None:
    facts = replace(FACTS, results=replace(RESULTS, expectations={}), external=(external("held"),))
    assert condition("expectations hold", facts).reason == "1 held in target/run_results.json (dbt, of 2026-11-24)"
