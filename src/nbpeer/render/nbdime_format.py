"""A comparison in nbdime's diff format, so that its viewers show nbpeer's alignment.

The format is described in nbdime's documentation ("Diff representation"): a list of operations on each list or object,
with keys that count in the old one; a moved cell is removed and added.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from nbpeer.model.change import CellChange
from nbpeer.model.notebook import join

Op = dict[str, Any]
Json = dict[str, Any]


def nbdime_diff(before: Json, after: Json, changes: Sequence[CellChange]) -> list[Op]:
    """The operations that make the notebook `after` of `before`, both as JSON values; `changes` are their cells.

    As nbdime does, a text that is a list of lines counts as one string.
    """
    old, new = (in_memory(side).get("cells", []) for side in (before, after))
    ops = _object_ops({**before, "cells": None}, {**after, "cells": None})
    if cells := _cell_ops(old, new, changes):
        ops.append({"op": "patch", "key": "cells", "diff": cells})
    return sorted(ops, key=lambda op: str(op["key"]))


def in_memory(notebook: Json) -> Json:
    """A notebook with every list of lines as one string, as nbdime's views expect it."""
    return {**notebook, "cells": [_rejoined(cell) for cell in notebook.get("cells", [])]}


def _cell_ops(old: list[Json], new: list[Json], changes: Sequence[CellChange]) -> list[Op]:
    added: dict[int, list[Json]] = defaultdict(list)
    kept: dict[int, list[Op]] = {}
    place = 0
    for change in changes:
        if change.before and change.after and "moved" not in change.kind and "place" not in change.aspects:
            kept[change.before.index] = _object_ops(old[change.before.index], new[change.after.index])
            place = change.before.index + 1
        elif change.after:
            added[place].append(new[change.after.index])
    ops: list[Op] = []
    for index in range(len(old) + 1):
        if index in added:
            ops.append({"op": "addrange", "key": index, "valuelist": added[index]})
        if index == len(old):
            break
        if index not in kept:
            _remove_one(ops, index)
        elif kept[index]:
            ops.append({"op": "patch", "key": index, "diff": kept[index]})
    return ops


def _remove_one(ops: list[Op], index: int) -> None:
    last = ops[-1] if ops else {}
    if last.get("op") == "removerange" and last["key"] + last["length"] == index:
        last["length"] += 1
    else:
        ops.append({"op": "removerange", "key": index, "length": 1})


def _object_ops(old: Json, new: Json) -> list[Op]:
    ops: list[Op] = []
    for key in sorted(old.keys() | new.keys()):
        if key not in new:
            ops.append({"op": "remove", "key": key})
        elif key not in old:
            ops.append({"op": "add", "key": key, "value": new[key]})
        elif key == "source" and old[key] != new[key]:
            ops.append({"op": "patch", "key": key, "diff": _line_ops(old[key], new[key])})
        elif key == "outputs" and not _same(
            old[key], new[key]
        ):  # nbdime's views take a replaced list for an unchanged one
            ops.append({"op": "patch", "key": key, "diff": _item_ops(old[key], new[key])})
        elif not _same(old[key], new[key]):
            ops.append({"op": "replace", "key": key, "value": new[key]})
    return ops


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, of which Python calls 1, 1.0 and true equal."""
    return one is other or (one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


def _line_ops(old: str, new: str) -> list[Op]:
    return _item_ops(_lines(old), _lines(new))


def _item_ops(old: list[Any], new: list[Any]) -> list[Op]:
    """The operations that make one list of JSON values of another."""
    texts, others = ([json.dumps(item, sort_keys=True) for item in side] for side in (old, new))
    ops: list[Op] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, texts, others, autojunk=False).get_opcodes():
        if kind != "equal" and new_end > new_start:
            ops.append({"op": "addrange", "key": start, "valuelist": new[new_start:new_end]})
        if kind != "equal" and end > start:
            ops.append({"op": "removerange", "key": start, "length": end - start})
    return ops


def _lines(text: str) -> list[str]:
    """As str.splitlines(True), because that is how nbdime counts lines."""
    return text.splitlines(keepends=True)


def _rejoined(cell: Json) -> Json:
    found = {**cell, "source": join(cell.get("source", ""))}
    if "outputs" in cell:
        found["outputs"] = [_rejoined_output(output) for output in cell["outputs"]]
    if cell.get("attachments"):
        found["attachments"] = {name: _rejoined_data(data) for name, data in cell["attachments"].items()}
    return found


def _rejoined_output(output: Json) -> Json:
    found = {**output}
    if "text" in found:
        found["text"] = join(found["text"])
    if "data" in found:
        found["data"] = _rejoined_data(found["data"])
    return found


def _rejoined_data(data: Json) -> Json:
    return {
        mime: join(value) if isinstance(value, list) and not mime.endswith("json") else value
        for mime, value in data.items()
    }
