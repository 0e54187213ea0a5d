"""`nbpeer vote`: a round is begun, ballots are cast, and what they say is reported."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import msgspec

from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.ballot import MODEL_FILE, Ballot, MaturityModel, VoteResult, ballot_path, decode_model, is_round
from nbpeer.registry.votes import Round, check_scores, result
from nbpeer.repo import git
from nbpeer.repo.templates import read_beside_kinds
from nbpeer.repo.votes import (
    ballot_authors,
    begin_round,
    read_ballot,
    read_ballots,
    read_round_model,
    rounds,
    write_ballot,
)


class Begun(msgspec.Struct, frozen=True):
    """A round that was begun: its name, the copy of the model it is held on, and where that is from."""

    round: str
    path: str
    origin: str
    model: MaturityModel


class VoteSheet(msgspec.Struct, frozen=True):
    """What a person is asked: the round, its model, who they are, and their ballot so far (None: none)."""

    round: str
    model: MaturityModel
    person: str
    ballot: Ballot | None


class Cast(msgspec.Struct, frozen=True):
    """A ballot that was kept, where, and the dimensions it does not score."""

    path: str
    ballot: Ballot
    unscored: tuple[str, ...]


def model_text(root: Path | None, config: Config) -> str:
    """The model that a new round would be held on: the team's own, or the built-in one. Raises NbpeerError."""
    content, path = read_beside_kinds(root, config, MODEL_FILE)
    decode_model(content, path)
    return content.decode()


def new(root: Path, config: Config, day: datetime.date) -> Begun:
    """Begin a round with a copy of the model, so that what was voted on stays what it was.

    Raises NbpeerError for a model that is none, and a round of that day that is there.
    """
    content, origin = read_beside_kinds(root, config, MODEL_FILE)
    model = decode_model(content, origin)
    name = day.isoformat()
    own = Path(origin).is_relative_to(root)
    path = begin_round(root, name, content)
    return Begun(name, path, Path(origin).relative_to(root).as_posix() if own else "the built-in model", model)


def sheet(root: Path, name: str | None) -> VoteSheet:
    """What the person at this machine is asked in a round (None: the latest). Raises NbpeerError when there is none,
    and for a ballot of theirs that is somebody else's."""
    found = _round_name(root, name)
    person = git.identity(root)
    return VoteSheet(found, read_round_model(root, found), person, read_ballot(root, found, person))


def cast(root: Path, asked: VoteSheet, scores: Mapping[str, int], notes: Mapping[str, str]) -> Cast:
    """Keep a person's scores and notes, over those they gave before; an empty note takes one back.

    Raises NbpeerError, and writes nothing, for a dimension that is not asked, a score out of range, and no score.
    """
    check_scores(asked.model, scores, notes, f"the model of {asked.round}")
    before = asked.ballot
    every = {**(before.scores if before else {}), **scores}
    said = {**(before.notes if before else {}), **{name: " ".join(note.split()) for name, note in notes.items()}}
    if not every:
        raise NbpeerError("nothing was scored, so there is no ballot", "give a score with --score DIMENSION 1-5")
    ballot = Ballot(
        person=asked.person,
        round=asked.round,
        scores=every,
        time=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        notes={name: note for name, note in said.items() if note},
    )
    if before and msgspec.structs.replace(ballot, time=before.time) == before:
        ballot = before
    unscored = tuple(one.id for one in asked.model.dimensions if one.id not in every)
    return Cast(write_ballot(root, ballot), ballot, unscored)


def report(root: Path, name: str | None) -> VoteResult:
    """What the ballots of a round (None: the latest) say, and how that changed since the round before.

    Ballots that are none, or not of the person their file is named after, are not counted and named.
    """
    found = _round_name(root, name)
    earlier = [_round(root, one) for one in rounds(root) if one < found]
    return result(_round(root, found), earlier)


def _round(root: Path, name: str) -> Round:
    model = read_round_model(root, name)
    authors = ballot_authors(root, name)
    counted, problems = [], []
    for path, ballot in read_ballots(root, name).items():
        fault = _fault(ballot, name, path, model)
        if fault:
            problems.append(f"{path} is not counted: {fault}")
        elif isinstance(ballot, Ballot):
            counted.append(ballot)
            others = authors.get(path, frozenset()) - {ballot.person.strip().lower()}
            if others:
                problems.append(f"{path} was committed by {', '.join(sorted(others))}, not by {ballot.person}")
    return Round(name, model, tuple(counted), tuple(problems))


def _fault(ballot: Ballot | str, name: str, path: str, model: MaturityModel) -> str:
    """Why a ballot does not count; "" when it does."""
    if isinstance(ballot, str):
        return ballot
    if ballot.round != name:
        return f"it is of the round {ballot.round}"
    if ballot_path(name, ballot.person) != path:
        return f"it says it is of {ballot.person}, whose ballot would be {ballot_path(name, ballot.person)}"
    try:
        check_scores(model, ballot.scores, ballot.notes, "the model")
    except NbpeerError as error:
        return error.message
    return ""


def _round_name(root: Path, name: str | None) -> str:
    known = rounds(root)
    if name is not None:
        if not is_round(name):
            raise NbpeerError(f"{name!r} is no round", "a round is named by the day it began, YYYY-MM-DD")
        return name
    if not known:
        raise NbpeerError("no round has begun", "begin one with `nbpeer vote new`")
    return known[-1]
