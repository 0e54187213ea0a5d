"""Which kernel runs a notebook."""

from __future__ import annotations

import importlib.util
import os
import sys
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.model.digests import digest
from nbpeer.model.notebook import Notebook

# ruff: noqa: PTH118, PTH123, PTH208 - jupyter_core deals in texts
# What jupyter_client calls the kernel of the Python it runs in.
_NATIVE = "python3"


class Kernel(NamedTuple):
    """An installed kernel: the name of its kernelspec, its language in lower case, the digest of how it is started."""

    name: str
    language: str
    digest: str = ""


class Spec(msgspec.Struct, frozen=True):
    """What a kernelspec says: how the kernel is started, with what added to the environment."""

    argv: tuple[str, ...]
    language: str = ""
    env: dict[str, str] = {}
    metadata: dict[str, Any] = {}

    @property
    def provisioner(self) -> str:
        """Who starts the kernel; empty for jupyter_client itself."""
        return str((self.metadata.get("kernel_provisioner") or {}).get("provisioner_name") or "")


def find_kernel(notebook: Notebook, wanted: str = "") -> Kernel:
    """The kernel `wanted`, or else the one the notebook names; Python's own when a Python notebook names none.

    Raises NbpeerError when it is not installed, naming those that are, and when a notebook in another language
    names none.
    """
    spec = notebook.metadata.get("kernelspec") or {}
    name = wanted or str(spec.get("name") or "")
    if not name and notebook.language == "python":
        name = _NATIVE
    if not name:
        raise NbpeerError(f"{notebook.path} names no kernel", f"pass -k KERNEL; installed: {_installed()}")
    spec_file = find_spec(name)
    if spec_file and not spec_file.provisioner:
        return Kernel(name, spec_file.language.lower(), digest([list(spec_file.argv), spec_file.env]))
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        found = KernelSpecManager().get_kernel_spec(name)
    except (NoSuchKernel, ValueError):
        raise NbpeerError(
            f"{notebook.path} wants the kernel {name!r}, which is not installed",
            f"install it, or pass -k KERNEL; installed: {_installed()}",
        ) from None
    return Kernel(name, str(found.language).lower(), digest([found.argv, found.env]))


def find_spec(name: str) -> Spec | None:
    """The kernelspec of a name from its file, without the third of a second that jupyter_client takes to import.

    None when no file says, as for Python's own kernel of an environment without kernelspecs. Raises NbpeerError when
    Jupyter is not installed.
    """
    if importlib.util.find_spec("jupyter_client") is None:  # jupyter_core alone comes with nbformat
        raise missing_extra("running a notebook", "run")
    from jupyter_core.paths import jupyter_path

    for folder in jupyter_path("kernels"):
        with suppress(OSError, msgspec.MsgspecError):
            for entry in os.listdir(folder):
                if entry.lower() == name.lower():
                    with open(os.path.join(folder, entry, "kernel.json"), "rb") as content:
                        return msgspec.json.decode(content.read(), type=Spec)
    return None


def kernel_files(name: str) -> list[str]:
    """The files and folders that say which kernel has a name."""
    from jupyter_core.paths import jupyter_path

    folders = jupyter_path("kernels")
    return [*folders, *(os.path.join(folder, name, "kernel.json") for folder in folders)]


def spec_of(kernel: Kernel) -> Spec | None:
    """The kernelspec of an installed kernel, also of Python's own; None when only jupyter_client can tell."""
    found = find_spec(kernel.name)
    if found is None and kernel.name == _NATIVE and importlib.util.find_spec("ipykernel"):
        return Spec((sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"), "python")
    return found


def _installed() -> str:
    from jupyter_client.kernelspec import KernelSpecManager

    return ", ".join(sorted(KernelSpecManager().find_kernel_specs())) or "none"
