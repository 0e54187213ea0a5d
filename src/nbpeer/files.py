"""Writing so that nothing is lost: temporary file beside the target, fsync, rename."""

from __future__ import annotations

import os
from _thread import get_ident

from nbpeer.errors import NbpeerError


def write_atomic(path: str | os.PathLike[str], content: bytes, *, durable: bool = True) -> bool:
    """Make `content` the content of `path`; return whether anything was written.

    A file that already holds `content` keeps its mtime. A symbolic link is followed, so that the link stays a
    link; the mode of an existing file is kept. Missing parent folders are made.

    What can be made again at any time need not be `durable`: it is not waited for until it is on the disk. Raises
    NbpeerError when the file system refuses; the old content is then still there.
    """
    target = os.path.realpath(path)
    temporary = f"{target}.{os.getpid()}-{get_ident()}.nbpeer-tmp"
    try:
        mode = None
        try:
            with open(target, "rb") as old:
                status = os.fstat(old.fileno())
                if status.st_size == len(content) and old.read() == content:
                    return False
                mode = status.st_mode & 0o7777
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
        _write_and_rename(temporary, target, content, mode, durable)
    except OSError as error:
        raise NbpeerError(
            f"{os.fspath(path)} could not be written ({error.strerror})", "nothing was changed"
        ) from error
    return True


def shown(path: str | os.PathLike[str] | bytes) -> str:
    """A path as one line that can be printed, whatever its bytes: what is no text, and no line's, is escaped."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(map(_printable, text))


def _printable(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def _write_and_rename(temporary: str, target: str, content: bytes, mode: int | None, durable: bool) -> None:
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(descriptor, "wb") as new:
            new.write(content)
            new.flush()
            if durable:
                os.fsync(new.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
