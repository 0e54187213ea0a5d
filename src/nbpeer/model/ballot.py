"""A vote on how mature a team's work with data is: the model, one person's ballot, what all ballots say."""

from __future__ import annotations

import datetime
import re
from typing import Any
from urllib.parse import quote

import msgspec

from nbpeer import yaml
from nbpeer.errors import NbpeerError

VOTES = "votes"
MODEL_FILE = "maturity.yml"  # beside the kinds: the team's own, or the built-in one
ROUND_MODEL = "model.yml"  # the copy that a round is held on
LOWEST, HIGHEST = 1, 5
SCORES = range(LOWEST, HIGHEST + 1)
_ID = re.compile(r"[a-z][a-z0-9_-]*")


class Dimension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to be good or bad at. `awful` describes a score of 1, `excellent` one of 5."""

    id: str
    name: str
    awful: str
    excellent: str


class MaturityModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dimensions a team votes on, in the order in which they are asked."""

    version: int
    title: str
    dimensions: tuple[Dimension, ...]


class Ballot(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person's scores in one round, by dimension, and notes on some. `time` is UTC, ISO 8601, to the second."""

    person: str
    round: str
    scores: dict[str, int]
    time: str
    notes: dict[str, str] = {}
    schema: int = 1


class DimensionResult(msgspec.Struct, frozen=True):
    """What all ballots say of one dimension.

    `counts` are the ballots for each score from 1 to 5. `spread` is how far two people differ on average, None with
    fewer than two ballots. `before` is the median of the last round that asked the same, and `trend` the change since;
    `note` says why there is none.
    """

    dimension: Dimension
    n: int
    counts: tuple[int, ...]
    median: float | None
    spread: float | None
    before: float | None = None
    trend: float | None = None
    note: str = ""
    said: tuple[str, ...] = ()


class VoteResult(msgspec.Struct, frozen=True):
    """One round: the dimensions with the loudest disagreement first. `previous` is the round the trend is since, ""
    for none; `problems` are ballots that were not counted, or that somebody should look at."""

    round: str
    title: str
    voters: int
    dimensions: tuple[DimensionResult, ...]
    previous: str = ""
    problems: tuple[str, ...] = ()


def round_folder(name: str) -> str:
    """Where the files of a round are, relative to the repository."""
    return f"{VOTES}/{name}"


def ballot_path(round_name: str, person: str) -> str:
    """Where a person's ballot is kept; the address is percent-encoded, so that two never share a file."""
    return f"{round_folder(round_name)}/{quote(person.strip().lower(), safe='@+')}.json"


def encode_ballot(ballot: Ballot) -> bytes:
    """The file's content: indented JSON, keys sorted, a final newline."""
    return msgspec.json.format(msgspec.json.encode(ballot, order="sorted"), indent=2) + b"\n"


def decode_ballot(content: bytes, path: str) -> Ballot:
    """The ballot in a file's content. Raises NbpeerError naming `path` and what is wrong."""
    try:
        return msgspec.json.decode(content, type=Ballot)
    except msgspec.DecodeError as error:
        raise NbpeerError(f"{path} is not a valid ballot ({error})", "restore it from git, or cast it again") from None


def decode_model(content: bytes, path: str) -> MaturityModel:
    """The model in a YAML file's content. Raises NbpeerError naming the file, and the line or key."""
    try:
        found: Any = yaml.load(content.decode())
        model = msgspec.convert(found, MaturityModel)
    except UnicodeDecodeError as error:
        raise NbpeerError(f"{path} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None
    except yaml.YamlError as error:
        raise NbpeerError(f"{path}, line {error.line}: {error.problem}", "mend that line") from None
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at ")
        key = where.strip("`").removeprefix("$").strip(".")
        said = problem.lower().replace("`", "")
        raise NbpeerError(f"{path}{f', key {key}' if key else ''}: {said}", "mend that key") from None
    _refuse_odd(model, path)
    return model


def is_round(name: str) -> bool:
    """Whether a folder is called as a round is: by the day it began."""
    try:
        return datetime.date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def _refuse_odd(model: MaturityModel, path: str) -> None:
    if not model.dimensions:
        raise NbpeerError(f"{path} has no dimensions", "list at least one under `dimensions`")
    ids = [one.id for one in model.dimensions]
    for one in model.dimensions:
        if not _ID.fullmatch(one.id):
            raise NbpeerError(f"{path}: {one.id!r} cannot be an id", "use lower-case letters, digits, - and _")
        if ids.count(one.id) > 1:
            raise NbpeerError(f"{path}: the dimension {one.id} is there twice", "ids are unique")
        empty = next((key for key in ("name", "awful", "excellent") if not getattr(one, key).strip()), None)
        if empty:
            raise NbpeerError(f"{path}: {one.id} does not say {empty}", "describe both ends, so that scores compare")
