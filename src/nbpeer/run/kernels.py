"""Which kernel runs a notebook."""

from __future__ import annotations

from typing import NamedTuple

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.model.notebook import Notebook

# What jupyter_client calls the kernel of the Python it runs in.
_NATIVE = "python3"


class Kernel(NamedTuple):
    """An installed kernel: the name of its kernelspec, and its language in lower case."""

    name: str
    language: str


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
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        raise missing_extra("running a notebook", "run") from None
    try:
        found = KernelSpecManager().get_kernel_spec(name)
    except (NoSuchKernel, ValueError):
        raise NbpeerError(
            f"{notebook.path} wants the kernel {name!r}, which is not installed",
            f"install it, or pass -k KERNEL; installed: {_installed()}",
        ) from None
    return Kernel(name, str(found.language).lower())


def _installed() -> str:
    from jupyter_client.kernelspec import KernelSpecManager

    return ", ".join(sorted(KernelSpecManager().find_kernel_specs())) or "none"
