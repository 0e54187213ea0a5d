"""NBP204: numbers in the text that no result has; and what is said when there is nothing to compare with."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from checking import CONTEXT, check, number, recorded, table
from nbpeer.model.finding import Finding
from nbpeer.model.result import Certificate, Expectation, NamedResult, ResultsFile

ORDERS = number("orders", 5587)


def found(text: str, *results: NamedResult, heading: str = "Summary", more: tuple[Any, ...] = ()) -> list[Finding]:
    """The findings for text under a heading, with these results recorded."""
    context = CONTEXT._replace(results=recorded(*results))
    return check(making.markdown(f"## {heading}\n\n{text}"), *more, select="NBP204", context=context)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It rose to 12.9 %.", 12.8846),
        ("It rose to 12.9 %.", 0.128846),
        ("It rose to **12.9** %, as hoped.", 0.1289),
        ("It rose to 13 percent.", 12.8846),
        ("It rose by 12.9 percentage points.", 0.128846),
        ("A share of 0.13.", 12.8846),
        ("Of 5,587 orders", 5587),
        ("Of 5587 orders", 5587),
        ("Of 5\u202f587 orders", 5587),
        ("About 5,600 orders", 5587),
        ("Some 6,000 orders", 5787),
        ("5.6k orders", 5587),
        ("1.2 million users", 1_234_567),
        ("It fell by 3.4 points.", -3.397),
        ("It moved by -3.4 points.", -3.397),
        ("It moved by \u22123.4 points.", -3.397),
        ("between 3.4\u20139.9 points (9.9)", 3.397),
        ("12,9 % of orders", 12.8846),
        ("€42.50 an order", 42.499),
        ("p = 1.2e-5", 0.0000123),
        ("It is 2.3x faster", 2.3456),
    ],
)
def test_a_number_that_a_result_rounds_to_is_traced(text: str, value: float) -> None:
    assert found(text, number("it", value), number("nine point nine", 9.9)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It rose to 12.8 %.", "12.8 %"),
        ("It rose to 14 %.", "14 %"),
        ("Of 5,588 orders", "5,588"),
        ("About 6,800 orders", "6,800"),
        ("1.3 million users", "1.3 million"),
        ("a median of 43 minutes", "43"),
        ("| UK | 17.1 |", "17.1"),
        ("It is 3x faster", "3x"),
        ("after 12.5 days", "12.5"),
        ("17 may be wrong", "17"),
        ("17.3 % above the limit", "17.3 %"),
        ("It is 11.1877 now", "11.1877"),
    ],
)
def test_a_number_that_no_result_has_is_found(text: str, said: str) -> None:
    (finding,) = found(text, number("rate", 12.8846), ORDERS, number("users", 1_234_567))
    assert finding.message == f"`{said}` is in no output and no named result"
    assert (finding.line, finding.severity) == (3, "warning")
    assert finding.excerpt[finding.column - 1 :].startswith(said[:2])


@pytest.mark.parametrize(
    "text",
    [
        "In 2013, and in 2014/15, and the 1990s",
        "On 1 March 2027, on March 17, on 2026-03-14, at 14:35, from 12 to 15 June",
        "12. the twelfth point",
        "(95 % interval, 90 % confidence, 80 % power, the 95 %\nconfidence interval, a confidence level of 99 %)",
        "See section 12, Figure 14, table 3.2, version 2.31 and v1.22.3",
        "`limit = 77` and <b class='77'>, [link](https://example.org/77) or https://example.org/77/88",
        "<!-- 77 % of this is hidden -->",
        "three species, 2 airports, 9 days",
        "the last 30 days; a 28-day window; within 24 hours; 10-fold; two-sided",
        "at most 5 %, more than 20 percent, over 1,000 people, p < 0.001, \u2265 50",
        "all 100 % of them, 0 %",
        "COVID-19, B2B, Q3, 4th, R2D2, H1N1, GPT-41",
        "$R^2 = \\frac{77}{88}$",
        "3 per 100, 3 out of 100",
    ],
)
def test_what_nobody_computed_is_no_claim(text: str) -> None:
    assert found(text, ORDERS) == []


@pytest.mark.parametrize("heading", ["Summary", "3. Results", "**Key findings**", "TL;DR", "Conclusions:"])
def test_the_headings_under_which_numbers_are_claims(heading: str) -> None:
    assert len(found("It is 12.7 %", ORDERS, heading=heading)) == 1
    assert len(found("### By country\n\nIt is 12.7 %", ORDERS, heading=heading)) == 1
    assert found("It is so.\n\n## Method\n\nIt is 12.7 %", ORDERS, heading=heading) == []


@pytest.mark.parametrize("heading", ["Method", "Limitations", "Question and decision"])
def test_elsewhere_numbers_are_no_claims(heading: str) -> None:
    assert found("It is 12.7 %", ORDERS, heading=heading) == []


def test_one_finding_a_line_names_every_number() -> None:
    (finding,) = found("From 12.7 % to 15.8 %", ORDERS)
    assert finding.message == "`12.7 %`, `15.8 %` are in no output and no named result"


def test_tables_texts_details_and_parameters_are_traced_to() -> None:
    results = ResultsFile(
        Certificate("", parameters={"days": 37}),
        {
            "by country": table("by country", "country rate", ("UK", 0.171), ("FR", None)),
            "interval": NamedResult("interval", "text", "1.4 to 4.7 points"),
        },
        {"few are lost": Expectation("few are lost", True, "23 of 812 rows")},
    )
    text = making.markdown("# Summary\n17.1 %, 1.4 to 4.7 points, 23 of 812 rows, 37 days")
    assert check(text, select="NBP204", context=CONTEXT._replace(results=results)) == []


@pytest.mark.parametrize(
    "output",
    [
        making.stream("rate: 12.8846\n"),
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<td>12.8846</td>"}},
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "0.128846"}},
    ],
)
def test_outputs_are_traced_to_without_any_results(output: dict[str, Any]) -> None:
    shown = making.code("rate", outputs=[output])
    assert check(making.markdown("# Summary\nIt is 12.9 %"), shown, select="NBP204") == []
    assert len(check(making.markdown("# Summary\nIt is 13.9 %"), shown, select="NBP204")) == 1


def test_a_warning_among_the_outputs_is_no_evidence() -> None:
    noise = making.code("x", outputs=[making.stream("12.9\n", "stderr"), making.stream("77.7\n")])
    assert len(check(making.markdown("# Summary\nIt is 12.9 %"), noise, select="NBP204")) == 1


def test_values_the_notebook_sets_may_be_quoted_and_others_in_code_may_not() -> None:
    cells = (making.code("accepted = 0.17\namounts = [0.47, 18]"), making.code("ax.set_ylim(0, 75)"))
    assert found("A limit of 17 %, and 18 dollars", ORDERS, more=cells) == []
    assert len(found("It rose to 75 %", ORDERS, more=cells)) == 1


def test_without_anything_to_compare_with_it_is_said_and_nothing_else() -> None:
    (finding,) = check(making.markdown("# Summary\nIt is 12.9 %"), "x = 1", select="NBP204")
    assert (finding.code, finding.severity) == ("NBP001", "info")
    assert finding.message == "NBP204 had nothing to compare with: run the analysis"


def test_a_figure_alone_is_nothing_to_compare_with() -> None:
    only = recorded(NamedResult("plot", "figure", msgspec.UNSET))  # type: ignore[arg-type]
    findings = check(
        making.markdown("# Summary\nIt is 12.9 %"), select="NBP204", context=CONTEXT._replace(results=only)
    )
    assert [finding.code for finding in findings] == ["NBP001"]


def test_text_without_numbers_needs_nothing_to_compare_with() -> None:
    assert check(making.markdown("# Summary\nNothing changed."), select="NBP204") == []


def test_when_the_rule_is_not_applied_nothing_is_said() -> None:
    assert check(making.markdown("# Summary\nIt is 12.9 %"), select="NBP203") == []


def test_results_that_cannot_be_read_are_not_a_pass() -> None:
    broken = CONTEXT._replace(results_problem="a.results.json is not a valid results file")
    (finding,) = check(making.markdown("# Summary\nIt is 12.9 %"), select="NBP204,NBP106", context=broken)
    assert (finding.code, finding.severity) == ("NBP001", "error")
    assert "NBP106, NBP204 could not be fully applied: a.results.json is not a valid" in finding.message


def test_a_waiver_in_the_paragraph_takes_effect() -> None:
    (finding,) = found("<!-- nbpeer: waive NBP204 from last year's report -->\nIt was 12.7 %", ORDERS)
    assert finding.waived == "from last year's report"


@given(st.floats(11, 99_999), st.integers(0, 4))
def test_any_rounding_is_traced_and_another_last_digit_is_not(value: float, decimals: int) -> None:
    said = f"{value:.{decimals}f}"
    if not decimals:
        said = f"{round(value) // 10 * 10 + 7}"  # no zeros at the end, and no year
        value = float(said)
        said += ".0" * (1500 < value < 2150)
    assert found(f"It is {said} units", number("it", value)) == []
    unit = 10.0**-decimals if "." not in said else 10.0 ** -len(said.partition(".")[2])
    other = f"{float(said) + 2 * unit:.{len(said.partition('.')[2])}f}"
    if not ("." not in other and (1500 < float(other) < 2150 or other.endswith("0"))):
        assert len(found(f"It is {other} units", number("it", value))) == 1


@given(st.text(st.sampled_from("0123456789.,%-\u2013 $*`<>()\n#|eExk'\u202f/:")) | st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    for finding in found(text, ORDERS):
        assert finding.code == "NBP204"
