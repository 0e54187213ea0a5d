"""The packet of one notebook: built into a file that git does not see, and shown so that nothing in it runs."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import msgspec

from nbpeer.commands.packet import packet_file, packets, write_packet
from nbpeer.lab.here import Here, require
from nbpeer.lab.place import below
from nbpeer.lab.refused import RefusedError
from nbpeer.lab.review import ReviewAsked
from nbpeer.lab.session import Page, Session


class PacketAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A notebook whose packet was built."""

    path: str


class Built(msgspec.Struct, frozen=True):
    """A packet: its file below the server's root, and its address below the server's base address."""

    file: str
    url: str


def build(asked: ReviewAsked, session: Session) -> Built:
    """Build the packet of a notebook. Raises NbpeerError as `packets`."""
    here = require(session.server_root, asked.path)
    found = packets(here.root, here.config, asked.base or None, (here.name,))
    file = write_packet(here.root, found, _file(here, session))
    return Built(below(session.server_root, file), f"nbpeer/packet?{urlencode({'path': asked.path})}")


def show(asked: PacketAsked, session: Session) -> Page:
    """The packet that was built last. Raises RefusedError when there is none."""
    here = require(session.server_root, asked.path)
    try:
        return Page(_file(here, session).read_bytes())
    except OSError:
        raise RefusedError(404, f"there is no packet of {asked.path}", "build it first") from None


def _file(here: Here, session: Session) -> Path:
    """Where the packet is kept. Raises RefusedError when a link leads from there to outside of the server's root."""
    file = packet_file(here.root, here.name)
    if not file.resolve().is_relative_to(session.server_root.resolve()):
        raise RefusedError(
            404, f"the packet of {here.path} would be outside of what this server shows", "remove that link"
        )
    return file
