"""Rules about metrics: NBP701 to 704, what they must not say, and what they say when the registry cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from checking import CONTEXT, check, codes, registry
from nbpeer.checks.facts import MetricFacts
from nbpeer.checks.rule import CheckContext
from nbpeer.model.finding import Finding
from nbpeer.model.metric import Metric

REGISTRY = registry(
    "wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'\n"
    "revenue@1.0.0 = SUM(orders.amount) where orders.status = 'paid'\n"
    "orders_placed@1.0.0 = COUNT(*) where orders.status = 'paid'\n"
    "signups@1.0.0 = COUNT(events.id) where events.kind = 'signup' (retired)\n"
    "visits@1.0.0 = COUNT(events.visit_id) (deprecated)\n"
    "plain = COUNT(events.id)"
)
AGREES = "SELECT COUNT(DISTINCT user_id) AS n FROM events WHERE kind <> 'login'"
DIFFERS = "SELECT COUNT(DISTINCT user_id) AS n FROM events"
HEADER = "---\ntitle: A\nmetrics: [{}]\n---\n"


def context(**facts: Any) -> CheckContext:
    return CONTEXT._replace(metrics=MetricFacts(**{"registry": REGISTRY, **facts}))


def found(*cells: str, select: str = "NBP7", cites: str = "", facts: dict[str, Any] | None = None) -> list[Finding]:
    header = HEADER.format(cites) if cites else None
    findings = check(*cells, select=select, context=context(**(facts or {})), header=header)
    return [finding for finding in findings if finding.code.startswith("NBP7")]


@pytest.mark.parametrize(
    "source",
    [
        f'q = "{DIFFERS}"',
        f'q = "{AGREES}"',
        "q = \"SELECT SUM(CASE WHEN status = 'paid' THEN amount END) AS a FROM app.orders\"",
        "%%sql\nSELECT SUM(amount) AS a FROM orders WHERE status = 'paid'",
        "q = \"SELECT COUNT(*) FROM orders WHERE status = 'paid'\"",
        'q = "SELECT SUM(n) AS wau FROM daily"',
        "import nbpeer\nnbpeer.result('Revenue', 3)",
        "from nbpeer import result\nresult('orders-placed', 3)",
    ],
    ids=["filters differ", "agrees", "case", "sql cell", "all rows", "column of its name", "result", "imported"],
)
def test_a_number_that_looks_like_a_metric_has_to_cite_it(source: str) -> None:
    assert codes(found(source)) == ["NBP701"]


@pytest.mark.parametrize(
    "source",
    [
        'q = "SELECT COUNT(*) FROM orders"',
        'q = "SELECT COUNT(*) AS n, SUM(tax) AS t FROM orders"',
        'q = "SELECT COUNT(user_id) AS n FROM events"',
        'q = "SELECT COUNT(DISTINCT user_id) AS n FROM visits"',
        'q = "SELECT user_id, kind FROM events"',
        "import nbpeer\nnbpeer.result('revenue in the UK', 3)",
        "revenue = 3",
        "# metric: accuracy\nscore = 0.8",
        "metric = 'rmse'  # metric: plain words",
        'text = "We count the revenue of paid orders from the list of orders"',
    ],
    ids=[
        "all rows", "other columns", "other aggregate", "other table", "rows", "longer name", "variable", "remark",
        "remark after code", "prose",
    ],
)  # fmt: skip
def test_what_only_reminds_of_a_metric_is_fine(source: str) -> None:
    assert [finding for finding in found(source) if "plain" not in finding.message] == []


@pytest.mark.parametrize(
    "cells",
    [
        (f'q = """-- metric: wau@2.1.0\n{AGREES}"""',),
        (f'# metric: wau@2.1.0\nq = "{AGREES}"',),
        ("import nbpeer\nq = nbpeer.metric('wau@2.1.0')", f'other = "{DIFFERS}"'),
        (f"%%sql\n-- metric: wau@2.1.0\n{AGREES}",),
    ],
    ids=["comment in the query", "comment above", "call", "sql cell"],
)
def test_a_citation_anywhere_is_enough(cells: tuple[str, ...]) -> None:
    assert found(*cells) == []


def test_the_front_matter_cites_too() -> None:
    assert found(f'q = "{AGREES}"', cites="wau@2.1.0") == []


@pytest.mark.parametrize(
    ("cites", "said", "severity"),
    [
        ("wau@2.0.0", "`wau@2.0.0` is cited, and metrics.yml has 2.1.0", "error"),
        ("wau@3.0.0", "`wau@3.0.0` is cited, and metrics.yml has 2.1.0", "error"),
        ("wauu@1", "`wauu@1` is cited, and metrics.yml defines no such metric", "error"),
        ("signups@1.0.0", "`signups` is retired", "error"),
        ("plain@1", "`plain@1` is cited, and metrics.yml gives it no version", "error"),
        ("visits@1.0.0", "`visits` is deprecated", "warning"),
        ("wau", "`wau` is cited without its version", "warning"),
    ],
)
def test_a_citation_of_what_the_registry_does_not_have_is_found(cites: str, said: str, severity: str) -> None:
    (finding,) = found("x = 1", cites=cites, select="NBP702")
    assert (finding.message, finding.severity, finding.cell, finding.line, finding.column) == (said, severity, 1, 3, 11)


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("wau@2.0.0", "`wau@2.0.0` is predicted, and metrics.yml has 2.1.0"),
        ("wua@2.1.0", "`wua@2.1.0` is predicted, and metrics.yml defines no such metric"),
        ("wau@2.1.0", ""),
        ("conversion", ""),
        ("ana@shop", ""),
    ],
)
def test_a_prediction_of_a_metric_and_version_is_held_against_the_registry(metric: str, said: str) -> None:
    header = f"---\ntitle: A\npredictions:\n  - {{metric: {metric}, expect: 3}}\n---\n"
    findings = check("x = 1", select="NBP702", context=context(), header=header)
    assert [(one.message, one.line, one.column) for one in findings] == ([(said, 4, 14)] if said else [])
    without = check("x = 1", select="NBP702", context=context(registry=None), header=header)
    assert without == []


def test_a_citation_that_is_current_is_fine() -> None:
    assert found("x = 1", cites="wau@2.1.0, plain", select="NBP702") == []


def test_where_only_the_version_moved_the_new_one_is_suggested() -> None:
    same = REGISTRY.find("wau")
    assert same

    def earlier(citation: str) -> Metric | None:
        return same if citation == "wau@2.0.0" else None

    (moved,) = found("import nbpeer\nq = nbpeer.metric('wau@2.0.0')", select="NBP702", facts={"earlier": earlier})
    (edit,) = moved.suggestion.edits if moved.suggestion else ()
    assert (edit.line, edit.column, edit.end, edit.text) == (2, 20, 29, "wau@2.1.0")
    (other,) = found("import nbpeer\nq = nbpeer.metric('wau@1.9.0')", select="NBP702", facts={"earlier": earlier})
    assert other.suggestion is None


def test_without_a_registry_a_citation_is_a_warning_and_nothing_else_is_said() -> None:
    findings = found(f'q = "{DIFFERS}"', cites="wau@2.1.0", facts={"registry": None})
    assert [(item.code, item.severity) for item in findings] == [("NBP702", "warning")]
    assert "this repository has no metric registry" in findings[0].message
    assert found(f'q = "{DIFFERS}"', facts={"registry": None}) == []


def test_a_registry_that_cannot_be_read_is_no_pass() -> None:
    broken = context(registry=None, problem="its registry cannot be read: metrics.yml, line 3: not valid YAML")
    findings = check("x = 1", select="NBP7", context=broken)
    (blind,) = [finding for finding in findings if "NBP701" in finding.blinds]
    assert (blind.code, blind.severity) == ("NBP001", "warning")
    assert blind.blinds == ("NBP701", "NBP702", "NBP703", "NBP704")
    assert "metrics.yml, line 3" in blind.message


def test_a_query_that_cites_and_differs_is_found_at_the_query() -> None:
    (finding,) = found(f'import nbpeer\nq = """\n-- metric: wau@2.1.0\n{DIFFERS}\n"""', select="NBP703")
    assert finding.message == "this is not `wau@2.1.0` as it is defined: it lacks the filter `kind <> 'login'`"
    assert (finding.severity, finding.line) == ("warning", 4)


def test_a_query_of_a_metric_that_the_front_matter_cites_is_compared_too() -> None:
    (finding,) = found(f'q = "{DIFFERS}"', cites="wau@2.1.0", select="NBP703")
    assert finding.severity == "warning"
    assert found(f'q = "{DIFFERS}"', f'p = "{AGREES}"', cites="wau@2.1.0", select="NBP703") == []


@pytest.mark.parametrize(
    "cell",
    [
        'q = """-- metric: wau@2.1.0\nSELECT COUNT(DISTINCT user_id) FROM (SELECT user_id FROM events)"""',
        "n = df.user_id.nunique()",
    ],
    ids=["subquery", "data frame"],
)
def test_what_reading_cannot_tell_is_an_info_that_names_the_way_to_know(cell: str) -> None:
    (finding,) = found(cell, cites="wau@2.1.0", select="NBP703")
    assert finding.severity == "info"
    assert "nbpeer metrics reconcile wau" in finding.fix


def test_a_definition_that_changed_without_a_word_is_found_once() -> None:
    before = registry("wau@2.0.0 = COUNT(DISTINCT events.user_id)\nrevenue@1.0.0 = SUM(orders.amount)")
    facts = {"before": before, "base": "main"}
    source = "import nbpeer\nq = nbpeer.metric('wau@2.1.0')"
    (finding,) = found(source, cites="wau@2.1.0", select="NBP704", facts=facts)
    assert finding.message == "the definition of `wau` changed since main, and no metric_change analysis says why"
    assert found(source, select="NBP704", facts={**facts, "explained": frozenset({"wau"})}) == []
    assert found("x = 1", select="NBP704", facts=facts) == []


def test_a_new_metric_needs_no_explanation() -> None:
    before = registry("revenue@1.0.0 = SUM(orders.amount)")
    assert found("x = 1", cites="wau@2.1.0", select="NBP704", facts={"before": before, "base": "main"}) == []


def test_a_waiver_with_its_reason_accepts_a_difference() -> None:
    source = f"%%sql\n-- metric: wau@2.1.0\n-- nbpeer: waive NBP703 logins count here, agreed with product\n{DIFFERS}"
    (finding,) = found(source, select="NBP703")
    assert finding.waived == "logins count here, agreed with product"
