"""A notebook as the panel sees it: the editor's buffer where that was sent, else the file; and what is written back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.config import Config, load_config
from nbpeer.files import write_atomic
from nbpeer.lab.here import Obstacle, find, notebook_file, refuse_large, require, sha256
from nbpeer.lab.refused import ConflictError, RefusedError
from nbpeer.lab.session import Session
from nbpeer.model.mended import MendedCell
from nbpeer.model.notebook import Notebook, parse_notebook

_NOTHING = msgspec.Raw(b"")


class OpenAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A notebook; `notebook` is the JSON of the editor's buffer when that differs from the file."""

    path: str
    notebook: msgspec.Raw = _NOTHING


class EditAsked(OpenAsked, kw_only=True):
    """A change; with `write` the file itself is changed, provided that `sha256` is its digest."""

    write: bool = False
    sha256: str = ""


class Opened(NamedTuple):
    """A notebook's bytes with what they are checked against. `root` is its repository, None outside one; `name` its
    path there; `file` is where it is kept."""

    path: str
    file: Path
    content: bytes
    root: Path | None
    name: str
    config: Config

    def parsed(self) -> Notebook:
        """The notebook. Raises NbpeerError when it is none."""
        return parse_notebook(self.content, self.name)


class CellEdit(msgspec.Struct, frozen=True):
    """One cell's source before and after. `index` counts from 0."""

    index: int
    cell_id: str | None
    before: str
    after: str
    clear_outputs: bool = False


class Edits(msgspec.Struct, frozen=True):
    """What to change in the editor's model; with `written` it was changed in the file, whose digest is `sha256`."""

    path: str
    written: bool
    sha256: str
    said: str
    cells: tuple[CellEdit, ...]


def opened(asked: OpenAsked, session: Session) -> Opened:
    """The notebook that is asked about. Raises RefusedError; outside of a repository there is one all the same."""
    found = find(session.server_root, asked.path)
    buffered = bytes(asked.notebook)
    refuse_large(asked.path, len(buffered))
    if isinstance(found, Obstacle) and found.state in ("no_repository", "no_git"):
        file = notebook_file(session.server_root, asked.path)
        return Opened(asked.path, file, buffered or read(file, asked.path), None, str(file), load_config(file.parent))
    here = require(session.server_root, asked.path)
    return Opened(asked.path, here.file, buffered or read(here.file, asked.path), here.root, here.name, here.config)


def read(file: Path, path: str) -> bytes:
    """The bytes of a file. Raises RefusedError naming Jupyter's `path`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise RefusedError(404, f"{path} could not be read ({error.strerror})", "look at its permissions") from None


def edits(asked: EditAsked, found: Opened, content: bytes, cells: Iterable[MendedCell], said: str) -> Edits:
    """The answer to a change that makes `content` of the notebook; the file is written when that was asked for."""
    before = found.parsed()
    rows = tuple(
        CellEdit(cell.cell - 1, before.cells[cell.cell - 1].id, cell.before, cell.after, cell.cleared) for cell in cells
    )
    digest = keep(asked, found, content) if asked.write else sha256(read(found.file, found.path))
    return Edits(found.path, asked.write, digest, said, rows)


def keep(asked: EditAsked, found: Opened, content: bytes) -> str:
    """Write a notebook whose editor says that it has no unsaved changes; the digest of the file then.

    Raises ConflictError, with nothing written, when the file is not the one the editor loaded.
    """
    if bytes(asked.notebook) or not asked.sha256:
        raise RefusedError(400, "`write` goes with `sha256` and without `notebook`", "save the notebook first")
    if sha256(read(found.file, found.path)) != asked.sha256 or sha256(found.content) != asked.sha256:
        raise ConflictError(f"{found.path} was changed on disk since it was opened", "reload it, then try again")
    write_atomic(found.file, content)
    return sha256(content)
