"""What is shown beside a question: the parts of the analysis its item names."""

from __future__ import annotations

import datetime

import pytest

from nbpeer.model.decision import Forecast
from nbpeer.model.front_matter import DataSource, FrontMatter
from nbpeer.model.result import Certificate, Expectation, NamedResult, ResultsFile
from nbpeer.model.review import Excerpt, Item
from nbpeer.review.shown import KEYS, excerpts

FRONT = FrontMatter(
    question="Does it?", data_sources=(DataSource("orders", "orders.csv", "2026-01-01"), DataSource("x", "x"))
)
RECORDED = ResultsFile(
    Certificate("sha256:source", inputs={"orders.csv": "sha256:x"}),
    {"conversion": NamedResult("conversion", "number", 0.041234567, unit="%")},
    {"a": Expectation("a", True), "b": Expectation("b", False, "3 rows"), "c": Expectation("c", True)},
    ("Sundays are missing",),
)


def shown(*names: str, recorded: ResultsFile | None = RECORDED, **prose: tuple[str, ...]) -> list[Excerpt]:
    return list(excerpts(Item("C1", "?", show=names), FRONT, recorded, prose))


def test_front_matter_is_shown_by_key() -> None:
    assert shown("question", "data_sources") == [
        Excerpt("question", ("Does it?",)),
        Excerpt("data sources", ("orders, orders.csv, as of 2026-01-01", "x")),
    ]


def test_predictions_are_shown_as_they_were_said() -> None:
    forecasts = (
        Forecast("conversion", None, "low", "high"),
        Forecast("wau@2.1.0", 120.5, 110.0, 131.0, datetime.date(2027, 2, 1)),
        Forecast("sales", 3.0, 1.0),
    )
    front = FrontMatter(predictions=forecasts)
    assert excerpts(Item("A1", "?", show=("predictions",)), front, None, {})[0].lines == (
        "conversion: as computed, 80 % between low and high",
        "wau@2.1.0: 120.5, 80 % between 110.0 and 131.0, by 2027-02-01",
        "sales: 3.0",
    )


def test_results_expectations_caveats_and_inputs_are_shown_failures_first() -> None:
    assert [excerpt.lines for excerpt in shown("results", "expectations", "caveats", "inputs")] == [
        ("conversion: 0.0412346 %",), ("FAILED: b, 3 rows", "held, 2: a; c"), ("Sundays are missing",), ("orders.csv",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1008015.123, "1,008,015.1"),
        (34000, "34,000"),
        (9999, "9999"),
        (0.1126441, "0.112644"),
        (-20000.0, "-20,000.0"),
        (10**399, "1" + ",000" * 133),
        ("NaN", "NaN"),
        (float("inf"), "inf"),
        ("20000", "20000"),
    ],
)
def test_numbers_are_shown_to_be_read(value: float | str, said: str) -> None:
    recorded = ResultsFile(Certificate("sha256:source"), {"n": NamedResult("n", "number", value)}, {})
    assert shown("results", recorded=recorded)[0].lines == (f"n: {said}",)


def test_what_is_not_said_is_said_to_be_nothing() -> None:
    assert shown("decision", "Limits", Limits=()) == [
        Excerpt("decision", ("nothing",)),
        Excerpt("Limits", ("nothing",)),
    ]
    assert shown("results", recorded=None) == [Excerpt("named results", ("no run is recorded",))]


def test_lines_of_prose_are_put_together_and_lists_are_not() -> None:
    lines = ("Two weeks", "before a holiday.", "- one", "and a half", "- two", "| a |", "| b |")
    assert shown("Limits", Limits=lines)[0].lines == (
        "Two weeks before a holiday.", "- one and a half", "- two", "| a |", "| b |",
    )  # fmt: skip


def test_every_key_can_be_shown() -> None:
    assert len(shown(*KEYS)) == len(KEYS)
