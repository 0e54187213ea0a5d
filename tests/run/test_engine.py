"""The door for people who know only papermill."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import making
from nbpeer.model.notebook import Cell, parse_notebook


def run_papermill(folder: Path, *sources: str, **options: Any) -> tuple[Cell, ...]:
    import papermill

    (folder / "in.ipynb").write_text(making.text(making.notebook(*map(making.code, sources), header=None)))
    papermill.execute_notebook(
        folder / "in.ipynb", folder / "out.ipynb", engine_name="nbpeer", progress_bar=False, cwd=folder, **options
    )
    return cells(folder)


def cells(folder: Path) -> tuple[Cell, ...]:
    return parse_notebook((folder / "out.ipynb").read_bytes()).cells


def statuses(found: tuple[Cell, ...]) -> list[str]:
    return [cell.metadata["papermill"]["status"] for cell in found if cell.cell_type == "code"]


def test_papermill_runs_a_notebook_and_the_file_is_written_once_at_the_end(tmp_path: Path) -> None:
    found = run_papermill(tmp_path, "import os", "print(os.path.exists('out.ipynb'))")
    assert statuses(found) == ["completed", "completed"]
    assert found[1].outputs[0].text == "False\n"


def test_a_dead_kernel_is_told_truly_and_its_output_kept(tmp_path: Path) -> None:
    from nbclient.exceptions import DeadKernelError

    with pytest.raises(DeadKernelError):
        # The kernel gets a moment to send: os._exit does not wait for what its socket still holds.
        run_papermill(tmp_path, "1", "import os, time; print('so far', flush=True); time.sleep(0.5); os._exit(1)", "2")
    found = cells(tmp_path)
    assert statuses(found) == ["completed", "failed", "pending"]
    said, error = found[1].outputs
    assert (said.text, error.ename, error.evalue) == ("so far\n", "DeadKernelError", "the kernel died (exit code 1)")


def test_a_cell_that_takes_too_long_is_told_truly(tmp_path: Path) -> None:
    from nbclient.exceptions import CellTimeoutError

    with pytest.raises(CellTimeoutError):
        run_papermill(tmp_path, "import threading; threading.Event().wait()", "2", execution_timeout=1)
    assert statuses(cells(tmp_path)) == ["failed", "pending"]


def test_a_failing_cell_is_papermills_own_error(tmp_path: Path) -> None:
    from papermill.exceptions import PapermillExecutionError

    with pytest.raises(PapermillExecutionError):
        run_papermill(tmp_path, "1/0", "2")
    assert statuses(cells(tmp_path)) == ["failed", "pending"]


IN_KERNEL = "import os; print(open(f'/proc/{os.getppid()}/cmdline').read().replace(chr(0), ' '))"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks on Linux only")
def test_the_kernel_is_forked_unless_papermill_asks_for_what_only_nbclient_does(tmp_path: Path) -> None:
    forked = run_papermill(tmp_path, IN_KERNEL)
    assert "inside/server.py" in str(forked[0].outputs[0].text)
    with (tmp_path / "said.txt").open("w") as said:
        plain = run_papermill(tmp_path, IN_KERNEL, stdout_file=said)
    assert "inside/server.py" not in str(plain[0].outputs[0].text)
    assert (tmp_path / "said.txt").read_text() == plain[0].outputs[0].text
    assert statuses(forked) == statuses(plain) == ["completed"]


@pytest.mark.parametrize("options", [{}, {"log_output": True}], ids=["forked", "plain"])
def test_a_long_cell_is_saved_with_what_it_printed_so_far(tmp_path: Path, options: dict[str, Any]) -> None:
    see = """
import time
print("first", flush=True)
while not __import__("os").path.exists("out.ipynb") or "first" not in open("out.ipynb").read():
    time.sleep(0.1); print("more", flush=True)
"""
    found = run_papermill(tmp_path, see, autosave_cell_every=1, **options)
    assert statuses(found) == ["completed"]
    assert str(found[0].outputs[0].text).startswith("first\n")


def test_an_unknown_kernel_writes_no_file(tmp_path: Path) -> None:
    from jupyter_client.kernelspec import NoSuchKernel

    with pytest.raises(NoSuchKernel):
        run_papermill(tmp_path, "1", kernel_name="gone")
    assert not (tmp_path / "out.ipynb").exists()


def test_exit_stops_at_its_cell_without_an_error(tmp_path: Path) -> None:
    found = run_papermill(tmp_path, "1", "exit()", "2")
    assert statuses(found) == ["completed", "failed", "pending"]
    assert found[1].outputs[-1].ename == "SystemExit"


def test_text_that_comes_fast_is_one_output_and_complete(tmp_path: Path) -> None:
    program = (
        "for i in range(3000): print(i, flush=True)\nimport sys; print('e', file=sys.stderr, flush=True); print('o')"
    )
    (cell,) = run_papermill(tmp_path, program)
    assert [(output.name, len(output.text)) for output in cell.outputs] == [
        ("stdout", sum(len(f"{i}\n") for i in range(3000))),
        ("stderr", 2),
        ("stdout", 2),
    ]


def test_the_record_saves_when_the_last_save_is_long_enough_ago(tmp_path: Path) -> None:
    import nbformat

    from nbpeer.run.saving import SavingRecord

    out = tmp_path / "out.ipynb"
    node = nbformat.v4.new_notebook(metadata={"papermill": {}})
    record = SavingRecord(node, output_path=str(out), progress_bar=False, autosave_cell_every=30)
    record.save()
    assert not out.exists()
    record._saved -= 31
    record.save()
    assert out.exists()


def test_importing_the_engine_first_works() -> None:
    import subprocess
    import sys

    program = "from nbpeer.run.engine import NbpeerEngine; from papermill.engines import papermill_engines as known; "
    program += "assert known.get_engine('nbpeer') is NbpeerEngine"
    subprocess.run([sys.executable, "-c", program], check=True)
