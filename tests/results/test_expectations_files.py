from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.external import ExpectationsFile, ExternalExpectation
from nbpeer.results.expectations_files import read_expectations, with_freshness

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)

RAISED = {"exception_message": "no such column", "exception_traceback": "Traceback", "raised_exception": True}
NOT_RAISED = {"exception_message": None, "exception_traceback": None, "raised_exception": False}


def dbt(*results: dict[str, Any], version: int = 6, **metadata: Any) -> dict[str, Any]:
    known = {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/run-results/v{version}.json",
        "dbt_version": "1.10.4",
        "generated_at": "2026-11-24T10:00:00.000000Z",
        "invocation_id": "one",
        **metadata,
    }
    return {"metadata": known, "results": list(results), "elapsed_time": 1.0, "args": {"which": "build"}}


def ran(unique_id: str, status: str, failures: int | None = None, message: str | None = None) -> dict[str, Any]:
    return {
        "unique_id": unique_id,
        "status": status,
        "failures": failures,
        "message": message,
        "timing": [],
        "thread_id": "Thread-1",
        "execution_time": 0.1,
        "adapter_response": {},
    }


MANIFEST = {
    "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "invocation_id": "one"},
    "nodes": {
        "test.shop.unique_orders_id.1": {
            "name": "unique_orders_id",
            "column_name": "id",
            "depends_on": {"macros": [], "nodes": ["model.shop.orders"]},
            "resource_type": "test",
        },
        "test.shop.no_refunds": {
            "name": "no_refunds",
            "depends_on": {"nodes": ["model.shop.orders", "model.shop.pay"]},
        },
    },
    "unit_tests": {"unit_test.shop.pay.rounds": {"name": "rounds", "depends_on": {"nodes": ["model.shop.pay"]}}},
}


def gx(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A validation result of Great Expectations 1.x."""
    return {
        "success": all(result["success"] for result in results),
        "results": list(results),
        "suite_name": "orders",
        "suite_parameters": {},
        "statistics": {"evaluated_expectations": len(results)},
        "meta": {
            "great_expectations_version": "1.24.1",
            "batch_spec": {"path": "data/orders.csv"},
            "batch_markers": {"ge_load_time": "20261124T100000.000000Z", "pandas_data_fingerprint": "x"},
            "active_batch_definition": {"datasource_name": "shop", "data_asset_name": "orders"},
        },
        "id": None,
        **more,
    }


def checked(success: bool | None, kind: str = "expect_column_values_to_not_be_null", **result: Any) -> dict[str, Any]:
    return {
        "success": success,
        "expectation_config": {"type": kind, "kwargs": {"column": "email", "batch_id": "shop-orders"}, "meta": {}},
        "result": result,
        "meta": {},
        "exception_info": NOT_RAISED,
    }


def gx_018(*results: dict[str, Any]) -> dict[str, Any]:
    """The same as 0.18 wrote it."""
    found = gx(*results)
    del found["suite_name"], found["suite_parameters"], found["id"]
    for result in found["results"]:
        config = result["expectation_config"]
        config["expectation_type"] = config.pop("type")
    found["evaluation_parameters"] = {}
    found["meta"] |= {
        "great_expectations_version": "0.18.22",
        "expectation_suite_name": "orders",
        "run_id": {"run_name": "nightly", "run_time": "2026-11-24T11:00:00+01:00"},
        "validation_time": "20261124T100000.000000Z",
    }
    return found


def read(found: Any, manifest: Any = None) -> ExpectationsFile:
    content = found if isinstance(found, bytes) else json.dumps(found).encode()
    return read_expectations("f.json", content, None if manifest is None else json.dumps(manifest).encode())


@pytest.mark.parametrize("version", [4, 5, 6])
def test_dbts_tests_are_read_with_the_names_of_the_manifest(version: int) -> None:
    found = read(
        dbt(
            ran("model.shop.orders", "success"),
            ran("test.shop.unique_orders_id.1", "fail", 3, "Got 3 results, configured to fail if != 0"),
            ran("test.shop.no_refunds", "pass", 0),
            ran("unit_test.shop.pay.rounds", "pass", 0),
            version=version,
        ),
        MANIFEST,
    )
    assert (found.origin, found.version, found.generated) == ("dbt", "1.10.4", "2026-11-24T10:00:00.000000Z")
    assert (found.problem, found.notes) == ("", ())
    assert found.expectations == (
        ExternalExpectation("unique_orders_id", "failed", "orders.id", "3 rows"),
        ExternalExpectation("no_refunds", "held", "orders, pay"),
        ExternalExpectation("rounds", "held", "pay"),
    )


def test_a_dbt_test_that_warns_errs_or_is_skipped_did_not_hold() -> None:
    found = read(
        dbt(
            ran("test.a", "warn", 1),
            ran("test.b", "error", None, "Database Error in test b\n  key (email)=(someone)"),
            ran("test.c", "skipped"),
        ),
        MANIFEST,
    )
    assert [(item.outcome, item.detail) for item in found.expectations] == [
        ("warned", "1 row"),
        ("not_run", "error: Database Error in test b"),
        ("not_run", "skipped"),
    ]
    assert [item.name for item in found.failed] == ["test.b", "test.c"]


def test_run_results_without_a_test_are_no_pass() -> None:
    found = read(dbt(ran("model.shop.orders", "success")))
    assert found.problem == "has no test in it (the last dbt command ran none)"


@pytest.mark.parametrize(
    ("manifest", "note"),
    [
        (None, "no manifest.json is beside it, so that tests are called by their ids"),
        ([], "the manifest.json beside it cannot be read, so that tests are called by their ids"),
        ({"metadata": {"invocation_id": "two"}, "nodes": {}}, "the manifest.json beside it is of another invocation"),
    ],
)
def test_a_manifest_that_does_not_fit_is_said(manifest: Any, note: str) -> None:
    found = read(dbt(ran("test.shop.no_refunds", "pass")), manifest)
    assert found.notes == (note,)
    assert found.expectations == (ExternalExpectation("test.shop.no_refunds", "held"),)


@pytest.mark.parametrize("version", [3, 7])
def test_another_schema_of_dbt_is_named(version: int) -> None:
    found = read(dbt(ran("test.a", "pass"), version=version))
    assert found.problem == f"is of run-results/v{version}.json, and run-results v4 to v6 can be read"
    assert found.expectations == ()


@pytest.mark.parametrize("shape", [gx, gx_018])
def test_both_shapes_of_great_expectations_are_read_without_leaking_rows(shape: Any) -> None:
    found = read(
        shape(
            checked(True, element_count=9, unexpected_count=0),
            checked(
                False,
                "expect_column_values_to_match_regex",
                element_count=1234,
                unexpected_count=1000,
                partial_unexpected_list=["someone@example.org"],
                partial_unexpected_index_list=[7],
            ),
            checked(False, "expect_column_mean_to_be_between", observed_value=2.5),
            checked(False, "expect_column_distinct_values_to_be_in_set", observed_value=["someone"]),
        )
    )
    assert (found.origin, found.problem, found.generated) == (
        "Great Expectations",
        "",
        "2026-11-24T10:00:00+00:00",
    )
    assert [(item.name, item.outcome, item.about, item.detail) for item in found.expectations] == [
        ("orders: expect_column_values_to_not_be_null(column=email)", "held", "shop.orders", ""),
        ("orders: expect_column_values_to_match_regex(column=email)", "failed", "shop.orders", "1,000 of 1,234 values"),
        ("orders: expect_column_mean_to_be_between(column=email)", "failed", "shop.orders", "observed 2.5"),
        ("orders: expect_column_distinct_values_to_be_in_set(column=email)", "failed", "shop.orders", ""),
    ]
    assert "someone" not in repr(found)


@pytest.mark.parametrize("info", [RAISED, {"('column.max', 'x')": RAISED}])
def test_an_expectation_that_could_not_be_checked_is_not_one_that_held(info: dict[str, Any]) -> None:
    (item,) = read(gx({**checked(False), "exception_info": info})).expectations
    assert (item.outcome, item.detail) == ("not_run", "it could not be checked")


def test_the_validations_of_a_checkpoint_are_read_together() -> None:
    inside = {
        "ValidationResultIdentifier::a": {"validation_result": gx_018(checked(True)), "actions_results": {}},
        "ValidationResultIdentifier::b": gx(checked(False)),
    }
    found = read({"success": False, "run_results": inside, "run_id": {"run_time": "2026-11-20T00:00:00+00:00"}})
    assert [item.outcome for item in found.expectations] == ["held", "failed"]
    assert found.generated[:10] == "2026-11-20"  # the oldest counts


def test_a_failure_without_a_failed_expectation_is_no_pass() -> None:
    assert "names no expectation that did" in read(gx(checked(True), success=False)).problem
    assert read(gx()).problem == "has no expectation in it"


def test_a_time_nobody_states_is_not_made_up() -> None:
    found = gx(checked(True))
    found["meta"].pop("batch_markers")
    assert read(found).generated == ""


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "is not there"),
        (b"", "cannot be read (input data was truncated)"),
        (b"{", "cannot be read (input data was truncated)"),
        (b"\xff\xfe", "cannot be read"),
        (b"[1]", "is neither a validation result of Great Expectations nor dbt's run_results"),
        (b'{"results": []}', "is neither"),
        (b'{"success": true, "results": [{"success": true}]}', "missing required field expectation_config"),
        (b'{"metadata": {"dbt_schema_version": "x"}}', "missing required field results"),
        (b'{"metadata": {"dbt_schema_version": "x"}, "results": [3]}', "expected object, got int"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_a_file_that_is_not_one_is_one_line(content: bytes | None, problem: str) -> None:
    found = read_expectations("f.json", content)
    assert problem in found.problem
    assert "\n" not in found.problem
    assert found.expectations == ()


keys = st.sampled_from(["success", "results", "metadata", "dbt_schema_version", "run_results", "meta", "kwargs"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(keys, inside),
)


@given(values)
def test_no_json_raises(found: Any) -> None:
    assert isinstance(read(json.dumps(found).encode()), ExpectationsFile)


@pytest.mark.parametrize(
    ("generated", "most", "stale"),
    [
        ("2026-11-24T10:00:00Z", 7, ""),
        ("2026-11-24T10:00:00", 7, ""),
        ("2026-11-10T10:00:00Z", 7, "is 15 days old, and 7 are allowed"),
        ("2026-11-10T10:00:00Z", 0, ""),
        ("", 7, "does not say when it was made"),
        ("yesterday", 7, "does not say when it was made"),
        ("2026-11-27T10:00:00Z", 7, "says it was made in the future (2026-11-27T10:00)"),
    ],
)
def test_how_old_a_file_may_be(generated: str, most: int, stale: str) -> None:
    assert with_freshness(ExpectationsFile("f", "dbt", generated=generated), NOW, most).stale == stale


def test_a_file_with_a_problem_is_not_called_stale_too() -> None:
    assert with_freshness(ExpectationsFile("f", problem="is not there"), NOW, 7).stale == ""
