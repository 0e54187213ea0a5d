"""Notebooks executed at once, in real kernels."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import parse_notebook
from nbpeer.run.execute import Executed, Job, Step
from nbpeer.run.kernels import Kernel
from nbpeer.run.many import execute_many

FOREVER = "import threading; threading.Event().wait()"


def job(folder: Path, name: str, *sources: str, **options: Any) -> Job:
    made = making.notebook(*map(making.code, sources), header=None)
    notebook = parse_notebook(making.text(made), f"{name}.ipynb")
    kernel = options.pop("kernel", Kernel("python3", "python"))
    return Job(folder, notebook, f"out/{name}.ipynb", {}, kernel, folder, **options)


def run_all(jobs: list[Job], at_once: int) -> dict[int, Executed | NbpeerError]:
    done: dict[int, Executed | NbpeerError] = {}
    execute_many(jobs, at_once, lambda step: None, done.__setitem__)
    return done


def test_notebooks_in_two_slots_run_at_the_same_time(tmp_path: Path) -> None:
    meet = "import os, time\nopen('{}', 'w').close()\nwhile not os.path.exists('{}'): time.sleep(0.01)"
    done = run_all([job(tmp_path, "a", meet.format("a", "b")), job(tmp_path, "b", meet.format("b", "a"))], 2)
    assert {position: ended.status for position, ended in done.items() if isinstance(ended, Executed)} == {
        0: "completed",
        1: "completed",
    }


def test_what_ends_one_notebook_does_not_end_the_others(tmp_path: Path) -> None:
    bad = job(tmp_path, "bad", "1", kernel=Kernel("gone", "python"))
    done = run_all([bad, job(tmp_path, "dead", "import os; os._exit(3)"), job(tmp_path, "good", "1")], 2)
    refused, dead, good = (done[position] for position in range(3))
    assert isinstance(refused, NbpeerError)
    assert "bad.ipynb" in refused.message
    assert isinstance(dead, Executed)
    assert dead.error is not None
    assert dead.error.evalue == "the kernel died (exit code 3)"
    assert isinstance(good, Executed)
    assert good.status == "completed"


@pytest.mark.parametrize("engine", ["", "plain"], ids=["forked", "plain"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_and_keeps_what_is_there(tmp_path: Path, number: signal.Signals, engine: str) -> None:
    done: dict[int, Any] = {}
    waiting: set[str] = set()

    def on_step(step: Step) -> None:
        if step.cell == 2 and step.seconds is None:
            waiting.add(step.path)
            if len(waiting) == 2:
                os.kill(os.getpid(), number)

    jobs = [job(tmp_path, name, "import os; print(os.getpid())", FOREVER, "3", engine=engine) for name in "abc"]
    with pytest.raises(KeyboardInterrupt):
        execute_many(jobs, 2, on_step, done.__setitem__)
    assert done.keys() == {0, 1}
    for ended in done.values():
        assert (ended.status, ended.interrupted, ended.cells_run) == ("stopped", True, 1)
        cells = parse_notebook(ended.content).cells
        assert [cell.metadata["papermill"]["status"] for cell in cells] == ["completed", "failed", "pending"]
        assert not Path(f"/proc/{cells[0].outputs[0].text.strip()}").exists()


def test_a_signal_while_a_library_is_imported_beforehand_waits_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages/slow"
    package.mkdir(parents=True)
    stop_the_parent = "import os, signal, threading\nos.kill(int(os.environ['JPY_PARENT_PID']), signal.SIGINT)"
    (package / "__init__.py").write_text(f"{stop_the_parent}\nthreading.Event().wait()\n")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    (tmp_path / "work").mkdir()
    done: dict[int, Any] = {}
    jobs = [job(tmp_path / "work", name, "import slow") for name in "ab"]
    with pytest.raises(KeyboardInterrupt):
        execute_many(jobs, 1, lambda step: None, done.__setitem__)
    assert [(ended.status, ended.interrupted, ended.cells_run) for ended in done.values()] == [("stopped", True, 0)]


def test_nothing_is_left_of_a_command_that_is_killed(tmp_path: Path) -> None:
    program = """
import os, signal, sys
from run.test_many import FOREVER, Path, execute_many, job
started = job(Path(sys.argv[1]), "a", "import os; print(os.getpid(), file=open('pid', 'w'), flush=True)", FOREVER)
execute_many([started], 1, lambda step: step.cell == 2 and os.kill(os.getpid(), signal.SIGKILL), print)
"""
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program, tmp_path], env=here, check=False)
    assert done.returncode == -signal.SIGKILL
    try:
        kernel = os.pidfd_open(int((tmp_path / "pid").read_text()))
    except ProcessLookupError:
        return
    with os.fdopen(kernel):
        assert select.select([kernel], [], [], 30)[0]


def test_what_a_listener_raises_ends_everything_and_is_raised(tmp_path: Path) -> None:
    def on_done(position: int, ended: Executed | NbpeerError) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        execute_many([job(tmp_path, "a", "1"), job(tmp_path, "b", FOREVER)], 2, lambda step: None, on_done)
    assert threading.active_count() == 1 or not any("nbpeer" in thread.name for thread in threading.enumerate())
