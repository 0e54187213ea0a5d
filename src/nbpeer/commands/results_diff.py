"""`nbpeer results diff`: the results of two versions, as committed or as both versions give them when run here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.commands.diff import analysis_diff, compare, diff, with_results
from nbpeer.commands.diff_sides import Side
from nbpeer.commands.fresh_run import DEFAULTS, Fresh, FreshOptions, fresh_runs
from nbpeer.commands.outputs import compare_outputs
from nbpeer.commands.packet import figure_image, figures_of
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, AnalysisDiff, ChangedPath, DiffReport, Version
from nbpeer.model.packet import FigureImage
from nbpeer.model.result import Figure, decode_results, results_path
from nbpeer.naming import is_notebook
from nbpeer.repo import git
from nbpeer.results.numbers import percent

Figures = dict[str, tuple[FigureImage, ...]]


class ResultsDiff(NamedTuple):
    """The comparison, and the pictures of the named figures by the path of their analysis, as far as at hand.

    `rerun` tells that both versions were run here; `notes` what limits what the runs say, by path.
    """

    report: DiffReport
    figures: Figures
    rerun: bool = False
    notes: dict[str, tuple[str, ...]] = {}


def committed_diff(
    root: Path, config: Config, before: Version, after: Version, paths: tuple[str, ...] = ()
) -> ResultsDiff:
    """The recorded results of the analyses that differ between two versions; those that neither records are left out.

    Outputs without a name are compared where this machine has both runs.
    """
    report = diff(root, config, before, after, paths)
    kept = tuple(analysis for analysis in report.analyses if analysis.results or analysis.expectations)
    figures = {analysis.path: figures_of(root, analysis) for analysis in kept}
    kept = tuple(_with_shares(analysis, figures[analysis.path]) for analysis in kept)
    return ResultsDiff(msgspec.structs.replace(report, analyses=kept), figures)


def analysis_results(root: Path, before: Version, change: ChangedPath) -> tuple[AnalysisDiff, tuple[FigureImage, ...]]:
    """The recorded results of one analysis in the working tree against a version, moved or not, and its pictures."""
    found = analysis_diff(root, before, WORKTREE, change)
    figures = figures_of(root, found)
    return _with_shares(found, figures), figures


def rerun_diff(
    root: Path,
    config: Config,
    versions: tuple[Version, Version],
    paths: tuple[str, ...] = (),
    options: FreshOptions = DEFAULTS,
) -> ResultsDiff:
    """The results that both versions give when they are run here, now, one after the other, in clean folders.

    Run are the analyses whose notebook, results or recorded inputs differ between the versions, narrowed by `paths`; a
    notebook that is named itself is run whether or not it differs. Each runs with the parameters of its recorded run.
    An analysis that does not complete on a side says so as its `problem`. Raises NbpeerError as `fresh_runs`, and for a
    notebook that is named and in neither version.
    """
    before, after = versions
    changes = _to_run(root, config, versions, paths)
    options.stage(before.label)
    old = fresh_runs(root, before, [change.before for change in changes if change.before], options)
    options.stage(after.label)
    new = fresh_runs(root, after, [change.path for change in changes if change.status != "removed"], options)
    analyses: list[AnalysisDiff] = []
    figures: Figures = {}
    notes: dict[str, tuple[str, ...]] = {}
    for change in changes:
        sides = old.get(change.before), new.get(change.path)
        found = _compared(root, versions, change, sides)
        figures[change.path] = _figures(found, *sides)
        analyses.append(_with_shares(found, figures[change.path]))
        limits = [note for side in sides if side for note in side.notes]
        notes |= {change.path: tuple(dict.fromkeys(limits))} if limits else {}
    return ResultsDiff(DiffReport(before, after, tuple(analyses)), figures, True, notes)


def is_moved(analysis: AnalysisDiff) -> bool:
    """Whether a result, expectation, caveat or output is really another: what is within tolerance is not."""
    return bool(
        analysis.changed_results
        or analysis.expectations
        or analysis.caveats
        or any(change.changed_outputs for change in analysis.cells)
    )


def _to_run(
    root: Path, config: Config, versions: tuple[Version, Version], paths: tuple[str, ...]
) -> tuple[ChangedPath, ...]:
    _, after = versions
    changes = {change.path: change for change in git.changed_notebooks(root, *versions)}
    there = git.notebooks_in(root, after)
    known = {*there, *changes, *(change.before for change in changes.values())}
    for path in paths:
        if is_notebook(path) and path not in known:
            raise NbpeerError(f"{path} is in neither version", "name a notebook or a folder of this repository")
    touched = git.changed_files(root, *versions)
    with git.reading(root) as read:
        for path in set(there) - changes.keys():
            if path in paths or touched & _inputs(read, after, path):
                changes[path] = ChangedPath(path, "changed", path)
    return tuple(changes[path] for path in sorted(changes) if _wanted(config, changes[path], paths))


def _inputs(read: git.Read, version: Version, path: str) -> set[str]:
    content = read(version, results_path(path))
    try:
        return set(decode_results(content, path).certificate.inputs) if content else set()
    except NbpeerError:  # a damaged file says nothing of inputs
        return set()


def _wanted(config: Config, change: ChangedPath, paths: Sequence[str]) -> bool:
    if change.path in paths:
        return True
    names = [name for name in (change.path, change.before) if name]
    below = not paths or any(git.is_below(name, path) for path in paths for name in names)
    return below and git.selected(change.path, config.include, config.exclude)


def _compared(
    root: Path, versions: tuple[Version, Version], change: ChangedPath, sides: tuple[Fresh | None, Fresh | None]
) -> AnalysisDiff:
    with git.reading(root) as read:
        found = compare(read, *versions, change)
    problems = [f"{version.label}: {side.problem}" for version, side in zip(versions, sides, strict=True)
                if side and side.problem]  # fmt: skip
    recorded = [side.recorded if side else None for side in sides]
    found = with_results(found, Side(None, recorded[0]), Side(None, recorded[1]))
    if problems:  # what one side has alone did not come or go: the other did not get that far
        return msgspec.structs.replace(found, results=(), expectations=(), caveats=(), problem="; ".join(problems))
    one, other = (side.executed if side else None for side in sides)
    if one and other:
        found = msgspec.structs.replace(found, cells=compare_outputs(one, other, found.cells))
    return found


def _figures(found: AnalysisDiff, old: Fresh | None, new: Fresh | None) -> tuple[FigureImage, ...]:
    images = []
    for change in found.results:
        if any(side and isinstance(side.value, Figure) for side in (change.before, change.after)):
            before = old.pictures.get(change.name, b"") if old else b""
            after = new.pictures.get(change.name, b"") if new else b""
            images.append(figure_image(change.name, before, after))
    return tuple(images)


def _with_shares(found: AnalysisDiff, figures: Sequence[FigureImage]) -> AnalysisDiff:
    """The figures whose pictures are both at hand with the share of pixels that differ."""
    shares = {image.name: image.share for image in figures if image.share}
    results = (
        msgspec.structs.replace(change, detail=f"{change.detail}; {percent(shares[change.name])} of the pixels differ")
        if change.name in shares
        else change
        for change in found.results
    )
    return msgspec.structs.replace(found, results=tuple(results))
