from __future__ import annotations

from typing import Any

import pytest

from nbpeer.model.result import (
    Certificate,
    Environment,
    Expectation,
    Figure,
    NamedResult,
    ResultSet,
    ResultsFile,
    Table,
)
from nbpeer.results.record import record

SAME = Certificate("sha256:1", {"alpha": 0.05}, {"orders.csv": "sha256:a"})


def number(value: Any, tolerance: float = 0.0, unit: str = "") -> NamedResult:
    return NamedResult("n", "number", value, unit, tolerance)


def rerun(recorded: NamedResult, found: NamedResult, certificate: Certificate = SAME) -> Any:
    previous = ResultsFile(SAME, {recorded.name: recorded})
    return record(previous, certificate, ResultSet((found,))).results[found.name].value


def test_the_first_run_is_recorded_as_it_is() -> None:
    found = ResultSet((number(1.0),), (Expectation("ok", True),), ("a caveat",), ("m@1",))
    assert record(None, SAME, found) == ResultsFile(
        SAME, {"n": number(1.0)}, {"ok": Expectation("ok", True)}, ("a caveat",), ("m@1",)
    )


def test_a_value_reproduced_within_tolerance_stays_as_it_was_reviewed() -> None:
    assert rerun(number(0.0412, 0.002), number(0.0413, 0.002)) == 0.0412


def test_a_value_beyond_its_tolerance_or_without_one_is_recorded_anew() -> None:
    assert rerun(number(0.0412, 0.002), number(0.05, 0.002)) == 0.05
    assert rerun(number(0.0412), number(0.0413)) == 0.0413


@pytest.mark.parametrize(
    "certificate",
    [
        Certificate("sha256:2", SAME.parameters, SAME.inputs),
        Certificate(SAME.source, {"alpha": 0.01}, SAME.inputs),
        Certificate(SAME.source, SAME.parameters, {"orders.csv": "sha256:b"}),
        Certificate(SAME.source, SAME.parameters, {}),
    ],
    ids=["source", "parameters", "input", "inputs"],
)
def test_other_work_is_recorded_exactly(certificate: Certificate) -> None:
    assert rerun(number(0.0412, 0.002), number(0.0413, 0.002), certificate) == 0.0413


def test_another_environment_is_the_same_work() -> None:
    newer = Certificate(SAME.source, SAME.parameters, SAME.inputs, environment=Environment("python", "3.13"))
    found = record(ResultsFile(SAME, {"n": number(1.0, 0.5)}), newer, ResultSet((number(1.1, 0.5),)))
    assert found.results["n"].value == 1.0
    assert found.certificate == newer


def test_a_result_on_other_terms_is_recorded_anew() -> None:
    assert rerun(number(1.0, 0.5), number(1.1, 5.0)) == 1.1
    assert rerun(number(1.0, 0.5), number(1.1, 0.5, "%")) == 1.1


def test_many_small_moves_do_not_add_up() -> None:
    previous = ResultsFile(SAME, {"n": number(1.0, 0.1)})
    recorded = []
    for value in (1.08, 1.16, 1.24, 1.32):
        previous = record(previous, SAME, ResultSet((number(value, 0.1),)))
        recorded.append(previous.results["n"].value)
    assert recorded == [1.0, 1.16, 1.16, 1.32]


def test_a_table_is_kept_only_when_all_of_it_is_within_tolerance() -> None:
    def table(*values: float) -> NamedResult:
        rows = tuple(zip("abc", values, strict=False))
        return NamedResult("t", "table", Table(("k", "v"), rows), "", 0.1)

    recorded = table(1.0, 2.0)
    assert rerun(recorded, table(1.05, 2.05)) == recorded.value
    assert rerun(recorded, table(1.05, 3.0)) == table(1.05, 3.0).value


def test_a_figure_of_the_same_pixels_keeps_its_recorded_signature() -> None:
    recorded, again = (NamedResult("f", "figure", Figure(1, 1, "sha256:p", sign * 512)) for sign in "01")
    assert rerun(recorded, again) == recorded.value


def test_a_whole_number_keeps_its_spelling() -> None:
    assert isinstance(rerun(number(2.0), number(2)), float)


def test_results_that_are_gone_are_not_kept() -> None:
    assert record(ResultsFile(SAME, {"n": number(1)}), SAME, ResultSet()).results == {}
