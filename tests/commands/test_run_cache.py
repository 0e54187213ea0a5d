"""A run is taken from the cache only when nothing it depends on changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]
HEADER = "---\ntitle: t\ndata_sources: [orders.csv]\n---\n"
DECLARED = "---\ntitle: t\ndata_sources: [orders.csv]\ninputs: declared\n---\n"
READS = "import nbpeer\nfrom rates import RATE\nnbpeer.result('sum', share * RATE * sum(map(int, open('orders.csv'))))"


def analysis(repo: GitRepository, *more: str, header: str = HEADER) -> Path:
    repo.write("a/orders.csv", "1\n2\n")
    repo.write("a/rates.py", "RATE = 2\n")
    cells = [making.code("share = 1.0", tags=("parameters",)), *map(making.code, (READS, *more))]
    path = repo.write("a/n.ipynb", making.notebook(*cells, header=header))
    settle(repo)
    return path


def settle(repo: GitRepository) -> None:
    """Files written a moment ago count as changed while the notebook ran."""
    for path in (repo.path / "a").iterdir():
        if path.is_file():
            os.utime(path, (path.stat().st_mtime - 60,) * 2)


def run(nbpeer: Nbpeer, *options: str) -> dict[str, Any]:
    done = nbpeer("run", "a/n.ipynb", "--format", "json", *options)
    assert done.code == 0, done.err
    (found,) = done.json
    assert isinstance(found, dict)
    return found


def test_an_unchanged_analysis_is_not_executed_and_gives_the_same_bytes(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo, "open('../count', 'a').write('x')")
    first = run(nbpeer)
    assert (first["cached"], first["not_kept"]) == (False, "")
    kept = [(repo.path / first[name]).read_bytes() for name in ("results", "executed")]
    for name in ("results", "executed"):
        (repo.path / first[name]).unlink()
    second = run(nbpeer)
    assert second["cached"]
    assert [(repo.path / second[name]).read_bytes() for name in ("results", "executed")] == kept
    assert (repo.path / "count").read_text() == "x"
    assert second["seconds"] == first["seconds"]
    assert "completed, cached: nothing it depends on changed; 3 of 3" in nbpeer("run", "a/n.ipynb").out
    assert not run(nbpeer, "--fresh")["cached"]
    assert (repo.path / "count").read_text() == "xx"


def change_data(repo: GitRepository) -> None:
    repo.write("a/orders.csv", "1\n3\n")


def change_module(repo: GitRepository) -> None:
    repo.write("a/rates.py", "RATE = 3\n")


def change_source(repo: GitRepository) -> None:
    analysis(repo, "1 + 1")


def delete_data(repo: GitRepository) -> None:
    repo.write("a/n.ipynb", (repo.path / "a/n.ipynb").read_text().replace("open('orders.csv')", "[7]"))
    (repo.path / "a/orders.csv").unlink()


def add_neighbour(repo: GitRepository) -> None:
    """The folder was listed, by Python's import itself: a new module there could take another's place."""
    repo.write("a/json.py", "raise ValueError\n")


@pytest.mark.parametrize("change", [change_data, change_module, change_source, delete_data, add_neighbour])
def test_a_change_of_what_it_depends_on_runs_it_again_and_back_finds_the_earlier_run(
    repo: GitRepository, nbpeer: Nbpeer, change: Callable[[GitRepository], None]
) -> None:
    analysis(repo)
    assert not run(nbpeer)["cached"]
    assert run(nbpeer)["cached"]
    change(repo)
    settle(repo)
    done = nbpeer("run", "a/n.ipynb", "--format", "json")
    assert not done.json[0]["cached"]


def test_going_back_to_earlier_data_finds_the_earlier_run(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo)
    before = run(nbpeer)
    change_data(repo)
    settle(repo)
    assert not run(nbpeer)["cached"]
    repo.write("a/orders.csv", "1\n2\n")
    after = run(nbpeer)
    assert after["cached"]
    assert after["recorded"] == before["recorded"]
    assert after["written"]


def test_parameters_are_part_of_what_is_asked_for(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo)
    run(nbpeer)
    assert not run(nbpeer, "-p", "share", "0.5")["cached"]
    assert run(nbpeer, "-p", "share", "0.5")["cached"]
    assert run(nbpeer)["recorded"]["certificate"]["parameters"] == {}


def test_a_package_installed_into_the_kernels_environment_runs_it_again(repo: GitRepository, nbpeer: Nbpeer) -> None:
    place = repo.path.parent / "elsewhere/site-packages"
    (place / "rates_lib-1.0.dist-info").mkdir(parents=True)
    analysis(repo, f"import sys; sys.path.append({str(place)!r})")
    run(nbpeer)
    assert run(nbpeer)["cached"]
    (place / "rates_lib-1.0.dist-info").rename(place / "rates_lib-1.1.dist-info")
    assert not run(nbpeer)["cached"]


def test_a_file_outside_the_repository_counts_and_so_does_one_the_run_wrote(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    outside = repo.path.parent / "rates.txt"
    outside.write_text("1")
    os.utime(outside, (1, 1))
    analysis(repo, "open('../out.txt', 'w').write(open('../../rates.txt').read())")
    run(nbpeer)
    assert run(nbpeer)["cached"]
    (repo.path / "out.txt").unlink()
    assert not run(nbpeer)["cached"]
    assert run(nbpeer)["cached"]
    outside.write_text("2")
    assert not run(nbpeer)["cached"]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("import datetime; datetime.datetime.now()", "it reads the clock (cell 4)"),
        ("import random; random.random()", "it draws random numbers without a seed (cell 4)"),
        ("import os; os.environ.get('X')", "it reads variables of the environment"),
        ("import subprocess, sys; subprocess.run([sys.executable, '-V'])", "it started another process (python"),
        ("import pandas, pyarrow.parquet", "pyarrow._fs reads files and addresses unseen"),
        ("import socket, sys; sys.audit('socket.connect', None, ('127.0.0.1', 5432))", "it connected to a program"),
        ("import socket, sys; sys.audit('socket.connect', None, ('192.0.2.1', 443))", "not every input"),
        ("open('orders.csv', 'a').close()", "not every input"),
        ("import time; time.time()", "it reads the clock"),
        ("from time import strftime; strftime('%d')", "it reads the clock"),
        ("import uuid; uuid.uuid4()", "it draws random numbers without a seed"),
        ("import os; os.path.exists('../more.csv')", "it asks whether files are there"),
        ("import os; os.stat('orders.csv').st_size", "it asks whether files are there"),
    ],
)
def test_what_cannot_be_known_keeps_a_run_out_of_the_cache(
    repo: GitRepository, nbpeer: Nbpeer, cell: str, reason: str
) -> None:
    analysis(repo, cell)
    assert run(nbpeer)["not_kept"].startswith(reason)
    assert not list((repo.path / ".nbpeer/cache").glob("runs/*/*.run"))


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("import os\nRATE = int(os.environ.get('RATE', 2))\n", "a/rates.py reads variables of the environment"),
        ("import random\nRATE = random.random()\n", "a/rates.py draws random numbers without a seed"),
        ("import time\nRATE = time.time()\n", "a/rates.py reads the clock"),
        ("import pathlib\nRATE = pathlib.Path('../x').exists()\n", "a/rates.py asks whether files are there"),
    ],
)
def test_what_cannot_be_known_of_a_module_of_the_team_keeps_a_run_out_too(
    repo: GitRepository, nbpeer: Nbpeer, module: str, reason: str
) -> None:
    analysis(repo)
    repo.write("a/rates.py", module)
    settle(repo)
    assert run(nbpeer)["not_kept"].startswith(reason)
    assert not run(nbpeer)["cached"]


@pytest.mark.parametrize("variable", ["TZ", "PYTHONPATH", "LC_TIME"])
def test_a_variable_that_changes_what_python_does_unasked_runs_it_again(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    analysis(repo)
    run(nbpeer)
    monkeypatch.setenv(variable, "UTC")
    assert not run(nbpeer)["cached"]
    assert run(nbpeer)["cached"]
    monkeypatch.setenv(variable, "C")
    assert not run(nbpeer)["cached"]


def test_a_hidden_file_of_the_repository_counts(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("a/.rates", "1")
    analysis(repo, "open('.rates').read()")
    run(nbpeer)
    assert run(nbpeer)["cached"]
    repo.write("a/.rates", "2")
    assert not run(nbpeer)["cached"]


def test_an_analyst_may_vouch_that_all_inputs_are_declared(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo, "import subprocess; subprocess.run(['true'])", header=DECLARED)
    assert run(nbpeer)["not_kept"] == ""
    assert run(nbpeer)["cached"]
    change_data(repo)
    settle(repo)
    assert not run(nbpeer)["cached"]


def test_a_word_for_inputs_that_are_no_files_is_not_enough(repo: GitRepository, nbpeer: Nbpeer) -> None:
    header = DECLARED.replace("[orders.csv]", "[warehouse.orders]")
    analysis(repo, "import subprocess; subprocess.run(['true'])", header=header)
    assert run(nbpeer)["not_kept"] == "it started another process (true)"


def test_data_that_change_while_the_notebook_runs_keep_it_out(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo, "import os; os.utime('orders.csv')")
    assert run(nbpeer)["not_kept"] == "a/orders.csv changed while it ran"


def test_a_failed_run_and_one_with_a_failing_expectation_are_told_again(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo, "nbpeer.expect('no gaps', False)")
    assert nbpeer("run", "a/n.ipynb").code == 1
    done = nbpeer("run", "a/n.ipynb")
    assert (done.code, "cached" in done.out) == (1, True)
    analysis(repo, "1/0")
    assert nbpeer("run", "a/n.ipynb").code == 1
    done = nbpeer("run", "a/n.ipynb")
    assert (done.code, "cached" in done.out) == (1, False)


def test_a_damaged_cache_is_no_error_and_no_hit(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo)
    run(nbpeer)
    (kept,) = (repo.path / ".nbpeer/cache/runs").glob("*/*.run")
    whole = kept.read_bytes()
    for name, damaged in enumerate((whole[:-20], whole[:50], b"")):
        (kept.parent / f"{name}.run").write_bytes(damaged)
    kept.unlink()
    assert not run(nbpeer)["cached"]
    (repo.path / ".nbpeer/cache/digests.json").write_bytes(b"[")
    assert run(nbpeer)["cached"]


def test_the_cache_can_be_bounded_switched_off_and_deleted(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo, "'x' * 2_000_000")
    repo.write("nbpeer.toml", "[run]\ncache-megabytes = 1\n")
    run(nbpeer)
    assert list((repo.path / ".nbpeer/cache/runs").glob("*/*.run")) == []
    repo.write("nbpeer.toml", "[run]\ncache-megabytes = 0\n")
    assert run(nbpeer)["not_kept"] == "the cache is switched off"
    assert not run(nbpeer)["cached"]


def test_a_value_reviewed_meanwhile_is_kept_as_by_a_run(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo, "nbpeer.result('share of x', 0.5, tolerance=0.1)")
    run(nbpeer)
    file = repo.path / "a/n.results.json"
    reviewed = json.loads(file.read_text())
    reviewed["results"]["share of x"]["value"] = 0.52
    file.write_text(json.dumps(reviewed))
    found = run(nbpeer)
    assert (found["cached"], found["recorded"]["results"]["share of x"]["value"]) == (True, 0.52)


def test_taking_from_the_cache_loads_nothing_that_executes(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo)
    run(nbpeer)
    program = (
        "import sys; from nbpeer.cli.main import run; code = run(['run', 'a/n.ipynb'])\n"
        "print({name.partition('.')[0] for name in sys.modules} & {'nbformat', 'nbclient', 'papermill', 'rich'}, code)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=repo.path, capture_output=True, text=True, check=True)
    assert "cached" in done.stdout
    assert done.stdout.splitlines()[-1] == "set() 0"
