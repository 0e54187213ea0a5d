"""Which notebooks a folder holds, asked of git directly."""

from __future__ import annotations

import os
from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.naming import PATHSPEC, is_notebook

# Copies that Jupyter and nbpeer make, and that are to keep their outputs.
COPIES = frozenset({".ipynb_checkpoints", ".nbpeer"})


def work_tree(path: Path) -> Path | None:
    """The nearest folder above (or at) `path` that holds `.git`; None outside a repository."""
    start = path.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)


def notebooks_below(folder: Path) -> list[Path]:
    """The notebooks below a folder, sorted: in a repository those git tracks or would add, else all but hidden ones.

    Raises NbpeerError when git refuses to list them.
    """
    found = _walk(folder) if work_tree(folder) is None else _git_listing(folder)
    return sorted(path for path in found if COPIES.isdisjoint(path.relative_to(folder).parts))


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in files if is_notebook(name)]
    return found


def _git_listing(folder: Path) -> list[Path]:
    import subprocess

    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", PATHSPEC]
    try:
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        raise NbpeerError("git is not installed", "install git and put it on PATH") from None
    except subprocess.CalledProcessError as error:
        said = os.fsdecode(error.stderr).strip().splitlines() or [str(error.returncode)]
        raise NbpeerError(
            f"git cannot list the files of {folder} ({said[0]})", "name the notebooks themselves"
        ) from None
    listed = {folder / os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    return [path for path in listed if path.is_file()]
