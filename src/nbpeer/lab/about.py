"""What this server can do, so that the panel offers nothing else."""

from __future__ import annotations

from importlib.metadata import version

import msgspec

from nbpeer.commands.doctor import installed_extras
from nbpeer.lab.refused import RefusedError
from nbpeer.lab.session import Session


class AboutAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing is asked."""


class CatalogueAsked(msgspec.Struct, forbid_unknown_fields=True):
    """The notebook whose entry is asked for."""

    path: str


class About(msgspec.Struct, frozen=True):
    """The version, whether there is a catalogue, and which extras are installed."""

    version: str
    catalogue: bool
    extras: dict[str, bool]


def about(asked: AboutAsked, session: Session) -> About:
    """What this server can do."""
    return About(version("nbpeer"), False, installed_extras())


def catalogue(asked: CatalogueAsked, session: Session) -> None:
    """Where an analysis stands in the catalogue."""
    raise RefusedError(404, "there is no catalogue yet", "`nbpeer packet` builds a page of one analysis")
