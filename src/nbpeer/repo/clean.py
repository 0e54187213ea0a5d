"""A version of the repository in a clean folder of its own, for as long as something runs there."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.change import Version
from nbpeer.repo.git import resolve
from nbpeer.repo.process import GitRefusedError, git

# Bytes. Of what git ignores, a file up to this size is copied, as long as all copies together stay within the sum.
MOST_COPIED = 32_000_000
MOST_COPIED_IN_ALL = 1_000_000_000

_HOLDER = "nbpeer-clean-"
_TOOLS = ("node_modules", "__pycache__")


class CleanTree(NamedTuple):
    """`root` is the folder. `linked` are the large files that it shares with the user's: when each last changed."""

    root: Path
    linked: dict[Path, tuple[int, int]]

    def disturbed(self) -> tuple[Path, ...]:
        """The shared files that were written to."""
        return tuple(path for path, before in self.linked.items() if _state(path) != before)


@contextmanager
def clean_tree(root: Path, version: Version) -> Iterator[CleanTree]:
    """A git work tree of a commit, or a copy of the working tree as git would commit it, gone afterwards.

    The user's work tree, index and branches are never touched, and no hook runs. What git ignores is there too: small
    files as copies, large ones as links to the user's; folders of tools and hidden ones are left out. The folder's
    path ends as the repository's does, and what lies beside the repository or its parent is linked, so that relative
    paths out of it lead where they did. Submodules are empty.

    Raises NbpeerError when the version cannot be checked out.
    """
    _sweep(root)
    holder = Path(tempfile.mkdtemp(prefix=f"{_HOLDER}{os.getpid()}-")).resolve()
    real = root.resolve()
    place = holder.joinpath(*real.parts[1:])
    try:
        place.parent.mkdir(parents=True)
        commit = version.commit or resolve(root, "HEAD").commit
        git(root, "-c", f"core.hooksPath={os.devnull}", "worktree", "add", "--quiet", "--detach", str(place), commit,
            apart=True)  # fmt: skip
        if version.kind != "commit":
            _bring_uncommitted(real, place)
        _link_neighbours(real, place)
        yield CleanTree(place, _bring_ignored(real, place))
    except GitRefusedError as error:
        raise NbpeerError(f"{version.label} could not be checked out ({_last(error.stderr)})", "see git fsck") from None
    finally:
        _remove(root, holder, place)


def _bring_uncommitted(root: Path, place: Path) -> None:
    changed = git(root, "diff", "--name-only", "--no-renames", "-z", "HEAD")
    new = git(root, "ls-files", "-z", "--others", "--exclude-standard")
    for name in filter(None, (changed + new).split("\0")):
        source, target = root / name, place / name
        if target.is_dir() and not target.is_symlink():
            continue  # a submodule
        target.unlink(missing_ok=True)
        if source.is_file() or source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)


def _bring_ignored(root: Path, place: Path) -> dict[Path, tuple[int, int]]:
    listed = git(root, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    linked: dict[Path, tuple[int, int]] = {}
    room = MOST_COPIED_IN_ALL
    for source in (file for name in listed.split("\0") if name for file in _files(root / name, root)):
        target = place / source.relative_to(root)
        if os.path.lexists(target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            target.symlink_to(source.resolve())
            continue
        size = source.stat().st_size
        if size <= min(MOST_COPIED, room):
            shutil.copy2(source, target)
            room -= size
        else:
            target.symlink_to(source)
            linked[source] = _state(source)
    return linked


def _files(place: Path, root: Path) -> Iterator[Path]:
    """The files at or below a place that a notebook may read: none of tools, none that are hidden, `.env` excepted."""
    parts = place.relative_to(root).parts
    if any((part.startswith(".") and part != ".env") or part in _TOOLS for part in parts):
        return
    if place.is_symlink() or place.is_file():
        yield place
    elif place.is_dir() and not (place / "pyvenv.cfg").exists() and not (place / ".git").exists():
        for inside in sorted(place.iterdir()):
            yield from _files(inside, root)


def _link_neighbours(root: Path, place: Path) -> None:
    """Links to what lies beside the repository and beside its parent folder, for paths such as ../data."""
    for mine, theirs in list(zip(place.parents, root.parents, strict=False))[:2]:
        try:
            found = sorted(theirs.iterdir())
        except OSError:
            continue
        for neighbour in found:
            target = mine / neighbour.name
            if not neighbour.name.startswith((".", _HOLDER)) and not os.path.lexists(target):
                target.symlink_to(neighbour)


def _sweep(root: Path) -> None:
    """Take away what a process that was killed left behind."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for line in git(root, "worktree", "list", "--porcelain").splitlines():
        place = Path(line.removeprefix("worktree "))
        if line.startswith("worktree ") and place.is_relative_to(temporary):
            name = place.relative_to(temporary).parts[0]
            pid = name.removeprefix(_HOLDER).partition("-")[0]
            if name.startswith(_HOLDER) and pid.isdigit() and not _lives(int(pid)):
                _remove(root, temporary / name, place)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _remove(root: Path, holder: Path, place: Path) -> None:
    shutil.rmtree(holder, onerror=_by_force)
    with suppress(GitRefusedError):  # it was never added
        git(root, "worktree", "remove", "--force", str(place), apart=True)


def _by_force(remove: Callable[[str], Any], path: str, _error: Any) -> None:
    """Once more, after a notebook made a folder read-only."""
    with suppress(OSError):
        for folder in (Path(path).parent, Path(path)):
            if folder.is_dir() and not folder.is_symlink():
                folder.chmod(stat.S_IRWXU)
        remove(path)


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["git did not say why"])[-1]
