"""One notebook over many sets of parameters: the file of `--matrix`.

A list of mappings is a list of sets. A mapping of names to lists is crossed, with `include` and `exclude` as in GitHub
Actions (https://docs.github.com/actions/using-jobs/using-a-matrix-for-your-jobs): what `exclude` describes goes, then
each entry of `include` is added to the combinations none of whose values it would change, or else is one of its own.
"""

from __future__ import annotations

import itertools
import re
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.run.parameters import read_text, read_yaml, spelled

_SPECIAL = ("include", "exclude")
_UNSAFE = re.compile(r"[^\w.=,+-]+")
_LONGEST = 80
_HINT = "write a list of mappings, or names with lists of values"


class ParameterSet(NamedTuple):
    """One set: its values, what people call it, and the name of its files."""

    values: dict[str, Any]
    label: str
    file: str


def read_matrix(path: Path) -> tuple[ParameterSet, ...]:
    """The sets a file describes, in its order. Raises NbpeerError naming the file and what is wrong with it."""
    found = read_yaml(read_text(path), str(path))
    values = _listed(path, found) if isinstance(found, list) else _crossed(path, found)
    if not values:
        raise NbpeerError(f"{path} describes no set of parameters", _HINT)
    seen: dict[str, int] = {}
    for number, one in enumerate(values, 1):
        twin = seen.setdefault(spelled(one), number)
        if twin != number:
            raise NbpeerError(f"{path}: set {number} is the same as set {twin}", "name each set once")
    return tuple(ParameterSet(one, _label(one), _file(one)) for one in values)


def _listed(path: Path, found: list[Any]) -> list[dict[str, Any]]:
    for number, one in enumerate(found, 1):
        if not isinstance(one, dict) or not one or not all(isinstance(name, str) for name in one):
            raise NbpeerError(f"{path}: set {number} is not a mapping of parameter names to values", _HINT)
    return found


def _crossed(path: Path, found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise NbpeerError(f"{path} is neither a list nor a mapping", _HINT)
    axes = {name: values for name, values in found.items() if name not in _SPECIAL}
    for name, values in found.items():
        if not isinstance(values, list) or not values:
            raise NbpeerError(f"{path}: {name} is not a list with something in it", _HINT)
    included, excluded = (_listed(path, found.get(name, [])) for name in _SPECIAL)
    for one in excluded:
        unknown = [name for name in one if name not in axes]
        if unknown:
            raise NbpeerError(f"{path}: exclude names {unknown[0]!r}, which is no list here", _HINT)
    crossed = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    kept = [one for one in crossed if not any(_agrees(one, rule) for rule in excluded)]
    return _with_included(kept, included, set(axes))


def _with_included(kept: list[dict[str, Any]], included: list[dict[str, Any]], axes: set[str]) -> list[dict[str, Any]]:
    original = len(kept)
    for extra in included:
        of_axes = {name: value for name, value in extra.items() if name in axes}
        fitting = [one for one in kept[:original] if _agrees(one, of_axes)]
        for one in fitting:
            one.update(extra)
        if not fitting:
            kept.append(dict(extra))
    return kept


def _agrees(one: dict[str, Any], rule: dict[str, Any]) -> bool:
    return all(name in one and spelled({"": one[name]}) == spelled({"": value}) for name, value in rule.items())


def _label(values: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())


def _file(values: dict[str, Any]) -> str:
    """A name for any file system; where it does not say all, the beginning of a digest does."""
    wanted = ",".join(f"{name}={value}" for name, value in values.items())
    name = _UNSAFE.sub("_", wanted)[:_LONGEST].lstrip(".") or "set"
    # File systems that ignore case would take de and DE for one.
    if name == wanted and name == name.lower():
        return name
    return f"{name}-{sha256(spelled(values).encode('utf-8', 'backslashreplace')).hexdigest()[:8]}"
