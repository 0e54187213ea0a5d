"""Metrics: the one agreed definition of each, what changed between two versions of it, and how two numbers compare."""

from __future__ import annotations

import datetime
from difflib import get_close_matches
from functools import cache
from typing import Literal

import msgspec

from nbpeer.errors import NbpeerError

MetricStatus = Literal["draft", "active", "deprecated", "retired"]
Grain = Literal["", "day", "week", "month", "quarter", "year"]
MetricVerdict = Literal["agree", "differ", "undecided"]
MetricChangeKind = Literal["added", "removed", "definition", "version", "described"]


class MetricSource(msgspec.Struct, frozen=True):
    """One table a metric reads: what its registry calls it, and where it is (a table's full name, a file, a query)."""

    name: str
    relation: str


class Metric(msgspec.Struct, frozen=True):
    """One metric of the registry, whatever document it comes from.

    `query` gives its number, or with `grain` one number a period, in `dialect` ("" standard SQL); `queries` are the
    same in other dialects that the document itself spells out. A metric that SQL cannot be given for has none, and
    `problem` says why. `time` is the column that tells when a row counts, `inputs` are the metrics it is computed of,
    `definition` is the digest of what it means.
    """

    name: str
    definition: str
    query: str = ""
    dialect: str = ""
    queries: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    expression: str = ""
    filter: str = ""
    sources: tuple[MetricSource, ...] = ()
    inputs: tuple[str, ...] = ()
    time: str = ""
    grain: Grain = ""
    version: str = ""
    owner: str = ""
    status: MetricStatus = "active"
    valid_from: datetime.date | None = None
    description: str = ""

    @property
    def cited(self) -> str:
        """How an analysis cites it: `wau@2.1.0`, or the name alone when it has no version."""
        return f"{self.name}@{self.version}" if self.version else self.name


class Registry(msgspec.Struct, frozen=True):
    """Every metric of one document, by name; `path` is the document's, relative to the repository."""

    path: str
    metrics: tuple[Metric, ...] = ()

    def find(self, name: str) -> Metric | None:
        """The metric of that name."""
        return next((metric for metric in self.metrics if metric.name == name), None)

    def cited(self, citation: str) -> Metric:
        """The metric that `NAME` or `NAME@VERSION` cites. Raises NbpeerError for one that is not there."""
        name, version = split_citation(citation)
        metric = self.find(name)
        if metric is None:
            close = get_close_matches(name, [one.name for one in self.metrics], n=1)
            hint = f"did you mean {close[0]!r}?" if close else "`nbpeer metrics list` shows what is there"
            raise NbpeerError(f"{self.path} defines no metric {name!r}", hint)
        if version and version != metric.version:
            now = f"{self.path} has {metric.version}" if metric.version else f"{self.path} gives it no version"
            raise NbpeerError(f"{citation} is not there: {now}", f"cite {metric.cited}")
        return metric


@cache
def split_citation(citation: str) -> tuple[str, str]:
    """Name and version ("" for none) of a citation such as `wau@2.1.0`."""
    name, _, version = citation.strip().partition("@")
    return name.strip(), version.strip()


class MetricChange(msgspec.Struct, frozen=True):
    """One metric that two versions of the registry say different things of.

    `kind` is the gravest difference: `definition` changed what it counts, `version` only its version, `described` what
    is said about it. `explained` names the metric_change analysis that goes with it, "" when there is none.
    `analyses` are those that cite it.
    """

    name: str
    kind: MetricChangeKind
    before: Metric | None
    after: Metric | None
    details: tuple[str, ...] = ()
    explained: str = ""
    analyses: tuple[str, ...] = ()

    @property
    def unexplained(self) -> bool:
        """Whether the number means something else now and no analysis says what that does."""
        return self.kind in ("definition", "removed") and not self.explained


class MetricChanges(msgspec.Struct, frozen=True):
    """What differs between two versions of the registry, by metric."""

    before: str
    after: str
    changes: tuple[MetricChange, ...] = ()


class MetricUse(msgspec.Struct, frozen=True):
    """One metric and the analyses that cite it, each with the version it cites ("" none)."""

    metric: Metric
    analyses: tuple[tuple[str, str], ...] = ()


class CitingAnalysis(msgspec.Struct, frozen=True):
    """One analysis that a metric is in: how it cites it, who approved its present content, and in which files."""

    path: str
    cites: str
    reviewers: tuple[str, ...] = ()
    sign_offs: tuple[str, ...] = ()


class MetricImpact(msgspec.Struct, frozen=True):
    """What a change of one metric touches: the metrics computed of it, the analyses that cite any of these."""

    metric: str
    derived: tuple[str, ...] = ()
    analyses: tuple[CitingAnalysis, ...] = ()


class ReconciledRow(msgspec.Struct, frozen=True):
    """One number by the definition and by the analysis; `key` names the period or group ("" for a single number)."""

    key: str
    defined: float | None
    found: float | None
    agrees: bool


class Reconciliation(msgspec.Struct, frozen=True):
    """A definition and an analysis's query, both run over one window.

    `problem` says why nothing could be compared. `analysis` and `cell` are the query's place; cell 0 is a recorded
    result, named in `result`. `query` is what was run for it.
    """

    metric: str
    analysis: str
    cell: int
    window: str
    verdict: MetricVerdict
    rows: tuple[ReconciledRow, ...] = ()
    problem: str = ""
    result: str = ""
    query: str = ""
