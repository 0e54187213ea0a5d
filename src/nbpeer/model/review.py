"""Checklists, sign-offs and the gate's verdict."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.digests import canonical_json
from nbpeer.model.finding import Severity

Tier = Literal["low", "medium", "high", "business_critical"]
TIERS: tuple[Tier, ...] = ("low", "medium", "high", "business_critical")
AnswerValue = Literal["yes", "no", "na"]
TickedBy = Literal["human", "auto", "auto_then_human_if_flagged"]
DecisionValue = Literal["approve", "request_changes"]
SIGN_OFFS = ".nbpeer/signoffs"


class Item(msgspec.Struct, frozen=True):
    """One question of a checklist. `evidence` are the codes of the rules that bear on it.

    `show` is what of the analysis a reviewer is shown next to it: keys of the front matter, `results`, `expectations`,
    headings of sections.
    """

    id: str
    question: str
    why: str = ""
    evidence: tuple[str, ...] = ()
    ticked_by: TickedBy = "human"
    show: tuple[str, ...] = ()


class TierRule(msgspec.Struct, frozen=True):
    """What a tier asks: which items, how long it should take, which severities, how many reviewers."""

    minutes: int
    items: tuple[str, ...]
    rules: tuple[str, ...]
    kind_items: bool = False
    reviewers: int = 1


class Checklist(msgspec.Struct, frozen=True):
    """The items that one kind of analysis asks at one tier, in order. `id` is the kind, `version` that of the common
    items and that of the kind's own, as `1.1`; `reviewers` is how many people have to approve."""

    id: str
    version: str
    tier: Tier
    minutes: int
    reviewers: int
    items: tuple[Item, ...]


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer. `by` is `auto` when rules answered; `note` is the line a "no" needs; `evidence` what was shown."""

    item: str
    answer: AnswerValue
    note: str = ""
    by: Literal["human", "auto"] = "human"
    evidence: str = ""


class Question(msgspec.Struct, frozen=True):
    """An item with what the machine knows about it: `answer` is filled in when no person need tick it."""

    item: Item
    evidence: tuple[str, ...] = ()
    flagged: bool = False
    answer: Answer | None = None


class Excerpt(msgspec.Struct, frozen=True):
    """A part of an analysis that is shown next to a question."""

    label: str
    lines: tuple[str, ...]


class SignOff(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reviewer's decision on exactly one content.

    `results` is None when none were recorded; `time` is UTC, ISO 8601, to the second.
    """

    analysis: str
    content: str
    source: str
    results: str | None
    reviewer: str
    checklist: str
    checklist_version: str
    tier: Tier
    answers: tuple[Answer, ...]
    decision: DecisionValue
    time: str
    comment: str = ""
    signature: str = ""
    schema: int = 1


def sign_off_path(sign_off: SignOff) -> str:
    """Where a sign-off is kept, relative to the repository: `.nbpeer/signoffs/<content-hash16>-<reviewer>.json`.

    The reviewer's address is percent-encoded, so that two addresses never share a file.
    """
    reviewer = quote(sign_off.reviewer.strip().lower(), safe="@+")
    return f"{SIGN_OFFS}/{sign_off.content.removeprefix('sha256:')[:16]}-{reviewer}.json"


def encode_sign_off(sign_off: SignOff) -> bytes:
    """The file's content: indented JSON, keys sorted, a final newline."""
    return msgspec.json.format(msgspec.json.encode(sign_off, order="sorted"), indent=2) + b"\n"


def decode_sign_off(content: bytes, path: str) -> SignOff:
    """The sign-off in a file's content. Raises NbpeerError naming `path` and what is wrong."""
    try:
        return msgspec.json.decode(content, type=SignOff)
    except msgspec.DecodeError as error:
        raise NbpeerError(f"{path} is not a valid sign-off ({error})", "restore it from git, or sign again") from None


def signed_content(sign_off: SignOff) -> bytes:
    """What a signature is made of: the canonical JSON of the sign-off without its signature."""
    return canonical_json(msgspec.to_builtins(msgspec.structs.replace(sign_off, signature="")))


class Condition(msgspec.Struct, frozen=True):
    """One condition of the gate for one analysis: `reason` says why it is or is not met, `todo` what to do."""

    name: str
    met: bool
    reason: str
    todo: str = ""


class AnalysisGate(msgspec.Struct, frozen=True):
    """The gate of one analysis. `content` is its content hash ("" when it could not be read)."""

    path: str
    content: str
    conditions: tuple[Condition, ...]

    @property
    def met(self) -> bool:
        """Whether every condition is met."""
        return all(condition.met for condition in self.conditions)


class TierAsks(msgspec.Struct, frozen=True):
    """What the gate asks of an analysis of one tier: its items, and what has to hold."""

    tier: Tier
    minutes: int
    items: tuple[str, ...]
    kind_items: bool
    severity: Severity
    require_results: bool
    reviewers: int
    require_signature: bool


class GateRules(msgspec.Struct, frozen=True):
    """What the gate asks, by tier. `base` is where that was read, `notes` what this branch would change of it."""

    base: str
    tiers: tuple[TierAsks, ...]
    notes: tuple[str, ...] = ()


Standing = Literal["holds", "lapsed", "fails"]


class VerifiedSignOff(msgspec.Struct, frozen=True):
    """One sign-off, derived again: `file` is where it is kept. A lapsed one is of other content, and no fault."""

    file: str
    analysis: str
    reviewer: str
    standing: Standing
    reason: str


class VerifiedAnalysis(msgspec.Struct, frozen=True):
    """One analysis: whether its present content is approved, why or why not, and every sign-off of it."""

    path: str
    tier: Tier
    approved: bool
    reason: str
    sign_offs: tuple[VerifiedSignOff, ...]


class VerifyReport(msgspec.Struct, frozen=True):
    """Every sign-off derived again. `stray` are those of no analysis that is here; `notes` as the gate's."""

    base: str
    analyses: tuple[VerifiedAnalysis, ...]
    stray: tuple[VerifiedSignOff, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether every analysis is approved and no sign-off fails."""
        every = [*self.stray, *(sign_off for analysis in self.analyses for sign_off in analysis.sign_offs)]
        return all(one.approved for one in self.analyses) and all(one.standing != "fails" for one in every)


class GateVerdict(msgspec.Struct, frozen=True):
    """The gate: met when every changed analysis meets every condition. `base` is what they changed against.

    `notes` say what the changes themselves change of what the gate goes by.
    """

    base: str
    analyses: tuple[AnalysisGate, ...]
    notes: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether every analysis meets the gate; true when none changed."""
        return all(analysis.met for analysis in self.analyses)
