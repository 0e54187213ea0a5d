"""Waivers: where they stand, what they are for, and that they need a reason."""

from __future__ import annotations

from typing import Any

import pytest

import making
from checking import check

START = "import pandas as pd"
MERGE = "x = a.merge(b, how='left')"


def waived(*cells: Any, code: str = "NBP301", **more: Any) -> list[str]:
    """The waivers' reasons on the findings of one rule; "" for one that is not waived."""
    return [item.waived for item in check(*cells, select=code, **more) if item.code == code]


@pytest.mark.parametrize(
    "source",
    [
        f"{MERGE}  # nbpeer: waive NBP301 one row a day",
        f"# nbpeer: waive NBP301 one row a day\n{MERGE}",
        f"# nbpeer: waive NBP301: one row a day.\n\n# another remark\n{MERGE}",
        f"#nbpeer:waive nbp301 (one row a day)\n{MERGE}",
        f"# nbpeer: waive NBP302, NBP301 one row a day\n{MERGE}",
        "x = (a\n     .merge(b, how='left'))  # nbpeer: waive NBP301 one row a day",
        "x = (a\n     .merge(b, how='left')\n     .head())  # nbpeer: waive NBP301 one row a day",
        "# nbpeer: waive NBP301 one row a day\nx = (\n    a.dropna()\n    .merge(b, how='left')\n)",
        "def f():\n    # nbpeer: waive NBP301 one row a day\n    return a.merge(b, how='left')",
    ],
)
def test_a_waiver_on_the_statement_or_above_it_waives(source: str) -> None:
    assert waived(START, source) == ["one row a day"]


@pytest.mark.parametrize(
    "source",
    [
        f"y = 1  # nbpeer: waive NBP301 one row a day\n{MERGE}",
        f"# nbpeer: waive NBP301 one row a day\ny = 1\n{MERGE}",
        f"{MERGE}\n# nbpeer: waive NBP301 one row a day",
        f"{MERGE}  # nbpeer: waive NBP302 one row a day",
        f"{MERGE}  # nbpeer: waive NBP301",
        "# nbpeer: waive NBP301 one row a day\ndef f():\n    y = 1\n    return a.merge(b, how='left')",
    ],
)
def test_a_waiver_elsewhere_or_of_another_rule_or_without_reason_does_not(source: str) -> None:
    assert waived(START, source) == [""]


def test_a_waived_finding_stays_in_the_report_and_does_not_count() -> None:
    from nbpeer.model.finding import CheckReport

    found = check(START, f"{MERGE}  # nbpeer: waive NBP301 one row a day", select="NBP301")
    assert [(item.code, item.severity) for item in found] == [("NBP301", "info")]
    assert CheckReport(tuple(found), ("analysis.ipynb",)).clean


@pytest.mark.parametrize(
    "text",
    [
        "TODO is their word <!-- nbpeer: waive NBP203 their word -->",
        "<!-- nbpeer: waive NBP203 their word -->\nThey say\nTODO every day.",
    ],
)
def test_a_waiver_in_markdown_is_for_its_line_or_the_next_paragraph(text: str) -> None:
    assert waived(making.markdown(text), code="NBP203") == ["their word"]


def test_a_waiver_in_markdown_ends_with_the_paragraph_and_is_no_heading() -> None:
    assert waived(making.markdown("<!-- nbpeer: waive NBP203 a -->\nb\n\nTODO"), code="NBP203") == [""]
    assert waived(making.markdown("# nbpeer: waive NBP203 a\nTODO"), code="NBP203") == [""]


def test_a_waiver_in_the_front_matter_is_a_comment_on_its_line() -> None:
    header = "---\ntitle: TODO  # nbpeer: waive NBP203 the product's name\nkind: exploratory\n---\n"
    assert waived(header=header, code="NBP203") == ["the product's name"]


def test_a_finding_about_a_whole_cell_is_waived_anywhere_in_it() -> None:
    long = "\n".join(["x = 1"] * 40 + ["# nbpeer: waive NBP205 generated"])
    assert waived(long, code="NBP205") == ["generated"]


def test_a_finding_about_the_notebook_is_waived_in_the_first_markdown_cell_after_the_front_matter() -> None:
    waiver = making.markdown("# Title\n<!-- nbpeer: waive NBP205 a tour -->")
    other = making.markdown("text")
    header = "---\ntitle: A\n---\n"
    many = ["1"] * 60
    assert waived(waiver, other, *many, code="NBP205", header=header) == ["a tour"]
    assert waived(other, waiver, *many, code="NBP205", header=header) == [""]


def housekeeping(*cells: Any, select: str = "NBP3", **more: Any) -> list[tuple[str, int, str]]:
    found = check(*cells, select=select, **more)
    return [(item.code, item.line, item.message) for item in found if item.code in ("NBP002", "NBP003")]


def test_a_waiver_without_a_reason_or_a_rule_is_itself_an_error() -> None:
    assert housekeeping("x = 1  # nbpeer: waive NBP301", "# nbpeer: waive because I say so") == [
        ("NBP002", 1, "this waiver of NBP301 gives no reason"),
        ("NBP002", 1, "this waiver names no rule"),
    ]


def test_a_waiver_that_waives_nothing_is_an_info() -> None:
    assert housekeeping("x = 1  # nbpeer: waive NBP301, NBP999 a reason") == [
        ("NBP003", 1, "this waiver of NBP301, NBP999 waives nothing")
    ]


def test_of_a_rule_that_was_not_applied_nobody_can_tell_whether_its_waiver_is_needed() -> None:
    assert housekeeping("x = 1  # nbpeer: waive NBP301 a reason", select="NBP6") == []


def test_a_used_waiver_is_no_finding_and_its_unused_half_is() -> None:
    source = f"{MERGE}  # nbpeer: waive NBP301, NBP304 one row a day"
    assert housekeeping(START, source) == [("NBP003", 1, "this waiver of NBP304 waives nothing")]


def test_a_waiver_without_reason_cannot_be_waived() -> None:
    source = "x = 1  # nbpeer: waive NBP301\n# nbpeer: waive NBP002 no"
    assert [code for code, *_ in housekeeping(source, select="NBP0")] == ["NBP002", "NBP003"]


def test_other_languages_write_waivers_in_their_own_comments() -> None:
    metadata = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    source = "# nbpeer: waive NBP604 a shared drive\n" + "\n".join(["x <- 1"] * 40)
    assert waived(source + "  # nbpeer: waive NBP205 generated", code="NBP205", metadata=metadata) == ["generated"]
    sql = "%%sql\n-- nbpeer: waive NBP205 generated\n" + "\n".join(["select 1"] * 40)
    assert waived(sql, code="NBP205") == ["generated"]
