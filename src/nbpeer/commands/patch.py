"""A comparison applied: the old notebook and the JSON of `nbpeer diff` make the new notebook."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.render.diff_values import AnalysisRow, CellRow, CellSide, DiffDocument

Json = dict[str, Any]


def patch(old: bytes, document: bytes, path: str, analysis: str = "") -> bytes:
    """The notebook after, from the one before (`old`, which `path` names in messages) and a comparison as JSON.

    Cells get the source, type, tags, attachments and order of the new notebook; what a comparison does not hold, other
    metadata and the outputs of cells whose source stays, is the old one's. `analysis` chooses one of several. Nothing
    to change gives the same bytes.

    Raises NbpeerError when the JSON is no comparison, does not name one analysis, or was made of another notebook.
    """
    row = _chosen(_decoded(document), analysis, path)
    if row is None:
        return old
    notebook = parse_notebook(old, path)
    _refuse_misfit(notebook, row)
    values = json.loads(old.decode("utf-8-sig", "surrogatepass"))
    rows = sorted((cell for cell in row.cells if cell.after), key=lambda cell: cell.after.index if cell.after else 0)
    minor = values.get("nbformat_minor", 0)
    cells = [_patched(values["cells"], cell, with_id=minor >= 5) for cell in rows]
    if cells == values["cells"]:
        return old
    return _spelled({**values, "cells": cells})


def _decoded(document: bytes) -> DiffDocument:
    try:
        return msgspec.json.decode(document, type=DiffDocument)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:  # lone surrogates, which only Python's reader takes
        return msgspec.convert(json.loads(document), DiffDocument)
    except (ValueError, RecursionError) as error:
        raise NbpeerError(
            f"this is not a comparison as JSON ({error})", "make one with `nbpeer diff --format json`"
        ) from None


def _chosen(document: DiffDocument, analysis: str, path: str) -> AnalysisRow | None:
    rows = [row for row in document.analyses if not analysis or analysis in (row.path, row.before_path)]
    if len(rows) > 1:
        rows = [row for row in rows if path in (row.path, row.before_path)] or rows
    names = ", ".join(row.path for row in document.analyses)
    if analysis and not rows:
        raise NbpeerError(f"the comparison has no {analysis}", f"it has {names}" if names else "it is empty")
    if len(rows) > 1:
        raise NbpeerError(f"the comparison has {len(rows)} analyses", f"name one with --analysis: {names}")
    if rows and rows[0].problem:
        raise NbpeerError(f"{rows[0].path} could not be compared ({rows[0].problem})", "mend it, and compare again")
    if rows and rows[0].status == "removed":
        raise NbpeerError(f"{rows[0].path} was removed", "there is no notebook after it")
    return rows[0] if rows else None


def _refuse_misfit(notebook: Notebook, row: AnalysisRow) -> None:
    sides = sorted((cell.before for cell in row.cells if cell.before), key=lambda side: side.index)
    found = [(cell.cell_type, cell.source, cell.tags) for cell in notebook.cells]
    wanted = [(side.cell_type, side.source, side.tags) for side in sides]
    if found != wanted:
        place = next((n for n, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other), None)
        where = f"cell {place + 1} differs" if place is not None else f"{len(found)} cells instead of {len(wanted)}"
        raise NbpeerError(f"{notebook.path} is not what the comparison was made of ({where})", "name the old notebook")


def _patched(old: list[Json], row: CellRow, *, with_id: bool) -> Json:
    after, before = row.after, row.before
    assert after  # noqa: S101 - rows without are left out
    cell = {**old[before.index]} if before else {"metadata": {}}
    if before is None or before.cell_type != after.cell_type or before.source != after.source:
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)
    if after.cell_type == "code":
        cell = {"outputs": [], "execution_count": None, **cell}
    if before is None or before.source != after.source:
        cell["source"] = after.source.splitlines(keepends=True) if "\r" not in after.source else after.source
    cell["cell_type"] = after.cell_type
    if before is None or before.tags != after.tags:
        cell["metadata"] = _with_tags(cell.get("metadata") or {}, after)
    if before is None or before.attachments != after.attachments:
        cell.pop("attachments", None)
        cell |= {"attachments": after.attachments} if after.attachments else {}
    if with_id and after.id:
        cell["id"] = after.id
    elif not with_id:
        cell.pop("id", None)
    return cell


def _with_tags(metadata: Json, after: CellSide) -> Json:
    others = {key: value for key, value in metadata.items() if key != "tags"}
    return {**others, "tags": list(after.tags)} if after.tags else others


def _spelled(values: Json) -> bytes:
    """As nbformat writes it; what UTF-8 cannot hold is a JSON escape."""
    try:
        return (json.dumps(values, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:
        return (json.dumps(values, indent=1, sort_keys=True) + "\n").encode()
