"""The metric registry of a version, and what the rules about metrics may know of it."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from pathlib import Path

from nbpeer.checks.facts import MetricFacts
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.citations import citations
from nbpeer.model.front_matter import FrontMatter, parse_front_matter
from nbpeer.model.metric import Metric, Registry, split_citation
from nbpeer.model.notebook import Notebook
from nbpeer.registry.metrics import PLACES, find_registry, read_registry
from nbpeer.repo import git
from nbpeer.repo.history import commits_of
from nbpeer.repo.store import read_notebook

METRIC_RULES = frozenset({"NBP701", "NBP702", "NBP703"})


def registry_of(root: Path, config: Config, version: Version = WORKTREE) -> Registry | None:
    """The metric registry of a version; None when it has none. Raises NbpeerError when it cannot be read."""
    configured = config.metrics.file
    if configured and git.read(root, version, configured) is None and version != WORKTREE:
        return None
    return find_registry(lambda path: git.read(root, version, path), configured)


def needed_registry(root: Path, config: Config, version: Version = WORKTREE) -> Registry:
    """The metric registry of a version. Raises NbpeerError when it has none, or it cannot be read."""
    found = registry_of(root, config, version)
    if found is None:
        where = "" if version == WORKTREE else f" in {version.label}"
        raise NbpeerError(f"no metric registry was found{where}", "write metrics.yml: see docs/metrics.md")
    return found


def metric_facts(root: Path | None, config: Config) -> MetricFacts:
    """What the rules may know of the metrics of a repository (None: a plain folder, where there are none)."""
    if root is None or not has_registry(root, config):
        return MetricFacts()
    try:
        registry = registry_of(root, config)
    except NbpeerError as error:
        return MetricFacts(problem=f"its registry cannot be read: {error.message}")
    base = registry_base(root, config)
    if registry is None or base is None:
        return MetricFacts(registry)
    before = _readable(root, base, registry.path)
    explained = frozenset[str]() if before in (None, registry) else frozenset(explained_by(root, base))
    return MetricFacts(registry, "", before, base.label, explained, partial(_earlier, root, registry.path))


def has_registry(root: Path, config: Config) -> bool:
    """Whether the working tree has a metric registry, be it readable or not."""
    return any((root / path).is_file() for path in _places(config))


def registry_state(root: Path, config: Config) -> str:
    """A digest of the registry's document; "" where there is none."""
    path = next((place for place in _places(config) if (root / place).is_file()), None)
    said = path and path.encode() + b"\0" + (root / path).read_bytes()
    return hashlib.blake2b(said, digest_size=16).hexdigest() if said else ""


def registry_base(root: Path, config: Config) -> Version | None:
    """The commit that changes of the registry are measured from: the merge base with the base branch, else HEAD."""
    if not git.has_commits(root):
        return None
    head = git.resolve(root, "HEAD")
    try:
        return git.merge_base(root, git.default_base(root, config.base), head)
    except NbpeerError:  # no base branch here: what is committed is what was agreed
        return head


def explained_by(root: Path, before: Version, after: Version = WORKTREE) -> dict[str, str]:
    """The metrics that analyses of kind metric_change are about which are new or changed since; the path of each."""
    found: dict[str, str] = {}
    for change in git.changed_notebooks(root, before, after):
        notebook = None if change.status == "removed" else _notebook(root, after, change.path)
        front = front_matter(notebook) if notebook else FrontMatter()
        if notebook and front.kind == "metric_change":
            named = [citation.name for citation in citations(notebook, front)]
            found |= dict.fromkeys([*named, *_parameter(notebook)], change.path)
    return found


def front_matter(notebook: Notebook) -> FrontMatter:
    """What the analyst says of an analysis; empty when there is none that can be read, which NBP201 reports."""
    try:
        return parse_front_matter(notebook) or FrontMatter()
    except NbpeerError:
        return FrontMatter()


def metrics_state(root: Path, config: Config) -> str:
    """A digest of what rules about metrics depend on besides the notebook, where there is a registry."""
    path = next(place for place in _places(config) if (root / place).is_file())
    base = registry_base(root, config)
    here, before = (git.read(root, version, path) if version else None for version in (WORKTREE, base))
    explained = sorted(explained_by(root, base)) if base and here != before else []
    said = repr((path, here, before, base.label if base else "", explained))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _places(config: Config) -> tuple[str, ...]:
    return (config.metrics.file,) if config.metrics.file else PLACES


def _parameter(notebook: Notebook) -> list[str]:
    """The value of the parameter `metric`, as the template of the kind has it."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.tags]
    return [name for cell in cells for name in re.findall(r"^metric\s*=\s*[\"'](\w+)[\"']", cell.source, re.MULTILINE)]


def _notebook(root: Path, version: Version, path: str) -> Notebook | None:
    try:
        return read_notebook(root, version, path)
    except NbpeerError:
        return None


def _readable(root: Path, version: Version, path: str) -> Registry | None:
    content = git.read(root, version, path)
    try:
        return None if content is None else read_registry(content, path)
    except NbpeerError:  # what nobody could read agreed on nothing
        return None


def _earlier(root: Path, path: str, citation: str) -> Metric | None:
    """The metric of a name and version in the newest commit whose registry has it."""
    name, version = split_citation(citation)
    for commit in commits_of(root, path):
        registry = _readable(root, Version("commit", commit, commit[:10]), path)
        metric = registry.find(name) if registry else None
        if metric and metric.version == version:
            return metric
    return None
