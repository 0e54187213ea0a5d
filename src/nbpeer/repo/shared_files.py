"""Files that nbpeer shares with a team and its other tools: read whole, made longer, refused when read-only."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from nbpeer.errors import NbpeerError


def read_file(path: Path, name: str) -> bytes | None:
    """The content of `path`; None when nothing is there. `name` names it in messages. Raises NbpeerError."""
    if not os.path.lexists(path):
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise NbpeerError(f"{name} could not be read ({error.strerror})", "move it away or mend it") from None


def as_text(content: bytes | None, name: str) -> str:
    """The content as text, "" for None. Raises NbpeerError when it is not UTF-8."""
    try:
        return (content or b"").decode()
    except UnicodeDecodeError as error:
        raise NbpeerError(f"{name} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None


def line_end(content: bytes) -> bytes:
    """How the lines of `content` end."""
    return b"\r\n" if b"\r\n" in content else b"\n"


def appended(content: bytes | None, lines: str) -> bytes:
    """`content` and then `lines`, with the content's line ends and no change to a byte of it."""
    before = content or b""
    newline = line_end(before)
    added = lines.encode().replace(b"\n", newline)
    if not before:
        return added.lstrip(b"\r\n")
    return before + (b"" if before.endswith(b"\n") else newline) + added


def refuse_unwritable(path: Path, name: str, within: Path | None = None) -> None:
    """Raise NbpeerError when `path` should not or cannot be written, before anything is.

    A file made read-only is meant to stay as it is, though a rename would replace it; a link must not leave `within`.
    """
    if within and path.is_symlink() and not path.resolve().is_relative_to(within.resolve()):
        raise NbpeerError(f"{name} is a link that leaves the repository", "replace it with a file")
    if path.exists() and not path.stat().st_mode & stat.S_IWUSR:
        raise NbpeerError(f"{name} is read-only", f"chmod u+w {name}")
    folder = path.parent
    while not os.path.lexists(folder):
        folder = folder.parent
    if not folder.is_dir():
        raise NbpeerError(f"{name} cannot be written: {folder.name} is not a folder", "move it away")
    if not os.access(folder, os.W_OK):
        raise NbpeerError(f"{name} cannot be written: its folder is read-only", f"chmod u+w {folder}")
