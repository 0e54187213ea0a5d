"""`nbpeer site`: the catalogue as a folder of pages that opens from disk; only pages that change are written."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.commands.catalogue import catalogue
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.render.page import vendored
from nbpeer.render.sanitise import well_formed
from nbpeer.render.site import SiteOptions, require_site_parts, site_pages

DEFAULT_OUTPUT = "site"
STATE = ".nbpeer-site.json"
SEARCHER = "minisearch.js"


class SiteRequest(NamedTuple):
    """Where to build the site, how, and the base that approvals are held against (None finds it)."""

    output: Path
    options: SiteOptions = SiteOptions()
    base: str | None = None


class SiteReport(msgspec.Struct, frozen=True):
    """What was built: the folder, how many analyses, pages and pages written, removed; whether it can be searched."""

    path: str
    analyses: int
    pages: int
    written: int
    removed: int
    searchable: bool
    notes: tuple[str, ...] = ()


def site(
    root: Path, config: Config, request: SiteRequest, on_step: Callable[[str], None] = lambda step: None
) -> SiteReport:
    """Build the site into a folder, or bring it up to date.

    `on_step` is called with the path of each analysis that is looked at anew and of each page that is written. Raises
    NbpeerError as `catalogue`, for a folder that holds something else, and when the libraries for pages are not here.
    """
    require_site_parts()
    output, options = request.output, SiteOptions(*map(well_formed, request.options))
    known = _known(output)
    found = catalogue(root, config, request.base, on_step)
    searcher = vendored(SEARCHER)
    there = _files(output)
    pages = list(site_pages(found, options, version("nbpeer"), searcher))
    held = {page.path: page.key for page in pages}
    anew = [page for page in pages if known.get(page.path) != page.key or page.path not in there]
    gone = [path for path in known if path not in held]
    if output == root / DEFAULT_OUTPUT:
        write_atomic(output / ".gitignore", b"*\n")  # it is built, so nobody wants it in git beside its sources
    # What is about to change has no key meanwhile, so that a build that is stopped can be taken up again.
    write_atomic(output / STATE, msgspec.json.encode({**known, **dict.fromkeys((page.path for page in anew), "")}))
    written = 0
    for page in anew:
        on_step(page.path)
        written += write_atomic(output / page.path, page.render(), durable=False)
    for path in gone:
        (output / path).unlink(missing_ok=True)
    write_atomic(output / STATE, msgspec.json.encode(held))
    return SiteReport(str(output), len(found.entries), len(held), written, len(gone), bool(searcher), found.notes)


def _known(output: Path) -> dict[str, str]:
    """The key of each page that an earlier build wrote. Raises NbpeerError for a folder that holds something else."""
    if output.exists() and not output.is_dir():
        raise NbpeerError(f"{output} is a file", "name a folder with --output")
    with suppress(FileNotFoundError, NotADirectoryError):
        try:
            return msgspec.json.decode((output / STATE).read_bytes(), type=dict[str, str])
        except msgspec.DecodeError:
            return {}
    if output.is_dir() and any(output.iterdir()):
        raise NbpeerError(
            f"{output} holds something that `nbpeer site` did not write", "name an empty or a new folder with --output"
        )
    return {}


def _files(output: Path) -> set[str]:
    top = len(str(output)) + 1
    return {f"{folder}/{name}"[top:] for folder, _, names in os.walk(output) for name in names}
