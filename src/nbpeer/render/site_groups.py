"""The lists of the site: which analyses belong on which, and what each has to do with it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from nbpeer.model.catalogue import STATUSES, CatalogueEntry, CatalogueMetric
from nbpeer.model.decision import DecisionSheet
from nbpeer.model.metric import split_citation


class Group(NamedTuple):
    """A list of analyses, oldest first, each with a word on what it has to do with the list."""

    folder: str
    name: str
    slug: str
    rows: tuple[tuple[CatalogueEntry, str], ...]

    @property
    def href(self) -> str:
        """Where its newest page is, from the top."""
        return f"{self.folder}/{self.slug}.html"


class Beside(NamedTuple):
    """What the lists need beside analyses: decisions by path, metrics by name, the path of their registry ("" none)."""

    decisions: Mapping[str, DecisionSheet]
    metrics: Mapping[str, CatalogueMetric]
    registry: str

    def on(self, entry: CatalogueEntry) -> list[DecisionSheet]:
        """The decisions on an analysis, the latest first."""
        return [self.decisions[path] for path in reversed(entry.decisions)]

    def cites(self, citation: str) -> str:
        """How a citation stands to the registry's present version, in words; "" where there is no registry."""
        name, version = split_citation(citation)
        if not self.registry:
            return f"cites {version}" if version else ""
        if name not in self.metrics:
            return f"{self.registry} does not define it"
        now = self.metrics[name].metric.version
        if not version:
            return "cites no version"
        if version == now:
            return f"cites {version}, the present version"
        return f"cites {version}, {f'not the present {now}' if now else 'though it has no version'}"


def slug(name: str) -> str:
    """A name as a file's name, another for each name: what is more than a-z, 0-9, - and _ is told by a digest.

    It is the same in an address.
    """
    plain = re.sub(r"[^a-z0-9_]+", "-", name.casefold()).strip("-")[:60]
    return plain if plain and plain == name else f"{plain}-{digest_of(name)[:6]}".strip("-")


def groups_of(entries: Sequence[CatalogueEntry], beside: Beside) -> Iterator[Group]:
    """Every list: of all, by status, kind, tag, metric (those that nobody cites too) and person."""
    found: dict[tuple[str, str], dict[str, tuple[CatalogueEntry, str]]] = defaultdict(dict)
    for status in STATUSES:
        found[("status", status)] = {}
    for metric in beside.metrics:
        found[("metrics", metric)] = {}
    several: dict[tuple[str, str, str], list[str]] = {}
    for entry in entries:
        path = entry.path
        for folder, name, role in memberships(entry, beside):
            rows = found[(folder, name)]
            known = rows.get(path)
            if known is None:
                rows[path] = entry, role
            elif role not in (roles := several.setdefault((folder, name, path), [known[1]])):
                roles.append(role)
                rows[path] = entry, ", ".join(filter(None, roles))
    for (folder, name), rows in sorted(found.items()):
        ours = folder in ("lists", "status")
        yield Group(folder, name, name.replace(" ", "-") if ours else slug(name), tuple(rows.values()))


def memberships(entry: CatalogueEntry, beside: Beside) -> Iterator[tuple[str, str, str]]:
    """The lists an analysis is on, by folder and name, each with a word on why; a list may come twice."""
    yield "lists", "all analyses", ""
    yield "status", entry.status, ""
    if entry.kind:
        yield "kinds", entry.kind, ""
    for tag in entry.tags:
        yield "tags", tag, ""
    for metric in entry.metrics:
        yield "metrics", split_citation(metric)[0], beside.cites(metric)
    for author in entry.authors:
        yield "people", author, "wrote it"
    for review in entry.reviews:
        yield "people", review.reviewer, "reviewed it"
    if entry.decision_owner:
        yield "people", entry.decision_owner, "decides on it"
    for sheet in beside.on(entry):
        for person in sheet.decision.decision_makers:
            yield "people", person, "decided on it"


def digest_of(*parts: object) -> str:
    """A short digest of plain values."""
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=12).hexdigest()


def digest_of_bytes(*parts: bytes) -> str:
    """A short digest of encoded values."""
    state = hashlib.blake2b(digest_size=12)
    for part in parts:
        state.update(b"%d:" % len(part) + part)
    return state.hexdigest()
