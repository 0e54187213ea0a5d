from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.change import ValueChange
from nbpeer.model.result import (
    Certificate,
    Environment,
    Expectation,
    Figure,
    NamedResult,
    ResultSet,
    Table,
)
from nbpeer.results.compare import (
    compare_caveats,
    compare_certificates,
    compare_expectations,
    compare_inputs,
    compare_result,
    compare_results,
    figure_distance,
)

MIRRORED = {"added": "removed", "removed": "added"}


def number(
    value: Any, tolerance: float = 0.0, *, unit: str = "", relative: float = 0.0, name: str = "n"
) -> NamedResult:
    return NamedResult(name, "number", value, unit, tolerance, relative)


def figure(pixels: str, level: int = 0, **options: Any) -> NamedResult:
    return NamedResult("f", "figure", Figure(4, 3, pixels, f"{level:02x}" * 256), **options)


def table(*rows: tuple[Any, ...], columns: tuple[str, ...] = ("key", "value"), tolerance: float = 0.0) -> NamedResult:
    return NamedResult("t", "table", Table(columns, rows), "", tolerance)


values = st.one_of(
    st.builds(number, st.floats(-9, 9) | st.integers(-9, 9) | st.just("NaN"), st.sampled_from([0.0, 0.5, 3.0])),
    st.builds(lambda text: NamedResult("n", "text", text), st.sampled_from(["a", "b"])),
    st.builds(
        lambda rows: table(*rows),
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3) | st.none()), max_size=4),
    ),
    st.builds(figure, st.sampled_from(["p", "q"]), st.integers(0, 255)),
)
sets = st.dictionaries(st.sampled_from("xyz"), values, max_size=3).map(
    lambda found: ResultSet(tuple(NamedResult(key, *_parts(found[key])) for key in sorted(found)))
)


def _parts(result: NamedResult) -> tuple[Any, ...]:
    return result.type, result.value, result.unit, result.tolerance, result.relative_tolerance


@given(sets, sets)
def test_comparing_the_other_way_round_gives_the_mirrored_verdicts(one: ResultSet, other: ResultSet) -> None:
    there = {change.name: change.verdict for change in compare_results(one, other)}
    back = {change.name: change.verdict for change in compare_results(other, one)}
    assert there == {name: MIRRORED.get(verdict, verdict) for name, verdict in back.items()}


@given(sets)
def test_nothing_differs_from_itself(found: ResultSet) -> None:
    changes = compare_results(found, found)
    assert [change.name for change in changes] == [result.name for result in found.results]
    assert {(change.verdict, change.detail, change.cells) for change in changes} <= {("unchanged", "", ())}


def test_results_of_one_side_only_came_or_went() -> None:
    found = ResultSet((number(1),))
    assert [change.verdict for change in compare_results(None, found)] == ["added"]
    assert [change.verdict for change in compare_results(found, None)] == ["removed"]
    assert compare_results(None, None) == ()


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (number(4.12), number(4.12), "unchanged"),
        (number(4.12), number(3.73), "changed"),
        (number(4.12, 0.5), number(3.73, 0.5), "within_tolerance"),
        (number(4.12), number(3.73, 0.5), "changed"),
        (number(4.12, 0.5), number(3.73), "changed"),
        (number(4.12, 0.5), number(3.73, 0.6), "changed"),
        (number(4.12, 0.1), number(3.73, 0.5), "changed"),
        (number(4.12, relative=0.1), number(3.73, relative=0.1), "within_tolerance"),
        (number("NaN"), number("NaN"), "unchanged"),
        (number("NaN", 9), number(1, 9), "changed"),
        (number(1, unit="%"), number(1), "changed"),
        (number(1, 0.5), number(1), "changed"),
        (number(1), NamedResult("n", "text", "1"), "changed"),
        (NamedResult("n", "text", "a"), NamedResult("n", "text", "a"), "unchanged"),
        (NamedResult("n", "text", "a"), NamedResult("n", "text", "b"), "changed"),
    ],
)
def test_a_result_is_judged_by_its_tolerance(before: NamedResult, after: NamedResult, verdict: str) -> None:
    assert compare_result(before, after).verdict == verdict


def test_the_change_of_a_number_is_exact() -> None:
    assert compare_result(number(0.0412), number(0.0373)).delta == -0.0039


def test_a_changed_unit_type_or_tolerance_is_said() -> None:
    assert compare_result(number(1, unit="%"), number(1)).detail == "unit % → none"
    assert compare_result(number(1, 0.1), number(1, 0.5)).detail == "tolerance 0.1 → 0.5"
    assert compare_result(number(1), number(1.25, 0.5)).detail == "tolerance none → 0.5"
    assert compare_result(number(1), NamedResult("n", "text", "1")).detail == "was number, is text"


def test_a_table_says_which_values_moved_and_how_many_more_are_near() -> None:
    before = table(("DE", 4.1), ("FR", 3.9), ("IT", 1), tolerance=0.2)
    after = table(("IT", 1), ("DE", 4.2), ("FR", 3.0), ("ES", 7), tolerance=0.2)
    found = compare_result(before, after)
    assert found.verdict == "changed"
    assert found.cells == (ValueChange("FR, value", "3.9", "3.0"), ValueChange("ES", None, "ES, 7"))
    assert found.detail == "rows in another order; 1 more within tolerance"


def test_a_table_of_which_all_moved_a_little_is_within_tolerance() -> None:
    found = compare_result(table(("DE", 4.1), tolerance=0.2), table(("DE", 4.2), tolerance=0.2))
    assert (found.verdict, found.cells) == ("within_tolerance", (ValueChange("DE, value", "4.1", "4.2"),))


def test_a_figure_with_other_pixels_says_how_far_they_are_apart() -> None:
    assert compare_result(figure("p"), figure("p")).verdict == "unchanged"
    redrawn, other = compare_result(figure("p"), figure("q", 1)), compare_result(figure("p"), figure("q", 200))
    assert redrawn.verdict == other.verdict == "changed"
    assert redrawn.detail == "other pixels, mean grey difference 0.39 %"
    assert other.detail == "other pixels, mean grey difference 78 %"


def test_a_figures_tolerance_is_a_grey_difference() -> None:
    assert compare_result(figure("p", tolerance=0.01), figure("q", 1, tolerance=0.01)).verdict == "within_tolerance"
    assert compare_result(figure("p", tolerance=0.001), figure("q", 1, tolerance=0.001)).verdict == "changed"


@pytest.mark.parametrize(("one", "other"), [("", "00"), ("", ""), ("xyz", "00")])
def test_a_signature_nobody_can_read_is_as_far_as_can_be(one: str, other: str) -> None:
    assert figure_distance(Figure(1, 1, "p", one), Figure(1, 1, "q", other)) == 1


def test_the_columns_that_name_a_tables_rows_are_said() -> None:
    assert compare_result(table(("DE", 1)), table(("DE", 2))).key == ("key",)
    assert compare_result(table((1, 1)), table((1, 2))).key == ()


def test_expectations_that_turned_are_named() -> None:
    before = ResultSet((), (Expectation("a", True), Expectation("b", True), Expectation("c", True)))
    after = ResultSet((), (Expectation("a", True), Expectation("b", False, "3 rows"), Expectation("d", True)))
    assert compare_expectations(before, after) == (
        ValueChange("b", "passed", "failed: 3 rows"),
        ValueChange("d", None, "passed"),
        ValueChange("c", "passed", None),
    )
    assert compare_expectations(None, None) == ()


def test_caveats_come_and_go() -> None:
    assert compare_caveats(ResultSet(caveats=("a", "b")), ResultSet(caveats=("b", "c"))) == (
        ValueChange("c", None, "c"),
        ValueChange("a", "a", None),
    )


def certificate(**values: Any) -> Certificate:
    return Certificate("sha256:1", **values)


def test_certificates_differ_by_parameters_and_versions() -> None:
    before = certificate(
        parameters={"n": 10, "day": "x"}, environment=Environment("python", "3.11", {"pandas": "2.2", "numpy": "1"})
    )
    after = certificate(
        parameters={"n": 20, "day": "x"}, environment=Environment("python", "3.12", {"pandas": "2.3", "numpy": "1"})
    )
    parameters, packages = compare_certificates(before, after)
    assert parameters == (ValueChange("n", "10", "20"),)
    assert packages == (ValueChange("python", "3.11", "3.12"), ValueChange("pandas", "2.2", "2.3"))
    assert compare_certificates(None, after) == ((), ())


def test_inputs_of_other_content_are_named() -> None:
    before = certificate(inputs={"a.csv": "sha256:" + "a" * 64, "b.csv": "sha256:b"})
    after = certificate(inputs={"a.csv": "sha256:" + "c" * 64, "b.csv": "sha256:b"})
    assert compare_inputs(before, after) == (ValueChange("a.csv", "a" * 12, "c" * 12),)
    assert compare_inputs(before, None) == ()


@pytest.mark.parametrize(
    ("before", "after", "verdict", "detail"),
    [
        (number(4.12, unit="%"), number(0.0412), "changed", "unit % → none, the same value"),
        (number(0.0412, unit="fraction"), number(4.12, unit="%"), "changed", "unit fraction → %, the same value"),
        (number(25, unit="bp"), number(0.25, unit="%"), "changed", "unit bp → %, the same value"),
        (number(4.12, unit="%"), number(0.0413), "changed", "unit % → none"),
        (number(4.12, unit="%"), number(4.12), "changed", "unit % → none"),
        (number(1, unit="EUR"), number(1, unit="USD"), "changed", "unit EUR → USD"),
        (number(1, 5, unit="EUR"), number(2, 5, unit="USD"), "changed", "unit EUR → USD"),
        (number("NaN", unit="%"), number("NaN"), "changed", "unit % → none"),
        (number(-0.0), number(0), "unchanged", ""),
        (number(1), number(1.0), "unchanged", ""),
        (number(2**53), number(2**53 + 1), "changed", ""),
        (number(0.1 + 0.2), number(0.3), "changed", ""),
        (number(0.0, relative=0.5), number(1e-12, relative=0.5), "changed", ""),
        (number(0, 0.1), number(0.1, 0.1), "within_tolerance", ""),
        (number(1e308, relative=0.1), number("Infinity", relative=0.1), "changed", ""),
        (number("Infinity"), number("-Infinity"), "changed", ""),
        (NamedResult("n", "text", "a  b"), NamedResult("n", "text", "a b\n"), "changed", "only white space differs"),
        (NamedResult("n", "text", "a b"), NamedResult("n", "text", "ab"), "changed", ""),
    ],
)
def test_what_looks_alike_is_told_apart(before: NamedResult, after: NamedResult, verdict: str, detail: str) -> None:
    found = compare_result(before, after)
    assert (found.verdict, found.detail) == (verdict, detail)


def test_between_two_units_there_is_no_difference() -> None:
    assert compare_result(number(4.12, unit="%"), number(0.0412)).delta is None


def test_a_tolerance_that_one_side_brings_hides_no_move() -> None:
    added = compare_result(table(("a", 1.0)), table(("a", 1.5), tolerance=1.0))
    assert (added.verdict, added.detail) == ("changed", "tolerance none → 1")


@given(st.integers(-99, 99), st.integers(-99, 99), st.sampled_from([0, 5, 30]), st.sampled_from([0, 1, 10]))
def test_a_move_is_within_tolerance_exactly_when_it_is_within_either(
    one: int, other: int, absolute: int, percent: int
) -> None:
    terms = {"tolerance": absolute / 10, "relative": percent / 100}
    found = compare_result(number(one / 10, **terms), number(other / 10, **terms))
    near = 100 * abs(one - other) <= max(100 * absolute, percent * max(abs(one), abs(other)))
    assert found.verdict == ("unchanged" if one == other else "within_tolerance" if near else "changed")
