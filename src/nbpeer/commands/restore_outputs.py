"""`nbpeer git restore-outputs`: give stripped notebooks the outputs of the runs that are kept on this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.commands.strip import find_notebooks, strip_options
from nbpeer.config import load_config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.setup import Restored
from nbpeer.outline import outline
from nbpeer.repo import clone, git, store
from nbpeer.strip import StripOptions, strip

# Cells that papermill adds to a notebook it runs.
_ADDED = frozenset({"injected-parameters", "papermill-error-cell-tag"})
_MEND = "`nbpeer run` makes new outputs"


class _Planned(NamedTuple):
    root: Path
    restored: Restored
    content: bytes = b""


def restore_outputs(paths: Sequence[Path]) -> tuple[Restored, ...]:
    """Put the outputs of the last run into notebooks that have none, where the run's source is exactly theirs.

    Only outputs and execution counts change, and only those that stripping takes out again: for git, with the filter,
    the notebook stays what it was. A notebook that has outputs of its own is left. Raises NbpeerError, before anything
    is changed, for a path that is no notebook in a work tree, and when the file system refuses.
    """
    return tuple([_write(planned) for planned in [_plan(path) for path in find_notebooks(paths)]])


def _plan(path: Path) -> _Planned:
    root = git.find_root(path)
    name = git.relative(root, path)
    options = strip_options(load_config(root).strip)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "name a notebook you may read") from None
    notebook = parse_notebook(content, name)
    executed = store.read_executed(root, name)
    if executed is None:
        return _Planned(root, Restored(name, "refused", 0, f"no run of it is kept here; {_MEND}"))
    run = parse_notebook(executed, git.relative(root, store.executed_path(root, name)))
    if _digest(notebook) != _digest(run):
        return _Planned(root, Restored(name, "refused", 0, f"the run kept here is of another source; {_MEND}"))
    filled = _filled(content, run, options)
    before, clean, after = (_cells(text, "outputs") for text in (content, strip(content, options), filled))
    if before == after:
        return _Planned(root, Restored(name, "unchanged", 0, "that run gives it no other outputs"))
    if before != clean:
        return _Planned(root, Restored(name, "refused", 0, "it has outputs of its own; strip them first"))
    cells = sum(new != old for new, old in zip(after, before, strict=True))
    return _Planned(root, Restored(name, "restored", cells, _about(run)), filled)


def _write(planned: _Planned) -> Restored:
    root, restored, content = planned
    if restored.outcome != "restored":
        return restored
    known = clone.stored(root, (restored.path,))
    write_atomic(root / restored.path, content)
    if not known:
        return restored
    if clone.stored(root, (restored.path,)):
        clone.remember(root, restored.path)
        return restored
    seen = "git sees a change, because nothing strips it here as it is added"
    return msgspec.structs.replace(restored, detail="; ".join(filter(None, (restored.detail, seen))))


def _digest(notebook: Notebook) -> str:
    cells = tuple(cell for cell in notebook.cells if _ADDED.isdisjoint(cell.tags))
    return source_digest(msgspec.structs.replace(notebook, cells=cells))


def _filled(content: bytes, run: Notebook, options: StripOptions) -> bytes:
    """The notebook with the run's outputs, apart from those cells whose outputs stripping keeps."""
    keys = ("outputs",) if options.keep_count else ("outputs", "execution_count")
    executed = [cell for cell, seen in zip(_spans(run.raw), run.cells, strict=True) if _ADDED.isdisjoint(seen.tags)]
    added = [not _ADDED.isdisjoint(cell.tags) for cell in parse_notebook(content).cells]
    pieces: list[dict[str, bytes]] = []
    waiting = iter(executed)
    for extra in added:
        spans = {} if extra else next(waiting)
        pieces.append({key: run.raw[slice(*spans[key])] for key in keys if key in spans})
    every = _spliced(content, pieces)
    stripped = zip(_cells(strip(content, options), *keys), _cells(strip(every, options), *keys), strict=True)
    return _spliced(content, [{} if old != new else piece for piece, (old, new) in zip(pieces, stripped, strict=True)])


def _spliced(content: bytes, pieces: list[dict[str, bytes]]) -> bytes:
    edits = [
        (spans[key], new)
        for spans, piece in zip(_spans(content), pieces, strict=True)
        for key, new in piece.items()
        if key in spans
    ]
    for (start, end), new in sorted(edits, reverse=True):
        content = content[:start] + new + content[end:]
    return content


def _spans(content: bytes) -> list[dict[str, tuple[int, int]]]:
    """Where the outputs and the execution count of each cell stand."""
    _, root = outline(content)
    cells = [value for key, _, value in root[2] or [] if key == "cells"][-1]
    wanted = ("outputs", "execution_count")
    return [{key: value[:2] for key, _, value in cell[2] or [] if key in wanted} for cell in cells[2] or []]


def _cells(content: bytes, *keys: str) -> list[bytes]:
    """The text of these parts of each cell."""
    return [b" ".join(content[slice(*spans.get(key, (0, 0)))] for key in keys) for spans in _spans(content)]


def _about(run: Notebook) -> str:
    """What a reader of the outputs has to know of their run."""
    record = run.metadata.get("papermill") or {}
    given = ", ".join(f"{name} = {json.dumps(value)}" for name, value in (record.get("parameters") or {}).items())
    ended = "that run failed" if record.get("exception") else ""
    return "; ".join(filter(None, (f"that run had {given}" if given else "", ended)))
