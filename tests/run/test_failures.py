"""What goes wrong in a notebook is told truly and leaves nothing behind, in a forked and in a plain kernel."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import parse_notebook
from nbpeer.run.claim import claimed
from nbpeer.run.execute import Executed, Job, execute, pool_for
from nbpeer.run.kernels import Kernel

Engine = Literal["", "plain"]
ENGINES: tuple[Engine, ...] = ("", "plain")
both_engines = pytest.mark.parametrize("engine", ENGINES, ids=["forked", "plain"])

FOREVER = "import threading; threading.Event().wait()"


def job(folder: Path, engine: Engine, *sources: str, **options: Any) -> Job:
    made = making.notebook(*map(making.code, sources), header=None)
    notebook = parse_notebook(making.text(made), "n.ipynb")
    kernel = Kernel("python3", "python")
    return Job(folder, notebook, "out.ipynb", {}, kernel, folder, engine=engine, **options)


def run(folder: Path, engine: Engine, *sources: str, **options: Any) -> Executed:
    ended = execute(job(folder, engine, *sources, **options), lambda step: None)
    assert ended.engine == ("plain" if engine else "forked"), ended.engine_note
    return ended


def statuses(ended: Executed) -> list[str]:
    return [cell.metadata["papermill"]["status"] for cell in parse_notebook(ended.content).cells]


def texts(ended: Executed, cell: int) -> str:
    return "".join(str(output.text) for output in parse_notebook(ended.content).cells[cell].outputs)


def is_running(pid: int) -> bool:
    """Whether a process lives; one that waits for its parent to notice its end does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


DEATHS = {
    "os._exit": ("os._exit(3)", "the kernel died (exit code 3)"),
    "killed": ("os.kill(os.getpid(), 9)", "the kernel was killed (signal 9; often the machine ran out of memory)"),
    "crashed": ("import ctypes; ctypes.string_at(0)", "the kernel died (signal 11)"),
}


@both_engines
@pytest.mark.parametrize(("death", "message"), DEATHS.values(), ids=DEATHS.keys())
def test_a_kernel_that_dies_is_told_truly_with_what_it_had_said(
    tmp_path: Path, engine: Engine, death: str, message: str
) -> None:
    # A plain kernel gets a moment to send: it ends before its socket is empty.
    said = "import os, time; print('so far', flush=True); time.sleep(0.5)" if engine else "import os; print('so far')"
    ended = run(tmp_path, engine, "1", f"{said}; os.sys.stdout.flush(); {death}", "3")
    assert ended.status == "failed"
    assert ended.error is not None
    assert (ended.error.cell, ended.error.ename, ended.error.evalue) == (2, "DeadKernelError", message)
    assert statuses(ended) == ["completed", "failed", "pending"]
    assert texts(ended, 1) == "so far\n"


@both_engines
def test_a_cell_that_takes_too_long_is_told_truly_and_its_process_ends(tmp_path: Path, engine: Engine) -> None:
    ended = run(tmp_path, engine, "import os; print(os.getpid(), flush=True)", FOREVER, "3", timeout=1)
    assert ended.error is not None
    assert (ended.error.cell, ended.error.ename) == (2, "TimeoutError")
    assert ended.error.evalue == "the cell took longer than 1 s"
    assert statuses(ended) == ["completed", "failed", "pending"]
    assert not is_running(int(texts(ended, 0)))


@both_engines
def test_a_cell_that_ignores_being_interrupted_is_stopped_as_well(tmp_path: Path, engine: Engine) -> None:
    ignore = "import signal\nfor one in (2, 15): signal.signal(one, signal.SIG_IGN)\nwhile True: pass"
    ended = run(tmp_path, engine, "import os; print(os.getpid(), flush=True)", ignore, timeout=1)
    assert ended.status == "failed"
    assert not is_running(int(texts(ended, 0)))


@both_engines
@pytest.mark.parametrize("leave", ["import sys; sys.exit(0)", "exit()", "raise SystemExit"])
def test_leaving_is_no_completed_run(tmp_path: Path, engine: Engine, leave: str) -> None:
    ended = run(tmp_path, engine, "1", leave, "3")
    assert (ended.status, statuses(ended)) == ("stopped", ["completed", "failed", "pending"])
    assert ended.error is not None
    assert (ended.error.cell, ended.error.ename) == (2, "SystemExit")


@both_engines
def test_processes_and_threads_that_a_notebook_leaves_end_with_it(tmp_path: Path, engine: Engine) -> None:
    leaves = """
import os, subprocess, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
child = subprocess.Popen(["sleep", "600"])
pid = os.fork()
if pid == 0:
    threading.Event().wait()
print(child.pid, pid, os.getpid())
"""
    ended = run(tmp_path, engine, leaves)
    assert ended.status == "completed"
    assert [pid for pid in texts(ended, 0).split() if is_running(int(pid))] == []


def test_a_process_in_a_session_of_its_own_ends_with_the_command(tmp_path: Path) -> None:
    leave = "import subprocess; print(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)"
    assert not is_running(int(texts(run(tmp_path, "", leave), 0)))


def test_a_thread_that_never_ends_does_not_hold_the_run(tmp_path: Path) -> None:
    ended = run(tmp_path, "", "import threading, os; threading.Thread(target=threading.Event().wait).start()", "1/0")
    assert ended.status == "failed"


@both_engines
def test_what_a_cell_prints_beyond_the_limit_is_counted_and_its_end_kept(tmp_path: Path, engine: Engine) -> None:
    ended = run(tmp_path, engine, "for i in range(26): print(chr(97 + i) * 1_000_000)", "print('next')")
    text = texts(ended, 0)
    assert ended.status == "completed"
    assert text.startswith("a" * 1_000_000 + "\n")
    assert text.endswith("z" * 1_000_000 + "\n")
    assert "[nbpeer: 16,000,026 characters that this cell printed here are not kept]" in text
    assert len(text) < 10_001_000
    assert texts(ended, 1) == "next\n"


def test_twenty_thousand_flushed_prints_are_one_output(tmp_path: Path) -> None:
    ended = run(tmp_path, "", "for i in range(20_000): print(i, flush=True)")
    (output,) = parse_notebook(ended.content).cells[0].outputs
    assert output.text == "".join(f"{i}\n" for i in range(20_000))


@both_engines
def test_a_cell_that_reads_from_the_keyboard_fails_at_once(tmp_path: Path, engine: Engine) -> None:
    ended = run(tmp_path, engine, "import sys; print(repr(sys.stdin.read()))", "input('name? ')")
    assert texts(ended, 0) == "''\n"
    assert ended.error is not None
    assert ended.error.ename == "StdinNotImplementedError"


@both_engines
def test_a_notebook_that_removes_its_own_folder_goes_on(tmp_path: Path, engine: Engine) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    ended = run(folder, engine, "import os, shutil; shutil.rmtree(os.getcwd())", "1")
    assert ended.status == "completed"


@both_engines
def test_a_folder_that_is_gone_is_one_clear_error(tmp_path: Path, engine: Engine) -> None:
    gone = job(tmp_path / "gone", engine, "1")
    with pytest.raises(NbpeerError, match=r"n.ipynb: the folder .*gone to run it in is not there"):
        execute(gone, lambda step: None)


@both_engines
def test_a_kernel_that_is_gone_is_one_clear_error(tmp_path: Path, engine: Engine) -> None:
    gone = job(tmp_path, engine, "1")._replace(kernel=Kernel("gone", "python"))
    with pytest.raises(NbpeerError, match=r"n.ipynb: the kernel 'gone' did not start \(No such kernel named gone\)"):
        execute(gone, lambda step: None)


CRASHES = {
    "in the fork": "import os\nos.register_at_fork(after_in_child=os.abort)",
    "in the server": "import os\ntry: get_ipython()\nexcept NameError: os.abort()",
    "talks": "print('thank you for importing this')",
    "warns": "import warnings; warnings.warn('old', FutureWarning)",
    "fails": "raise ImportError('broken')",
    "starts a thread": "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
}


@pytest.mark.parametrize("crash", CRASHES, ids=CRASHES.keys())
def test_an_import_that_cannot_be_shared_is_left_to_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash: str
) -> None:
    package = tmp_path / "site-packages/fragile"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(f"{CRASHES[crash]}\nvalue = 7\n")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    (tmp_path / "work").mkdir()
    one = job(tmp_path / "work", "", "try: import fragile\nexcept ImportError as error: print(error)", "import fragile")
    pool = pool_for([one, one])
    try:
        shared = execute(one, lambda step: None, pool=pool)
    finally:
        pool.close()
    plain = execute(one._replace(engine="plain"), lambda step: None)
    assert (shared.status, texts(shared, 0)) == (plain.status, texts(plain, 0))
    assert (shared.engine, bool(shared.engine_note)) == (
        ("plain", True) if crash == "in the fork" else ("forked", False)
    )


def test_a_notebook_that_another_command_runs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text("{}")
    hold = "from nbpeer.run.claim import claimed; import pathlib, sys\n"
    hold += "with claimed(pathlib.Path(sys.argv[1]), 'n.ipynb'): print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(NbpeerError, match=r"n.ipynb is being run already"), claimed(tmp_path, "n.ipynb"):
            pass
        other.stdin.close()
        other.wait()
    with claimed(tmp_path, "n.ipynb"), claimed(tmp_path, "n.ipynb"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["n.ipynb"]


def test_no_time_is_measured_by_a_clock_that_can_jump() -> None:
    import nbpeer.run

    compares_with_files = "cache.py"  # whose times are those of the clock on the wall
    for path in Path(nbpeer.run.__file__).parent.rglob("*.py"):
        jumps = re.search(r"\btime\.time\(|from time import .*\btime\b", path.read_text())
        assert not jumps or path.name == compares_with_files, path
