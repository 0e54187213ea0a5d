"""Which forge a command talks to: a folder that was named, else GitHub by the environment or the git remote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nbpeer.forge.folder import NBPEER, Folder
from nbpeer.forge.forge import Forge
from nbpeer.model.pull_request import Person


def connect(
    root: Path, folder: Path | None = None, *, account: str = "", say: Callable[[str], None] = lambda line: None
) -> Forge:
    """The forge of the repository at `root`; nothing is asked of it yet.

    `folder` is the folder adapter's, written in the name of `account` there (nbpeer's own by default). `say` is
    called with one line whenever the forge makes nbpeer wait. Raises NbpeerError when no repository or token is found.
    """
    if folder is not None:
        return Folder(folder, Person(account) if account else NBPEER)
    raise NotImplementedError(root, say)
