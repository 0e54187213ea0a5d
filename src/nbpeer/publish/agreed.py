"""The agreed definition of a metric, found from where a notebook runs."""

from __future__ import annotations

from pathlib import Path

from nbpeer.config import load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.metric import Registry
from nbpeer.registry.metrics import PLACES, find_registry
from nbpeer.registry.metrics_query import metric_query


def agreed_query(citation: str, dialect: str) -> tuple[str, str]:
    """How a metric is cited in full, and its SQL. Raises NbpeerError when there is none."""
    here = Path.cwd()
    place, registry = _registry(here)
    metric = registry.cited(citation)
    return metric.cited, metric_query(metric, dialect, "../" * len(here.relative_to(place).parts))


def _registry(folder: Path) -> tuple[Path, Registry]:
    """The registry of the repository that holds a folder, and where; outside of one the nearest above that has one."""
    above = (folder, *folder.parents)
    root = next((place for place in above if (place / ".git").exists()), None)
    for place in (root,) if root else above:
        # A file that is read becomes an input of the run: the configuration only when it has to be.
        configured = "" if any((place / path).is_file() for path in PLACES) else load_config(place).metrics.file
        found = find_registry(lambda path, place=place: _read(place / path), configured)  # type: ignore[misc]
        if found is not None:
            return place, found
    raise NbpeerError("no metric registry was found in this repository", "write metrics.yml: see docs/metrics.md")


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
