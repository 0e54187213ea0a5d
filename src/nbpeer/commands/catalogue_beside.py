"""What the catalogue holds beside analyses: decisions, what became of them, and the metrics of the registry."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nbpeer.commands.metric_facts import registry_of, registry_state
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.catalogue import CatalogueEntry, CatalogueMetric
from nbpeer.model.change import WORKTREE
from nbpeer.model.decision import DECISIONS, Decision, DecisionSheet, decision_number
from nbpeer.model.metric import Metric, split_citation
from nbpeer.registry.decisions import sheet
from nbpeer.registry.metrics_query import metric_query
from nbpeer.render.json import encodable
from nbpeer.repo.decisions import read_decision
from nbpeer.repo.timeline import Timeline


class Beside(msgspec.Struct, frozen=True):
    """What is kept from the last time. `decisions` have, by path, a name of the content; None is a record of another
    kind. `state` is the digest of the registry's document, `registry` its path; each metric has its SQL laid out."""

    decisions: dict[str, tuple[str, Decision | None]] = {}
    state: str = ""
    registry: str = ""
    metrics: tuple[tuple[Metric, str], ...] = ()


def known_beside(
    root: Path, config: Config, held: dict[str, str], kept: Beside
) -> tuple[Beside, dict[str, DecisionSheet], tuple[str, ...]]:
    """What the working tree has beside analyses, each decision with what became of it, and what could not be read.

    What `held` names as before is taken from `kept`. Raises NbpeerError when the registry cannot be read.
    """
    decisions: dict[str, tuple[str, Decision | None]] = {}
    problems = []
    for path in sorted(filter(is_decision, held)):
        known = kept.decisions.get(path)
        if known and known[0] == held[path]:
            decisions[path] = known
            continue
        try:
            decisions[path] = (held[path], encodable(read_decision(root, WORKTREE, path)))
        except NbpeerError as error:
            problems.append(f"a decision is left out: {error}")
    state = registry_state(root, config)
    if state and state == kept.state:
        beside = Beside(decisions, state, kept.registry, kept.metrics)
    else:
        registry = registry_of(root, config)  # a place that is configured and empty is an error
        found = map(encodable, registry.metrics if registry else ())
        metrics = tuple((one, metric_query(one) if one.query else "") for one in found)
        beside = Beside(decisions, state, registry.path if registry else "", metrics)
    sheets = {path: sheet(one) for path, (_, one) in beside.decisions.items() if one is not None}
    return beside, sheets, tuple(problems)


def is_decision(path: str) -> bool:
    """Whether a file is called and placed as decisions are."""
    return path.startswith(f"{DECISIONS}/") and decision_number(path) is not None


def decided(
    entries: tuple[CatalogueEntry, ...], sheets: dict[str, DecisionSheet], when: Timeline
) -> tuple[CatalogueEntry, ...]:
    """The entries with the decisions on them. A decision on a path that no analysis has any more belongs to the one
    that was called so."""
    here = {entry.path for entry in entries}
    former: dict[str, str] = {}
    if any(one.decision.analysis.path not in here for one in sheets.values()):
        for path in here:
            former |= {touch.path: path for touch in when.touches.get(path, ()) if touch.path not in here}
    on: dict[str, list[str]] = {}
    for path, one in sheets.items():
        about = one.decision.analysis.path
        on.setdefault(former.get(about, about), []).append(path)
    return tuple(
        msgspec.structs.replace(entry, decisions=tuple(on[entry.path])) if entry.path in on else entry
        for entry in entries
    )


def cited_metrics(beside: Beside, entries: tuple[CatalogueEntry, ...]) -> tuple[CatalogueMetric, ...]:
    """Every metric of the registry with the analyses that cite it."""
    citing: dict[str, list[tuple[str, str]]] = {}
    for entry in entries:
        for citation in entry.metrics:
            name, version = split_citation(citation)
            citing.setdefault(name, []).append((entry.path, version))
    return tuple(CatalogueMetric(one, sql, tuple(citing.get(one.name, ()))) for one, sql in beside.metrics)
