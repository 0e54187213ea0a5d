"""What was changed of a decision after it was decided, and numbers that two decisions share. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nbpeer.model.decision import Decision, Prediction, decision_number, frozen_digest, frozen_values


class Decided(NamedTuple):
    """What git says of a decision: the first commit that held it as decided, and what it said there.

    `decision` is None when what it said there cannot be read.
    """

    commit: str
    frozen: str
    decision: Decision | None


def edits(now: Decision, first: Decided | None) -> tuple[str, ...]:
    """What was edited of a frozen decision, each in words; () when nothing was.

    The digest in the file tells without any history, and so after every rebase and squash; the first commit tells when
    the digest was replaced with the words.
    """
    if now.status != "proposed" and not now.frozen:
        return ("it is decided, and its digest `frozen` is gone",) if first else ("it is decided and was never frozen",)
    if first is None:
        return () if not now.frozen or frozen_digest(now) == now.frozen else _differences(now, None)
    if now.frozen == first.frozen and frozen_digest(now) == now.frozen:
        return ()
    return _differences(now, first)


def shared_numbers(paths: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """The numbers that more than one file has, each with those files, sorted."""
    found: dict[int, list[str]] = {}
    for path in sorted(paths):
        number = decision_number(path)
        if number is not None:
            found.setdefault(number, []).append(path)
    return {number: tuple(files) for number, files in sorted(found.items()) if len(files) > 1}


def _differences(now: Decision, first: Decided | None) -> tuple[str, ...]:
    before = first.decision if first else None
    if before is None:
        return ("what it says is not what its digest `frozen` was made of",)
    was, now_is = frozen_values(before), frozen_values(now)
    names = {"content": "the content hash of its analysis", "due": "the day of the outcome review"}
    found = [
        f"{names.get(key, key)} was {_word(was[key])} and is {_word(now_is[key])}"
        for key in was
        if key != "predictions" and was[key] != now_is[key]
    ]
    found += _of_predictions(before.predictions, now.predictions)
    return tuple(found) or ("its digest `frozen` is another one",)


def _of_predictions(before: tuple[Prediction, ...], now: tuple[Prediction, ...]) -> list[str]:
    old, new = ({one.metric: one for one in side} for side in (before, now))
    found = [f"the prediction of {name} is gone" for name in old.keys() - new.keys()]
    found += [f"the prediction of {name} was added" for name in new.keys() - old.keys()]
    for name in old.keys() & new.keys():
        for field in ("expect", "low80", "high80", "unit", "by"):
            was, now_is = getattr(old[name], field), getattr(new[name], field)
            if was != now_is:
                found.append(f"{field} of {name} was {_word(was)} and is {_word(now_is)}")
    if not found and before != now:
        found.append("the predictions stand in another order")
    return sorted(found)


def _word(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    return f"{value:.12g}" if isinstance(value, float) else f"{value}"
