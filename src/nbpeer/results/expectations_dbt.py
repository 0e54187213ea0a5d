"""dbt's `run_results.json`, schema versions 4 to 6, with the names of the `manifest.json` beside it.

Format: https://docs.getdbt.com/reference/artifacts/run-results-json and https://schemas.getdbt.com.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from nbpeer.model.external import ExpectationsFile, ExternalExpectation, Outcome

_SCHEMA = re.compile(r"/run-results/v(\d+)(?:\.json)?$")
_READ = ("4", "5", "6")
_TESTS = ("test.", "unit_test.")
_OUTCOMES: dict[str, Outcome] = {"pass": "held", "success": "held", "warn": "warned", "fail": "failed"}
_LONGEST = 200


class _Metadata(msgspec.Struct, frozen=True):
    dbt_schema_version: str = ""
    dbt_version: str = ""
    generated_at: str = ""
    invocation_id: str | None = None


class _Result(msgspec.Struct, frozen=True):
    unique_id: str
    status: str
    failures: int | None = None
    message: str | None = None


class _RunResults(msgspec.Struct, frozen=True):
    metadata: _Metadata
    results: list[_Result]


class _DependsOn(msgspec.Struct, frozen=True):
    nodes: list[str] = []


class _Node(msgspec.Struct, frozen=True):
    name: str = ""
    column_name: str | None = None
    depends_on: _DependsOn = _DependsOn()


class _Manifest(msgspec.Struct, frozen=True):
    metadata: _Metadata = _Metadata()
    nodes: dict[str, _Node] = {}
    unit_tests: dict[str, _Node] = {}


def is_dbt(found: Any) -> bool:
    """Whether JSON is one of dbt's artifacts."""
    metadata = found.get("metadata") if isinstance(found, dict) else None
    return isinstance(metadata, dict) and "dbt_schema_version" in metadata


def read_dbt(path: str, found: Any, manifest: bytes | None) -> ExpectationsFile:
    """The tests of one invocation of dbt. Models, seeds and snapshots are no expectations and are left out.

    Without a manifest a test is called by its unique id. Raises msgspec.ValidationError for what is not the format.
    """
    results = msgspec.convert(found, _RunResults, strict=False)
    metadata = results.metadata
    version = _SCHEMA.search(metadata.dbt_schema_version)
    file = ExpectationsFile(path, "dbt", metadata.dbt_version, metadata.generated_at)
    if version is None or version[1] not in _READ:
        said = metadata.dbt_schema_version.rpartition("/dbt/")[2] or "no schema"
        return msgspec.structs.replace(file, problem=f"is of {said}, and run-results v4 to v6 can be read")
    names, notes = _names(manifest, metadata)
    tests = tuple(_expectation(result, names) for result in results.results if result.unique_id.startswith(_TESTS))
    if not tests:
        return msgspec.structs.replace(file, problem="has no test in it (the last dbt command ran none)")
    return msgspec.structs.replace(file, expectations=tests, notes=notes)


def _names(manifest: bytes | None, metadata: _Metadata) -> tuple[dict[str, _Node], tuple[str, ...]]:
    if manifest is None:
        return {}, ("no manifest.json is beside it, so that tests are called by their ids",)
    try:
        known = msgspec.json.decode(manifest, type=_Manifest, strict=False)
    except msgspec.DecodeError:
        return {}, ("the manifest.json beside it cannot be read, so that tests are called by their ids",)
    other = known.metadata.invocation_id != metadata.invocation_id
    return known.nodes | known.unit_tests, ("the manifest.json beside it is of another invocation",) if other else ()


def _expectation(result: _Result, names: dict[str, _Node]) -> ExternalExpectation:
    node = names.get(result.unique_id, _Node())
    about = ", ".join(unique_id.rpartition(".")[2] for unique_id in node.depends_on.nodes)
    about += f".{node.column_name}" if about and node.column_name else ""
    outcome = _OUTCOMES.get(result.status, "not_run")
    return ExternalExpectation(node.name or result.unique_id, outcome, about, _detail(result, outcome))


def _detail(result: _Result, outcome: Outcome) -> str:
    if outcome == "held":
        return ""
    if outcome == "not_run":
        first = (result.message or "").strip().partition("\n")[0][:_LONGEST]
        return f"{result.status}: {first}" if first else result.status
    return "" if result.failures is None else f"{result.failures:,} {'row' if result.failures == 1 else 'rows'}"
