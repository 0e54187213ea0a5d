"""The versions of one cell merged: source by line, the rest by value, outputs from one side or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nbpeer.diff.match import content
from nbpeer.diff.merge_conflict import mark, with_own
from nbpeer.diff.merge_front_matter import merge_front_matter
from nbpeer.diff.merge_lines import Region, bare, marked, merge_lines
from nbpeer.diff.merge_read import OUTPUTS, Part
from nbpeer.diff.merge_values import MISSING, Clash, merge_value
from nbpeer.model.conflict import KEY
from nbpeer.strip import VOLATILE_KEYS

# What an editor or a run leaves behind, and the names of nothing: no reason to stop a merge.
_NEVER_CLASH = {tuple(key.removeprefix("cell.").split(".")) for key in VOLATILE_KEYS} | {
    ("id",),
    ("collapsed",),
    ("language",),
}

_PARAMETERS = "parameters"  # the tag of the cell whose lines each set something else


class MergedCell(NamedTuple):
    """A cell of the merged notebook: `home`, whose bytes it keeps, and the members that differ there (MISSING: gone).

    A change is a JSON value, or a Span to be copied.
    """

    home: Part
    changes: dict[str, Any]


def merged_metadata(cell: MergedCell) -> dict[str, Any]:
    """The metadata of a merged cell."""
    found = cell.changes.get("metadata", cell.home.cell.metadata)
    return found if isinstance(found, dict) else {}


def merge_cell(base: Part | None, ours: Part | None, theirs: Part | None) -> MergedCell | None:
    """The merged cell; None when a side deleted it and the other did not change its content."""
    if ours and theirs:
        return _merge_both(base, ours, theirs)
    home = ours or theirs
    if home is None:
        return None
    if base is None:
        return MergedCell(home, {})
    if _look_alike(base, home):
        return None
    lines = home.cell.source.split("\n")
    region = Region(lines, []) if ours else Region([], lines)
    return _conflicted(MergedCell(home, {}), [region], (base, ours, theirs), ())


def _merge_both(base: Part | None, ours: Part, theirs: Part) -> MergedCell:
    cell_type = merge_value(_member(base, "cell_type"), ours.cell.cell_type, theirs.cell.cell_type, ("cell_type",))
    home, away = (ours, theirs) if cell_type.value == ours.cell.cell_type else (theirs, ours)
    regions = _merge_source(base, ours, theirs)
    clashes = list(cell_type.clashes)
    changes: dict[str, Any] = {}
    same_type = ours.cell.cell_type == theirs.cell.cell_type
    special = {"cell_type", home.source_key, *OUTPUTS}
    for key in dict.fromkeys([*home.members, *away.members]):
        if key not in special and (same_type or key in ("id", "metadata")):
            settled = merge_value(_member(base, key), ours.value(key), theirs.value(key), (key,))
            clashes += [clash for clash in settled.clashes if not _is_volatile(clash.path)]
            changes[key] = settled.value
    conflicted = any(region.theirs is not None for region in regions)
    source = "\n".join(marked(regions))
    if home.cell.cell_type == "code":
        changes |= _merge_outputs(base, ours, theirs, None if conflicted else source, home)
    changes[home.source_key] = source
    merged = MergedCell(home, changes)
    return _conflicted(merged, regions, (base, ours, theirs), clashes) if conflicted or clashes else merged


def _merge_source(base: Part | None, ours: Part, theirs: Part) -> list[Region]:
    sources = base.cell.source if base else None, ours.cell.source, theirs.cell.source
    if sources[1] == sources[2] or sources[2] == sources[0]:
        return [Region(sources[1].split("\n"))]
    if sources[1] == sources[0]:
        return [Region(sources[2].split("\n"))]
    before, mine, yours = ([] if source is None else source.split("\n") for source in sources)
    apart = all(_PARAMETERS in part.cell.tags for part in (ours, theirs))
    regions = merge_lines(before, mine, yours, apart=apart)
    if ours.cell.index == 0 and any(region.theirs is not None for region in regions):
        return merge_front_matter(before, mine, yours) or regions
    return regions


def _look_alike(one: Part, other: Part) -> bool:
    """Whether nothing of a cell's content changed that is to be seen."""
    first, second = content(one.cell), content(other.cell)
    seen = bare(one.cell.source.split("\n")), bare(other.cell.source.split("\n"))
    return first[:1] + first[2:] == second[:1] + second[2:] and seen[0] == seen[1]


def _merge_outputs(base: Part | None, ours: Part, theirs: Part, source: str | None, home: Part) -> dict[str, Any]:
    """Outputs and execution count of the side whose source was taken, together; without one there are none."""
    fitting = [part for part in (ours, theirs) if _has_run(part, source)]
    if not fitting:
        return {"outputs": [], home.count_key: None}
    chosen = fitting[0]
    if len(fitting) == 2 and base and _same_outputs(ours, base):
        chosen = theirs
    if chosen is home:
        return {}
    found = {key: chosen.span(key) for key in OUTPUTS}
    return {key: span for key, span in found.items() if span is not None}


def _has_run(part: Part, source: str | None) -> bool:
    return part.cell.cell_type == "code" and part.cell.source == source and not part.virtual


def _same_outputs(one: Part, other: Part) -> bool:
    spans = [(one.span(key), other.span(key)) for key in OUTPUTS]
    return all(
        first == second or (first is not None and second is not None and first.value == second.value)
        for first, second in spans
    )


def _conflicted(
    merged: MergedCell, regions: list[Region], parts: Sequence[Part | None], clashes: Sequence[Clash]
) -> MergedCell:
    sources = [part.cell.source if part else None for part in parts]
    text, record = mark(regions, sources, clashes)
    home = merged.home
    metadata = with_own(merged_metadata(merged), KEY, record)
    changes = {**merged.changes, "metadata": metadata, home.source_key: text}
    if home.cell.cell_type == "code" and any(region.theirs is not None for region in regions):
        changes |= {"outputs": [], home.count_key: None}
    return MergedCell(home, changes)


def _member(part: Part | None, key: str) -> Any:
    return part.value(key) if part else MISSING


def _is_volatile(path: tuple[str, ...]) -> bool:
    return path[:1] in _NEVER_CLASH or path[:2] in _NEVER_CLASH
