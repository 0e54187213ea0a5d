"""Revisions and paths on one command line, told apart as git does. Does not import click, see `cli.flags`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.naming import is_notebook


class Asked(NamedTuple):
    """The revisions that were named, and the paths."""

    base: str | None
    head: str | None
    paths: tuple[str, ...]


def asked(root: Path, words: tuple[str, ...], named: tuple[str, ...] | None, verb: str) -> Asked:
    """Which words are revisions and which are paths. As with git, `--` decides; without it no word may be both.

    `verb` is what people typed, for the hint.
    Raises NbpeerError for a word that is neither or both, and for a third revision.
    """
    count = len(words)
    if named is None:
        count = next((place for place, word in enumerate(words) if not _is_revision(root, word, verb)), count)
        named = words[count:]
        for path in named:
            if not (Path.cwd() / path).exists():
                raise NbpeerError(f"there is no {path} here", f"if it was removed: `{verb} -- {path}`")
    if count > 2:
        raise NbpeerError(f"{words[2]} is a third revision", "name two at most")
    base, head = [*words[:count], None, None][:2]
    return Asked(base, head, named)


def _is_revision(root: Path, word: str, verb: str) -> bool:
    """Whether a word names a revision. One that names nothing does too, unless it looks like a notebook, so that git's
    own reason is given."""
    from nbpeer.repo.git import resolve

    if not (Path.cwd() / word).exists():
        return not is_notebook(word)
    try:
        resolve(root, word)
    except NbpeerError:
        return False
    raise NbpeerError(f"{word} is both a revision and a path", f"write `{verb} {word} --` or `{verb} -- {word}`")
