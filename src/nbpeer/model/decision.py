"""Decisions: what was chosen on which analysis, what was predicted, and what became of it."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any, Literal

import msgspec

from nbpeer import yaml
from nbpeer.errors import NbpeerError
from nbpeer.model.digests import digest

DECISIONS = "decisions"
Status = Literal["proposed", "decided", "reviewed", "superseded"]
HypothesisVerdict = Literal["supported", "refuted", "undecided"]
Used = Literal["yes", "partly", "no", "unknown"]
WhyNot = Literal["late", "distrusted", "irrelevant", "overruled"]
HYPOTHESIS_VERDICTS: tuple[HypothesisVerdict, ...] = ("supported", "refuted", "undecided")
USED: tuple[Used, ...] = ("yes", "partly", "no", "unknown")
WHY_NOT: tuple[WhyNot, ...] = ("late", "distrusted", "irrelevant", "overruled")

_FILE = re.compile(r"(?:.*/)?(\d{4,9})-[^/]*\.md")
_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^#[ \t]+(.+?)[ \t]*\r?$", re.MULTILINE)
_MARKERS = re.compile(r"^(?:<{7} |>{7} )", re.MULTILINE)
# Keys that only our decisions have: a record of another kind, without any of them, is not ours to judge.
_OURS = ("analysis", "predictions", "outcome_review", "frozen", "outcomes")


class Forecast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prediction as the front matter of an analysis says it: each value is a number, or the name of a named result.

    Without `expect` it is the result called as the metric is; without `by` it is due when the analysis is reviewed.
    """

    metric: str
    expect: float | str | None = None
    low80: float | str | None = None
    high80: float | str | None = None
    by: datetime.date | None = None

    @property
    def in_words(self) -> str:
        """The prediction on one line, for a reviewer; the names of results stand for their values."""
        said = [f"{self.metric}: {'as computed' if self.expect is None else self.expect}"]
        if self.low80 is not None and self.high80 is not None:
            said.append(f"80 % between {self.low80} and {self.high80}")
        said += [f"by {self.by}"] if self.by else []
        return " ".join(", ".join(said).split())


class Prediction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One prediction: the point, the interval that reality falls into four times out of five, and by when."""

    metric: str
    expect: float
    low80: float | None = None
    high80: float | None = None
    unit: str = ""
    by: datetime.date | None = None


class DecidedAnalysis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The analysis that a decision rests on, by path and content hash, and who approved it: or why nobody had."""

    path: str
    content: str
    approved_by: tuple[str, ...] = ()
    not_approved: str = ""


class OutcomeReview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When somebody looks at what became of it, and who."""

    due: datetime.date | None = None
    owner: str = ""


class OutcomeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one person found on one day. `observed` are values by metric; what is not known yet is left out."""

    on: datetime.date
    by: str
    hypothesis: HypothesisVerdict | None = None
    used: Used | None = None
    why_not: WhyNot | None = None
    observed: dict[str, float] = {}
    note: str = ""


class Decision(msgspec.Struct, frozen=True):
    """One file decisions/NNNN-slug.md. `frozen` is the digest of what stands since it was decided ("" before)."""

    number: int
    path: str
    title: str
    status: Status
    analysis: DecidedAnalysis
    date: datetime.date | None = None
    decision_makers: tuple[str, ...] = ()
    chosen: str = ""
    hypothesis: str = ""
    change_my_mind: str = ""
    predictions: tuple[Prediction, ...] = ()
    outcome_review: OutcomeReview = OutcomeReview()
    frozen: str = ""
    supersedes: int | None = None
    superseded_by: int | None = None
    outcomes: tuple[OutcomeRecord, ...] = ()


class Compared(msgspec.Struct, frozen=True):
    """A prediction and the value observed last (None: none yet). `within` is None where there is nothing to compare."""

    prediction: Prediction
    observed: float | None = None
    on: datetime.date | None = None
    within: bool | None = None


class DecisionSheet(msgspec.Struct, frozen=True):
    """What is known of a decision now. `hypothesis` and `used` are the last word; `notes` say where people disagree.

    `due` is the first day on which something that is missing is due; None when nothing is, or no day is named.
    """

    decision: Decision
    compared: tuple[Compared, ...]
    hypothesis: HypothesisVerdict | None = None
    used: Used | None = None
    reviewed_on: datetime.date | None = None
    due: datetime.date | None = None
    notes: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it is decided and nobody has said a word on its hypothesis."""
        return self.decision.status == "decided" and self.hypothesis is None

    @property
    def in_short(self) -> str:
        """Its number, and the word on its hypothesis; without one its status."""
        return f"{self.decision.number:04} {self.hypothesis or self.decision.status}"

    @property
    def missing(self) -> tuple[Prediction, ...]:
        """What was predicted and not observed yet."""
        return tuple(one.prediction for one in self.compared if one.observed is None)


class BrokenDecision(msgspec.Struct, frozen=True):
    """A file that should be a decision and cannot be read as one, and why."""

    path: str
    problem: str


class DecisionConflictError(NbpeerError):
    """A decision that git left with conflict markers."""

    def __init__(self, path: str, number: int) -> None:
        hint = f"`nbpeer outcome {number} --both` keeps the outcomes of both sides; other conflicts are yours to edit"
        super().__init__(f"{path} has conflict markers", hint)


def decision_number(path: str) -> int | None:
    """The number in the name of a decision's file; None for a file that is called otherwise."""
    found = _FILE.fullmatch(path)
    return int(found.group(1)) if found else None


def frozen_digest(decision: Decision) -> str:
    """The digest of what is frozen: day, content of the analysis, choice, hypothesis, predictions, day of the review.

    The path of the analysis is not part of it, so that a rename is no edit; nor is the number, nor any prose.
    """
    return digest(["nbpeer-decision-1", frozen_values(decision)])


def frozen_values(decision: Decision) -> dict[str, Any]:
    """What is frozen, as JSON values by name."""
    due = decision.outcome_review.due
    return {
        "date": decision.date.isoformat() if decision.date else None,
        "content": decision.analysis.content,
        "chosen": decision.chosen,
        "hypothesis": decision.hypothesis,
        "change_my_mind": decision.change_my_mind,
        "predictions": msgspec.to_builtins(decision.predictions),
        "due": due.isoformat() if due else None,
    }


def decode_decision(content: bytes, path: str) -> Decision | None:
    """The decision in a file's content; None when it is a record of another kind.

    Raises NbpeerError naming the file and what is wrong, DecisionConflictError for conflict markers.
    """
    number = decision_number(path)
    text = _text(content, path)
    block = _BLOCK.match(text)
    if number is None or block is None or not _is_ours(block.group(1)):
        return None
    if _MARKERS.search(text):
        raise DecisionConflictError(path, number)
    values = _values(block.group(1), path)
    if not values.get("analysis"):
        raise NbpeerError(f"{path} names no analysis", "write its path and content hash under `analysis`")
    title = _TITLE.search(text, block.end())
    known = {key: value for key, value in values.items() if key in _KEYS and value is not None}
    try:
        found = msgspec.convert(
            {**known, "number": number, "path": path, "title": title.group(1) if title else ""}, Decision
        )
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at ")
        key = where.strip("`").removeprefix("$").strip(".")
        said = problem.lower().replace("`", "")
        raise NbpeerError(f"{path}{f', key {key}' if key else ''}: {said}", "mend it, or restore it from git") from None
    if not all(map(math.isfinite, _numbers(found))):
        raise NbpeerError(f"{path}: a prediction or an observed value is not a finite number", "mend it") from None
    return found


def front_block(text: str) -> tuple[int, int] | None:
    """Where the YAML of a decision begins and ends in its text, without the lines of `---`."""
    found = _BLOCK.match(text)
    return found.span(1) if found else None


_KEYS = {field.name for field in msgspec.structs.fields(Decision)} - {"number", "path", "title"}


def _numbers(decision: Decision) -> list[float]:
    found = [value for one in decision.predictions for value in (one.expect, one.low80, one.high80)]
    return [value for value in found if value is not None] + [
        value for one in decision.outcomes for value in one.observed.values()
    ]


def _is_ours(block: str) -> bool:
    return re.search(rf"^(?:{'|'.join(_OURS)})[ \t]*:", block, re.MULTILINE) is not None


def _values(block: str, path: str) -> dict[str, Any]:
    try:
        found = yaml.load(block)
    except yaml.YamlError as error:
        raise NbpeerError(f"{path}, line {error.line + 1}: {error.problem}", "mend that line") from None
    if not isinstance(found, dict):
        raise NbpeerError(f"{path}: the front matter must be a mapping of keys to values", "restore it from git")
    makers = found.pop("decision-makers", None)
    found["decision_makers"] = [makers] if isinstance(makers, str) else makers
    return found


def _text(content: bytes, path: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NbpeerError(f"{path} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None
