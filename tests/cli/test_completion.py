"""Completion in a real shell, and what --version says is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Outcome
from nbpeer.cli.about import extras

Nbpeer = Callable[..., Outcome]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("nbpeer sta", ["status"]), ("nbpeer status --expl", ["--explain"]), ("nbpeer git inst", ["install"])],
)
def test_bash_completes_verbs_and_options(nbpeer: Nbpeer, tmp_path: Path, typed: str, offered: list[str]) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(nbpeer("completion", "bash").out)
    words = typed.split()
    program = (
        f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; "
        '_nbpeer_completion nbpeer; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.split() == offered


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
