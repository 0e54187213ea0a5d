"""The results that moved furthest, before → after: what the summary of a pull request says first."""

from __future__ import annotations

from nbpeer.model.change import ResultChange
from nbpeer.model.posting import AnalysisPosting, Posting
from nbpeer.render.changes import finest_tolerance
from nbpeer.render.escape import escaped
from nbpeer.render.packet_results import result_views
from nbpeer.render.pr_words import counted, name_of

_MOST = 3
_RANKS = ("changed", "removed", "added", "within_tolerance", "unchanged")
_KINDS = ("number", "text", "table", "figure")


def lede(posting: Posting) -> str:
    """One line of Markdown with at most three changed results of all analyses; "" when none changed."""
    moved = [
        (change, one)
        for one in posting.analyses
        for change in one.diff.results
        if change.verdict == "changed" and one.diff.status != "added"
    ]
    told = [pair for pair in moved if _is_short(pair[0])]
    told.sort(key=lambda pair: far_first(pair[0]))
    said = [_said(change, one, named=len(posting.analyses) > 1) for change, one in told[:_MOST]]
    more = len(moved) - len(said)
    return " · ".join([*said, *([f"and {counted(more, 'more', 'more')}"] if said and more else [])])


def far_first(change: ResultChange) -> tuple[int, int, float, str]:
    """A key to sort by: what really changed first, of that the numbers that state a tolerance by how many of it they
    moved, then the others by how much of what they were."""
    rank, before, after, shown = (
        _RANKS.index(change.verdict),
        change.before,
        change.after,
        change.after or change.before,
    )
    if before is None or after is None or change.delta is None or not isinstance(before.value, int | float):
        return rank, 2 + _KINDS.index(shown.type if shown else "number"), 0.0, change.name
    tolerance = finest_tolerance(before, after)
    return rank, 0 if tolerance else 1, -abs(change.delta) / (tolerance or abs(before.value) or 1.0), change.name


def _is_short(change: ResultChange) -> bool:
    """Whether a line holds both sides: a number or a text of a few words."""
    sides = [side for side in (change.before, change.after) if side]
    return all(side.type == "number" or (side.type == "text" and len(str(side.value)) <= 40) for side in sides)


def _said(change: ResultChange, analysis: AnalysisPosting, *, named: bool) -> str:
    (view,) = result_views([change])
    unit = f" {escaped(view.unit, 60)}" if view.unit else ""
    old = f" {escaped(view.old_unit, 60)}" if view.old_unit not in ("", view.unit) else ""
    of = f" ({name_of(analysis)})" if named else ""
    return f"{escaped(view.name, 120)}{of}: {escaped(view.before, 60)}{old} → **{escaped(view.after, 60)}**{unit}"
