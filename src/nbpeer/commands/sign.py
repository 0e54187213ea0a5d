"""One reviewer's decision on one analysis, bound to the content it has now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.commands.gate_base import GateBase, gate_base
from nbpeer.commands.gather import signatures
from nbpeer.commands.looks import look
from nbpeer.commands.status import changed_analyses, compared_with, facts_for, questions_for
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.front_matter import parse_front_matter
from nbpeer.model.review import Answer, DecisionValue, SignOff, signed_content
from nbpeer.repo import git
from nbpeer.repo.signatures import SIGNERS, git_signing_key, sign_bytes
from nbpeer.repo.store import read_notebook, write_sign_off
from nbpeer.review.answers import complete
from nbpeer.review.facts import AnalysisFacts, command
from nbpeer.review.gate import results_fresh


class Statement(NamedTuple):
    """What a reviewer says: their e-mail address, the decision, the answers that are theirs, and a comment.

    `content` is the content hash they were shown, when they were shown one; other content is then refused. `key` is the
    SSH key to sign with, "" for none.
    """

    reviewer: str
    decision: DecisionValue
    answers: Mapping[str, Answer]
    comment: str = ""
    content: str = ""
    key: str = ""


def sign(root: Path, config: Config, path: str, statement: Statement, base: str | None = None) -> SignOff:
    """Write the sign-off of an analysis as it is in the working tree, and return it.

    Raises NbpeerError when the analysis cannot be signed off (see `facts_to_sign`) or is not what the reviewer was
    shown, the reviewer is an author of the changes, the answers do not fit the checklist, or the key is not one that
    the base lists for the reviewer. Nothing is written then.
    """
    before = compared_with(root, config, base)
    facts = facts_to_sign(root, config, path, before)
    if statement.content not in ("", facts.content):
        raise NbpeerError(f"{path} changed while you were reviewing it", command("review", path))
    refuse_author(facts, statement.reviewer)
    answers = complete(questions_for(facts), statement.answers, statement.decision, statement.comment)
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
    if statement.key:
        sign_off = _signed(gate_base(root, config, before), sign_off, statement.key)
    write_sign_off(root, sign_off)
    look(
        root,
        path,
        facts.content,
        statement.reviewer,
        {answer.item: answer for answer in answers if answer.by == "human"},
    )
    return sign_off


def signing_key(root: Path, given: str, unsigned: bool) -> str:
    """The SSH key to sign with: the given one, or git's where git signs with SSH keys; "" for none."""
    return "" if unsigned else given or git_signing_key(root)


def _signed(base: GateBase, sign_off: SignOff, key: str) -> SignOff:
    signed = msgspec.structs.replace(sign_off, signature=sign_bytes(signed_content(sign_off), key))
    fault = (signatures(base.signers, (signed,)) or {}).get(signed, "")
    if fault:
        raise NbpeerError(
            f"a signature with {key} would not count: {fault} in {base.version.label}'s {SIGNERS}",
            "have your key listed there first, or pass --unsigned",
        )
    return signed


def facts_to_sign(root: Path, config: Config, path: str, before: Version) -> AnalysisFacts:
    """What the gate knows of an analysis that is ready to be signed off.

    Raises NbpeerError when it cannot be read, has no front matter, is excluded, has not changed since `before`, or its
    results are missing or stale.
    """
    facts = facts_for(root, config, path, before)
    refuse_unready(root, config, facts, before)
    return facts


def refuse_unready(root: Path, config: Config, facts: AnalysisFacts, before: Version) -> None:
    """Raises NbpeerError, as `facts_to_sign`, when an analysis is not ready to be signed off."""
    path = facts.path
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
    fresh = results_fresh(facts)
    if not fresh.met:
        raise NbpeerError(f"{path} cannot be signed off: {fresh.reason}", fresh.todo or command("run", path))


def refuse_author(facts: AnalysisFacts, reviewer: str) -> None:
    """Raises NbpeerError when the reviewer is an author of the changes."""
    if reviewer.strip().lower() in facts.authors:
        raise NbpeerError(
            f"{reviewer} is an author of the changes to {facts.path}, whose sign-off does not count",
            "ask somebody else to review it",
        )
