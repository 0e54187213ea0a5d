"""`nbpeer results show`: what is recorded of analyses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.model.digests import source_digest
from nbpeer.model.recorded import Recorded
from nbpeer.model.result import results_path
from nbpeer.naming import is_notebook
from nbpeer.repo import git
from nbpeer.repo.store import read_notebook, read_results_file


def recorded_results(root: Path, config: Config, paths: Sequence[str]) -> tuple[Recorded, ...]:
    """What the working tree records of its analyses, by path; of those named, or below a named folder, when any is.

    An analysis without recorded results is left out unless it is named itself. Raises NbpeerError for a path that is
    not there.
    """
    return tuple(_recorded(root, path) for path in analyses(root, config, paths))


def analyses(root: Path, config: Config, paths: Sequence[str]) -> tuple[str, ...]:
    """The notebooks that have recorded results, and those of `paths` that are notebooks themselves, by path.

    Raises NbpeerError for a path that is not there, or is neither a notebook nor a folder.
    """
    for path in paths:
        if not (root / path).exists():
            raise NbpeerError(f"{path} is not there", "name a notebook or a folder of this repository")
        if not is_notebook(path) and not (root / path).is_dir():
            raise NbpeerError(f"{path} is not a notebook", "name an .ipynb file or a folder")
    known = git.notebooks(root, config.include, config.exclude)
    wanted = {path for path in known if not paths or any(git.is_below(path, place) for place in paths)}
    named = {path for path in paths if is_notebook(path)}
    return tuple(sorted(named | {path for path in wanted if (root / results_path(path)).is_file()}))


def _recorded(root: Path, path: str) -> Recorded:
    try:
        found = read_results_file(root, WORKTREE, path)
        notebook = read_notebook(root, WORKTREE, path)
    except NbpeerError as error:
        return Recorded(path, problem=str(error))
    stale = bool(found and notebook and found.certificate.source != source_digest(notebook))
    return Recorded(path, found, stale)
