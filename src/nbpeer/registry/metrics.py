"""The metric registry, `metrics.yml`, dbt's `semantic_manifest.json` or an Ossie document, as one typed value."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from nbpeer import yaml
from nbpeer.errors import NbpeerError
from nbpeer.model.metric import Registry
from nbpeer.registry.metrics_dbt import from_dbt
from nbpeer.registry.metrics_draft import Draft
from nbpeer.registry.metrics_ossie import from_ossie
from nbpeer.registry.metrics_resolve import resolve

# Where a registry is looked for, relative to the repository, in this order.
PLACES = (
    "metrics.yml", "metrics.yaml", "ossie.yml", "ossie.yaml", "ossie.json",
    "semantic_manifest.json", "target/semantic_manifest.json",
)  # fmt: skip


def find_registry(read: Callable[[str], bytes | None], configured: str = "") -> Registry | None:
    """The registry that `read` finds by path; None when there is none.

    `configured` is the one place to look instead of the usual ones. Raises NbpeerError naming file and mistake.
    """
    for path in (configured,) if configured else PLACES:
        content = read(path)
        if content is not None:
            return read_registry(content, path)
    if configured:
        raise NbpeerError(f"{configured} is not there", "mend `file` under [metrics] in the configuration")
    return None


@lru_cache(maxsize=64)
def read_registry(content: bytes, path: str) -> Registry:
    """The registry in a document. Raises NbpeerError naming `path` and what is wrong."""
    document = _document(content, path)
    if isinstance(document, dict) and "semantic_models" in document and "metrics" in document:
        drafts = from_dbt(document, path)
    else:
        drafts = from_ossie(document, path)
    _refuse_twins(drafts, path)
    return Registry(path, resolve(drafts, path))


def _document(content: bytes, path: str) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NbpeerError(f"{path} is not UTF-8 text", "write it as UTF-8") from None
    if path.endswith(".json"):
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise NbpeerError(f"{path} is not valid JSON ({error})", "mend it, or make it again") from None
    try:
        return yaml.load(text)
    except yaml.YamlError as error:
        raise NbpeerError(f"{path}, line {error.line}: not valid YAML ({error.problem})", "mend that line") from None


def _refuse_twins(drafts: tuple[Draft, ...], path: str) -> None:
    seen: set[str] = set()
    for draft in drafts:
        if draft.name in seen:
            raise NbpeerError(f"{path} defines {draft.name!r} twice", "a metric has one definition: take one out")
        seen.add(draft.name)
