"""`nbpeer results` with real kernels: recorded, compared, run again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]

PUBLISH = "import nbpeer\nprices = [float(line) for line in open('data/orders.csv')]\n"


def analysis(*lines: str) -> dict[str, Any]:
    """A notebook that reads data git ignores, with a parameter, and publishes what `lines` say."""
    return making.notebook(
        making.code("factor = 1\n", tags=("parameters",)),
        making.code(PUBLISH + "\n".join(lines)),
        making.code("print(f'sum {sum(prices) * factor}')\n"),
    )


FIRST = analysis(
    "nbpeer.result('mean', sum(prices) / 3 * factor, unit='EUR', tolerance=0.5)",
    "nbpeer.result('gone', 1)",
    "nbpeer.expect('three', len(prices) == 3)",
    "open('data/written.csv', 'w').write('by the notebook')",
)
SECOND = analysis(
    "nbpeer.result('mean', sum(prices) / 2 * factor, unit='EUR', tolerance=0.5)",
    "nbpeer.result('near', 1, tolerance=1)",
    "nbpeer.expect('three', len(prices) != 3)",
)


@pytest.fixture
def team(repo: GitRepository) -> GitRepository:
    """A repository whose data git ignores."""
    repo.write(".gitignore", "data/\n.nbpeer/\n__pycache__/\n")
    repo.write("data/orders.csv", "1\n2\n3\n")
    repo.write("data/written.csv", "by the user")
    return repo


def untouched(repo: GitRepository) -> tuple[str, ...]:
    listed = ("status", "--porcelain", "--ignored"), ("for-each-ref",), ("worktree", "list"), ("stash", "list")
    files = sorted(path for path in repo.path.rglob("*") if path.is_file() and ".git/" not in str(path))
    return tuple(repo.git(*words) for words in listed) + tuple(f"{path}{path.read_bytes()!r}" for path in files)


def verdicts(analysis: dict[str, Any]) -> dict[str, str]:
    return {change["name"]: change["verdict"] for change in analysis["results"]}


def test_both_versions_run_here_are_compared_and_the_repository_is_untouched(
    team: GitRepository, nbpeer: Nbpeer
) -> None:
    team.write("a.ipynb", FIRST)
    assert nbpeer("run", "a.ipynb", "-p", "factor", "2").code == 0
    team.commit()
    (team.path / "data/written.csv").write_text("by the user")
    team.write("a.ipynb", SECOND)
    before = untouched(team)
    done = nbpeer("results", "diff", "HEAD", "--rerun", "--exit-code", "--format", "json")
    assert untouched(team) == before
    assert done.code == 1
    (found,) = done.json["analyses"]
    assert verdicts(found) == {"gone": "removed", "mean": "changed", "near": "added"}
    mean = next(change for change in found["results"] if change["name"] == "mean")
    assert (mean["before"]["value"], mean["after"]["value"]) == (4.0, 6.0)  # both with the recorded factor of 2
    assert found["expectations"] == [{"name": "three", "before": "passed", "after": "failed"}]
    # Cell 3 ends with another value; both print the same sum in cell 4.
    assert [(output["cell"], output["verdict"]) for output in found["outputs"]] == [(3, "changed")]
    assert done.err.splitlines() == ["HEAD:", "  a.ipynb", "working tree:", "  a.ipynb"]


def test_an_analysis_whose_module_changed_is_run_though_its_notebook_did_not(
    team: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(team.path / "src")])  # as for a package in editable mode
    team.write("halves.py", "def half(x): return x / 2\n")
    team.write("a.ipynb", analysis("from halves import half", "nbpeer.result('half', half(sum(prices)))"))
    team.write("b.ipynb", analysis("nbpeer.result('sum', sum(prices))"))
    assert nbpeer("run", "a.ipynb", "b.ipynb").code == 0
    team.commit()
    team.write("halves.py", "def half(x): return x / 4\n")
    team.commit()
    done = nbpeer("results", "diff", "HEAD~1", "HEAD", "--rerun")
    assert "━━ a.ipynb" in done.out
    assert "b.ipynb" not in done.out
    assert "half  3 → 1.5" in done.out
    assert done.out.count("! what is installed from src is your working tree's, whichever version runs") == 1


def test_a_notebook_that_is_in_neither_version_is_refused(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("a.ipynb", FIRST)
    team.commit()
    done = nbpeer("results", "diff", "HEAD", "--rerun", "--", "b.ipynb")
    assert (done.code, done.err.splitlines()[0][:40]) == (2, "nbpeer: b.ipynb is in neither version; n")


def test_a_side_that_does_not_complete_is_said_and_nothing_is_called_gone(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("a.ipynb", FIRST)
    team.commit()
    team.write("a.ipynb", analysis("1 / 0"))
    done = nbpeer("results", "diff", "HEAD", "--rerun")
    assert done.code == 2
    assert "did not complete working tree: a.ipynb, cell 3, line 3: ZeroDivisionError" in done.out
    assert "gone" not in done.out


def test_outputs_without_a_name_are_compared_after_noise_is_taken_out(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("a.ipynb", making.notebook(making.code("print(object())"), making.code("print('n', 1)")))
    team.commit()
    team.write("a.ipynb", making.notebook(making.code("print(object())"), making.code("print('n', 2)")))
    done = nbpeer("results", "diff", "HEAD", "--rerun", "--format", "json")
    (found,) = done.json["analyses"]
    assert [(output["cell"], output["verdict"]) for output in found["outputs"]] == [(3, "changed")]


def test_recorded_results_are_compared_without_running(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("a.ipynb", analysis("nbpeer.result('sum', sum(prices))", "nbpeer.result('same', 1)"))
    assert nbpeer("run", "a.ipynb").code == 0
    team.commit()
    recorded = team.path / "a.results.json"
    recorded.write_text(recorded.read_text().replace('"value": 6.0', '"value": 7.0'))
    done = nbpeer("results", "diff", "HEAD", "--exit-code")
    assert done.code == 1
    assert "sum   6 → 7  +1 (+17 %)  changed" in done.out
    assert "same  1 → 1              unchanged" in done.out
    table = nbpeer("results", "diff", "HEAD", "--format", "markdown").out
    assert "| **sum** | 6 | 7 | +1 (+17 %) | changed |" in table
    page = nbpeer("results", "diff", "HEAD", "--format", "html").out
    assert "<!doctype html>" in page.lower()
    assert nbpeer("results", "diff", "HEAD", "HEAD", "--exit-code").code == 0


def test_verify_passes_within_tolerance_and_writes_nothing(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("a.ipynb", FIRST)
    assert nbpeer("run", "a.ipynb", "-p", "factor", "2").code == 0
    team.commit()
    recorded = team.path / "a.results.json"
    recorded.write_text(recorded.read_text().replace('"value": 4.0', '"value": 4.2'))
    (team.path / "data/written.csv").write_text("by the user")
    before = untouched(team)
    done = nbpeer("results", "verify")
    assert done.code == 0
    assert "✓ a.ipynb  verified: 1 result as recorded, 1 within tolerance" in done.out
    assert "mean  4.2 EUR → 4.0 EUR" in done.out
    assert untouched(team) == before


def test_verify_says_which_result_is_off_and_how_far(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("a.ipynb", FIRST)
    assert nbpeer("run", "a.ipynb").code == 0
    recorded = team.path / "a.results.json"
    recorded.write_text(recorded.read_text().replace('"value": 2.0', '"value": 9.0'))
    team.commit()
    done = nbpeer("results", "verify", "a.ipynb", "--format", "json")
    assert done.code == 1
    (found,) = done.json
    assert (found["status"], verdicts(found)) == ("differs", {"gone": "unchanged", "mean": "changed"})
    assert next(change["delta"] for change in found["results"] if change["name"] == "mean") == -7.0


def test_repeat_finds_what_is_not_deterministic_and_how_far_it_spreads(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write(
        "a.ipynb",
        analysis(
            "import os",
            "nbpeer.result('noise', int.from_bytes(os.urandom(6)), tolerance=1e18)",
            "nbpeer.result('steady', 1)",
        ),
    )
    assert nbpeer("run", "a.ipynb").code == 0
    team.commit()
    done = nbpeer("results", "verify", "--repeat", "3", "--format", "json")
    (found,) = done.json
    assert (done.code, found["status"], found["runs"]) == (0, "verified", 3)
    assert [(spread["name"], spread["values"]) for spread in found["spreads"]] == [("noise", 3)]
    (spread,) = found["spreads"]
    assert spread["width"] == int(spread["highest"]) - int(spread["lowest"])


def test_a_secret_is_handed_over_to_the_notebook_that_declares_it(
    team: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "correct horse")
    declared = making.code("token = ''\n", tags=("parameters",))
    team.write("a.ipynb", making.notebook(declared, making.code("import nbpeer\nnbpeer.result('length', len(token))")))
    team.write("b.ipynb", making.notebook(making.code("import nbpeer\nnbpeer.result('n', 1)")))
    assert nbpeer("run", "a.ipynb", "--secret", "token=TOKEN").code == 0
    assert nbpeer("run", "b.ipynb").code == 0
    team.commit()
    done = nbpeer("results", "verify", "--secret", "token=TOKEN", "--jobs", "2")
    assert done.code == 0
    assert [line[:10] for line in done.out.splitlines()] == ["✓ a.ipynb ", "✓ b.ipynb "]
    assert "length  13 → 0" in nbpeer("results", "verify", "a.ipynb").out


def test_verify_fails_for_a_run_that_fails_and_for_what_was_never_recorded(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write("never.ipynb", analysis("nbpeer.result('n', 1)"))
    team.commit()
    assert nbpeer("results", "verify").code == 2
    done = nbpeer("results", "verify", "never.ipynb")
    assert (done.code, done.out) == (1, "✗ never.ipynb  no results are recorded: nbpeer run never.ipynb\n")
    assert nbpeer("run", "never.ipynb").code == 0
    (team.path / "data/orders.csv").unlink()
    done = nbpeer("results", "verify")
    assert done.code == 1
    assert "✗ never.ipynb  never.ipynb, cell 3, line 2: FileNotFoundError" in done.out


def test_show_prints_what_is_recorded_and_says_when_it_is_stale(team: GitRepository, nbpeer: Nbpeer) -> None:
    team.write(
        "a.ipynb",
        making.notebook(
            making.code(
                "import nbpeer, pandas as pd\n"
                "nbpeer.result('mean | price', 1234567.5, unit='EUR', tolerance=0.5)\n"
                "nbpeer.result('by country', pd.DataFrame({'c': ['DE', 'FR'], 'n': [1, 20]}))\n"
                "nbpeer.expect('three', False, 'two')\nnbpeer.caveat('Sundays are missing')"
            )
        ),
    )
    nbpeer("run", "a.ipynb")
    done = nbpeer("results", "show")
    assert done.code == 0
    assert done.out.splitlines() == [
        "a.ipynb",
        "  by country    table, 2 by 2",
        "      c    n",
        "      DE   1",
        "      FR  20",
        "  mean | price  1,234,567.5 EUR  ± 0.5",
        "  ✗ three: two",
        "  ! Sundays are missing",
    ]
    table = nbpeer("results", "show", "a.ipynb", "--format", "markdown").out
    assert "| mean \\| price | 1,234,567.5 EUR | ± 0.5 |" in table
    assert "| DE | 1 |" in table
    team.write("a.ipynb", making.notebook(making.code("other")))
    assert "a.ipynb  stale: the recorded run was of another source" in nbpeer("results", "show").out
    (only,) = nbpeer("results", "show", "--format", "json").json
    assert (only["stale"], sorted(only["results"]["results"])) == (True, ["by country", "mean | price"])


def test_show_names_a_damaged_file_and_a_path_that_is_not_there(team: GitRepository, nbpeer: Nbpeer) -> None:
    assert nbpeer("results", "show").out == "no results are recorded\n"
    team.write("a.ipynb", FIRST)
    team.write("a.results.json", "{")
    done = nbpeer("results", "show")
    assert (done.code, "a.results.json is not a valid results file" in done.out) == (2, True)
    missing = nbpeer("results", "show", "b.ipynb")
    assert (missing.code, missing.err) == (
        2,
        "nbpeer: b.ipynb is not there; name a notebook or a folder of this repository\n",
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_and_leaves_no_folder_and_no_kernel(team: GitRepository, number: signal.Signals) -> None:
    team.write(
        "a.ipynb", analysis("import os, time", "open(os.environ['STARTED'], 'w').write(os.getcwd())", "time.sleep(600)")
    )
    team.write("a.results.json", '{"certificate": {"source": "sha256:0"}}')
    team.commit()
    before = untouched(team)
    started = team.path.parent / "started"
    process = subprocess.Popen(
        [sys.executable, "-m", "nbpeer", "results", "verify"],
        cwd=team.path,
        env={**os.environ, "STARTED": str(started)},
        stderr=subprocess.DEVNULL,
    )
    while not (started.exists() and started.read_text()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(60) == 130
    assert not Path(started.read_text()).exists()
    assert untouched(team) == before
