"""Conflicted cells of a notebook: found, and resolved in its bytes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nbpeer.diff.merge_cells import MergedCell
from nbpeer.diff.merge_conflict import Choice, resolved, with_own
from nbpeer.diff.merge_read import Part, Version, read_version, refusing_depth
from nbpeer.diff.merge_values import MISSING
from nbpeer.diff.merge_write import write_notebook
from nbpeer.errors import NbpeerError
from nbpeer.model.conflict import COUNT, KEY, conflict_record, has_markers, is_conflicted, marked_lines


class ConflictedLines(msgspec.Struct, frozen=True):
    """Lines of a cell, from its marker's line to the last marker's, that both sides changed differently."""

    first: int
    last: int
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


class ConflictedCell(msgspec.Struct, frozen=True):
    """One conflicted cell, by number; 0 is the notebook's own metadata.

    `deleted_by` names the side on which the cell is no more. `values` are what else both sides changed differently: key
    and versions. Without lines and values somebody has edited the conflict away, and only its record is left.
    """

    cell: int
    lines: tuple[ConflictedLines, ...] = ()
    deleted_by: str = ""
    values: tuple[dict[str, Any], ...] = ()


def conflicted_cells(content: bytes, name: str) -> tuple[ConflictedCell, ...]:
    """The conflicts in the bytes of a notebook, which `name` names in messages.

    Raises NbpeerError as read_version, and for metadata nested too deeply.
    """
    version = read_version(content, name)
    found = []
    with refusing_depth(name):
        record = conflict_record(_notebook_metadata(version))
    if record is not None:
        found.append(ConflictedCell(0, values=tuple(_values(record))))
    for cell in version.cells:
        if is_conflicted(cell):
            record = conflict_record(cell.metadata) or {}
            gone = [side for side in ("ours", "theirs") if side in record and record[side] is None]
            values = tuple(_values(record))
            lines = tuple(
                ConflictedLines(one.first + 1, one.last + 1, tuple(one.ours), tuple(one.theirs))
                for one in marked_lines(cell.source)
            )
            found.append(ConflictedCell(cell.number, lines, "".join(gone), values))
    return tuple(found)


def resolve(content: bytes, choices: Mapping[int, Choice], name: str) -> bytes:
    """The notebook with the conflicts of some cells (by number) resolved; every other byte is kept.

    Raises NbpeerError for a cell without a conflict, and for one said to be edited whose markers are still there.
    """
    conflicted = {cell.cell for cell in conflicted_cells(content, name)}
    for number in sorted(choices):
        if number not in conflicted:
            raise NbpeerError(
                f"{name}: cell {number} has no conflict", f"`nbpeer conflicts {shlex.quote(name)}` lists them"
            )
    version = read_version(content, name)
    cells = []
    for part in version.parts:
        choice = choices.get(part.cell.number)
        cell = MergedCell(part, {}) if choice is None else _resolved(part, choice, name)
        if cell is not None:
            cells.append(cell)
    members = {"metadata": _notebook_metadata(version)}
    if 0 in choices:
        members = _with_values(members, choices[0])
    left = len(conflicted) - len(choices)
    members["metadata"] = with_own(members["metadata"], COUNT, left or None)
    return write_notebook(version, cells, members)


def _resolved(part: Part, choice: Choice, name: str) -> MergedCell | None:
    source = part.cell.source
    record = conflict_record(part.cell.metadata) or {}
    marked = has_markers(source)
    if choice == "edited" and marked:
        raise NbpeerError(f"{name}: cell {part.cell.number} still has conflict markers", "edit them away first")
    if marked and choice in record and record[choice] is None:
        return None
    changes: dict[str, Any] = {key: part.value(key) for key in ("cell_type", "metadata", "attachments")}
    changes = _with_values(changes, choice)
    changes[part.source_key] = resolved(source, choice)
    if changes["cell_type"] != part.cell.cell_type:
        is_code = changes["cell_type"] == "code"
        changes |= {"outputs": [] if is_code else MISSING, part.count_key: None if is_code else MISSING}
    return MergedCell(part, changes)


def _with_values(members: dict[str, Any], choice: Choice) -> dict[str, Any]:
    """The members with the values of theirs, when they are chosen, and without the record of the conflict."""
    metadata = members["metadata"]
    for value in _values(conflict_record(metadata) or {}):
        if choice == "theirs":
            members = _set(members, value["key"], value.get("theirs", MISSING))
    return {**members, "metadata": with_own(members["metadata"], KEY, None)}


def _set(value: dict[str, Any], keys: list[str], new: Any) -> dict[str, Any]:
    """The object with one value below `keys` replaced, or taken out."""
    first, *rest = keys
    below = value.get(first)
    if rest:
        new = _set(below if isinstance(below, dict) else {}, rest, new)
    return {**{key: old for key, old in value.items() if key != first}, **({} if new is MISSING else {first: new})}


def _values(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The clashes in a record, those that somebody has made unreadable left out."""
    found = record.get("values")
    for value in found if isinstance(found, list) else ():
        keys = value.get("key") if isinstance(value, dict) else None
        if isinstance(keys, list) and keys and all(isinstance(key, str) for key in keys):
            yield value


def _notebook_metadata(version: Version) -> dict[str, Any]:
    found = version.value("metadata")
    return found if isinstance(found, dict) else {}
