"""The catalogue: every analysis of a repository as people look for it."""

from __future__ import annotations

from typing import Literal

import msgspec

from nbpeer.model.decision import DecisionSheet
from nbpeer.model.metric import Metric
from nbpeer.model.review import DecisionValue, Tier

AnalysisStatus = Literal["draft", "in review", "approved", "lapsed", "superseded"]
STATUSES: tuple[AnalysisStatus, ...] = ("approved", "in review", "lapsed", "draft", "superseded")


class HeadlineResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One named result as a catalogue shows it: its value as text, with its unit."""

    name: str
    value: str
    unit: str = ""


class Reviewed(msgspec.Struct, frozen=True):
    """One reviewer's word on the content the analysis has now, or on an earlier one when `now` is False."""

    reviewer: str
    decision: DecisionValue
    date: str
    now: bool


class CatalogueEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One analysis. `reason` says why it has its status; `answer` is Markdown, what stands under its summary's heading.

    Dates are ISO 8601, of the first and the last commit that touched it, "" when none did. Authors and
    reviewers are names, as git has them. `superseded_by` and `supersedes` are paths of analyses; `decisions` are files.
    """

    path: str
    title: str
    status: AnalysisStatus
    reason: str
    kind: str = ""
    tier: Tier | None = None
    question: str = ""
    answer: str = ""
    hypothesis: str = ""
    decision: str = ""
    decision_owner: str = ""
    change_my_mind: str = ""
    review_on: str = ""
    authors: tuple[str, ...] = ()
    reviews: tuple[Reviewed, ...] = ()
    results: tuple[HeadlineResult, ...] = ()
    failed: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    data_sources: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    created: str = ""
    updated: str = ""
    superseded_by: str = ""
    supersedes: tuple[str, ...] = ()
    content: str = ""
    decisions: tuple[str, ...] = ()

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Who approved the content it has now."""
        return tuple(one.reviewer for one in self.reviews if one.now and one.decision == "approve")


class CatalogueMetric(msgspec.Struct, frozen=True):
    """One metric of the registry, its SQL laid out ("" where there is none), and the analyses that cite it, each with
    the version it cites ("" none)."""

    metric: Metric
    sql: str = ""
    analyses: tuple[tuple[str, str], ...] = ()


class Catalogue(msgspec.Struct, frozen=True):
    """Every analysis by path. `base` is what approvals were held against; `notes` say what could not be known.

    `decisions` are those of the working tree by path, `metrics` those of the registry, whose document is `registry` (""
    where there is none).
    """

    base: str
    entries: tuple[CatalogueEntry, ...]
    notes: tuple[str, ...] = ()
    decisions: tuple[DecisionSheet, ...] = ()
    metrics: tuple[CatalogueMetric, ...] = ()
    registry: str = ""
