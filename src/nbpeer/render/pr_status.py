"""A commit status in a line: what is missing of the gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from nbpeer.render.visible import visible

MOST_DESCRIPTION = 140
_NUMBERED = re.compile(r"([A-Za-z]+)(\d{1,6})")
_WORDS = {
    "checks pass": "checks do not pass",
    "results fresh": "results are not fresh",
    "expectations hold": "expectations do not hold",
}


class Missing(NamedTuple):
    """What one analysis waits for: `unmet` are conditions besides the sign-off, `against` and `lapsed` are people who
    ask for changes, or whose approval was of other content; `items` nobody answered."""

    path: str
    unmet: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()
    approvals: int = 0
    reviewers: int = 1
    items: tuple[str, ...] = ()


def description(missing: Sequence[Missing], changed: int) -> str:
    """At most 140 characters: what `missing` analyses wait for, of so many changed ones."""
    if not changed:
        return "no analysis changed"
    if not missing:
        return "approved" if changed == 1 else f"approved: {changed} analyses"
    parts = dict.fromkeys(part for one in missing for part in _people(one))
    parts |= dict.fromkeys(part for one in missing for part in _rest(one))
    return _fitting(list(parts))


def _people(one: Missing) -> list[str]:
    said = [f"{', '.join(one.against)} asked for changes"] if one.against else []
    if one.approvals < one.reviewers:
        noun = "reviewer" if one.reviewers == 1 else "reviewers"
        said.append(f"{one.approvals} of {one.reviewers} {noun}")
    return said


def _rest(one: Missing) -> list[str]:
    name = visible(PurePosixPath(one.path).name)
    said = [f"approval of {', '.join(one.lapsed)} lapsed: {name} changed"] if one.lapsed else []
    unmet = ", ".join(_WORDS.get(condition, condition) for condition in one.unmet)
    said += [f"{unmet} in {name}"] if unmet else []
    return said + ([f"{item_ranges(one.items)} unticked in {name}"] if one.items else [])


def item_ranges(items: Sequence[str]) -> str:
    """Items by name, three and more in a row as a range, and no item in it that is not one: `C1, C3 to C6`."""
    series: list[list[str]] = []
    for item in items:
        if series and _follows(series[-1][-1], item):
            series[-1].append(item)
        else:
            series.append([item])
    said = (f"{one[0]} to {one[-1]}" if len(one) > 2 else ", ".join(one) for one in series)
    return ", ".join(said)


def _follows(one: str, item: str) -> bool:
    first, second = _NUMBERED.fullmatch(one), _NUMBERED.fullmatch(item)
    return bool(first and second and first[1] == second[1] and int(first[2]) + 1 == int(second[2]))


def _fitting(parts: list[str]) -> str:
    text = "; ".join(parts)
    return text if len(text) <= MOST_DESCRIPTION else f"{text[: MOST_DESCRIPTION - 1].rstrip()}…"
