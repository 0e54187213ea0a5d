"""Where an analysis stands in the catalogue."""

from __future__ import annotations

import msgspec

from nbpeer.commands.catalogue import catalogue
from nbpeer.lab.here import require
from nbpeer.lab.refused import RefusedError
from nbpeer.lab.review import ReviewAsked
from nbpeer.lab.session import Session
from nbpeer.model.catalogue import CatalogueEntry


class Catalogued(msgspec.Struct, frozen=True):
    """An analysis as the catalogue has it; paths in the `entry` are those of the repository."""

    path: str
    base: str
    entry: CatalogueEntry
    notes: tuple[str, ...]


def catalogue_entry(asked: ReviewAsked, session: Session) -> Catalogued:
    """The entry of a notebook as it is on disk. Raises RefusedError (404) when the catalogue has none of it."""
    here = require(session.server_root, asked.path)
    found = catalogue(here.root, here.config, asked.base or None)
    entry = next((one for one in found.entries if one.path == here.name), None)
    if entry is None:
        hint = "an analysis has front matter in its first cell, and the configuration does not exclude it"
        raise RefusedError(404, f"{asked.path} is not in the catalogue", hint)
    return Catalogued(asked.path, found.base, entry, found.notes)
