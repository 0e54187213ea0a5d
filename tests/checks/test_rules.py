"""Which rules a configuration selects."""

from __future__ import annotations

import pytest

from nbpeer.checks.rules import RULES, find_rule, selected
from nbpeer.config import CheckConfig
from nbpeer.errors import NbpeerError

HOUSEKEEPING = ["NBP001", "NBP002", "NBP003", "NBP004"]


def chosen(*select: str, ignore: tuple[str, ...] = ()) -> list[str]:
    return [rule.code for rule in selected(CheckConfig(select=select or ("NBP",), ignore=ignore))]


def test_everything_applies_but_what_is_off_by_default() -> None:
    assert chosen() == [rule.code for rule in RULES if rule.code not in ("NBP101", "NBP104")]


def test_a_rule_that_is_off_applies_when_its_code_or_name_is_selected() -> None:
    assert "NBP104" in chosen("NBP", "NBP104")
    assert "NBP104" in chosen("count-gaps")
    assert "NBP104" not in chosen("NBP1")


def test_the_beginning_of_a_code_selects_a_family() -> None:
    data = ["NBP301", "NBP302", "NBP303", "NBP304", "NBP305", "NBP306", "NBP307", "NBP308", "NBP309"]
    assert chosen("NBP30") == [*HOUSEKEEPING, *data]


def test_what_could_not_be_analysed_is_said_whatever_is_selected() -> None:
    assert chosen("NBP601") == [*HOUSEKEEPING, "NBP601"]


def test_ignore_wins_over_select_also_for_rules_about_the_check_itself() -> None:
    assert chosen("NBP3", ignore=("merge-unvalidated", "NBP003", "NBP305")) == [
        "NBP001", "NBP002",
        "NBP004", "NBP302", "NBP303", "NBP304", "NBP306", "NBP307", "NBP308", "NBP309",
    ]  # fmt: skip


@pytest.mark.parametrize("config", [CheckConfig(select=("NBP9",)), CheckConfig(ignore=("merge-unvalidatd",))])
def test_a_selection_that_fits_no_rule_is_refused(config: CheckConfig) -> None:
    with pytest.raises(NbpeerError, match="there is no rule"):
        selected(config)


def test_a_misspelled_rule_is_answered_with_the_close_match() -> None:
    with pytest.raises(NbpeerError, match="did you mean merge-unvalidated"):
        find_rule("merge-unvalidatd")


def test_a_rule_is_found_by_code_or_name_in_any_case() -> None:
    assert find_rule("nbp301") is find_rule("Merge-Unvalidated")
