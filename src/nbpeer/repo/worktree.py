"""A commit checked out apart from the working tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from nbpeer.errors import NbpeerError
from nbpeer.repo.process import GitRefusedError, git
from nbpeer.repo.store import CACHE

# No hook of the clone runs for a work tree that nobody works in.
_QUIET = (("core.hooksPath", os.devnull), ("commit.gpgSign", "false"), ("advice.detachedHead", "false"))


@contextmanager
def checked_out(root: Path, commit: str) -> Iterator[Path]:
    """The top folder of a temporary work tree with `commit`; it is gone afterwards, commits made in it are not.

    Raises NbpeerError when git cannot check it out.
    """
    with TemporaryDirectory(prefix="nbpeer-", ignore_cleanup_errors=True) as folder:
        tree = Path(folder).resolve() / root.name
        try:
            git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit, settings=_QUIET, apart=True)
        except GitRefusedError as error:
            said = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise NbpeerError(f"{commit[:7]} could not be checked out: {said}", "see `git worktree list`") from None
        try:
            yield tree
        finally:
            with suppress(GitRefusedError):
                git(root, "worktree", "remove", "--force", str(tree), apart=True)


def share_cache(root: Path, tree: Path) -> None:
    """Let a work tree keep what reviewers saw and answered where `root` does, so that it outlives the work tree."""
    place = tree / CACHE
    if place.parent.is_symlink() or place.exists() or place.is_symlink():  # the commit brings its own: stay out of it
        return
    (root / CACHE).mkdir(parents=True, exist_ok=True)
    place.parent.mkdir(exist_ok=True)
    place.symlink_to((root / CACHE).resolve(), target_is_directory=True)


def commit_files(tree: Path, paths: tuple[str, ...], message: str, author: tuple[str, str]) -> str:
    """Commit files of a work tree in the name of `author` (name, e-mail address), and the commit's hash."""
    who = (("user.name", author[0]), ("user.email", author[1]))
    git(tree, "add", "--force", "--", *paths, apart=True)
    git(tree, "commit", "--quiet", "--no-verify", "-m", message, "--", *paths, settings=(*_QUIET, *who), apart=True)
    return git(tree, "rev-parse", "HEAD", apart=True).strip()
