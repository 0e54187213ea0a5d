"""Votes in a user's repository: rounds, the model each was held on, and ballots."""

from __future__ import annotations

from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.ballot import (
    ROUND_MODEL,
    VOTES,
    Ballot,
    MaturityModel,
    ballot_path,
    decode_ballot,
    decode_model,
    encode_ballot,
    is_round,
    round_folder,
)
from nbpeer.model.change import WORKTREE
from nbpeer.repo import git
from nbpeer.repo.process import git as _git


def rounds(root: Path) -> tuple[str, ...]:
    """The rounds that were begun, oldest first."""
    folders = (root / VOTES).glob(f"*/{ROUND_MODEL}")
    return tuple(sorted(file.parent.name for file in folders if is_round(file.parent.name)))


def begin_round(root: Path, name: str, model: bytes) -> str:
    """Begin a round with a copy of the model; its path. Raises NbpeerError when that round has begun already."""
    path = f"{round_folder(name)}/{ROUND_MODEL}"
    if (root / path).exists():
        raise NbpeerError(f"the round {name} has begun already: {path} is there", "cast with `nbpeer vote cast`")
    write_atomic(root / path, model)
    return path


def read_round_model(root: Path, name: str) -> MaturityModel:
    """The model that a round is held on. Raises NbpeerError when there is no such round, or its model is none."""
    path = f"{round_folder(name)}/{ROUND_MODEL}"
    content = git.read(root, WORKTREE, path)
    if content is None:
        known = rounds(root)
        hint = f"there are {', '.join(known)}" if known else "begin one with `nbpeer vote new`"
        raise NbpeerError(f"there is no round {name}", hint)
    return decode_model(content, path)


def read_ballot(root: Path, name: str, person: str) -> Ballot | None:
    """A person's ballot in a round; None when there is none. Raises NbpeerError when it is none, or not theirs."""
    path = ballot_path(name, person)
    content = git.read(root, WORKTREE, path)
    if content is None:
        return None
    found = decode_ballot(content, path)
    if found.person.strip().lower() != person.strip().lower():
        raise NbpeerError(f"{path} is the ballot of {found.person}, and you are {person}", "everybody casts their own")
    return found


def read_ballots(root: Path, name: str) -> dict[str, Ballot | str]:
    """Every ballot of a round by its file's path, or why that file is none."""
    found: dict[str, Ballot | str] = {}
    for path in git.files(root, WORKTREE, round_folder(name)):
        content = git.read(root, WORKTREE, path) if path.endswith(".json") else None
        if content is not None:
            try:
                found[path] = decode_ballot(content, path)
            except NbpeerError as error:
                found[path] = error.message
    return found


def write_ballot(root: Path, ballot: Ballot) -> str:
    """Keep a ballot in place of the same person's earlier one; its path. Raises NbpeerError when that fails."""
    path = ballot_path(ballot.round, ballot.person)
    write_atomic(root / path, encode_ballot(ballot))
    return path


def ballot_authors(root: Path, name: str) -> dict[str, frozenset[str]]:
    """Who committed each file of a round, by path: e-mail addresses in lower case."""
    if not git.has_commits(root):
        return {}
    log = _git(root, "log", "--name-only", "-z", "--format=%x01%ae", "HEAD", "--", round_folder(name))
    found: dict[str, set[str]] = {}
    for record in log.split("\x01")[1:]:
        author, *paths = (word.strip("\n") for word in record.split("\0"))
        for path in filter(None, paths):
            found.setdefault(path, set()).add(author.lower())
    return {path: frozenset(authors) for path, authors in found.items()}
