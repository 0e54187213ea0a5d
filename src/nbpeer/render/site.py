"""The catalogue as a static site: its pages, each with a key that changes when the page does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from nbpeer.model.catalogue import STATUSES, Catalogue, CatalogueEntry
from nbpeer.model.metric import split_citation
from nbpeer.render.page import asset, require_page_parts, template_html
from nbpeer.render.site_data import atom, decisions_lines, entries_lines, intake, results_lines, search_data
from nbpeer.render.site_groups import Beside, Group, digest_of, digest_of_bytes, groups_of, memberships

PER_PAGE = 200
_RECENT = 30
_STYLES = ("page.css", "site.css")
_TEMPLATES = tuple(
    f"site{part}.html" for part in ("", "_parts", "_home", "_list", "_entry", "_decisions", "_metric", "_decision")
)


class SiteOptions(NamedTuple):
    """What a team says of its site: its title, where it will stand ("" when only on disk), and where sources are."""

    title: str = "Analyses"
    url: str = ""
    source_url: str = ""


class SitePage(NamedTuple):
    """One file of the site: its path, a key that is the same as long as its content is, and what makes the content."""

    path: str
    key: str
    render: Callable[[], bytes]


class _Context(NamedTuple):
    options: SiteOptions
    beside: Beside
    by_path: dict[str, CatalogueEntry]
    places: dict[str, int]
    groups: dict[tuple[str, str], Group]
    rows: dict[str, str]
    whole: dict[str, str]
    searchable: bool
    made: str
    citations: dict[str, tuple[str, str, str]]

    def cited(self, citation: str) -> tuple[str, str, str]:
        """A citation, where its metric's page is, and how it stands to the registry."""
        if citation not in self.citations:
            href = self.groups[("metrics", split_citation(citation)[0])].href
            self.citations[citation] = citation, href, self.beside.cites(citation)
        return self.citations[citation]

    def key(self, *parts: object) -> str:
        return digest_of(self.made, *parts)


def require_site_parts() -> None:
    """Raise NbpeerError, naming what to install, when a library that the site needs is not here."""
    require_page_parts("the site")


def site_pages(catalogue: Catalogue, options: SiteOptions, release: str, searcher: str) -> Iterator[SitePage]:
    """Every file of the site. `release` names the version that builds it; `searcher` is the search library's script,
    "" where it is not there: the site then has no search."""
    entries = sorted(catalogue.entries, key=lambda entry: (entry.created, entry.path))
    decisions = {one.decision.path: one for one in catalogue.decisions}
    beside = Beside(decisions, {one.metric.name: one for one in catalogue.metrics}, catalogue.registry)
    groups = {(group.folder, group.name): group for group in groups_of(entries, beside)}
    made = digest_of(release, tuple(options), bool(searcher), *map(asset, (*_STYLES, *_TEMPLATES)))
    by_path = {entry.path: entry for entry in entries}
    rows = {entry.path: digest_of(*_row(entry)) for entry in entries}
    said = {path: msgspec.msgpack.encode(one) for path, one in decisions.items()}
    encoded = ((entry, msgspec.msgpack.encode(entry)) for entry in entries)
    whole = {entry.path: digest_of_bytes(one, *(said[path] for path in entry.decisions)) for entry, one in encoded}
    places = {entry.path: place for place, entry in enumerate(entries)}
    context = _Context(options, beside, by_path, places, groups, rows, whole, bool(searcher), made, {})
    yield _home(context, catalogue, entries)
    for group in groups.values():
        yield from _list_pages(context, group)
    if catalogue.decisions:
        yield _decisions_page(context, said)
    for entry in entries:
        yield _entry_page(context, entry)
    yield from _data(context, catalogue, entries)
    yield from _assets(searcher)


@cache
def entry_file(path: str) -> str:
    """The file of an analysis's page, from the top of the site; whatever could harm in a file's name is encoded."""
    return f"analyses/{quote(path.removesuffix('.ipynb'), safe='/ ', errors='surrogateescape')}.html"


def _home(context: _Context, catalogue: Catalogue, entries: list[CatalogueEntry]) -> SitePage:
    recent = sorted(entries, key=lambda entry: (entry.updated, entry.path), reverse=True)[:_RECENT]
    counts = [(group.folder, group.name, len(group.rows)) for group in context.groups.values()]
    waiting = sum(one.waits for one in catalogue.decisions)
    key = context.key(
        *counts,
        *(context.rows[entry.path] for entry in recent),
        *catalogue.notes,
        (len(catalogue.decisions), waiting),
    )

    def render() -> bytes:
        folders: dict[str, list[Group]] = {}
        for group in context.groups.values():
            folders.setdefault(group.folder, []).append(group)
        folders["status"] = [context.groups[("status", status)] for status in STATUSES]
        for folder in ("kinds", "tags", "metrics", "people"):
            folders[folder] = sorted(folders.get(folder, []), key=lambda group: (-len(group.rows), group.name))
        values = {"recent": recent, "count": len(entries), "decisions": len(catalogue.decisions), "waiting": waiting}
        return _render(context, "site_home.html", "", folders=folders, notes=catalogue.notes, **values)

    return SitePage("index.html", key, render)


def _list_pages(context: _Context, group: Group) -> Iterator[SitePage]:
    chunks = _chunks(context, group.rows)
    metric = context.beside.metrics.get(group.name) if group.folder == "metrics" else None
    defined = digest_of(msgspec.msgpack.encode((metric.metric, metric.sql))) if metric else context.beside.registry
    inputs = {name: context.groups[("metrics", name)].href for name in (metric.metric.inputs if metric else ())}
    files = [f"{group.slug}-p{number}.html" for number, _ in chunks[:-1]] + [f"{group.slug}.html"]
    for place, (_, rows) in enumerate(chunks):
        older = files[place - 1] if place else ""
        newer = files[place + 1] if place + 1 < len(files) else ""
        count = 0 if newer else len(group.rows)
        newest_first = rows[::-1]
        about = "" if newer or group.folder != "metrics" else defined
        key = context.key(
            group.name, count, older, newer, about, *((context.rows[one.path], role) for one, role in newest_first)
        )
        values = {"group": group, "rows": newest_first, "older": older, "newer": newer, "count": count}
        values |= {"metric": metric, "inputs": inputs, "registry": context.beside.registry}

        def render(values: dict[str, object] = values) -> bytes:
            return _render(context, "site_list.html", "../", **values)

        yield SitePage(f"{group.folder}/{files[place]}", key, render)


def _chunks(
    context: _Context, rows: tuple[tuple[CatalogueEntry, str], ...]
) -> list[tuple[int, list[tuple[CatalogueEntry, str]]]]:
    """Pages of about `PER_PAGE` rows, oldest first, each with its number.

    What is on a page depends on an analysis's place among all, not in the list: one that leaves the list, or comes into
    it, changes one page.
    """
    share = len(rows) / max(1, len(context.places))
    block = PER_PAGE
    while share * block < PER_PAGE / 2 and block < len(context.places):
        block *= 2
    places = context.places
    return [(n + 1, list(page)) for n, page in groupby(rows, lambda row: places[row[0].path] // block)] or [(1, [])]


def _entry_page(context: _Context, entry: CatalogueEntry) -> SitePage:
    near = [context.by_path[path] for path in (entry.superseded_by, *entry.supersedes) if path in context.by_path]
    beside = context.beside
    cited = [context.cited(text) for text in entry.metrics]
    key = context.key(context.whole[entry.path], *(context.rows[one.path] for one in near), *cited)

    def render() -> bytes:
        from nbpeer.render.markdown_html import markdown_html

        depth = entry_file(entry.path).count("/")
        answer = markdown_html(entry.answer, heading=3) if entry.answer else ""
        groups = [context.groups[(folder, name)] for folder, name, _ in memberships(entry, context.beside)]
        links = {(group.folder, group.name): group.href for group in groups}
        values = {"answer": answer, "links": links, "by_path": context.by_path, "metrics": cited}
        return _render(context, "site_entry.html", "../" * depth, entry=entry, sheets=beside.on(entry), **values)

    return SitePage(entry_file(entry.path), key, render)


def _decisions_page(context: _Context, said: dict[str, bytes]) -> SitePage:
    """Every decision: first what waits for its outcome, by the day that is due, then the others, the latest first."""
    sheets = context.beside.decisions.values()
    open_ones = sorted(
        (one for one in sheets if one.waits), key=lambda one: (one.due is None, str(one.due), one.decision.path)
    )
    others = sorted((one for one in sheets if not one.waits), key=lambda one: one.decision.path, reverse=True)
    on = {path: entry.path for entry in context.by_path.values() for path in entry.decisions}
    key = context.key(*said.values(), *sorted(on.items()))

    def render() -> bytes:
        return _render(context, "site_decisions.html", "", waiting=open_ones, others=others, on=on)

    return SitePage("decisions.html", key, render)


def _data(context: _Context, catalogue: Catalogue, entries: list[CatalogueEntry]) -> Iterator[SitePage]:
    beside = msgspec.msgpack.encode((catalogue.decisions, catalogue.metrics, catalogue.registry))
    about = (catalogue.base, catalogue.notes, digest_of_bytes(beside))
    key = context.key(*(context.whole[entry.path] for entry in entries), *about)
    options = context.options
    yield SitePage("feed.xml", key, lambda: atom(entries, options.title, options.url, entry_file))
    yield SitePage("catalogue.json", key, lambda: msgspec.json.encode(catalogue) + b"\n")
    yield SitePage("catalogue.jsonl", key, lambda: entries_lines(entries))
    yield SitePage("results.jsonl", key, lambda: results_lines(entries))
    decided = bool(catalogue.decisions)
    if decided:
        yield SitePage("decisions.jsonl", key, lambda: decisions_lines(catalogue.decisions))
    yield SitePage("intake.yml", context.key("intake", decided), lambda: intake(options.title, decided))
    if context.searchable:
        yield SitePage("search-data.js", key, lambda: search_data(entries, context.beside.decisions, entry_file))


def _assets(searcher: str) -> Iterator[SitePage]:
    style, script = "\n".join(map(asset, _STYLES)), asset("site.js")
    yield SitePage("assets/site.css", digest_of(style), lambda: f"{style}\n".encode())
    if searcher:
        yield SitePage("assets/site.js", digest_of(script), lambda: f"{script}\n".encode())
        yield SitePage("assets/minisearch.js", digest_of(searcher), searcher.encode)


def _render(context: _Context, template: str, root: str, **values: object) -> bytes:
    text = template_html(
        template,
        root=root,
        options=context.options,
        searchable=context.searchable,
        href=_href,
        **values,
    )
    return text.encode()


@cache
def _href(path: str) -> str:
    """The address of an analysis's page, from the top of the site."""
    return quote(entry_file(path))


def _row(entry: CatalogueEntry) -> tuple[object, ...]:
    """What a list shows of an analysis."""
    first = tuple((result.name, result.value, result.unit) for result in entry.results[:2])
    return entry.path, entry.title, entry.question, entry.status, first, entry.updated, entry.decision_owner
