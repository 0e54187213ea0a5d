"""How findings look in a terminal and in a workflow's log."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.finding import CheckReport, Finding
from nbpeer.render.findings import findings_github, findings_text, summary_line


def finding(**more: Any) -> Finding:
    known: dict[str, Any] = {
        "code": "NBP301", "name": "merge-unvalidated", "severity": "warning", "message": "no validate",
        "path": "a.ipynb", "cell": 2, "line": 1, "column": 3, "excerpt": "a.merge(b)", "fix": "Say it.",
    }  # fmt: skip
    return Finding(**{**known, **more})


def shown(*findings: Finding, width: int = 200) -> list[str]:
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(findings_text(CheckReport(findings, ("a.ipynb",))))
    return out.getvalue().splitlines()


def test_the_caret_underlines_the_word_at_the_column() -> None:
    assert shown(finding())[1:3] == ["  1 | a.merge(b)", "    |   ^^^^^"]


def test_the_caret_is_below_the_column_after_wide_characters_and_tabs() -> None:
    _, line, caret, *_ = shown(finding(excerpt="表\t= merge(b)", column=5))
    assert line == "  1 | 表 = merge(b)"
    assert caret == "    |      ^^^^^"


def test_a_long_line_is_shown_around_the_column() -> None:
    _, line, caret, *_ = shown(finding(excerpt="x" * 150 + " merge(b) " + "y" * 150, column=152))
    assert len(line) < 120
    assert line[caret.index("^") :].startswith("merge(b)")


def test_how_to_fix_is_said_once() -> None:
    assert sum("fix: Say it." in line for line in shown(finding(), finding(cell=3))) == 1


def test_a_finding_about_a_cell_or_a_notebook_shows_no_line() -> None:
    assert shown(finding(cell=4, line=0, column=0))[0].startswith("a.ipynb:cell 4: NBP301")
    assert shown(finding(cell=0, line=0, column=0))[0].startswith("a.ipynb: NBP301")
    assert not [line for line in shown(finding(line=0)) if "|" in line]


def test_a_waived_finding_shows_its_reason_instead_of_how_to_fix() -> None:
    lines = shown(finding(waived="one row a day"))
    assert "  = waived: one row a day" in lines
    assert not [line for line in lines if "fix" in line]


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ((), "1 notebook checked: nothing found"),
        ((finding(), finding(severity="error"), finding(severity="error")), "1 notebook checked: 2 errors, 1 warning"),
        ((finding(waived="why"), finding(severity="info")), "1 notebook checked: 1 info, 1 waived"),
    ],
)
def test_the_summary_counts_by_severity_and_waived_ones_apart(findings: tuple[Finding, ...], said: str) -> None:
    assert summary_line(CheckReport(findings, ("a.ipynb",))) == said


def test_a_waived_finding_is_no_annotation() -> None:
    assert findings_github(CheckReport((finding(waived="why"),), ("a",))) == "1 notebook checked: 1 waived\n"


any_text = st.text(st.sampled_from("ab \x1b\x9b\r\n\t\u202e\udc80%,:[]表") | st.characters(codec="utf-8"), max_size=20)


@given(any_text, any_text, any_text, st.integers(0, 30))
def test_whatever_a_notebook_says_stays_on_its_line_and_drives_no_terminal(
    message: str, path: str, excerpt: str, column: int
) -> None:
    item = finding(message=message, path=path, excerpt=excerpt, column=column)
    annotation, summary = findings_github(CheckReport((item,), ())).splitlines()
    assert annotation.startswith("::warning file=")
    lines = shown(item, width=1000)
    assert lines[0].count(": NBP301") >= 1
    assert not {"\x1b", "\x9b", "\r", "\u202e", "\udc80"} & set("".join([annotation, summary, *lines]))
