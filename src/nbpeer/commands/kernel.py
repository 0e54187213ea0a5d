"""`nbpeer kernel`: the kernelspec behind which kernels are forked."""

from __future__ import annotations

from collections.abc import Sequence

from nbpeer.model.setup import InstalledKernel
from nbpeer.run.kernelspec import install_kernelspec, remove_kernelspec


def install(name: str, preload: Sequence[str], idle: int, *, user: bool) -> InstalledKernel:
    """Install the kernelspec. Raises NbpeerError as `install_kernelspec` does."""
    return install_kernelspec(name, preload, idle, user=user)


def remove(name: str, *, user: bool) -> InstalledKernel:
    """Take the kernelspec out again. Raises NbpeerError when it is not ours."""
    return remove_kernelspec(name, user=user)
