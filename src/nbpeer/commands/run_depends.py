"""The files and folders that the answer of a whole `nbpeer run` depends on, when all of it came from the cache."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from nbpeer.commands.run_plan import PlannedRun, RunOptions
from nbpeer.model.run import Run
from nbpeer.run.kernels import kernel_files
from nbpeer.run.parameters import Given

# Looking at more folders takes longer than it saves.
_MOST_FOLDERS = 2000


def depends(
    paths: Sequence[Path], given: Given, options: RunOptions, planned: Iterable[PlannedRun], runs: Sequence[Run]
) -> list[str] | None:
    """What to look at to know that asking again gives the same; None when that cannot be known.

    What each cached run depends on is the cache's to say. This is the rest: which notebooks there are, the
    configuration, the kernels, and the files that people and nbpeer keep.
    """
    if options.changed or options.dask or not all(run.cached and not run.written for run in runs):
        return None
    found = [os.fspath(file) for file in given.files]
    found += [os.fspath(options.matrix)] if options.matrix else []
    for item, run in zip(planned, runs, strict=True):
        root = item.job.root
        found += [str(root / name) for name in ("nbpeer.toml", "pyproject.toml", run.path, run.executed, run.results)]
        found += kernel_files(item.job.kernel.name)
        if item.front.kind:
            found.append(str(root / item.config.templates / item.front.kind / "template.toml"))
    for path in paths:
        if path.is_dir():
            below = _below(path)
            if below is None:
                return None
            found += below
    return found


def _below(folder: Path) -> list[str] | None:
    """The folders where a notebook could appear, and what git goes by when it lists them; None for too many."""
    top = next(
        (above for above in (folder.absolute(), *folder.absolute().parents) if (above / ".git").exists()), folder
    )
    if not (top / ".git").is_dir():
        return None
    found = [str(top / ".git" / name) for name in ("index", "info/exclude", "config")]
    found += [str(above / ".gitignore") for above in folder.absolute().parents if above.is_relative_to(top)]
    found.append(str(Path.home() / ".config/git/ignore"))
    for number, (parent, folders, files) in enumerate(os.walk(folder)):
        if number > _MOST_FOLDERS:
            return None
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [parent, *(f"{parent}/{name}" for name in files if name == ".gitignore")]
    return found
