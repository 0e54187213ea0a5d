"""The comparison for nbdime's own view, in its diff format; of outputs only what cannot run."""

from __future__ import annotations

from typing import Any

import msgspec

from nbpeer.commands.diff import compare
from nbpeer.commands.diff_nbdime import nbdime_both
from nbpeer.commands.status import changed_path
from nbpeer.lab.compared import CompareAsked, reader
from nbpeer.lab.here import refuse_large, require
from nbpeer.lab.session import Session
from nbpeer.model.change import WORKTREE, ChangedPath, DiffReport, Version
from nbpeer.model.notebook import join

_SHOWN = ("text/plain", "image/png", "image/jpeg")
_NAME = "notebook.ipynb"
_BEFORE, _AFTER = Version("file", label="before"), Version("file", label="after")
_LONGEST = 1_000_000  # characters of one output: the view compares all of them in the browser


class PairAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Two versions of a notebook as texts; "" for one that is not there."""

    before: str
    after: str


class NbdimeRow(msgspec.Struct, frozen=True):
    """The old notebook, and the operations that make the new one of it."""

    base: dict[str, Any]
    diff: list[dict[str, Any]]


def nbdime(asked: CompareAsked, session: Session) -> NbdimeRow:
    """The cells of a notebook before and after. Raises NbpeerError when a side is no notebook of nbformat 4."""
    here = require(session.server_root, asked.path)
    before, read = reader(here, asked, session)
    change = (
        ChangedPath(here.name, "changed", here.name)
        if asked.since == "look"
        else changed_path(here.root, before, here.name)
    )
    report = DiffReport(before, WORKTREE, (compare(read, before, WORKTREE, change),))
    found = nbdime_both(read, report, harmless)
    return NbdimeRow(found.before, found.operations)


def nbdime_pair(asked: PairAsked, session: Session) -> NbdimeRow:
    """The same for two versions that somebody else holds. Raises NbpeerError as `nbdime`."""
    refuse_large(_NAME, max(len(asked.before), len(asked.after)))
    sides = {_BEFORE: asked.before.encode(), _AFTER: asked.after.encode()}
    if not asked.before:
        change = ChangedPath(_NAME, "added")
    else:
        change = ChangedPath(_NAME, "changed" if asked.after else "removed", _NAME)

    def read(version: Version, path: str) -> bytes | None:
        return sides[version] if path == _NAME else None

    report = DiffReport(_BEFORE, _AFTER, (compare(read, _BEFORE, _AFTER, change),))
    found = nbdime_both(read, report, harmless)
    return NbdimeRow(found.before, found.operations)


def harmless(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook whose outputs hold text and pictures, and nothing that could run or load something."""
    cells = [
        {**cell, "outputs": [_harmless(output) for output in cell["outputs"]]} if cell.get("outputs") else cell
        for cell in notebook.get("cells", [])
    ]
    return {**notebook, "cells": cells}


def _harmless(output: dict[str, Any]) -> dict[str, Any]:
    if "data" not in output:
        return output
    data = {mime: value for mime, value in output["data"].items() if mime in _SHOWN and len(join(value)) <= _LONGEST}
    return {**output, "data": data, "metadata": {}}
