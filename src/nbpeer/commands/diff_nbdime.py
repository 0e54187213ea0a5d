"""A comparison of one notebook in nbdime's diff format."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from nbpeer.commands.diff_sides import Read
from nbpeer.errors import NbpeerError
from nbpeer.model.change import DiffReport, Version
from nbpeer.render.nbdime_format import in_memory, nbdime_diff

_NO_NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


class NbdimeDiff(NamedTuple):
    """The old notebook, and the operations that make the new one of it."""

    before: dict[str, Any]
    operations: list[dict[str, Any]]


def nbdime_values(read: Read, report: DiffReport) -> list[dict[str, Any]]:
    """The operations that make the new notebook of the old one, read again because a comparison leaves outputs out.

    A notebook that was added or removed is compared with an empty one. Raises NbpeerError when several differ, or a
    side is no notebook of nbformat 4.
    """
    if not report.analyses:
        return []
    if len(report.analyses) > 1:
        names = ", ".join(analysis.path for analysis in report.analyses)
        raise NbpeerError("nbdime's format holds one notebook", f"name one path of {names}")
    return nbdime_both(read, report).operations


def nbdime_both(
    read: Read, report: DiffReport, clean: Callable[[dict[str, Any]], dict[str, Any]] = lambda notebook: notebook
) -> NbdimeDiff:
    """The same for the first analysis of a comparison, with the old notebook; `clean` is asked what to show of each."""
    analysis = report.analyses[0]
    if analysis.problem:
        raise NbpeerError(f"{analysis.path} could not be read {analysis.problem}", "leave --format nbdime out")
    before = clean(_values(read, report.before, analysis.before_path))
    after = clean(_values(read, report.after, "" if analysis.status == "removed" else analysis.path))
    return NbdimeDiff(in_memory(before), nbdime_diff(before, after, analysis.cells))


def _values(read: Read, version: Version, path: str) -> dict[str, Any]:
    content = read(version, path) if path else None
    if content is None:
        return _NO_NOTEBOOK
    found: dict[str, Any] = json.loads(content.decode("utf-8-sig", "surrogatepass"))
    if found.get("nbformat") != 4:
        raise NbpeerError(f"{path} is of an older nbformat", "leave --format nbdime out, or upgrade it")
    return found
