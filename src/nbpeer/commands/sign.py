"""One reviewer's decision on one analysis, bound to the content it has now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from nbpeer.commands.status import changed_analyses, compared_with, facts_for, questions_for
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.front_matter import parse_front_matter
from nbpeer.model.review import Answer, DecisionValue, SignOff
from nbpeer.repo import git
from nbpeer.repo.store import read_notebook, write_sign_off
from nbpeer.review.answers import complete
from nbpeer.review.facts import AnalysisFacts, command
from nbpeer.review.gate import results_fresh


class Statement(NamedTuple):
    """What a reviewer says: their e-mail address, the decision, the answers that are theirs, and a comment.

    `content` is the content hash they were shown, when they were shown one; other content is then refused.
    """

    reviewer: str
    decision: DecisionValue
    answers: Mapping[str, Answer]
    comment: str = ""
    content: str = ""


def sign(root: Path, config: Config, path: str, statement: Statement, base: str | None = None) -> SignOff:
    """Write the sign-off of an analysis as it is in the working tree, and return it.

    Raises NbpeerError when the analysis cannot be signed off (see `facts_to_sign`) or is not what the reviewer was
    shown, the reviewer is an author of the changes, or the answers do not fit the checklist. Nothing is written then.
    """
    facts = facts_to_sign(root, config, path, compared_with(root, config, base))
    if statement.content not in ("", facts.content):
        raise NbpeerError(f"{path} changed while you were reviewing it", command("review", path))
    refuse_author(facts, statement.reviewer)
    answers = complete(questions_for(facts, config), statement.answers, statement.decision, statement.comment)
    sign_off = SignOff(
        analysis=path,
        content=facts.content,
        source=facts.source,
        results=facts.results_digest,
        reviewer=statement.reviewer,
        checklist=facts.checklist.id,
        checklist_version=facts.checklist.version,
        tier=facts.checklist.tier,
        answers=answers,
        decision=statement.decision,
        time=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        comment=" ".join(statement.comment.split()),
    )
    write_sign_off(root, sign_off)
    return sign_off


def facts_to_sign(root: Path, config: Config, path: str, before: Version) -> AnalysisFacts:
    """What the gate knows of an analysis that is ready to be signed off.

    Raises NbpeerError when it cannot be read, has no front matter, is excluded, has not changed since `before`, or its
    results are missing or stale.
    """
    facts = facts_for(root, config, path, before)
    if facts.problem:
        raise NbpeerError(facts.problem)
    if facts.front_matter is None:
        notebook = read_notebook(root, WORKTREE, path)
        if notebook:
            parse_front_matter(notebook)  # says what is wrong with it, when there is one
        raise NbpeerError(f"{path} has no front matter, so it is no analysis", "add it in the first cell")
    if not git.selected(path, config.include, config.exclude):
        raise NbpeerError(f"{path} is no analysis: the configuration excludes it", "see include and exclude")
    if path not in [change.path for change in changed_analyses(root, config, before)]:
        raise NbpeerError(f"{path} has not changed against {before.label}", "name another base with --base")
    fresh = results_fresh(facts, config.gate)
    if not fresh.met:
        raise NbpeerError(f"{path} cannot be signed off: {fresh.reason}", fresh.todo or command("run", path))
    return facts


def refuse_author(facts: AnalysisFacts, reviewer: str) -> None:
    """Raises NbpeerError when the reviewer is an author of the changes."""
    if reviewer.strip().lower() in facts.authors:
        raise NbpeerError(
            f"{reviewer} is an author of the changes to {facts.path}, whose sign-off does not count",
            "ask somebody else to review it",
        )
