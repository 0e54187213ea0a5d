"""What a rule is."""

from __future__ import annotations

from nbpeer.checks.rule import Rule
from nbpeer.checks.rules import RULES, find_rule
from nbpeer.model.finding import RulePage


def explain(word: str) -> RulePage:
    """The page of the rule with this code or name. Raises NbpeerError with the close match when there is none."""
    return _page(find_rule(word))


def explain_all() -> tuple[RulePage, ...]:
    """The pages of all rules, in order of their codes."""
    return tuple(_page(rule) for rule in sorted(RULES, key=lambda rule: rule.code))


def _page(rule: Rule) -> RulePage:
    return RulePage(rule.code, rule.name, rule.group, rule.severity, rule.default, rule.summary, rule.page)
