"""`nbpeer results verify`: whether a fresh run gives the recorded results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from nbpeer.commands.fresh_run import DEFAULTS, Fresh, FreshOptions, fresh_runs
from nbpeer.commands.results_show import recorded_results
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, ValueChange
from nbpeer.model.recorded import Recorded, Verification
from nbpeer.model.result import ResultSet
from nbpeer.results.compare import compare_caveats, compare_expectations
from nbpeer.results.spread import furthest, spreads

_MOVED = ("changed", "added", "removed")


def verify(
    root: Path, config: Config, paths: Sequence[str], repeat: int = 1, options: FreshOptions = DEFAULTS
) -> tuple[Verification, ...]:
    """Run analyses again, `repeat` times, each time in a clean folder, and compare with what is recorded; by path.

    The working tree is what is run: its notebooks, with what git would commit and what it ignores. Nothing in it is
    written.

    Raises NbpeerError when there is nothing to verify, and as `fresh_runs`.
    """
    known = recorded_results(root, config, paths)
    if not known:
        where = f" below {', '.join(paths)}" if paths else ""
        raise NbpeerError(f"no results are recorded{where}", "record some with `nbpeer run`")
    wanted = [found.path for found in known if found.results]
    rounds = []
    for number in range(1, repeat + 1):
        if repeat > 1:
            options.stage(f"run {number} of {repeat}")
        rounds.append(fresh_runs(root, WORKTREE, wanted, options))
    return tuple(_verified(found, [fresh[found.path] for fresh in rounds if found.path in fresh]) for found in known)


def _verified(known: Recorded, runs: Sequence[Fresh]) -> Verification:
    if known.results is None:
        problem = known.problem or f"no results are recorded: nbpeer run {known.path}"
        return Verification(known.path, "not_recorded", problem=problem)
    notes = ["the recorded run was of another source"] if known.stale else []
    notes += dict.fromkeys(note for run in runs for note in run.notes)
    failed = [run.problem for run in runs if run.problem]
    if failed:
        said = f"{failed[0]} (in {len(failed)} of {len(runs)} runs)" if len(runs) > 1 else failed[0]
        return Verification(known.path, "failed", len(runs), problem=said, notes=tuple(notes))
    before = known.results.result_set
    sets = [run.recorded.result_set for run in runs if run.recorded]
    results = furthest(before, sets)
    expectations = _each(compare_expectations, before, sets)
    caveats = _each(compare_caveats, before, sets)
    differs = any(change.verdict in _MOVED for change in results) or expectations or caveats
    return Verification(
        known.path,
        "differs" if differs else "verified",
        len(runs),
        results,
        expectations,
        caveats,
        spreads(sets),
        notes=tuple(notes),
    )


def _each(
    compare: Callable[[ResultSet, ResultSet], tuple[ValueChange, ...]], before: ResultSet, sets: Sequence[ResultSet]
) -> tuple[ValueChange, ...]:
    """What differs in any of the runs, each name once, by name."""
    found = {change.name: change for after in sets for change in compare(before, after)}
    return tuple(found[name] for name in sorted(found))
