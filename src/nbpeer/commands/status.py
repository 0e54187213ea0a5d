"""The gate's verdict on the analyses that changed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from nbpeer.commands.contents import content_of
from nbpeer.commands.decision_facts import DecisionFacts
from nbpeer.commands.gate_base import GateBase, gate_base
from nbpeer.commands.gather import gather
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, ChangedPath, Version
from nbpeer.model.decision import DECISIONS
from nbpeer.model.review import AnalysisGate, GateRules, GateVerdict, Question, TierAsks
from nbpeer.repo import git
from nbpeer.review.checklist import Looked, questions
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.gate import expectations_hold, judge, results_fresh


def status(root: Path, config: Config, base: str | None, paths: tuple[str, ...] = ()) -> GateVerdict:
    """The gate's verdict on the analyses that differ between the base and the working tree.

    `base` is a revision (None finds one); the comparison is with its merge base with HEAD. Configuration, kinds,
    checklists and signers are the base's. `paths` (notebooks or folders, relative to `root`) narrow it. Raises
    NbpeerError for an unborn branch, a base that is not here and a path that does not exist.
    """
    before = compared_with(root, config, base)
    trusted = gate_base(root, config, before)
    changes = changed_against(trusted, before)
    _refuse_missing(root, paths, before)
    wanted = tuple(change for change in changes if not paths or any(_within(change.path, path) for path in paths))
    found = gather(trusted, before, wanted)
    notes = (*trusted.notes, *(note for facts in found for note in facts.notes), *_edited_decisions(root, before))
    return GateVerdict(before.label, tuple(map(judge, found)), notes)


def _edited_decisions(root: Path, before: Version) -> list[str]:
    """What `nbpeer check` says of decisions that differ from the base, of which no analysis here may have to do."""
    changed = git.changed_files(root, before, WORKTREE, [DECISIONS])
    edited = DecisionFacts(root).edited() if changed else ()
    return [
        f"{one.path} was changed after it was decided: {'; '.join(one.edits)}; `nbpeer check` fails (NBP411)"
        for one in edited
        if one.path in changed
    ]


def gate_rules(root: Path, config: Config, base: str | None) -> GateRules:
    """What the gate asks, tier by tier. Raises NbpeerError as `status`."""
    before = compared_with(root, config, base)
    trusted = gate_base(root, config, before)
    asked = []
    for tier, rule in trusted.common().tiers.items():
        gate = trusted.config.gate.of(tier, rule.rules)
        asked.append(
            TierAsks(
                tier=tier,
                minutes=rule.minutes,
                items=rule.items,
                kind_items=rule.kind_items,
                severity=gate.severity,
                require_results=gate.require_results,
                reviewers=gate.reviewers or rule.reviewers,
                require_signature=gate.require_signature,
            )
        )
    return GateRules(before.label, tuple(asked), trusted.notes)


def compared_with(root: Path, config: Config, base: str | None) -> Version:
    """The commit changes are measured against: the merge base of HEAD and `base` (None: the configured or usual one).

    Raises NbpeerError for an unborn branch, and a base that this clone does not have or shares no history with.
    """
    head = git.resolve(root, "HEAD")
    one = git.resolve(root, base) if base else git.default_base(root, config.base)
    return git.merge_base(root, one, head)


def changed_analyses(root: Path, config: Config, before: Version) -> tuple[ChangedPath, ...]:
    """The analyses whose source or results file says something else than in `before`, by path.

    Which notebooks are analyses the base's configuration says. A notebook that was only stripped, reformatted or moved
    is left out, and so is one that was removed.
    """
    return changed_against(gate_base(root, config, before), before)


def changed_against(base: GateBase, before: Version) -> tuple[ChangedPath, ...]:
    """The same, for whoever has what the gate goes by."""
    with git.reading(base.root) as read:
        return tuple(
            change
            for change in git.changed_notebooks(base.root, before, WORKTREE)
            if _is_analysis_changed(base, before, change, read)
        )


class AnalysisStatus(NamedTuple):
    """One analysis and its gate. `base` is what it is compared with; the gate is None when it has not changed."""

    base: Version
    facts: AnalysisFacts
    gate: AnalysisGate | None
    notes: tuple[str, ...]


def analysis_status(root: Path, config: Config, path: str, before: Version) -> AnalysisStatus:
    """What `status` says of one notebook, changed since `before` or not. Raises NbpeerError as `facts_for`."""
    _refuse_gone(root, path)
    trusted = gate_base(root, config, before)
    change = changed_path(root, before, path)
    facts = gather(trusted, before, (change,))[0]
    changed = _is_analysis_changed(trusted, before, change)
    return AnalysisStatus(before, facts, judge(facts) if changed else None, (*trusted.notes, *facts.notes))


def changed_path(root: Path, before: Version, path: str) -> ChangedPath:
    """How git sees the notebook `path` of the working tree since `before`; one that did not change is as it was."""
    changes = git.changed_notebooks(root, before, WORKTREE)
    return next((change for change in changes if change.path == path), ChangedPath(path, "changed", path))


def facts_for(root: Path, config: Config, path: str, before: Version) -> AnalysisFacts:
    """What the gate knows of one analysis in the working tree, changed since `before` or not.

    Raises NbpeerError when there is no such notebook.
    """
    _refuse_gone(root, path)
    return gather(gate_base(root, config, before), before, (changed_path(root, before, path),))[0]


def questions_for(facts: AnalysisFacts) -> tuple[Question, ...]:
    """The checklist of an analysis with the evidence, answered by the machine where it can be."""
    fresh = results_fresh(facts)
    recorded = facts.external or (facts.results and facts.results.result_set.expectations)
    held = expectations_hold(facts) if recorded and fresh.met else None
    return questions(facts.checklist, facts.findings, Looked(facts.applied, fresh, held, facts.reasons))


def _is_analysis_changed(base: GateBase, before: Version, change: ChangedPath, read: git.Read | None = None) -> bool:
    return (
        change.status != "removed"
        and git.selected(change.path, base.config.include, base.config.exclude)
        and _differs(base.root, before, change, read)
    )


def _differs(root: Path, before: Version, change: ChangedPath, read: git.Read | None) -> bool:
    if not change.before:
        return True
    was = content_of(root, before, change.before, read)
    return was is None or was != content_of(root, WORKTREE, change.path)


def _refuse_gone(root: Path, path: str) -> None:
    if not (root / path).is_file():
        raise NbpeerError(f"{path} is not there", "name a notebook of this repository")


def _refuse_missing(root: Path, paths: tuple[str, ...], before: Version) -> None:
    for path in paths:
        if not (root / path).exists() and git.read(root, before, path) is None:
            raise NbpeerError(
                f"{path} is neither in the working tree nor in {before.label}", "name a notebook or folder"
            )


def _within(path: str, place: str) -> bool:
    return place in (".", path) or path.startswith(f"{place.rstrip('/')}/")
