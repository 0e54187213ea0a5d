"""Everything about a pull request that its checkout tells: gathered into one document, ready to be posted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.commands.diff import compare, is_change
from nbpeer.commands.fresh_run import FreshOptions
from nbpeer.commands.gate_base import GateBase, gate_base
from nbpeer.commands.gather import gather
from nbpeer.commands.outputs import analysis_with_outputs
from nbpeer.commands.packet import figures_of
from nbpeer.commands.pr_places import placed
from nbpeer.commands.results_diff import Figures, ResultsDiff, rerun_diff
from nbpeer.commands.review import shown_beside
from nbpeer.commands.status import changed_against, compared_with, questions_for
from nbpeer.config import Config, PullRequestConfig
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, AnalysisDiff, Version
from nbpeer.model.posting import AnalysisPosting, Posting, slim
from nbpeer.repo import git
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.gate import judge


class Looking(NamedTuple):
    """How to look at a pull request. `base` is a revision, None finds one; `head` its own head commit, ""
    for HEAD: lines are its lines. With `rerun` both versions are run here, and the results are those of these runs.
    `on_analysis` is told of each analysis."""

    base: str | None = None
    head: str = ""
    rerun: FreshOptions | None = None
    on_analysis: Callable[[str], None] = lambda path: None


def looked_from(root: Path, looking: Looking, head: str, base_ref: str, base_sha: str) -> Looking:
    """How to look at the pull request with the head commit `head` ("" for the checkout's) into the branch `base_ref`.

    Raises NbpeerError when the checkout is not of that head, be it itself or a merge of it.
    """
    base = looking.base
    for name in (f"origin/{base_ref}" if base_ref else "", base_sha, base_ref):
        if base is None and name and git.known(root, name):
            base = name
    if head and head not in git.parents(root, "HEAD"):
        here = git.resolve(root, "HEAD").commit
        raise NbpeerError(
            f"the checkout is of {here[:7]}, but the pull request's head is {head[:7]}",
            "check that commit out, with its history (fetch-depth: 0)",
        )
    return looking._replace(base=base, head=head)


def trusted_config(root: Path, config: Config, base: str | None) -> PullRequestConfig:
    """What the base's configuration says of pull requests."""
    return gate_base(root, config, compared_with(root, config, base)).config.pr


class Gathered(NamedTuple):
    """What is to be posted, and the pictures of figures by the path of their analysis, as far as they are at hand."""

    posting: Posting
    figures: Figures


def gathered(root: Path, config: Config, looking: Looking) -> Gathered:
    """What changed between the base and the checkout, what was found in it and what is to be answered.

    Configuration, kinds and checklists are the base's. Raises NbpeerError as `status`, and for a sign-off that is not
    valid.
    """
    before = compared_with(root, config, looking.base)
    trusted = gate_base(root, config, before)
    after = git.resolve(root, looking.head or "HEAD")
    found = _compared(root, trusted.config, before)
    changes = changed_against(trusted, before)
    again = _again(root, trusted, before, tuple(change.path for change in changes), looking.rerun)
    analyses = []
    for facts in gather(trusted, before, changes):
        looking.on_analysis(facts.path)
        compared = found.get(facts.path) or AnalysisDiff(facts.path, "changed", facts.path)
        made = _analysis(root, before, after, facts, compared)
        analyses.append(_with_runs(made, again) if again else made)
    removed = tuple(path for path, one in found.items() if one.status == "removed")
    posting = Posting(before.label, before.commit, after.commit, tuple(analyses), removed, trusted.notes, bool(again))
    kept = {one.path: figures_of(root, one.diff) for one in analyses}
    return Gathered(posting, again.figures if again else kept)


def _compared(root: Path, config: Config, before: Version) -> dict[str, AnalysisDiff]:
    """What changed by path, with the outputs that git holds: those that only this machine has are not posted."""
    changes = git.changed_notebooks(root, before, WORKTREE)
    wanted = [change for change in changes if git.selected(change.path, config.include, config.exclude)]
    with git.reading(root) as read:
        found = [analysis_with_outputs(compare(read, before, WORKTREE, change), None) for change in wanted]
    return {one.path: one for one in found if is_change(one)}


def _analysis(
    root: Path, before: Version, after: Version, facts: AnalysisFacts, compared: AnalysisDiff
) -> AnalysisPosting:
    front, recorded, questions = facts.front_matter, facts.results, questions_for(facts)
    asked = front.other.get("reviewers") if front else None
    return AnalysisPosting(
        path=facts.path,
        diff=slim(compared),
        gate=judge(facts),
        tier=facts.checklist.tier,
        minutes=facts.checklist.minutes,
        reviewers=facts.checklist.reviewers,
        checklist=facts.checklist.id,
        version=facts.checklist.version,
        title=front.title if front else "",
        question=front.question if front else "",
        decision=front.decision if front else "",
        decision_owner=front.decision_owner if front else "",
        ask=tuple(map(str, asked)) if isinstance(asked, list) else (),
        findings=placed(root, before, after, compared, facts.findings),
        questions=questions,
        shown=shown_beside(root, facts, questions),
        expectations=recorded.result_set.expectations if recorded else (),
        external=facts.external,
        caveats=recorded.caveats if recorded else (),
        notes=facts.notes,
    )


def _again(
    root: Path, trusted: GateBase, before: Version, paths: tuple[str, ...], rerun: FreshOptions | None
) -> ResultsDiff | None:
    if rerun is None or not paths:
        return None
    return rerun_diff(root, trusted.config, (before, WORKTREE), paths, rerun)


def _with_runs(made: AnalysisPosting, again: ResultsDiff) -> AnalysisPosting:
    """The analysis with the results that both versions gave here; where a run failed that is its problem."""
    found = next((one for one in again.report.analyses if one.path == made.path), None)
    if found is None:
        return made
    notes = (*made.notes, *again.notes.get(made.path, ()))
    compared = msgspec.structs.replace(
        made.diff,
        cells=slim(found).cells,
        results=found.results,
        expectations=found.expectations,
        caveats=found.caveats,
        packages=found.packages,
        inputs=found.inputs,
        problem=found.problem or made.diff.problem,
    )
    return msgspec.structs.replace(made, diff=compared, notes=notes)
