"""The kernelspec's door: jupyter_client, which knows nothing of nbpeer, gets forked kernels."""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path
from typing import Any

import pytest

import making
from nbpeer.model.notebook import parse_notebook
from nbpeer.run.execute import Executed, Job, execute
from nbpeer.run.kernels import Kernel
from nbpeer.run.pool import OUR_PROVISIONER

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks on Linux only")

PARENT = "import os; print(open(f'/proc/{os.getppid()}/cmdline').read().replace(chr(0), ' '), os.getppid())"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kernelspec of ours whose server ends after four seconds; its Python also imports from the folder returned."""
    config = {"preload": ["numpy", "not_installed"], "idle": 4}
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "ours",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": OUR_PROVISIONER, "config": config}},
    }
    (tmp_path / "jupyter/kernels/ours").mkdir(parents=True)
    (tmp_path / "jupyter/kernels/ours/kernel.json").write_text(json.dumps(spec))
    (tmp_path / "modules").mkdir()
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "modules"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "modules"


def run(folder: Path, *sources: str, **options: Any) -> Executed:
    """Run cells through nbclient, as papermill and nbconvert do."""
    notebook = parse_notebook(making.text(making.notebook(*map(making.code, sources), header=None)), "n.ipynb")
    job = Job(folder, notebook, "out.ipynb", {}, Kernel("ours", "python"), folder, engine="plain", **options)
    return execute(job, lambda step: None)


def text(ended: Executed, cell: int = 0) -> str:
    return "".join(str(output.text) for output in parse_notebook(ended.content).cells[cell].outputs)


def warm(folder: Path) -> int:
    """Start kernels until one is forked, which takes as long as the server takes to start; the server's number."""
    for _ in range(20):
        ended = run(folder, PARENT)
        assert ended.status == "completed", ended.error
        if "server.py --keep" in text(ended):
            return int(text(ended).split()[-1])
    raise AssertionError("no kernel was forked")


def test_kernels_are_forked_once_the_server_is_warm_and_the_server_ends_when_idle(
    installed: Path, tmp_path: Path
) -> None:
    server = warm(tmp_path)
    ended = run(tmp_path, "import sys; 'numpy' in sys.modules", "import os; os.getcwd()", "os._exit(3)")
    shown = [cell.outputs[0].mime("text/plain") for cell in parse_notebook(ended.content).cells[:2]]
    assert shown == ["True", repr(str(tmp_path))]
    assert ended.error is not None
    assert ended.error.evalue == "the kernel died (exit code 3)"
    try:
        place = os.pidfd_open(server)
    except ProcessLookupError:
        return
    with os.fdopen(place):
        assert select.select([place], [], [], 60)[0]


def test_each_kernel_has_the_environment_of_who_started_it_and_its_own_random_numbers(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", "mine")  # one that makes no other server
    cell = "import os, numpy, random; print(os.environ['JPY_SESSION_NAME'], numpy.random.rand(), random.random())"
    one, other = text(run(tmp_path, cell)).split(), text(run(tmp_path, cell)).split()
    assert one[0] == other[0] == "mine"
    assert one[1:] != other[1:]
    assert len({*one[1:], *other[1:]}) == 4


def test_a_server_ends_when_what_it_imported_is_no_longer_what_is_installed(installed: Path, tmp_path: Path) -> None:
    server = warm(tmp_path)
    (installed / "new.py").write_text("")
    assert str(server) not in text(run(tmp_path, PARENT)).split()
    assert warm(tmp_path) != server


def test_a_folder_that_others_may_enter_is_not_trusted(installed: Path, tmp_path: Path) -> None:
    (tmp_path / f"nbpeer-{os.getuid()}").mkdir()
    (tmp_path / f"nbpeer-{os.getuid()}").chmod(0o777)
    for _ in range(2):
        assert "server.py" not in text(run(tmp_path, PARENT))
    assert list((tmp_path / f"nbpeer-{os.getuid()}").iterdir()) == []
