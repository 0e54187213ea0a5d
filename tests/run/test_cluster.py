"""Runs on real Dask clusters, with workers that are really killed."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.model.notebook import parse_notebook
from nbpeer.run.child import read_value, write_value
from nbpeer.run.execute import Job, Step
from nbpeer.run.kernels import find_kernel

Nbpeer = Callable[..., Outcome]

# Tells of each start and its process, and finds who is to be killed among its ancestors.
NOTES = """
import os, pathlib, signal
with open('starts', 'a') as starts: starts.write(f'{name} {os.getpid()}\\n')
def ancestor(word):
    pid = os.getpid()
    while word not in pathlib.Path(f'/proc/{pid}/cmdline').read_text():
        pid = int(pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[1])
    return pid
"""
KILL_WORKER = "os.kill(ancestor('spawn_main'), signal.SIGKILL); __import__('threading').Event().wait(60)"
KILL_CHILD = "os.kill(ancestor('nbpeer.run.child'), signal.SIGKILL); __import__('threading').Event().wait(60)"


def notebook(repo: GitRepository, name: str, *sources: str) -> None:
    first = f"name = {name!r}\n{NOTES}"
    last = f"import nbpeer; nbpeer.result({name!r}, 1)"
    repo.write(f"{name}.ipynb", making.notebook(*map(making.code, (first, *sources, last)), header=None))


def starts(repo: GitRepository) -> dict[str, list[int]]:
    """The processes each notebook was started in."""
    found: dict[str, list[int]] = {}
    for line in (repo.path / "starts").read_text().splitlines():
        name, pid = line.split()
        found.setdefault(name, []).append(int(pid))
    return found


def assert_all_end(pids: list[int]) -> None:
    """Every process ends, or did so before, within half a minute."""
    for pid in pids:
        try:
            watched = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            assert select.select([watched], [], [], 30)[0], f"{pid} runs on"
        finally:
            os.close(watched)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of two workers that was there before and stays."""
    from distributed import LocalCluster

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
        LocalCluster(
            n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address="localhost:0", local_directory=place
        ) as cluster,
    ):
        yield cluster.scheduler_address


def test_a_cluster_gives_the_bytes_that_this_machine_gives(repo: GitRepository, nbpeer: Nbpeer, address: str) -> None:
    repo.write("orders.csv", "1\n2\n")
    for name in "ab":
        source = f"import nbpeer; nbpeer.result('{name}', sum(map(int, open('orders.csv'))) * share)"
        cells = (making.code("share = 1", tags=("parameters",)), making.code(source))
        repo.write(f"{name}.ipynb", making.notebook(*cells, header=None))
    assert nbpeer("run", ".", "-p", "share", "3").code == 0
    files = {path: path.read_bytes() for path in repo.path.glob("*.results.json")}
    for path in files:
        path.unlink()
    done = nbpeer("run", ".", "-p", "share", "3", "--fresh", "--dask", address, "--format", "jsonl")
    assert done.code == 0, done.err
    assert {path: path.read_bytes() for path in repo.path.glob("*.results.json")} == files
    events = [json.loads(line) for line in done.out.splitlines()]
    assert sum(event["event"] == "cell" for event in events) == 8
    assert [event["run"]["not_kept"] for event in events if event["event"] == "done"] == [
        "it ran on other machines"
    ] * 2


def test_a_worker_killed_in_mid_run_loses_nothing_and_repeats_nothing_that_finished(
    repo: GitRepository, nbpeer: Nbpeer, address: str
) -> None:
    for name in "abcdef":
        notebook(repo, name)
    notebook(repo, "victim", f"if not os.path.exists('killed'): open('killed', 'w').close(); {KILL_WORKER}")
    done = nbpeer("run", ".", "--dask", address, "--format", "json")
    assert done.code == 0, done.err
    assert [(run["path"][0], run["status"]) for run in done.json] == [(name, "completed") for name in "abcdefv"]
    begun = starts(repo)
    assert {name: len(pids) for name, pids in begun.items()} == {**dict.fromkeys("abcdef", 1), "victim": 2}
    assert_all_end([pid for pids in begun.values() for pid in pids])


@pytest.mark.parametrize(
    ("kill", "how"), [(KILL_WORKER, "its worker was ended"), (KILL_CHILD, "the process was ended by signal 9")]
)
def test_a_notebook_that_brings_down_what_runs_it_is_named_after_two_tries_and_the_rest_completes(
    repo: GitRepository, nbpeer: Nbpeer, address: str, kill: str, how: str
) -> None:
    notebook(repo, "a")
    notebook(repo, "poison", kill)
    notebook(repo, "z")
    repo.write("poison.results.json", "as it was")
    done = nbpeer("run", ".", "--dask", address, "--format", "json")
    assert done.code == 1
    assert [run["status"] for run in done.json] == ["completed", "failed", "completed"]
    assert f"nbpeer: poison.ipynb brought down what ran it 2 times ({how}) and is not tried again; run it" in done.err
    begun = starts(repo)
    assert {name: len(pids) for name, pids in begun.items()} == {"a": 1, "poison": 2, "z": 1}
    assert (repo.path / "poison.results.json").read_text() == "as it was"
    assert_all_end([pid for pids in begun.values() for pid in pids])


def test_ctrl_c_stops_an_embedded_cluster_and_all_that_runs_in_it(repo: GitRepository) -> None:
    notebook(repo, "a", "__import__('threading').Event().wait()")
    notebook(repo, "b", "__import__('threading').Event().wait()")
    command = [sys.executable, "-c", "from nbpeer.cli.main import main\nif __name__ == '__main__': main()"]
    command += ["run", ".", "--dask", "local", "--jobs", "2"]
    with subprocess.Popen(command, cwd=repo.path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        waiting = {"a.ipynb  cell 1/3", "b.ipynb  cell 1/3"}
        while waiting:
            waiting.discard(process.stderr.readline().rpartition("  ")[0])
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert (process.returncode, rest.splitlines()[-1]) == (130, "nbpeer: stopped")
    assert_all_end([pid for pids in starts(repo).values() for pid in pids])
    for name in "ab":
        kept = parse_notebook((repo.path / f".nbpeer/runs/{name}.ipynb").read_bytes())
        assert [cell.metadata["papermill"]["status"] for cell in kept.cells] == ["completed", "failed", "pending"]
    assert not list(repo.path.glob("*.results.json"))


def test_a_cluster_that_does_not_answer_is_one_line(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbpeer.run.cluster._ANSWERS_WITHIN", 1)
    notebook(repo, "a")
    done = nbpeer("run", "a.ipynb", "--dask", "tcp://127.0.0.1:9")
    assert (done.code, done.err.startswith("nbpeer: the Dask cluster tcp://127.0.0.1:9 does not answer")) == (3, True)
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("scheduler", "missing port number in address 'scheduler'"),
        ("smtp://scheduler:25", "unknown address scheme 'smtp'"),
        ("scheduler.json", "No such file or directory"),
        ("list.json", "it is no scheduler file"),
    ],
)
def test_what_is_no_address_is_refused_at_once(repo: GitRepository, nbpeer: Nbpeer, address: str, reason: str) -> None:
    notebook(repo, "a")
    repo.write("list.json", "[1]")
    done = nbpeer("run", "a.ipynb", "--dask", address)
    assert (done.code, done.err.startswith(f"nbpeer: --dask {address} cannot be used ({reason}")) == (2, True), done.err


def ask_child(*jobs: Job) -> list[Any]:
    """What a worker's child answers to jobs, without the steps; it ends when nothing more is asked."""
    found = []
    command = [sys.executable, "-m", "nbpeer.run.child"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stdout is not None
        for job in jobs:
            write_value(child.stdin, job)
            while isinstance(answer := read_value(child.stdout), Step):
                continue
            found.append(answer)
        child.stdin.close()
    assert child.returncode == 0
    return found


def test_where_the_repository_is_not_shared_the_notebook_is_what_is_sent_and_inputs_are_not_known(
    tmp_path: Path,
) -> None:
    source = "import os; print(os.path.basename(os.getcwd()), share); os.write(1, b'noise')"
    content = making.text(making.notebook(making.code("share = 1", tags=("parameters",)), making.code(source)))
    sent = parse_notebook(content, "analyses/a.ipynb")
    gone = tmp_path / "gone"
    job = Job(gone, sent, ".nbpeer/runs/analyses/a.ipynb", {"share": 3}, find_kernel(sent), gone / "analyses")
    first, second = ask_child(job, job._replace(parameters={}))
    assert (first.status, first.observed, second.status) == ("completed", None, "completed")
    assert "analyses 3" in first.content.decode()
    assert str(tmp_path) not in first.content.decode()
    assert not gone.exists()
