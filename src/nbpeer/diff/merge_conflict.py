"""A conflicted cell marked, and the choice of a side in its source; model/conflict.py says what it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from nbpeer.diff.merge_lines import Region, marked
from nbpeer.diff.merge_values import MISSING, Clash
from nbpeer.model.conflict import marked_lines

Choice = Literal["ours", "theirs", "both", "edited"]


def mark(
    regions: Sequence[Region], sources: Sequence[str | None], clashes: Sequence[Clash]
) -> tuple[str, dict[str, Any]]:
    """The source of a conflicted cell with its markers, and what its metadata says of the conflict."""
    record: dict[str, Any] = dict(zip(("base", "ours", "theirs"), sources, strict=True))
    return "\n".join(marked(regions)), record | clash_record(clashes)


def clash_record(clashes: Sequence[Clash]) -> dict[str, Any]:
    """What metadata says of values that both sides changed differently."""
    found = []
    for clash in clashes:
        versions = zip(("base", "ours", "theirs"), clash[1:], strict=True)
        found.append({"key": list(clash.path), **{name: value for name, value in versions if value is not MISSING}})
    return {"values": found} if found else {}


def with_own(metadata: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """Metadata with another value of one key of `nbpeer`; None takes the key out, and `nbpeer` with the last key."""
    had = metadata.get("nbpeer")
    own = {name: old for name, old in (had if isinstance(had, dict) else {}).items() if name != key}
    if value is not None:
        own[key] = value
    if own:
        return {**metadata, "nbpeer": own}
    return {name: old for name, old in metadata.items() if name != "nbpeer" or old == {} or not isinstance(old, dict)}


def resolved(source: str, choice: Choice) -> str:
    """A source with one side's lines, or with those of both, ours first. `edited` leaves it alone."""
    if choice == "edited":
        return source
    before = source.split("\n")
    lines: list[str] = []
    place = 0
    for conflict in marked_lines(source):
        lines += before[place : conflict.first]
        lines += conflict.ours if choice != "theirs" else []
        lines += conflict.theirs if choice != "ours" else []
        place = conflict.last + 1
    return "\n".join(lines + before[place:])
