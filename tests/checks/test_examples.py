"""Every rule's own page: its bad example is found, its good one is not, and it says what a page has to say."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

import making
from checking import CONTEXT, example, example_context, nothing_to_read
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.rule import Rule
from nbpeer.checks.rules import RULES
from nbpeer.commands.explain import explain
from nbpeer.config import CheckConfig
from nbpeer.model.notebook import parse_notebook
from nbpeer.render.rules import page_text, rule_markdown, rules_markdown

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def found_in(rule: Rule, heading: str) -> bool:
    notebook = parse_notebook(making.text(example(rule.section(heading))))
    selected = ("NBP", rule.code)  # waivers are used by other rules, so all have to run
    context = example_context(rule.section(heading), notebook, CONTEXT._replace(config=CheckConfig(select=selected)))
    return any(finding.code == rule.code for finding in check_notebooks([Subject(notebook, context, nothing_to_read)]))


@every_rule
def test_the_bad_example_is_found(rule: Rule) -> None:
    assert found_in(rule, "Bad")


@every_rule
def test_the_good_example_is_not_found(rule: Rule) -> None:
    assert not found_in(rule, "Good")


@every_rule
def test_a_page_has_a_summary_and_every_section(rule: Rule) -> None:
    headings = re.findall(r"^## (.*)$", rule.page, re.MULTILINE)
    assert headings == ["What it does", "Why is this bad?", "Bad", "Good", "How to fix", "Source"]
    assert all(rule.section(heading) for heading in headings)
    assert rule.summary.endswith(".")
    assert rule.fix


@every_rule
def test_a_page_as_printed_has_every_part_too(rule: Rule) -> None:
    page = explain(rule.code)
    console = Console(file=io.StringIO(), width=200)
    console.print(page_text(page))
    for printed in (rule_markdown(page), rules_markdown((page,)), console.file.getvalue()):
        assert f"{rule.code} {rule.name}" in printed
        for heading in ("What it does", "Why is this bad?", "Bad", "Good", "How to fix", "Source"):
            assert re.search(rf"^\W*{re.escape(heading)}\s*$", printed, re.MULTILINE), heading
        for heading in ("How to fix", "Source"):
            words = re.findall(r"\w+", rule.section(heading))
            assert re.search(r"\W+".join(words), printed), heading


@every_rule
def test_a_code_is_nbp_and_three_digits_and_a_name_is_words_in_kebab_case(rule: Rule) -> None:
    assert re.fullmatch(r"NBP\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)


def test_codes_and_names_are_unique_and_codes_in_order() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.code for rule in RULES] == sorted({rule.code for rule in RULES})
