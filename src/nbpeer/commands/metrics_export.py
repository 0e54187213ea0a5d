"""`nbpeer metrics export`: the analyses of a repository as dbt exposures."""

from __future__ import annotations

import re
from pathlib import Path

from nbpeer.commands.metric_facts import front_matter, registry_of
from nbpeer.commands.metrics import citing, content_of
from nbpeer.config import Config
from nbpeer.files import write_atomic
from nbpeer.model.change import WORKTREE
from nbpeer.registry.metrics_exposures import Exposed
from nbpeer.registry.metrics_exposures import exposures_yaml as exposures_yaml
from nbpeer.repo import git

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def dbt_exposures(root: Path, config: Config) -> tuple[Exposed, ...]:
    """Every analysis of the working tree as dbt sees one: who decides on it, how far to rely on it, what it uses.

    Metrics that the registry does not have are left out, since dbt refuses what it does not know. Raises NbpeerError
    when the registry cannot be read.
    """
    cited = citing(root, config, WORKTREE)
    registry = registry_of(root, config)
    known = {metric.name for metric in registry.metrics} if registry else set()
    found = []
    for path in git.notebooks(root, config.include, config.exclude):
        notebook, _ = content_of(root, WORKTREE, path)
        if notebook is None:
            continue
        front = front_matter(notebook)
        email = next((author for author in (front.decision_owner, *front.authors) if _EMAIL.fullmatch(author)), "")
        metrics = tuple(sorted({name for name, _ in cited.get(path, ())} & known))
        found.append(
            Exposed(
                path, front.title, front.question, front.decision_owner, email, front.tier or "", front.tags, metrics
            )
        )
    return tuple(found)


def write_exposures(analyses: tuple[Exposed, ...], path: Path) -> bool:
    """Write the exposures to a file; False when it says just that. Raises NbpeerError when the file system refuses."""
    return write_atomic(path, exposures_yaml(analyses).encode())
