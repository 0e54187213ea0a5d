"""The catalogue as a static site: its pages, each with a key that changes when the page does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from nbpeer.model.catalogue import STATUSES, Catalogue, CatalogueEntry
from nbpeer.render.page import asset, require_page_parts, template_html
from nbpeer.render.site_data import atom, entries_lines, intake, results_lines, search_data

PER_PAGE = 200
_RECENT = 30
_STYLES = ("page.css", "site.css")
_TEMPLATES = ("site.html", "site_parts.html", "site_home.html", "site_list.html", "site_entry.html")


class SiteOptions(NamedTuple):
    """What a team says of its site: its title, where it will stand ("" when only on disk), and where sources are."""

    title: str = "Analyses"
    url: str = ""
    source_url: str = ""


class SitePage(NamedTuple):
    """One file of the site: its path, a key that is the same as long as its content is, and what makes the content."""

    path: str
    key: str
    render: Callable[[], str]


class Group(NamedTuple):
    """A list of analyses, oldest first, each with a word on what it has to do with the list."""

    folder: str
    name: str
    slug: str
    rows: tuple[tuple[CatalogueEntry, str], ...]

    @property
    def href(self) -> str:
        """Where its newest page is, from the top."""
        return f"{self.folder}/{quote(self.slug)}.html"


class _Context(NamedTuple):
    options: SiteOptions
    by_path: dict[str, CatalogueEntry]
    places: dict[str, int]
    groups: dict[tuple[str, str], Group]
    rows: dict[str, str]
    whole: dict[str, str]
    searchable: bool
    made: str

    def key(self, *parts: object) -> str:
        return _digest(self.made, *parts)


def require_site_parts() -> None:
    """Raise NbpeerError, naming what to install, when a library that the site needs is not here."""
    require_page_parts("the site")


def site_pages(catalogue: Catalogue, options: SiteOptions, release: str, searcher: str) -> Iterator[SitePage]:
    """Every file of the site. `release` names the version that builds it; `searcher` is the search library's script,
    "" where it is not there: the site then has no search."""
    entries = sorted(catalogue.entries, key=lambda entry: (entry.created, entry.path))
    groups = {(group.folder, group.name): group for group in _groups(entries)}
    made = _digest(release, tuple(options), bool(searcher), *map(asset, (*_STYLES, *_TEMPLATES)))
    by_path = {entry.path: entry for entry in entries}
    rows = {entry.path: _digest(*_row(entry)) for entry in entries}
    whole = {entry.path: _digest(msgspec.msgpack.encode(entry)) for entry in entries}
    places = {entry.path: place for place, entry in enumerate(entries)}
    context = _Context(options, by_path, places, groups, rows, whole, bool(searcher), made)
    yield _home(context, catalogue, entries)
    for group in groups.values():
        yield from _list_pages(context, group)
    for entry in entries:
        yield _entry_page(context, entry)
    yield from _data(context, catalogue, entries)
    yield from _assets(searcher)


@cache
def entry_file(path: str) -> str:
    """The file of an analysis's page, from the top of the site; whatever could harm in a file's name is encoded."""
    return f"analyses/{quote(path.removesuffix('.ipynb'), safe='/ ', errors='surrogateescape')}.html"


def slug(name: str) -> str:
    """A name as a file's name: letters, digits and hyphens; another when it says the same of different names."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60]
    return plain if plain and plain == name.casefold().replace(" ", "-") else f"{plain}-{_digest(name)[:6]}".strip("-")


def _groups(entries: list[CatalogueEntry]) -> Iterator[Group]:
    found: dict[tuple[str, str], dict[str, tuple[CatalogueEntry, list[str]]]] = {}
    for status in STATUSES:
        found[("status", status)] = {}
    for entry in entries:
        for folder, name, role in _memberships(entry):
            group = found.setdefault((folder, name), {})
            group.setdefault(entry.path, (entry, []))[1].append(role)
    for (folder, name), rows in sorted(found.items()):
        listed = tuple((entry, ", ".join(dict.fromkeys(roles)) if any(roles) else "") for entry, roles in rows.values())
        yield Group(folder, name, slug(name), listed)


def _memberships(entry: CatalogueEntry) -> Iterator[tuple[str, str, str]]:
    yield "lists", "all analyses", ""
    yield "status", entry.status, ""
    if entry.kind:
        yield "kinds", entry.kind, ""
    for tag in entry.tags:
        yield "tags", tag, ""
    for metric in entry.metrics:
        name, _, version = metric.partition("@")
        yield "metrics", name, f"version {version}" if version else ""
    for author in entry.authors:
        yield "people", author, "wrote it"
    for review in entry.reviews:
        yield "people", review.reviewer, "reviewed it"
    if entry.decision_owner:
        yield "people", entry.decision_owner, "decides on it"


def _home(context: _Context, catalogue: Catalogue, entries: list[CatalogueEntry]) -> SitePage:
    recent = sorted(entries, key=lambda entry: (entry.updated, entry.path), reverse=True)[:_RECENT]
    counts = [(group.folder, group.name, len(group.rows)) for group in context.groups.values()]
    key = context.key(*counts, *(context.rows[entry.path] for entry in recent), *catalogue.notes)

    def render() -> str:
        folders: dict[str, list[Group]] = {}
        for group in context.groups.values():
            folders.setdefault(group.folder, []).append(group)
        folders["status"] = [context.groups[("status", status)] for status in STATUSES]
        for folder in ("kinds", "tags", "metrics", "people"):
            folders[folder] = sorted(folders.get(folder, []), key=lambda group: (-len(group.rows), group.name))
        return _render(
            context, "site_home.html", "", recent=recent, folders=folders, count=len(entries), notes=catalogue.notes
        )

    return SitePage("index.html", key, render)


def _list_pages(context: _Context, group: Group) -> Iterator[SitePage]:
    chunks = _chunks(context, group.rows)
    files = [f"{group.slug}-p{number}.html" for number, _ in chunks[:-1]] + [f"{group.slug}.html"]
    for place, (_, rows) in enumerate(chunks):
        older = files[place - 1] if place else ""
        newer = files[place + 1] if place + 1 < len(files) else ""
        count = 0 if newer else len(group.rows)
        newest_first = rows[::-1]
        key = context.key(
            group.name, count, older, newer, *((context.rows[one.path], role) for one, role in newest_first)
        )
        values = {"group": group, "rows": newest_first, "older": older, "newer": newer, "count": count}

        def render(values: dict[str, object] = values) -> str:
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
    found: dict[int, list[tuple[CatalogueEntry, str]]] = {}
    for row in rows:
        found.setdefault(context.places[row[0].path] // block, []).append(row)
    return [(number + 1, found[number]) for number in sorted(found)] or [(1, [])]


def _entry_page(context: _Context, entry: CatalogueEntry) -> SitePage:
    near = [context.by_path[path] for path in (entry.superseded_by, *entry.supersedes) if path in context.by_path]
    key = context.key(context.whole[entry.path], *(context.rows[one.path] for one in near))

    def render() -> str:
        from nbpeer.render.markdown_html import markdown_html

        depth = entry_file(entry.path).count("/")
        answer = markdown_html(entry.answer, heading=3) if entry.answer else ""
        groups = [context.groups[(folder, name)] for folder, name, _ in _memberships(entry)]
        links = {(group.folder, group.name): group.href for group in groups}
        return _render(
            context, "site_entry.html", "../" * depth, entry=entry, answer=answer, links=links, by_path=context.by_path
        )

    return SitePage(entry_file(entry.path), key, render)


def _data(context: _Context, catalogue: Catalogue, entries: list[CatalogueEntry]) -> Iterator[SitePage]:
    key = context.key(*(context.whole[entry.path] for entry in entries), *catalogue.notes)
    options = context.options
    yield SitePage("feed.xml", key, lambda: atom(entries, options.title, options.url, entry_file))
    yield SitePage("catalogue.json", key, lambda: msgspec.json.encode(catalogue).decode() + "\n")
    yield SitePage("catalogue.jsonl", key, lambda: entries_lines(entries))
    yield SitePage("results.jsonl", key, lambda: results_lines(entries))
    yield SitePage("intake.yml", context.key("intake"), lambda: intake(options.title))
    if context.searchable:
        yield SitePage("search-data.js", key, lambda: search_data(entries, entry_file))


def _assets(searcher: str) -> Iterator[SitePage]:
    style, script = "\n".join(map(asset, _STYLES)), asset("site.js")
    yield SitePage("assets/site.css", _digest(style), lambda: style + "\n")
    if searcher:
        yield SitePage("assets/site.js", _digest(script), lambda: script + "\n")
        yield SitePage("assets/minisearch.js", _digest(searcher), lambda: searcher)


def _render(context: _Context, template: str, root: str, **values: object) -> str:
    return template_html(
        template,
        root=root,
        options=context.options,
        searchable=context.searchable,
        href=_href,
        **values,
    )


@cache
def _href(path: str) -> str:
    """The address of an analysis's page, from the top of the site."""
    return quote(entry_file(path))


def _row(entry: CatalogueEntry) -> tuple[object, ...]:
    """What a list shows of an analysis."""
    first = tuple((result.name, result.value, result.unit) for result in entry.results[:2])
    return entry.path, entry.title, entry.question, entry.status, first, entry.updated, entry.decision_owner


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
