"""The metrics of a repository, the analyses that cite them, and what a change of one makes questionable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from nbpeer.commands.metric_facts import explained_by, front_matter, needed_registry, registry_of
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.citations import citations
from nbpeer.model.digests import content_hash, results_digest, source_digest
from nbpeer.model.metric import CitingAnalysis, Metric, MetricChanges, MetricImpact, MetricUse, Registry, split_citation
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import ResultsFile, decode_results, results_path
from nbpeer.model.review import SignOff
from nbpeer.registry.metrics_changes import registry_changes
from nbpeer.repo import git
from nbpeer.repo.store import read_notebook, read_results_file, sign_off_files


def metric_uses(root: Path, config: Config) -> tuple[MetricUse, ...]:
    """Every metric of the working tree's registry, with the analyses that cite it.

    Raises NbpeerError when there is no registry, or it cannot be read.
    """
    registry = needed_registry(root, config)
    cited = citing(root, config, WORKTREE)
    return tuple(MetricUse(metric, _citing(metric.name, cited)) for metric in registry.metrics)


def find_metric(root: Path, config: Config, citation: str) -> MetricUse:
    """The metric that `NAME` or `NAME@VERSION` cites, with the analyses that cite it. Raises NbpeerError for none."""
    metric = needed_registry(root, config).cited(citation)
    return MetricUse(metric, _citing(metric.name, citing(root, config, WORKTREE)))


def metric_changes(root: Path, config: Config, before: Version, after: Version) -> MetricChanges:
    """What two versions of the registry say differently, which analysis explains it, and who cites it.

    Raises NbpeerError when either registry cannot be read, or neither version has one.
    """
    old, new = registry_of(root, config, before), registry_of(root, config, after)
    if old is None and new is None:
        raise NbpeerError(f"neither {before.label} nor {after.label} has a metric registry", "see docs/metrics.md")
    changes = registry_changes(old, new)
    explained = explained_by(root, before, after) if changes else {}
    cited = citing(root, config, after) if changes else {}
    told = (
        msgspec.structs.replace(
            change,
            explained=explained.get(change.name, ""),
            analyses=tuple(dict.fromkeys(path for path, _ in _citing(change.name, cited))),
        )
        for change in changes
    )
    return MetricChanges(before.label, after.label, tuple(told))


def metric_impact(root: Path, config: Config, names: tuple[str, ...]) -> tuple[MetricImpact, ...]:
    """For each metric the analyses that cite it, or one computed of it, and the approvals of their present content.

    Raises NbpeerError for a metric that is not there.
    """
    registry = needed_registry(root, config)
    wanted = [registry.cited(name) for name in names]
    cited = citing(root, config, WORKTREE)
    approvals = _approvals(root)
    return tuple(_impact(root, metric, registry, cited, approvals) for metric in wanted)


def citing(root: Path, config: Config, version: Version) -> dict[str, tuple[tuple[str, str], ...]]:
    """The metrics, with versions, that each analysis of a version cites in its source or cited when it last ran."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    with git.reading(root) as read:
        for path in git.notebooks_in(root, version):
            content = read(version, path) if git.selected(path, config.include, config.exclude) else None
            if content is None or b"metric" not in content:
                continue
            cited = dict.fromkeys(_cited(path, content, read(version, results_path(path))))
            if cited:
                found[path] = tuple(cited)
    return found


def _cited(path: str, content: bytes, recorded: bytes | None) -> Iterator[tuple[str, str]]:
    """What a notebook and its results file cite; nothing for one that cannot be read, which `nbpeer check` says."""
    with suppress(NbpeerError):
        notebook = parse_notebook(content, path)
        yield from ((one.name, one.version) for one in citations(notebook, front_matter(notebook)))
    with suppress(NbpeerError):
        found = decode_results(recorded, results_path(path)) if recorded else None
        yield from (split_citation(text) for text in (found.metrics if found else ()))


def content_of(root: Path, version: Version, path: str) -> tuple[Notebook | None, ResultsFile | None]:
    """An analysis and its recorded results; None for what is not there or cannot be read, which `nbpeer check` says."""
    try:
        notebook = read_notebook(root, version, path)
    except NbpeerError:
        return None, None
    try:
        return notebook, read_results_file(root, version, path)
    except NbpeerError:
        return notebook, None


def _citing(name: str, cited: Mapping[str, tuple[tuple[str, str], ...]]) -> tuple[tuple[str, str], ...]:
    return tuple((path, version) for path, metrics in sorted(cited.items()) for one, version in metrics if one == name)


def _impact(
    root: Path,
    metric: Metric,
    registry: Registry,
    cited: Mapping[str, tuple[tuple[str, str], ...]],
    approvals: Mapping[str, list[tuple[str, SignOff]]],
) -> MetricImpact:
    touched = [metric.name, *_computed_of(metric.name, registry)]
    analyses: dict[str, CitingAnalysis] = {}
    for name in touched:
        for path, version in _citing(name, cited):
            if path not in analyses:
                said = f"{name}@{version}" if version else name
                analyses[path] = CitingAnalysis(path, said, *_standing(root, path, approvals.get(path, [])))
    return MetricImpact(metric.cited, tuple(touched[1:]), tuple(analyses.values()))


def _computed_of(name: str, registry: Registry) -> list[str]:
    """The metrics that are computed of one, straight or by way of others, by name."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        below = waiting.pop()
        new = [one.name for one in registry.metrics if below in one.inputs and one.name not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return sorted(found)


def _approvals(root: Path) -> dict[str, list[tuple[str, SignOff]]]:
    """The approvals kept in the working tree by analysis, each with its file."""
    found: dict[str, list[tuple[str, SignOff]]] = {}
    for file, sign_off in sign_off_files(root, WORKTREE).items():
        if isinstance(sign_off, SignOff) and sign_off.decision == "approve":
            found.setdefault(sign_off.analysis, []).append((file, sign_off))
    return found


def _standing(root: Path, path: str, approvals: list[tuple[str, SignOff]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who approved the present content of an analysis, and the files of these sign-offs."""
    notebook, recorded = content_of(root, WORKTREE, path)
    if notebook is None:
        return (), ()
    content = content_hash(source_digest(notebook), results_digest(recorded.result_set) if recorded else None)
    held = [(file, sign_off) for file, sign_off in approvals if sign_off.content == content]
    return tuple(sign_off.reviewer for _, sign_off in held), tuple(file for file, _ in held)
