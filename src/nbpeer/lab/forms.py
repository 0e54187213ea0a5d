"""The parameters of a notebook as a form; and its stripping. Both are edits for the editor."""

from __future__ import annotations

from typing import Any

import msgspec

from nbpeer.commands.parameters import Field, fields, set_values
from nbpeer.commands.strip import strip_options
from nbpeer.errors import NbpeerError
from nbpeer.lab.here import sha256
from nbpeer.lab.opened import EditAsked, Edits, OpenAsked, edits, keep, opened, read
from nbpeer.lab.session import Session
from nbpeer.model.mended import MendedCell
from nbpeer.rewrite import with_source
from nbpeer.run.declared import parameters_cell
from nbpeer.strip import strip


class SetAsked(EditAsked, kw_only=True):
    """Values of parameters, as texts."""

    values: dict[str, str]


class Parameters(msgspec.Struct, frozen=True):
    """The parameters cell of a notebook (index -1: none) and what it declares; `problem` is why no form can show it."""

    path: str
    cell_id: str | None
    index: int
    parameters: tuple[Field, ...]
    problem: str


class Stripped(msgspec.Struct, frozen=True):
    """What stripping takes out: the notebook without it for the editor, None when it was written or is clean."""

    path: str
    written: bool
    sha256: str
    said: str
    changed: bool
    notebook: dict[str, Any] | None


def parameters(asked: OpenAsked, session: Session) -> Parameters:
    """What a notebook declares as its parameters."""
    found = opened(asked, session)
    notebook = found.parsed()
    cell = parameters_cell(notebook)
    if cell is None:
        return Parameters(asked.path, None, -1, (), "no cell is tagged `parameters`")
    declared = fields(found.root, found.config, notebook)
    problem = "" if notebook.language == "python" else f"a form writes Python, and this is {notebook.language}"
    if not problem and not declared:
        problem = "the parameters cell assigns nothing"
    return Parameters(asked.path, cell.id, cell.index, declared, problem)


def set_parameters(asked: SetAsked, session: Session) -> Edits:
    """Values written into the parameters cell. Raises NbpeerError for what does not fit."""
    found = opened(asked, session)
    notebook = found.parsed()
    index, source = set_values(found.root, found.config, notebook, asked.values)
    changed = MendedCell(index + 1, notebook.cells[index].source, source)
    count = f"{len(asked.values)} parameter{'' if len(asked.values) == 1 else 's'}"
    return edits(asked, found, with_source(found.content, index, source), (changed,), f"{count} set")


def strip_notebook(asked: EditAsked, session: Session) -> Stripped:
    """The notebook without outputs and other volatile parts. Raises NbpeerError when it is none."""
    found = opened(asked, session)
    content = strip(found.content, strip_options(found.config.strip))
    removed = len(found.content) - len(content)
    changed = content != found.content
    if not changed:
        return Stripped(asked.path, False, sha256(read(found.file, asked.path)), "nothing to take out", False, None)
    said = f"{removed:,} bytes taken out"
    if asked.write:
        return Stripped(asked.path, True, keep(asked, found, content), said, True, None)
    try:
        value = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise NbpeerError(f"{asked.path} cannot be shown stripped ({error})", "strip the file itself") from None
    return Stripped(asked.path, False, sha256(read(found.file, asked.path)), said, True, value)
