"""What `nbpeer init --from` replaced, kept in git's folder of this work tree, and given back byte for byte."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.setup import Step
from nbpeer.repo import drivers
from nbpeer.repo.git import GitRefusedError, ask
from nbpeer.repo.shared_files import read_file, refuse_unwritable

_RECORD = "record.json"


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One take-over: the tools, the files it wrote (relative to the work tree), the file that is git's configuration,
    and what that said of the drivers that went."""

    tools: tuple[str, ...]
    files: tuple[str, ...]
    config: str
    settings: dict[str, str]


class Restoration(NamedTuple):
    """What giving back does to one file: `content` is None for a file that goes. Nothing is done unless `writes`."""

    step: Step
    content: bytes | None = None
    writes: bool = False


def keep(root: Path, record: Record, planned: Mapping[str, bytes]) -> Path:
    """Keep what the files of `record` hold now and what is `planned` for them, and return the folder.

    `seal` has to follow once git's configuration is written.
    """
    taken = [int(folder.name) for folder in _kept(root)]
    folder = _home(root) / str(max(taken, default=0) + 1)
    for number, name in enumerate(record.files):
        content = read_file(root / name, name)
        if content is not None:
            write_atomic(folder / "before" / _named(number, name), content)
        if name in planned:
            write_atomic(folder / "after" / _named(number, name), planned[name])
    write_atomic(folder / _RECORD, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
    return folder


def seal(root: Path, folder: Path, record: Record) -> None:
    """Keep what git's configuration holds now as well, so that what somebody changes later is told apart."""
    number = record.files.index(record.config)
    content = read_file(root / record.config, record.config)
    write_atomic(folder / "after" / _named(number, record.config), content or b"")


def last(root: Path) -> tuple[Path, Record] | None:
    """The latest take-over of this work tree that was not undone; None when there is none. Raises NbpeerError."""
    folders = _kept(root)
    if not folders:
        return None
    folder = max(folders, key=lambda found: int(found.name))
    try:
        return folder, msgspec.json.decode((folder / _RECORD).read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError) as error:
        raise NbpeerError(
            f"{folder / _RECORD} could not be read ({error})", "copy what `before` beside it holds"
        ) from None


def restorations(root: Path, folder: Path, record: Record) -> tuple[Restoration, ...]:
    """What giving back would do to each file; nothing is written.

    A file that somebody changed since gets what it had before, with their change, where git can merge the two.
    Raises NbpeerError for a file that cannot be read or written.
    """
    found = tuple(_restoration(root, folder, number, record) for number in range(len(record.files)))
    for one, name in zip(found, record.files, strict=True):
        if one.writes:
            refuse_unwritable(root / name, one.step.path, None if name == record.config else root)
    return found


def restore(root: Path, record: Record, planned: tuple[Restoration, ...]) -> None:
    """Carry out what `restorations` planned."""
    for one, name in zip(planned, record.files, strict=True):
        file = root / name
        if one.writes and one.content is not None:
            write_atomic(file, one.content)
        elif one.writes and name == record.config:
            drivers.remove(root, "local")
            drivers.configure(root, record.settings)
        elif one.writes:
            file.unlink(missing_ok=True)
            with suppress(OSError):  # a folder that holds more stays
                for parent in file.relative_to(root).parents[:-1]:
                    (root / parent).rmdir()


def forget(root: Path, folder: Path) -> None:
    """Drop what was kept of one take-over."""
    shutil.rmtree(folder)
    with suppress(OSError):  # another take-over is kept
        for parent in (_home(root), _home(root).parent):
            parent.rmdir()


def _restoration(root: Path, folder: Path, number: int, record: Record) -> Restoration:
    name = record.files[number]
    shown = ".git/config" if name == record.config else name
    now = read_file(root / name, name)
    before, after = (read_file(folder / when / _named(number, name), name) for when in ("before", "after"))
    if now == before:
        return Restoration(Step(shown, "unchanged", "it is as it was"))
    if now == after:
        if before is None:
            return Restoration(Step(shown, "removed", "it was not there"), None, writes=True)
        return Restoration(Step(shown, "changed", "as it was, byte for byte"), before, writes=True)
    if now is not None and after is not None and before is not None:
        merged = _merged(now, after, before)
        if merged is not None:
            return Restoration(Step(shown, "changed", "as it was, with what was changed since"), merged, writes=True)
    if name == record.config:
        said = "the drivers as they were; what else was changed since stays"
        return Restoration(Step(shown, "changed", said), None, writes=True)
    held = folder / "before" / _named(number, name)
    where = f"what it was is in {held}" if before is not None else "it was not there before"
    return Restoration(Step(shown, "refused", f"it was changed since, and is left as it is; {where}"))


def _merged(now: bytes, after: bytes, before: bytes) -> bytes | None:
    """`before` with what changed from `after` to `now`; None when git finds that the two meet."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("now", "after", "before")]
        for file, content in zip(files, (now, after, before), strict=True):
            file.write_bytes(content)
        try:
            ask(Path(folder), "merge-file", *map(str, files))
        except GitRefusedError:
            return None
        return files[0].read_bytes()


def _home(root: Path) -> Path:
    return root / ask(root, "rev-parse", "--git-path", "nbpeer/replaced").rstrip("\n")


def _kept(root: Path) -> list[Path]:
    home = _home(root)
    return [folder for folder in home.iterdir() if folder.name.isdigit()] if home.is_dir() else []


def _named(number: int, name: str) -> str:
    return f"{number}-{Path(name).name}"
