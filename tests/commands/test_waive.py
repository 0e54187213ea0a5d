"""Findings waived by machine: every rule's own bad example, and places where a comment would change something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from checking import CONTEXT, example, example_context, nothing_to_read
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.rule import CheckContext, Rule
from nbpeer.checks.rules import RULES
from nbpeer.commands.waive import waivable, waive
from nbpeer.config import CheckConfig
from nbpeer.errors import NbpeerError
from nbpeer.model.finding import Finding
from nbpeer.model.notebook import Notebook, parse_notebook

Check = Callable[[Notebook], Sequence[Finding]]


def checker(context: CheckContext, *codes: str) -> Check:
    context = context._replace(config=CheckConfig(select=codes or ("NBP",)))
    return lambda notebook: check_notebooks([Subject(notebook, context, nothing_to_read)])


def parsed(*cells: dict[str, object] | str, header: str | None = None, language: str = "python") -> Notebook:
    made = [making.code(cell) if isinstance(cell, str) else cell for cell in cells]
    value = making.notebook(*made, header=header, metadata={"language_info": {"name": language}})
    return parse_notebook(making.text(value), "analysis.ipynb")


def waived(notebook: Notebook, check: Check, reason: str = "agreed with the team") -> str:
    """The new source of the cell in which the first finding is waived."""
    finding = next(one for one in check(notebook) if one.open)
    content, cell = waive(notebook, finding, reason, check)
    after = parse_notebook(content, notebook.path)
    assert [one.waived for one in check(after) if one.code == finding.code and one.waived] == [reason]
    assert after.cells[cell.cell - 1].source == cell.after
    return cell.after


APPLIED = [rule for rule in RULES if rule.default and rule.code != "NBP003"]
SELECT = partial(checker, CONTEXT)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.default and rule.code != "NBP003"], ids=lambda rule: rule.code
)
def test_the_finding_in_a_rules_bad_example_is_waived_or_it_is_said_why_not(rule: Rule) -> None:
    bad = rule.page.partition("## Bad")[2].partition("## Good")[0]
    value = example(bad)
    notebook = parse_notebook(making.text(value), "analysis.ipynb")
    check = checker(example_context(bad, notebook, CONTEXT), rule.code, "NBP003")
    finding = next(one for one in check(notebook) if one.code == rule.code)
    holders = [cell for cell in notebook.cells if cell.cell_type == "markdown" and not cell.source.startswith("---")]
    if not waivable(finding) or (not finding.cell and not holders):
        with pytest.raises(NbpeerError):
            waive(notebook, finding, "as agreed", check)
        return
    content, _ = waive(notebook, finding, "as agreed", check)
    found = check(parse_notebook(content, "analysis.ipynb"))
    assert "as agreed" in [one.waived for one in found if one.code == rule.code]
    assert sum(one.open for one in found) < sum(one.open for one in check(notebook))


def test_a_waiver_goes_above_the_statement_with_its_indent() -> None:
    source = "for name in names:\n    frame = open(\n        '/home/owner/a.csv',\n    )"
    assert waived(parsed(source), SELECT("NBP604")).splitlines()[:3] == [
        "for name in names:",
        "    # nbpeer: waive NBP604 agreed with the team",
        "    frame = open(",
    ]


def test_a_waiver_never_goes_into_a_string() -> None:
    source = "frame = pd.read_sql(\n    '''\n    select a\n    from t join u\n    ''',\n    c,\n)"
    comment = "# nbpeer: waive NBP306 agreed with the team\n"
    assert waived(parsed(source), SELECT("NBP306")) == comment + source


def test_in_a_cell_of_sql_a_waiver_is_a_comment_of_sql_below_the_magic() -> None:
    after = waived(parsed("%%sql\nselect a\nfrom t join u"), SELECT("NBP306"))
    assert after == "%%sql\nselect a\n-- nbpeer: waive NBP306 agreed with the team\nfrom t join u"


def test_a_magic_gets_no_comment_for_an_argument() -> None:
    notebook = parsed("%%bash\ncat /home/owner/a.csv")
    check = SELECT("NBP604")
    with pytest.raises(NbpeerError, match="no waiver of NBP604 can stand at cell 1, line 1"):
        waive(notebook, check(notebook)[0], "as agreed", check)


def test_a_waiver_for_the_whole_notebook_goes_into_the_first_markdown_cell() -> None:
    cells = [making.code(f"print({number})") for number in range(60)]
    notebook = parsed(making.markdown("# Title\n"), *cells)
    assert waived(notebook, SELECT("NBP205")) == "# Title\n\n<!-- nbpeer: waive NBP205 agreed with the team -->"


def test_without_a_markdown_cell_it_is_said_that_one_is_needed() -> None:
    notebook = parsed(*[f"print({number})" for number in range(60)])
    check = SELECT("NBP205")
    with pytest.raises(NbpeerError, match="no cell for a waiver of NBP205: add a Markdown cell"):
        waive(notebook, check(notebook)[0], "long for a reason", check)


@pytest.mark.parametrize("reason", ["", "  ", "...", "--> <b>", "a --> b"])
def test_a_reason_that_says_nothing_is_refused(reason: str) -> None:
    notebook = parsed("open('/home/owner/a.csv')")
    check = SELECT("NBP604")
    with pytest.raises(NbpeerError, match="a waiver needs its reason"):
        waive(notebook, check(notebook)[0], reason, check)


@given(reason=st.text(min_size=1, max_size=60))
def test_whatever_the_reason_either_it_is_kept_or_it_is_refused(reason: str) -> None:
    notebook = parsed("import os\nopen('/home/owner/a.csv')\n")
    check = SELECT("NBP604", "NBP002", "NBP003")
    try:
        content, _ = waive(notebook, check(notebook)[0], reason, check)
    except NbpeerError:
        return
    found = check(parse_notebook(content, notebook.path))
    assert [one.code for one in found if one.open] == []
    assert len([one for one in found if one.waived]) == 1
