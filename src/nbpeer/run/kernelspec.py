"""The kernelspec behind which kernels are forked, for papermill, nbconvert, `jupyter execute` and JupyterLab."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.files import write_atomic
from nbpeer.model.setup import InstalledKernel
from nbpeer.run.pool import OUR_PROVISIONER

NAME = "nbpeer-python3"
IDLE = 600
USUAL = ("numpy", "pandas", "matplotlib.pyplot")
_NAME = re.compile(r"[a-z0-9._-]+", re.IGNORECASE)


def install_kernelspec(name: str, preload: Sequence[str], idle: int, *, user: bool) -> InstalledKernel:
    """Install the kernelspec of this Python, for the user or into its environment. Doing it again changes nothing.

    `preload` are modules to import beforehand; without any, those of `USUAL` that are installed. `idle` is seconds.
    Raises NbpeerError for a name Jupyter does not take, a module that is not installed, a kernelspec of that name that
    is not ours, and a place that cannot be written to.
    """
    if not _NAME.fullmatch(name):
        raise NbpeerError(f"{name!r} is no name for a kernel", "use letters, digits, '.', '_' and '-'")
    missing = [module for module in preload if not _is_installed(module)]
    if missing:
        raise NbpeerError(f"{missing[0]} is not installed here", f"install it for {sys.executable}, or leave it out")
    file = _file(name, user=user)
    _refuse_foreign(file)
    modules = tuple(preload) or tuple(module for module in USUAL if _is_installed(module))
    provisioner = {"provisioner_name": OUR_PROVISIONER, "config": {"preload": list(modules), "idle": idle}}
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": f"Python {sys.version_info[0]} (nbpeer, forked)",
        "language": "python",
        "metadata": {**_usual_metadata(), "kernel_provisioner": provisioner},
    }
    changed = write_atomic(file, (json.dumps(spec, indent=1) + "\n").encode())
    return InstalledKernel(name, str(file), modules, changed)


def remove_kernelspec(name: str, *, user: bool) -> InstalledKernel:
    """Take the kernelspec out again. Raises NbpeerError when it is not ours."""
    file = _file(name, user=user)
    there = file.exists()
    if there:
        _refuse_foreign(file)
        shutil.rmtree(file.parent)
    return InstalledKernel(name, str(file), (), there)


def _file(name: str, *, user: bool) -> Path:
    try:
        from jupyter_core.paths import jupyter_data_dir
    except ImportError:
        raise missing_extra("a kernelspec", "run") from None
    place = Path(jupyter_data_dir()) if user else Path(sys.prefix) / "share/jupyter"
    return place / "kernels" / name / "kernel.json"


def _usual_metadata() -> dict[str, object]:
    """What ipykernel says of itself: that it can be debugged, and how it encrypts."""
    try:
        from ipykernel.kernelspec import get_kernel_dict
    except ImportError:
        raise missing_extra("a kernelspec", "run") from None
    return dict(get_kernel_dict().get("metadata", {}))


def _refuse_foreign(file: Path) -> None:
    try:
        found = file.read_text(encoding="utf-8")
    except OSError:
        return
    if OUR_PROVISIONER not in found:
        raise NbpeerError(f"{file} is another kernel's", "choose another name with --name")


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module.partition(".")[0]) is not None
