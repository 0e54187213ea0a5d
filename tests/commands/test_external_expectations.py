"""What Great Expectations and dbt found, in status and packet."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

import reviewing
from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]


@pytest.fixture
def analysis(repo: GitRepository) -> GitRepository:
    """An analysis on a branch, and a configuration that names dbt's result file, which git ignores."""
    repo.write("nbpeer.toml", '[expectations]\nfiles = ["target/run_results.json"]\n')
    repo.write(".gitignore", "target/\n.nbpeer/runs/\n")
    reviewing.begin(repo)
    return repo


def run_dbt(repo: GitRepository, status: str, age: timedelta = timedelta(hours=1)) -> None:
    """What `dbt build` leaves: one test."""
    metadata = {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json",
        "generated_at": (datetime.now(UTC) - age).isoformat(),
        "invocation_id": "one",
    }
    result = {"unique_id": "test.shop.unique_orders_id.1", "status": status, "failures": 3}
    repo.write("target/run_results.json", json.dumps({"metadata": metadata, "results": [result]}))
    node = {"name": "unique_orders_id", "column_name": "id", "depends_on": {"nodes": ["model.shop.orders"]}}
    manifest = {"metadata": {"invocation_id": "one"}, "nodes": {"test.shop.unique_orders_id.1": node}}
    repo.write("target/manifest.json", json.dumps(manifest))


def expectations(done: Outcome) -> tuple[bool, str]:
    (found,) = done.json["analyses"]
    (condition,) = [each for each in found["conditions"] if each["name"] == "expectations hold"]
    return condition["met"], condition["reason"]


def test_status_counts_what_dbt_found_with_its_origin(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    run_dbt(analysis, "pass")
    met, reason = expectations(nbpeer("status", "--format", "json"))
    assert met
    assert reason.startswith("1 expectation held; 1 held in target/run_results.json (dbt, of 20")
    run_dbt(analysis, "fail")
    met, reason = expectations(nbpeer("status", "--format", "json"))
    assert not met
    assert reason.endswith("unique_orders_id on orders.id (3 rows)")


def test_a_file_that_is_missing_old_or_damaged_is_never_a_pass(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    def reason() -> str:
        met, said = expectations(nbpeer("status", "--format", "json"))
        assert not met
        return said

    assert reason() == "not known: target/run_results.json is not there"
    run_dbt(analysis, "pass", timedelta(days=8))
    assert reason() == "not known: target/run_results.json is 8 days old, and 7 are allowed"
    analysis.write("target/run_results.json", "{")
    assert reason() == "not known: target/run_results.json cannot be read (input data was truncated)"


def test_a_packet_shows_each_file_beside_the_runs_own_expectations(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    run_dbt(analysis, "fail")
    assert nbpeer("packet").code == 0
    page = (analysis.path / ".nbpeer/runs/packet.html").read_text()
    section = page.partition("Expectations and caveats")[2].partition("What the checks found")[0]
    assert "no duplicate users" in section
    assert "Checked by dbt" in section
    assert "unique_orders_id" in section
    assert "orders.id; 3 rows" in section


def test_a_file_that_the_branch_itself_wrote_says_so(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    run_dbt(analysis, "pass")
    analysis.git("add", "--force", "target/run_results.json")
    assert expectations(nbpeer("status", "--format", "json"))[1].endswith(", written by this branch")


def test_a_pattern_outside_the_repository_stops_with_one_line(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.git("switch", "--quiet", "main")
    analysis.write("nbpeer.toml", '[expectations]\nfiles = ["../other.json"]\n')
    analysis.commit()
    analysis.git("switch", "--quiet", "work")
    done = nbpeer("status")
    assert (done.code, done.err) == (
        2,
        "nbpeer: expectations.files: '../other.json' is not inside the repository; name a path inside it\n",
    )
