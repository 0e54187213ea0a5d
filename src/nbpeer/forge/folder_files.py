"""The files of the folder adapter: each post is a text that a person may edit, and beside it who wrote what when."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.forge.forge import ForgeError
from nbpeer.model.pull_request import CommentEdit, Permission, Person

Value = TypeVar("Value")


class Member(msgspec.Struct, frozen=True):
    """An account of the folder and what it may do."""

    login: str
    permission: Permission = "none"
    id: int = 0
    bot: bool = False


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`forge.json`: who there is, and how many characters a text may have (0: any number)."""

    people: tuple[Member, ...] = ()
    longest: int = 0


class Post(msgspec.Struct, frozen=True):
    """What is known of a text besides itself: its author, its versions, and where it stands when it is inline."""

    author: Person
    edits: tuple[CommentEdit, ...]
    path: str = ""
    line: int = 0
    sha: str = ""


class StoredPost(msgspec.Struct, frozen=True):
    """A post as read: its number, its text as it stands in the file, and what is known of it."""

    id: int
    file: Path
    body: str
    post: Post


def read(file: Path, kind: type[Value]) -> Value:
    """A JSON file of the folder. Raises ForgeError when it is missing, NbpeerError when it does not hold its kind."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        raise ForgeError(f"{file} is not there", "docs/forges.md says what a folder holds", status=404) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NbpeerError(f"{file} is not what nbpeer wrote ({error})", "mend or delete it") from None


def write(file: Path, value: object) -> None:
    """Write a value as indented JSON with sorted keys."""
    write_atomic(file, msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n")


def posts(folder: Path) -> tuple[StoredPost, ...]:
    """The posts of a folder, oldest first. A text that somebody deleted is deleted, whatever is still known of it."""
    found = sorted(folder.glob("[0-9][0-9][0-9][0-9]-*.md"))
    return tuple(_stored(file) for file in found if file.with_suffix(".json").exists())


def add(folder: Path, post: Post) -> StoredPost:
    """Store a new post under the next number; two jobs of one account at once never take the same one."""
    folder.mkdir(parents=True, exist_ok=True)
    number = max((_number(file) for file in folder.glob("[0-9][0-9][0-9][0-9]-*")), default=0) + 1
    while not _taken(file := folder / f"{number:04}-{slug(post.author.login)}.json"):
        number += 1
    write(file, post)
    text = file.with_suffix(".md")
    write_atomic(text, post.edits[-1].body.encode())
    return StoredPost(number, text, post.edits[-1].body, post)


def rewrite(stored: StoredPost, edit: CommentEdit) -> StoredPost:
    """Give a post another text; what a person wrote into the file before is kept among its versions."""
    post = msgspec.structs.replace(stored.post, edits=(*versions(stored), edit))
    write(stored.file.with_suffix(".json"), post)
    write_atomic(stored.file, edit.body.encode())
    return StoredPost(stored.id, stored.file, edit.body, post)


def remove(stored: StoredPost) -> None:
    """Delete a post."""
    stored.file.unlink(missing_ok=True)
    stored.file.with_suffix(".json").unlink(missing_ok=True)


def versions(stored: StoredPost) -> tuple[CommentEdit, ...]:
    """Every version of a post, oldest first. One that was written into the file has no editor, only the file's time."""
    known = stored.post.edits
    if known[-1].body.rstrip("\n") == stored.body.rstrip("\n"):
        return known
    written = datetime.fromtimestamp(stored.file.stat().st_mtime, UTC)
    return (*known, CommentEdit(None, said_at(written), stored.body))


def said_at(time: datetime) -> str:
    """A time as the forge's values hold it: UTC, ISO 8601, whole seconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def slug(text: str) -> str:
    """A name of a file for any text: letters, digits, dots and hyphens, no dot in front."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-.") or "x"


def _stored(file: Path) -> StoredPost:
    try:
        body = file.read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise NbpeerError(f"{file} is no UTF-8 text", "save it as UTF-8") from None
    return StoredPost(_number(file), file, body, read(file.with_suffix(".json"), Post))


def _taken(file: Path) -> bool:
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _number(file: Path) -> int:
    return int(file.name[:4])
