"""Pictures for the panel: PNG only, as `data:` addresses, which run nothing and load nothing."""

from __future__ import annotations

import base64
import binascii

import msgspec

from nbpeer.model.notebook import Output
from nbpeer.render.sanitise import png_uri

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST = 6_000_000  # bytes


class PictureRow(msgspec.Struct, frozen=True):
    """One picture: what it shows, and its `data:` address."""

    label: str
    uri: str


def png_row(label: str, png: bytes) -> tuple[PictureRow, ...]:
    """A picture to show; none when the bytes are no PNG, or too many."""
    return (PictureRow(label, png_uri(png)),) if png.startswith(_SIGNATURE) and len(png) <= _LARGEST else ()


def output_png(output: Output | None) -> bytes:
    """The PNG that an output of a notebook holds; b"" when it holds none."""
    content = output.mime("image/png") if output else None
    if not isinstance(content, str) or len(content) > 2 * _LARGEST:
        return b""
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
