"""New analyses: the kinds there are, and a notebook made from one."""

from __future__ import annotations

from typing import Any

import msgspec

from nbpeer.commands.new import KindSummary, list_kinds, new
from nbpeer.commands.parameters import Field, kind_field
from nbpeer.errors import NbpeerError
from nbpeer.lab.place import confined
from nbpeer.lab.refused import RefusedError
from nbpeer.lab.session import Session
from nbpeer.repo.git import find_root


class KindsAsked(msgspec.Struct, forbid_unknown_fields=True):
    """The folder that a new analysis goes to; "" is the server's root."""

    path: str = ""


class NewAsked(msgspec.Struct, forbid_unknown_fields=True):
    """The notebook to be; values of parameters are texts."""

    kind: str
    path: str
    title: str = ""
    parameters: dict[str, str] = {}
    overwrite: bool = False


class KindRow(msgspec.Struct, frozen=True):
    """One kind, with its parameters as a form shows them."""

    name: str
    title: str
    description: str
    origin: str
    own: bool
    replaces: bool
    parameters: tuple[Field, ...]


class Kinds(msgspec.Struct, frozen=True):
    """The kinds there are, by name."""

    kinds: tuple[KindRow, ...]


class Made(msgspec.Struct, frozen=True):
    """A notebook that was made, and the values that were set."""

    path: str
    kind: str
    title: str
    parameters: dict[str, Any]


def kinds(asked: KindsAsked, session: Session) -> Kinds:
    """The kinds that can be started in a folder. Raises NbpeerError when one of them is wrong."""
    folder = confined(session.server_root, asked.path)
    if not folder.is_dir():
        raise RefusedError(404, f"{asked.path} is no folder", "name one that is there")
    _refuse_above(session, folder)
    return Kinds(tuple(map(_row, list_kinds(folder))))


def start(asked: NewAsked, session: Session) -> Made:
    """Make a notebook from the template of a kind. Raises NbpeerError as `new`, with nothing written."""
    file = confined(session.server_root, asked.path)
    _refuse_above(session, file)
    made = new(asked.kind, file, asked.parameters, title=asked.title, overwrite=asked.overwrite)
    return Made(asked.path, made.kind, made.title, made.parameters)


def _refuse_above(session: Session, place: Any) -> None:
    """A repository that begins above the server's root is not read."""
    try:
        root = find_root(place)
    except NbpeerError:
        return
    if not root.resolve().is_relative_to(session.server_root.resolve()):
        hint = "start JupyterLab in the repository's top folder"
        raise NbpeerError("the repository begins above the folder that this server shows", hint)


def _row(kind: KindSummary) -> KindRow:
    return KindRow(
        name=kind.name,
        title=kind.title,
        description=kind.description,
        origin=kind.origin,
        own=kind.own,
        replaces=kind.replaces,
        parameters=tuple(map(kind_field, kind.parameters)),
    )
