"""What this server can do, so that the panel offers nothing else."""

from __future__ import annotations

from importlib.metadata import version

import msgspec

from nbpeer.commands.doctor import installed_extras
from nbpeer.lab.session import Session


class AboutAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing is asked."""


class About(msgspec.Struct, frozen=True):
    """The version, and which extras are installed."""

    version: str
    extras: dict[str, bool]


def about(asked: AboutAsked, session: Session) -> About:
    """What this server can do."""
    return About(version("nbpeer"), installed_extras())
