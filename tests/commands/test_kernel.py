from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data/kernels"


def test_the_kernel_is_installed_once_and_removed_without_trace(
    repo: GitRepository, nbpeer: Nbpeer, kernels: Path
) -> None:
    file = kernels / "nbpeer-python3/kernel.json"
    done = nbpeer("kernel", "install", "--user", "--preload", "msgspec", "--format", "json")
    assert done.json == {"name": "nbpeer-python3", "file": str(file), "preload": ["msgspec"], "changed": True}
    spec = json.loads(file.read_bytes())
    assert spec["argv"] == [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    assert spec["metadata"]["kernel_provisioner"] == {
        "provisioner_name": "nbpeer-forked",
        "config": {"preload": ["msgspec"], "idle": 600},
    }
    assert "(unchanged)" in nbpeer("kernel", "install", "--user", "--preload", "msgspec").out
    assert "imports numpy, pandas, matplotlib.pyplot beforehand" in nbpeer("kernel", "install", "--user").out
    assert "(removed)" in nbpeer("kernel", "remove", "--user").out
    assert "(not there)" in nbpeer("kernel", "remove", "--user").out
    assert list(kernels.iterdir()) == []


def test_jupyter_finds_the_kernel_and_its_provisioner(repo: GitRepository, nbpeer: Nbpeer, kernels: Path) -> None:
    nbpeer("kernel", "install", "--user", "--name", "fast")
    from jupyter_client.kernelspec import KernelSpecManager

    assert KernelSpecManager().get_kernel_spec("fast").language == "python"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--preload", "no_such_module"), "no_such_module is not installed here"),
        (("--name", "../up"), "'../up' is no name for a kernel"),
        (("--name", "other"), "is another kernel's; choose another name with --name"),
    ],
)
def test_what_cannot_be_installed_is_one_line(
    repo: GitRepository, nbpeer: Nbpeer, kernels: Path, options: tuple[str, ...], message: str
) -> None:
    (kernels / "other").mkdir(parents=True)
    (kernels / "other/kernel.json").write_text("{}")
    done = nbpeer("kernel", "install", "--user", *options)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert message in done.err
    assert (kernels / "other/kernel.json").read_text() == "{}"


def test_another_kernel_is_not_removed(repo: GitRepository, nbpeer: Nbpeer, kernels: Path) -> None:
    (kernels / "other").mkdir(parents=True)
    (kernels / "other/kernel.json").write_text("{}")
    assert nbpeer("kernel", "remove", "--user", "--name", "other").code == 2
    assert (kernels / "other/kernel.json").exists()
