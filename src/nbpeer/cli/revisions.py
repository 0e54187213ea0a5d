"""Revisions and paths on one command line, told apart as git does."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click

from nbpeer.errors import NbpeerError

_PATHS = "nbpeer.paths"


class WithPaths(click.Command):
    """A command that keeps what stands after `--` apart, as git does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the paths after `--` away before click forgets where it stood."""
        if "--" in args:
            place = args.index("--")
            ctx.meta[_PATHS] = tuple(args[place + 1 :])
            args = args[:place]
        return super().parse_args(ctx, args)


def named_paths() -> tuple[str, ...] | None:
    """What stood after `--` on this command line; None without it."""
    found: tuple[str, ...] | None = click.get_current_context().meta.get(_PATHS)
    return found


class Asked(NamedTuple):
    """The revisions that were named, and the paths."""

    base: str | None
    head: str | None
    paths: tuple[str, ...]


def asked(root: Path, words: tuple[str, ...], named: tuple[str, ...] | None) -> Asked:
    """Which words are revisions and which are paths. As with git, `--` decides; without it no word may be both."""
    count = len(words)
    if named is None:
        count = next((place for place, word in enumerate(words) if not _is_revision(root, word)), count)
        named = words[count:]
        for path in named:
            if not (Path.cwd() / path).exists():
                raise NbpeerError(f"there is no {path} here", f"if it was removed: `{_verb()} -- {path}`")
    if count > 2:
        raise NbpeerError(f"{words[2]} is a third revision", "name two at most")
    base, head = [*words[:count], None, None][:2]
    return Asked(base, head, named)


def _is_revision(root: Path, word: str) -> bool:
    """Whether a word names a revision. One that names nothing does too, unless it looks like a notebook, so that git's
    own reason is given."""
    from nbpeer.repo.git import resolve

    if not (Path.cwd() / word).exists():
        return not word.endswith(".ipynb")
    try:
        resolve(root, word)
    except NbpeerError:
        return False
    raise NbpeerError(f"{word} is both a revision and a path", f"`{_verb()} {word} --` or `{_verb()} -- {word}`")


def _verb() -> str:
    return click.get_current_context().command_path
