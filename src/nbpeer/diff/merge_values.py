"""Three versions of a JSON value merged key by key."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

MISSING = msgspec.UNSET


class Clash(NamedTuple):
    """A value both sides changed differently: the keys that lead to it, and the three versions (or MISSING)."""

    path: tuple[str, ...]
    base: Any
    ours: Any
    theirs: Any


class Settled(NamedTuple):
    """A merged value (MISSING: there is none), and what clashed; there it is ours."""

    value: Any
    clashes: tuple[Clash, ...] = ()


def merge_value(base: Any, ours: Any, theirs: Any, path: tuple[str, ...] = ()) -> Settled:
    """Whoever changed a value wins; objects are merged key by key, tags as a set."""
    if same(ours, theirs) or same(theirs, base):
        return Settled(ours)
    if same(ours, base):
        return Settled(theirs)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _merge_objects(base if isinstance(base, dict) else {}, ours, theirs, path)
    if path[-1:] == ("tags",) and isinstance(ours, list) and isinstance(theirs, list):
        return Settled(_merge_tags(base if isinstance(base, list) else [], ours, theirs))
    return Settled(ours, (Clash(path, base, ours, theirs),))


def _merge_objects(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], path: tuple[str, ...]
) -> Settled:
    merged: dict[str, Any] = {}
    clashes: list[Clash] = []
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        where = (*path, key)
        settled = merge_value(base.get(key, MISSING), ours.get(key, MISSING), theirs.get(key, MISSING), where)
        clashes += settled.clashes
        if settled.value is not MISSING:
            merged[key] = settled.value
    return Settled(merged, tuple(clashes))


def _merge_tags(base: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    kept = [tag for tag in ours if tag in theirs or tag not in base]
    return kept + [tag for tag in theirs if tag not in ours and tag not in base]


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; in Python, True is 1 and NaN is not itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (one != one and other != other)
