"""What an analysis was in a version: its digests, read from git, and the commits since it was signed off before."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from nbpeer.commands.diff_sides import any_notebook
from nbpeer.errors import NbpeerError
from nbpeer.model.change import Version
from nbpeer.model.digests import content_hash, results_digest, source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import ResultsFile, decode_results, results_path
from nbpeer.repo import git
from nbpeer.repo.timeline import Touch


def content_of(
    root: Path, version: Version, path: str, read: git.Read | None = None
) -> tuple[str, ResultsFile | None] | None:
    """What a version says of an analysis, its source digest and its results; None when it is not there or readable.

    Who asks of many gives the function that reads them all.
    """
    found, recorded = (
        read(version, name) if read else git.read(root, version, name) for name in (path, results_path(path))
    )
    if found is None:
        return None
    try:
        results = decode_results(recorded, results_path(path)) if recorded is not None else None
        return source_digest(parse_notebook(found, path)), results
    except NbpeerError:
        return None


def content_at(read: git.Read, version: Version, path: str) -> str:
    """The content hash of an analysis in a version; "" when it is not there or cannot be read."""
    content, recorded = read(version, path), read(version, results_path(path))
    if content is None:
        return ""
    try:
        results = results_digest(decode_results(recorded, path).result_set) if recorded is not None else None
        return content_hash(source_digest(any_notebook(content, path)), results)
    except NbpeerError:
        return ""


class SinceSigned(NamedTuple):
    """The commits, newest first, that led to the present content, back to the last other content that was signed off;
    the contents that were looked at to tell, with the one that ended it."""

    touches: tuple[Touch, ...]
    contents: tuple[str, ...]

    @property
    def authors(self) -> frozenset[str]:
        """The addresses of who wrote them."""
        return frozenset(person for touch in self.touches for person in touch.people)


def since_signed(read: git.Read, touches: tuple[Touch, ...], signed: Collection[str]) -> SinceSigned:
    """What led to the present content; `signed` are the contents that somebody signed off."""
    contents: list[str] = []
    for number, touch in enumerate(touches if len(touches) > 1 else ()):
        contents.append(content_at(read, Version("commit", touch.commit), touch.path))
        present = next(filter(None, contents), "")
        if contents[-1] != present and contents[-1] in signed:
            return SinceSigned(touches[:number], tuple(dict.fromkeys(contents)))
    return SinceSigned(touches, tuple(dict.fromkeys(contents)))
