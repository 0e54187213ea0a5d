"""Validation results of Great Expectations, of 0.18 and of 1.x, alone or inside the result of a checkpoint.

Format: https://docs.greatexpectations.io, "validation result" (ExpectationSuiteValidationResult as JSON).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from nbpeer.model.external import ExpectationsFile, ExternalExpectation, Outcome

_LONGEST = 60


class _Config(msgspec.Struct, frozen=True):
    """`type` is what 1.x says, `expectation_type` what 0.18 said."""

    type: str = ""
    expectation_type: str = ""
    kwargs: dict[str, Any] = {}


class _Result(msgspec.Struct, frozen=True):
    success: bool | None
    expectation_config: _Config
    result: dict[str, Any] = {}
    exception_info: dict[str, Any] | None = None


class _Validation(msgspec.Struct, frozen=True):
    success: bool | None
    results: list[_Result]
    suite_name: str | None = None
    meta: dict[str, Any] = {}


def is_great_expectations(found: Any) -> bool:
    """Whether JSON looks like a validation result, or like the result of a checkpoint."""
    if not isinstance(found, dict) or "success" not in found:
        return False
    return isinstance(found.get("results"), list) or isinstance(found.get("run_results"), dict)


def read_great_expectations(path: str, found: dict[str, Any]) -> ExpectationsFile:
    """The expectations of one validation, or of all the validations of a checkpoint.

    Says how many values failed and never which. Raises msgspec.ValidationError for what is not the format.
    """
    validations = [msgspec.convert(one, _Validation) for one in _validations(found)]
    items = tuple(_expectation(one, result) for one in validations for result in one.results)
    times = [_time(one.meta, found) for one in validations]
    version = next((str(one.meta["great_expectations_version"]) for one in validations
                    if "great_expectations_version" in one.meta), "")  # fmt: skip
    generated = min(times) if times and all(times) else ""
    problem = "" if items else "has no expectation in it"
    if items and found["success"] is False and all(item.outcome == "held" for item in items):
        problem = "says that the validation failed, and names no expectation that did"
    return ExpectationsFile(path, "Great Expectations", version, generated, items, problem)


def _validations(found: dict[str, Any]) -> list[Any]:
    if "results" in found:
        return [found]
    inside = found["run_results"].values()
    return [one.get("validation_result", one) if isinstance(one, dict) else one for one in inside]


def _expectation(validation: _Validation, item: _Result) -> ExternalExpectation:
    config = item.expectation_config
    suite = validation.suite_name or validation.meta.get("expectation_suite_name") or ""
    given = ", ".join(
        f"{key}={str(value)[:_LONGEST]}"
        for key, value in sorted(config.kwargs.items())
        if key != "batch_id" and isinstance(value, str | int | float)
    )
    kind = config.type or config.expectation_type or "an expectation without a type"
    name = f"{suite}: {kind}({given})" if suite else f"{kind}({given})"
    if _raised(item.exception_info):
        return ExternalExpectation(name, "not_run", _about(validation.meta), "it could not be checked")
    outcome: Outcome = "held" if item.success else "not_run" if item.success is None else "failed"
    return ExternalExpectation(name, outcome, _about(validation.meta), "" if item.success else _detail(item.result))


def _raised(info: dict[str, Any] | None) -> bool:
    """Whether checking raised: said at once, or for each metric that the expectation needs (since 0.17)."""
    if not info:
        return False
    inside = [value for value in info.values() if isinstance(value, dict)]
    return any(one.get("raised_exception") is True for one in (info, *inside))


def _about(meta: dict[str, Any]) -> str:
    found = meta.get("active_batch_definition")
    definition = found if isinstance(found, dict) else {}
    parts = (definition.get(name) for name in ("datasource_name", "data_asset_name"))
    return ".".join(str(part) for part in parts if part)


def _detail(result: dict[str, Any]) -> str:
    unexpected, total = result.get("unexpected_count"), result.get("element_count")
    if isinstance(unexpected, int) and isinstance(total, int):
        return f"{unexpected:,} of {total:,} values"
    observed = result.get("observed_value")
    return f"observed {observed:g}" if isinstance(observed, int | float) and not isinstance(observed, bool) else ""


def _time(meta: dict[str, Any], found: dict[str, Any]) -> str:
    """When the data were validated, as ISO 8601 in UTC; "" when nothing says it."""
    for run_id in (meta.get("run_id"), found.get("run_id")):
        if isinstance(run_id, dict) and (said := _utc(run_id.get("run_time"))):
            return said
    markers = meta.get("batch_markers")
    loaded = markers.get("ge_load_time") if isinstance(markers, dict) else None
    return _utc(meta.get("validation_time")) or _utc(loaded)


def _utc(text: Any) -> str:
    if not isinstance(text, str):
        return ""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
