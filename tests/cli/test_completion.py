"""Completion in a real shell, and what --version says is installed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import GitRepository, Outcome
from nbpeer.cli.about import extras

Nbpeer = Callable[..., Outcome]


Complete = Callable[[str], list[str]]


@pytest.fixture
def complete(nbpeer: Nbpeer, tmp_path: Path) -> Complete:
    """What bash offers, in the folder of the test, for the last word of what was typed."""
    script = tmp_path / "completion.bash"
    script.write_text(nbpeer("completion", "bash").out)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def offered(typed: str) -> list[str]:
        words = typed.split(" ")
        program = (
            f"source {script}; COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; "
            'compopt() { printf "compopt %s %s\\n" "$@"; }; '
            '_nbpeer_completion nbpeer; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, env=environment, check=True)
        return done.stdout.splitlines()

    return offered


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("nbpeer sta", ["status"]), ("nbpeer status --expl", ["--explain"]), ("nbpeer git inst", ["install"])],
)
def test_bash_completes_verbs_and_options(complete: Complete, typed: str, offered: list[str]) -> None:
    assert complete(typed) == offered


@pytest.fixture
def team(repo: GitRepository) -> GitRepository:
    """A repository with something of each that has a name."""
    repo.write("nbpeer_templates/pricing/template.toml", 'title = "Pricing"\n')
    expression = {"dialects": [{"dialect": "ANSI_SQL", "expression": "COUNT(DISTINCT events.user_id)"}]}
    metrics = [{"name": "weekly_users", "expression": expression}]
    model = {"name": "shop", "datasets": [{"name": "events", "source": "events"}], "metrics": metrics}
    repo.write("metrics.yml", json.dumps({"version": "0.2.0.dev0", "semantic_model": [model]}))
    repo.write("decisions/0007-a-price.md", "---\nstatus: proposed\n---\n")
    repo.commit("a team's names")
    repo.git("branch", "feature/prices")
    repo.git("tag", "v1")
    return repo


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("nbpeer status --base fea", ["feature/prices"]),
        ("nbpeer diff fea", ["feature/prices"]),
        ("nbpeer diff analyses/pri", ["compopt -o default", ""]),
        ("nbpeer sign --answers an", ["compopt -o default", ""]),
        ("nbpeer run --changed v", ["v1"]),
        ("nbpeer explain nbp303", ["NBP303"]),
        ("nbpeer check --select NBP1,nbp302", ["NBP1,NBP302"]),
        ("nbpeer new pri", ["pricing"]),
        ("nbpeer metrics show week", ["weekly_users"]),
        ("nbpeer outcome 00", ["0007"]),
        ("nbpeer catalogue --status la", ["lapsed"]),
    ],
)
def test_bash_completes_what_this_repository_calls_by_name(
    team: GitRepository, complete: Complete, typed: str, offered: list[str]
) -> None:
    assert complete(typed) == offered


def test_outside_a_repository_and_where_nothing_can_be_read_nothing_is_offered(
    complete: Complete, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert complete("nbpeer status --base ") == [""]
    assert "ab_test" in complete("nbpeer new ")
    assert complete("nbpeer metrics show ") == [""]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_of_their_own(nbpeer: Nbpeer, shell: str) -> None:
    done = nbpeer("completion", shell)
    assert done.code == 0
    assert f"_NBPEER_COMPLETE={shell}_complete" in done.out


def test_a_shell_nobody_knows_is_refused(nbpeer: Nbpeer) -> None:
    assert nbpeer("completion", "csh").code == 2


def test_the_version_says_which_extras_are_there_and_which_are_not(
    nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = extras()
    assert there["run"] == ()
    assert set(there) == {"run", "packet", "checks", "dask", "lab", "github", "metrics"}
    said = nbpeer("--version").out
    assert said.startswith("nbpeer 0.")
    assert "run" in said.splitlines()[1]
    monkeypatch.setattr("nbpeer.cli.about._installed", lambda name: name != "papermill")
    without = extras()
    assert (without["run"], without["lab"], without["packet"]) == (("papermill",), ("papermill",), ())
    assert 'without: lab, run (pip install "nbpeer[all]")' in nbpeer("--version").out
