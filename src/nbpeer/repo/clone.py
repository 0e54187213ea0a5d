"""The state of one clone that git can tell: hooks, ignored files, what was committed, what the filter does."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from nbpeer.model.result import results_path
from nbpeer.naming import EXTENSION, PATHSPEC
from nbpeer.repo.git import GitRefusedError, ask, has_commits
from nbpeer.strip import StripOptions, strip

# What git's filter is tried on.
_DIRTY = b"""{"cells": [{"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": [
{"name": "stdout", "output_type": "stream", "text": ["1"]}], "source": ["print(1)"]}],
"metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""


def git_version(folder: Path) -> tuple[int, ...]:
    """git's version, as (2, 39, 5). Raises NbpeerError when git is not installed."""
    return tuple(map(int, re.findall(r"\d+", ask(folder, "version"))[:3]))


def would_store(root: Path, path: str, content: bytes, wanted: bytes) -> bool:
    """Whether `git add` of `content` at `path` would store `wanted`; git is asked, and nothing is written.

    Raises GitRefusedError when the filter fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before", Path(folder) / "after"
        before.write_bytes(content)
        after.write_bytes(wanted)
        stored = ask(root, "hash-object", "--path", path, "--", str(before))
        return stored == ask(root, "hash-object", "--no-filters", "--", str(after))


def strips(root: Path, path: str, options: StripOptions) -> bool:
    """Whether `git add` of a notebook at `path` stores what `nbpeer strip` leaves. Raises as `would_store`."""
    return would_store(root, path, _DIRTY, strip(_DIRTY, options))


def seemingly_modified(root: Path) -> tuple[str, ...]:
    """The notebooks that git calls modified though it would store just what it has: the outputs are new, or old.

    git compares sizes before it asks a filter. Raises GitRefusedError when the filter fails.
    """
    listed = ask(root, "ls-files", "-z", "--modified", "--", PATHSPEC).split("\0")
    return stored(root, tuple(sorted({path for path in listed if path and (root / path).is_file()})))


def stored(root: Path, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those files of the work tree of which the index holds just what git would store now.

    Raises GitRefusedError when the filter fails.
    """
    found: list[str] = []
    for start in range(0, len(paths), 500):
        some = paths[start : start + 500]
        listed = ask(root, "ls-files", "-z", "--stage", "--", *(f":(literal){path}" for path in some)).split("\0")
        entries = (entry.partition("\t") for entry in listed if entry)
        index = {path: words.split()[1] for words, _, path in entries}
        hashes = ask(root, "hash-object", "--", *some).split()
        found += [path for path, name in zip(some, hashes, strict=True) if index.get(path) == name]
    return tuple(found)


def remember(root: Path, path: str) -> None:
    """Let git take note of the size of a file whose content it has. Raises GitRefusedError when git is at work."""
    ask(root, "update-index", "--", path)


def hook_installed(root: Path) -> bool:
    """Whether committing in this clone runs pre-commit; `core.hooksPath` is honoured."""
    hook = root / ask(root, "rev-parse", "--git-path", "hooks").rstrip("\n") / "pre-commit"
    return hook.is_file() and b"pre-commit" in hook.read_bytes()


def ignored(root: Path, paths: tuple[str, ...]) -> frozenset[str]:
    """Those of `paths`, plain names that need not exist, that git ignores here."""
    try:
        listed = ask(root, "check-ignore", "--no-index", "--", *paths)
    except GitRefusedError as error:
        if error.stderr.strip():
            raise
        return frozenset()
    return frozenset(listed.splitlines())


def committed_unstripped(root: Path) -> tuple[str, ...]:
    """The notebooks whose text in HEAD seems to hold an output or a count, by path; reading them tells for certain."""
    if not has_commits(root):
        return ()
    looks = r'"output_type"|"execution_count": *[0-9]'
    try:
        listed = ask(root, "grep", "-lazE", "--full-name", "-e", looks, "HEAD", "--", ":(top,glob,icase)**/*.ipynb")
    except GitRefusedError as error:
        if error.stderr.strip():
            raise
        return ()
    return tuple(sorted(path.removeprefix("HEAD:") for path in listed.split("\0") if path))


def orphaned_results(root: Path) -> tuple[str, ...]:
    """The results files of the working tree whose notebook is not there, by path."""
    listed = ask(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.results.json")
    found = {path for path in listed.split("\0") if path and (root / path).exists()}
    found = {path for path in found if not (root / f"{path.removesuffix('.results.json')}{EXTENSION}").exists()}
    notebooks = ask(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", PATHSPEC).split("\0")
    return tuple(sorted(found - {results_path(path) for path in notebooks if path and (root / path).exists()}))


def names_email(root: Path) -> bool:
    """Whether somebody told git an address here, so that it need not guess one from the machine's name."""
    if os.environ.get("GIT_AUTHOR_EMAIL") or os.environ.get("EMAIL"):
        return True
    try:
        return bool(ask(root, "config", "--get", "user.email").strip())
    except GitRefusedError:
        return False
