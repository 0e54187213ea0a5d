"""Where a request is about: the notebook, and the repository it is in, both below the server's root."""

from __future__ import annotations

import hashlib
from pathlib import Path
from shutil import which
from typing import Literal, NamedTuple

from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.lab.place import confined
from nbpeer.lab.refused import RefusedError
from nbpeer.naming import is_notebook
from nbpeer.repo import git

LARGEST = 100_000_000  # bytes of a notebook; Lab itself hardly opens half of that

State = Literal[
    "ok", "not_there", "outside", "no_git", "no_repository", "repository_above", "invalid_configuration", "too_large",
    "invalid_notebook", "unborn", "no_base",
]  # fmt: skip
_STATUSES: dict[State, int] = {"not_there": 404, "outside": 404, "no_git": 503, "too_large": 413}


class Here(NamedTuple):
    """A notebook: Jupyter's `path`, its `file`, and its `name` in the repository `root`."""

    path: str
    file: Path
    root: Path
    name: str
    config: Config


class Obstacle(NamedTuple):
    """Why a notebook cannot be reviewed here, and what to do."""

    state: State
    message: str
    hint: str = ""


def find(server_root: Path, path: str) -> Here | Obstacle:
    """The notebook of Jupyter's `path` in its repository, or the first thing that stands in the way."""
    file = _file(server_root, path)
    if isinstance(file, Obstacle):
        return file
    if which("git") is None:
        return Obstacle("no_git", "git is not installed where this server runs", "install git and put it on PATH")
    try:
        root = git.find_root(file)
    except NbpeerError as error:
        return Obstacle("no_repository", error.message.replace(str(file), path), error.hint)
    if not root.resolve().is_relative_to(server_root.resolve()):
        hint = "start JupyterLab in the repository's top folder"
        return Obstacle("repository_above", "the repository begins above the folder that this server shows", hint)
    if not _keeps_inside(server_root, root):
        hint = "make it a folder of its own"
        return Obstacle("outside", "the repository's folder .nbpeer leads outside of what this server shows", hint)
    try:
        return Here(path, file, root, git.relative(root, file), load_config(root))
    except NbpeerError as error:
        return Obstacle("invalid_configuration", error.message, error.hint)


def require(server_root: Path, path: str) -> Here:
    """The same; raises RefusedError for what stands in the way."""
    found = find(server_root, path)
    if isinstance(found, Obstacle):
        raise _refusal(found)
    return found


def notebook_file(server_root: Path, path: str) -> Path:
    """The notebook below the server's root, in a repository or not. Raises RefusedError."""
    found = _file(server_root, path)
    if isinstance(found, Obstacle):
        raise _refusal(found)
    return found


def _keeps_inside(server_root: Path, root: Path) -> bool:
    """Whether what nbpeer keeps in a repository is below the server's root: a link may stand in for a folder."""
    own = root / ".nbpeer"
    places = (own, *(own / name for name in ("signoffs", "runs", "cache")))
    return all(place.resolve().is_relative_to(server_root.resolve()) for place in places)


def _file(server_root: Path, path: str) -> Path | Obstacle:
    try:
        file = confined(server_root, path)
    except RefusedError as error:
        return Obstacle("outside", error.message, error.hint)
    if not is_notebook(path):
        return Obstacle("invalid_notebook", f"{path} is not a notebook", "name an .ipynb file")
    try:
        size = file.stat().st_size if file.is_file() else -1
    except OSError:
        size = -1
    if size < 0:
        return Obstacle("not_there", f"{path} is not there", "it was moved or deleted: open it where it is now")
    return _too_large(path, size) if size > LARGEST else file


def _too_large(path: str, size: int) -> Obstacle:
    message = f"{path} has {size // 1_000_000} MB, too large to be reviewed here"
    return Obstacle("too_large", message, f"the most is {LARGEST // 1_000_000} MB: clear its outputs")


def _refusal(found: Obstacle) -> RefusedError:
    return RefusedError(_STATUSES.get(found.state, 400), found.message, found.hint)


def refuse_large(path: str, size: int) -> None:
    """Raises RefusedError (413) for a notebook of too many bytes."""
    if size > LARGEST:
        raise _refusal(_too_large(path, size))


def sha256(content: bytes) -> str:
    """The digest that Jupyter's contents API calls `hash`."""
    return hashlib.sha256(content).hexdigest()
