from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import Notebook, parse_notebook

Nbpeer = Callable[..., Outcome]

ANALYSIS = making.notebook(
    making.markdown("# Price test"),
    making.code("share = 0.5\n", tags=("parameters",)),
    making.markdown("## Data"),
    making.code("import nbpeer\nfrom halves import half\nprices = [int(line) for line in open('orders.csv')]"),
    making.markdown("## Results"),
    making.code(
        "nbpeer.result('mean price', half(sum(prices)) * share, unit='EUR', tolerance=0.1)\n"
        "nbpeer.expect('three orders', len(prices) == 3)\nnbpeer.caveat('Sundays are missing')"
    ),
)


def analysis(repo: GitRepository) -> Path:
    repo.write("analyses/orders.csv", "1\n2\n3\n")
    repo.write("analyses/halves.py", "def half(x): return x / 2\n")
    return repo.write("analyses/a.ipynb", ANALYSIS)


def cells(repo: GitRepository, *sources: str) -> Path:
    """The notebook n.ipynb of these code cells, with front matter in cell 1."""
    return repo.write("n.ipynb", making.notebook(*map(making.code, sources)))


def executed(repo: GitRepository, path: str = "n.ipynb") -> Notebook:
    return parse_notebook((repo.path / ".nbpeer/runs" / path).read_bytes())


def statuses(repo: GitRepository) -> list[str]:
    return [cell.metadata["papermill"]["status"] for cell in executed(repo).cells if cell.cell_type == "code"]


def results(repo: GitRepository, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((repo.path / path).read_bytes())
    return found


def test_a_run_keeps_the_executed_notebook_and_records_results_and_certificate(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    path = analysis(repo)
    before = path.read_bytes()
    done = nbpeer("run", "analyses/a.ipynb")
    assert done.code == 0
    assert path.read_bytes() == before

    recorded = results(repo, "analyses/a.results.json")
    assert recorded["results"]["mean price"]["value"] == 1.5
    assert recorded["expectations"]["three orders"]["passed"]
    assert recorded["caveats"] == ["Sundays are missing"]
    certificate = recorded["certificate"]
    assert certificate["source"] == source_digest(parse_notebook(before))
    assert certificate["inputs"] == {
        f"analyses/{name}": "sha256:" + hashlib.sha256((path.parent / name).read_bytes()).hexdigest()
        for name in ("halves.py", "orders.csv")
    }
    assert certificate["inputs_complete"]
    assert certificate["environment"]["language"] == "python"
    assert "nbpeer" in certificate["environment"]["packages"]

    kept = executed(repo, "analyses/a.ipynb")
    assert kept.metadata["papermill"]["input_path"] == "analyses/a.ipynb"
    assert kept.metadata["papermill"]["output_path"] == ".nbpeer/runs/analyses/a.ipynb"
    assert str(repo.path).encode() not in kept.raw
    assert "runs" not in repo.git("status", "--porcelain", "--untracked-files=all")

    lines = done.err.splitlines()
    assert lines[0] == "analyses/a.ipynb  starting kernel python3"
    assert [line.rsplit("  ", 1)[0] for line in lines[1:]] == [
        "  cell 3/7  Price test", "  cell 5/7  Data", "  cell 7/7  Results",
    ]  # fmt: skip
    assert "mean price  1.5 EUR  ± 0.1" in done.out
    assert "✓ three orders" in done.out
    assert "analyses/a.results.json (written)" in done.out


def test_a_run_that_finds_the_same_leaves_the_results_file_alone(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo)
    nbpeer("run", "analyses/a.ipynb")
    file = repo.path / "analyses/a.results.json"
    os.utime(file, (1, 1))
    done = nbpeer("run", "analyses/a.ipynb")
    assert "analyses/a.results.json (unchanged)" in done.out
    assert file.stat().st_mtime == 1


def test_parameters_are_written_in_and_certified_and_cells_keep_their_number(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    analysis(repo)
    (repo.path / "analyses/orders.csv").write_text("1\nno number\n")
    failed = nbpeer("run", "analyses/a.ipynb", "-p", "share", "0.1")
    assert "nbpeer: analyses/a.ipynb, cell 5, line 3: ValueError: invalid literal" in failed.err

    (repo.path / "analyses/orders.csv").write_text("1\n2\n3\n")
    done = nbpeer("run", "a.ipynb", "-y", "share: 0.1", "--format", "json", cwd=repo.path / "analyses")
    (found,) = done.json
    assert (found["path"], found["status"], found["cells_run"]) == ("analyses/a.ipynb", "completed", 3)
    recorded = results(repo, "analyses/a.results.json")
    assert recorded["certificate"]["parameters"] == {"share": 0.1}
    assert recorded["results"]["mean price"]["value"] == pytest.approx(0.3)
    assert recorded["certificate"]["source"] == source_digest(parse_notebook(making.text(ANALYSIS)))


def test_a_failing_cell_stops_the_run_and_leaves_the_recorded_results_alone(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    cells(repo, "print('so far')", "def f():\n    return 1 / 0", "x = 1\nf()", "3")
    repo.write("n.results.json", "as it was")
    done = nbpeer("run", "n.ipynb")
    assert done.code == 1
    assert "nbpeer: n.ipynb, cell 4, line 2: ZeroDivisionError: division by zero; see .nbpeer/runs/n.ipynb" in done.err
    assert "failed, 2 of 4 code cells" in done.out
    assert (repo.path / "n.results.json").read_text() == "as it was"
    assert statuses(repo) == ["completed", "completed", "failed", "pending"]
    assert executed(repo).cells[1].outputs[0].text == "so far\n"


def test_sys_exit_is_said_plainly_and_records_nothing(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells(repo, "1", "import sys; sys.exit(0)", "3")
    done = nbpeer("run", "n.ipynb")
    assert done.code == 1
    assert "nbpeer: n.ipynb, cell 3: the notebook left by sys.exit(0)" in done.err
    assert "stopped, 1 of 3 code cells" in done.out
    assert not (repo.path / "n.results.json").exists()


def test_a_dead_kernel_is_told_truly_and_leaves_no_process_behind(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells(
        repo,
        "import os, subprocess\nchild = subprocess.Popen(['sleep', '600'])\nprint(child.pid)",
        "os._exit(1)",
        "3",
    )
    done = nbpeer("run", "n.ipynb")
    assert done.code == 1
    assert "nbpeer: n.ipynb, cell 3: DeadKernelError: the kernel died (exit code 1)" in done.err
    assert statuses(repo) == ["completed", "failed", "pending"]
    child = int(executed(repo).cells[1].outputs[0].text)
    assert not is_running(child)


def test_a_cell_that_takes_too_long_is_stopped_at_the_configured_time(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("nbpeer.toml", "[run]\ntimeout = 1\n")
    cells(repo, "import threading; threading.Event().wait()", "2")
    done = nbpeer("run", "n.ipynb")
    assert done.code == 1
    assert "nbpeer: n.ipynb, cell 2: TimeoutError: the cell took longer than 1 s" in done.err
    assert statuses(repo) == ["failed", "pending"]


def test_ctrl_c_keeps_the_partial_notebook_and_leaves_no_kernel_behind(repo: GitRepository) -> None:
    cells(
        repo, "import os; open('kernel.pid', 'w').write(str(os.getpid()))", "import threading; threading.Event().wait()"
    )
    command = [sys.executable, "-c", "from nbpeer.cli.main import main; main()", "run", "n.ipynb"]
    with subprocess.Popen(command, cwd=repo.path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("  cell 2/3"):
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert rest.splitlines()[-1] == "nbpeer: stopped"
    assert statuses(repo)[0] == "completed"
    assert "completed" not in statuses(repo)[1:]
    assert not (repo.path / "n.results.json").exists()
    assert not is_running(int((repo.path / "kernel.pid").read_text()))


def is_running(pid: int) -> bool:
    """Whether a process lives; one that waits for its parent to notice its end does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_failing_expectation_completes_the_run_and_is_a_finding(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells(repo, "import nbpeer; nbpeer.expect('no gaps', False, 'two days are missing')")
    done = nbpeer("run", "n.ipynb")
    assert done.code == 1
    assert "✗ no gaps: two days are missing" in done.out
    assert not results(repo, "n.results.json")["expectations"]["no gaps"]["passed"]


def test_every_notebook_is_run_though_an_earlier_one_fails(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells(repo, "1/0")
    repo.write("m.ipynb", making.notebook(making.code("1"), header=None))
    done = nbpeer("run", "n.ipynb", "m.ipynb", "m.ipynb", "--format", "json")
    assert done.code == 1
    assert [(found["path"], found["status"]) for found in done.json] == [
        ("n.ipynb", "failed"),
        ("m.ipynb", "completed"),
    ]


def test_a_damaged_results_file_is_replaced_and_the_working_folder_can_be_chosen(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    cells(repo, "import os, nbpeer; nbpeer.result('folder', os.path.basename(os.getcwd()))")
    repo.write("n.results.json", "<<<<<<< ours")
    (repo.path / "elsewhere").mkdir()
    assert nbpeer("run", "n.ipynb", "--cwd", "elsewhere").code == 0
    assert results(repo, "n.results.json")["results"]["folder"]["value"] == "elsewhere"


def test_prepare_only_writes_the_parameters_in_and_executes_nothing(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo)
    done = nbpeer("run", "analyses/a.ipynb", "--prepare-only", "--report-mode", "-r", "share", "1/0")
    assert (done.code, "a number" in done.err) == (2, True)
    done = nbpeer("run", "analyses/a.ipynb", "--prepare-only", "--report-mode", "-p", "share", "0.25")
    assert (done.code, done.err) == (0, "")
    injected = executed(repo, "analyses/a.ipynb").cells[3]
    assert (injected.tags, injected.source) == (("injected-parameters",), "# Parameters\nshare = 0.25\n")
    assert injected.metadata["jupyter"]["source_hidden"]
    assert not (repo.path / "analyses/a.results.json").exists()


def test_a_kernel_that_does_not_start_is_said_with_its_last_words(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spec = {"argv": [sys.executable, "-c", "import no_such_module"], "display_name": "broken", "language": "python"}
    (tmp_path / "kernels/broken").mkdir(parents=True)
    (tmp_path / "kernels/broken/kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    cells(repo, "1")
    done = nbpeer("run", "n.ipynb", "-k", "broken")
    assert done.code == 3
    assert "the kernel 'broken' did not start (ModuleNotFoundError: No module named 'no_such_module')" in done.err
    assert not (repo.path / ".nbpeer").exists()


def test_a_full_disk_is_one_clear_error_and_the_notebook_executed_before_stays(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    cells(repo, "print('small')")
    nbpeer("run", "n.ipynb")
    before = executed(repo).raw
    cells(repo, "print('large' * 100_000)")
    command = [sys.executable, "-m", "nbpeer", "run", "n.ipynb"]
    limited = ["bash", "-c", 'ulimit -f 100; exec "$@"', "bash", *command]  # no file above 100 KB
    done = subprocess.run(limited, cwd=repo.path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert ".nbpeer/runs/n.ipynb could not be written (File too large); nothing was changed" in done.stderr
    assert executed(repo).raw == before
    assert sorted(path.name for path in (repo.path / ".nbpeer/runs").iterdir()) == [".gitignore", "n.ipynb"]


def test_a_plain_kernel_can_be_asked_for(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells(repo, "1")
    (found,) = nbpeer("run", "n.ipynb", "--plain", "--format", "json").json
    assert (found["engine"], found["engine_note"]) == ("plain", "a plain kernel is asked for")
    (found,) = nbpeer("run", "n.ipynb", "--fresh", "--format", "json").json
    assert found["engine"] == ("forked" if sys.platform.startswith("linux") else "plain")


def test_a_notebook_whose_run_could_not_be_kept_is_refused_before_it_runs(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells(repo, "open('ran', 'w').close()")
    repo.write(".nbpeer/runs", "in the way")
    done = nbpeer("run", "n.ipynb")
    assert (done.code, (repo.path / "ran").exists()) == (2, False)
    assert ".nbpeer/runs/n.ipynb cannot be written" in done.err


def test_an_output_folder_that_the_notebook_removes_is_made_again(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells(repo, "1")
    nbpeer("run", "n.ipynb")
    cells(repo, "import shutil; shutil.rmtree('.nbpeer')")
    assert nbpeer("run", "n.ipynb").code == 0
    assert statuses(repo) == ["completed"]


BAD_HEADER = making.HEADER.replace("tier: medium", "tier: enormous")
REFUSED = {
    "not JSON": ("{", (), "n.ipynb is not JSON (line 1)"),
    "empty": ("", (), "n.ipynb is empty"),
    "nbformat 3": ('{"nbformat": 3, "worksheets": []}', (), "n.ipynb is nbformat 3"),
    "no notebook": ("[]", (), "n.ipynb is JSON but not a notebook"),
    "not valid": (
        making.notebook({"cell_type": "mystery", "metadata": {}, "source": "1"}),
        (),
        "n.ipynb is not a valid notebook",
    ),
    "front matter": (making.notebook(header=BAD_HEADER), (), "n.ipynb: front matter, line 8, key 'tier'"),
    "kernel": (making.notebook(), ("-k", "gone"), "n.ipynb wants the kernel 'gone', which is not installed"),
    "parameter": (
        making.notebook(making.code("alpha = 1", tags=("parameters",))),
        ("-p", "alhpa", "2"),
        "n.ipynb declares no parameter 'alhpa'; did you mean 'alpha'?",
    ),
    "type": (
        making.notebook(making.code("alpha = 1", tags=("parameters",))),
        ("-p", "alpha", "x"),
        "n.ipynb: parameter alpha is 'x'; a number is wanted",
    ),
    "type without a kind": (
        making.notebook(making.code("alpha = 1", tags=("parameters",)), header=None),
        ("-p", "alpha", "x"),
        "n.ipynb: parameter 'alpha' has to be a number, not 'x'; cell 1 declares it",
    ),
    "out of the kind's bounds": (
        making.notebook(making.code("alpha = 1", tags=("parameters",))),
        ("-y", "alpha: 3"),
        "n.ipynb: parameter alpha is 3; give 0.5 or less",
    ),
}


@pytest.mark.parametrize(("content", "options", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_run_is_one_line_and_changes_nothing(
    repo: GitRepository, nbpeer: Nbpeer, content: Any, options: tuple[str, ...], message: str
) -> None:
    good = cells(repo, "1").rename(repo.path / "good.ipynb")
    repo.write("n.ipynb", content)
    done = nbpeer("run", "n.ipynb", *options)
    assert done.code == 2
    assert done.err.startswith(f"nbpeer: {message}")
    assert (len(done.err.splitlines()), done.out) == (1, "")
    assert sorted(path.name for path in repo.path.iterdir()) == [".git", good.name, "n.ipynb"]


def test_one_refused_notebook_starts_no_kernel_for_the_others(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells(repo, "1")
    repo.write("m.ipynb", "")
    done = nbpeer("run", "n.ipynb", "m.ipynb")
    assert (done.code, done.err.partition(";")[0]) == (2, "nbpeer: m.ipynb is empty")
    assert not (repo.path / ".nbpeer").exists()


def test_a_folder_a_missing_path_and_a_notebook_outside_git_are_refused(
    repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    (tmp_path / "out.ipynb").write_text(making.text(making.notebook()))
    (repo.path / "analyses").mkdir()
    assert nbpeer("run", "analyses").err.startswith("nbpeer: analyses holds no analysis; name a notebook")
    assert "gone.ipynb is not there" in nbpeer("run", "gone.ipynb").err
    done = nbpeer("run", tmp_path / "out.ipynb")
    assert (done.code, "is not inside a git repository" in done.err) == (2, True)
    assert nbpeer("run").code == 2
