"""Three versions of a notebook made one: cell by cell, line by line inside a cell, nothing lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from nbpeer.diff.merge_cells import MergedCell, merge_cell, merged_metadata
from nbpeer.diff.merge_conflict import clash_record, with_own
from nbpeer.diff.merge_order import units
from nbpeer.diff.merge_read import NOTHING, Version, read_version, refusing_depth
from nbpeer.diff.merge_split import triples
from nbpeer.diff.merge_values import MISSING, Clash, merge_value
from nbpeer.diff.merge_write import write_notebook
from nbpeer.errors import NbpeerError
from nbpeer.model.conflict import COUNT, KEY, conflict_record

# The notebook's metadata in which ours wins without a word: what a kernel, an editor or a run writes.
_NEVER_CLASH = frozenset(
    "kernelspec language_info papermill signature widgets celltoolbar colab hide_input toc toc-autonumbering "
    "toc-showcode toc-showmarkdowntxt toc-showtags varInspector vscode".split()
)

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # nbformat's schema


class Merge(msgspec.Struct, frozen=True):
    """The merged notebook, and the numbers of its conflicted cells; 0 is the notebook's own metadata."""

    content: bytes
    conflicts: tuple[int, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing conflicts."""
        return not self.conflicts


def merge(base: bytes, ours: bytes, theirs: bytes, path: str = "notebook") -> Merge:
    """The changes of both sides since `base`, written as `ours` is; an empty `base` is a notebook both sides added.

    Cells that conflict are marked and stay valid (model/conflict.py). Raises NbpeerError, naming `path` and the side,
    for what is not a notebook, for what is nested too deeply, and for versions of different major formats.
    """
    versions = _read_all(base, ours, theirs, path)
    with refusing_depth(path):
        return _merged(*versions)


def _read_all(base: bytes, ours: bytes, theirs: bytes, path: str) -> tuple[Version, Version, Version]:
    named = zip((base, ours, theirs), ("base", "ours", "theirs"), strict=True)
    before, mine, yours = versions = tuple(read_version(content, f"{path} ({name})") for content, name in named)
    for version, name in zip(versions[1:], ("ours", "theirs"), strict=True):
        if version is NOTHING:
            raise NbpeerError(f"{path} ({name}) is empty", "restore it from git")
    formats = {version.nbformat for version in versions if version is not NOTHING}
    if len(formats) > 1:
        found = " and ".join(map(str, sorted(formats)))
        raise NbpeerError(f"{path} is of nbformat {found}", "convert the older one with jupyter nbconvert")
    return before, mine, yours


def _merged(before: Version, mine: Version, yours: Version) -> Merge:
    versions = before, mine, yours
    cells = [
        cell
        for parts in triples(units(before.cells, mine.cells, yours.cells), versions)
        if (cell := merge_cell(*parts)) is not None
    ]
    members, clashes = _merge_members(before, mine, yours)
    cells = list(_with_ids(cells, members.get("nbformat_minor")))
    conflicts = [number for number, cell in enumerate(cells, 1) if conflict_record(merged_metadata(cell)) is not None]
    conflicts = [0] * bool(clashes) + conflicts
    members["metadata"] = _noted(members["metadata"], clashes, len(conflicts))
    return Merge(write_notebook(mine, cells, members), tuple(conflicts))


def _merge_members(before: Version, mine: Version, yours: Version) -> tuple[dict[str, Any], tuple[Clash, ...]]:
    """The notebook's members but for its cells, and what of them clashes."""
    base, ours, theirs = (
        {key: version.value(key) for key in version.members if key not in ("cells", "worksheets", "nbformat")}
        for version in (before, mine, yours)
    )
    found = merge_value(base, ours, theirs)
    members = {key: found.value.get(key, MISSING) for key in {**ours, **found.value}}
    if any(clash.path == ("nbformat_minor",) for clash in found.clashes):
        members["nbformat_minor"] = max(ours["nbformat_minor"], theirs["nbformat_minor"])
    if not isinstance(members.get("metadata"), dict):
        members["metadata"] = {}
    clashes = (clash for clash in found.clashes if not _is_volatile(clash.path))
    return members, tuple(clashes)


def _is_volatile(path: tuple[str, ...]) -> bool:
    """Whether ours wins without a word: format numbers, and of the metadata what nobody wrote."""
    return path[:1] != ("metadata",) or bool(_NEVER_CLASH.intersection(path[1:2])) or path[1:3] == ("nbpeer", COUNT)


def _noted(metadata: dict[str, Any], clashes: tuple[Clash, ...], conflicts: int) -> dict[str, Any]:
    """The notebook's metadata with what it says of conflicts."""
    note = clash_record(clashes) or None
    return with_own(with_own(metadata, KEY, note), COUNT, conflicts or None)


def _with_ids(cells: list[MergedCell], minor: Any) -> Iterable[MergedCell]:
    """The cells with an id each, none twice; without any where the format has none."""
    taken: set[str] = set()
    for number, cell in enumerate(cells):
        has = cell.changes.get("id", cell.home.cell.id or MISSING)
        wanted = has
        if cell.home.version.nbformat < 4 or not isinstance(minor, int) or minor < 5:
            wanted = MISSING
        elif not isinstance(has, str) or has in taken or not _ID.fullmatch(has):
            wanted = _new_id(cell, number, taken)
        taken.add(wanted)
        yield cell if wanted == has else cell._replace(changes={**cell.changes, "id": wanted})


def _new_id(cell: MergedCell, number: int, taken: set[str]) -> str:
    """An id made of the cell, so that everybody who merges the same gets the same."""
    while True:
        name = hashlib.sha256(f"{number}\n{cell.home.cell.source}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
        if name not in taken:
            return name
        number += 1_000_003
