"""`nbpeer verify`: every sign-off derived again from the files, from git and from the base, trusting none of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from nbpeer.commands.contents import content_of, since_signed
from nbpeer.commands.gate_base import GateBase, gate_base
from nbpeer.commands.gather import signatures, signed_facts
from nbpeer.commands.status import changed_against, compared_with
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, ChangedPath, Version
from nbpeer.model.digests import content_hash, results_digest
from nbpeer.model.review import SignOff, Standing, VerifiedAnalysis, VerifiedSignOff, VerifyReport
from nbpeer.repo import git
from nbpeer.repo.history import commit_authors
from nbpeer.repo.store import sign_off_files
from nbpeer.repo.timeline import Timeline, timeline
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.signed import fault_of, person, signed_off


def verify(root: Path, config: Config, base: str | None = None, paths: tuple[str, ...] = ()) -> VerifyReport:
    """Derive again every sign-off of the analyses here that changed or were ever signed off.

    Of each: does its content hash follow from its digests, is it of the content the analysis has now, does its
    signature verify, is its checklist complete for the tier, is its reviewer no author, are there enough of them. The
    authors of an analysis that has not changed since the base are those of its commits since the content that was
    signed off before. `paths` (notebooks or folders in `root`) narrow it.

    Raises NbpeerError for an unborn branch, a base that is not here, and a path that is not there.
    """
    before = compared_with(root, config, base)
    trusted = gate_base(root, config, before)
    for path in paths:
        if not (root / path).exists():
            raise NbpeerError(f"{path} is not there", "name a notebook or a folder of this repository")
    kept = sign_off_files(root, WORKTREE)
    valid = {file: found for file, found in kept.items() if isinstance(found, SignOff)}
    changed = {change.path: change for change in changed_against(trusted, before)}
    wanted = _wanted(trusted, changed, valid, paths)
    analyses = []
    seen: set[str] = set()
    gathered = signed_facts(trusted, before, wanted, tuple(valid.values()))
    since = _since_signed(root, [facts for facts in gathered if facts.path not in changed], valid)
    files: dict[SignOff, list[str]] = {}
    for file, one in valid.items():
        files.setdefault(one, []).append(file)
    for facts in gathered:
        found = _analysis(facts, since.get(facts.path), files)
        seen |= {sign_off.file for sign_off in found.sign_offs}
        analyses.append(found)
    broken = tuple(
        VerifiedSignOff(file, "", "", "fails", why) for file, why in kept.items() if isinstance(why, str) and not paths
    )
    stray = () if paths else tuple(_stray(trusted, file, one) for file, one in valid.items() if file not in seen)
    notes = (*trusted.notes, *(note for facts in gathered for note in facts.notes))
    return VerifyReport(before.label, tuple(analyses), (*broken, *stray), notes)


def _wanted(
    base: GateBase, changed: dict[str, ChangedPath], valid: dict[str, SignOff], paths: tuple[str, ...]
) -> tuple[ChangedPath, ...]:
    signed, contents = {one.analysis for one in valid.values()}, {one.content for one in valid.values()}
    listed = git.notebooks(base.root, base.config.include, base.config.exclude)
    found = []
    for path in sorted({*listed, *changed}):
        inside = not paths or any(git.is_below(path, place) for place in paths)
        if inside and (path in changed or path in signed or _content(base.root, WORKTREE, path) in contents):
            found.append(changed.get(path, ChangedPath(path, "changed", path)))
    return tuple(found)


def _analysis(facts: AnalysisFacts, since: frozenset[str] | None, files: dict[SignOff, list[str]]) -> VerifiedAnalysis:
    """One analysis; `since` is who wrote it since it was signed off before, None for one that this branch changes."""
    if facts.problem:
        return VerifiedAnalysis(facts.path, facts.checklist.tier, False, facts.problem, ())
    if since is not None:
        facts = msgspec.structs.replace(facts, authors=facts.authors | since, merged=True)
    of_it = sorted((file, one) for one in facts.sign_offs for file in files.get(one, ()))
    condition = signed_off(facts)
    return VerifiedAnalysis(
        path=facts.path,
        tier=facts.checklist.tier,
        approved=condition.met,
        reason=condition.reason,
        sign_offs=tuple(_sign_off(file, one, facts) for file, one in of_it),
    )


def _sign_off(file: str, sign_off: SignOff, facts: AnalysisFacts) -> VerifiedSignOff:
    fault = fault_of(sign_off, facts)
    forged = (facts.signatures or {}).get(sign_off, "")
    standing: Standing = "fails" if fault else "holds"
    if sign_off.content != facts.content and sign_off.content == content_hash(sign_off.source, sign_off.results):
        standing, fault = ("fails", f"has a signature that does not hold: {forged}") if forged else ("lapsed", fault)
    return VerifiedSignOff(file, facts.path, person(sign_off), standing, fault or _summary(sign_off, facts))


def _stray(base: GateBase, file: str, sign_off: SignOff) -> VerifiedSignOff:
    """A sign-off of an analysis that is not here any more: only what it says of itself can be looked at."""
    forged = (signatures(base.signers, (sign_off,)) or {}).get(sign_off, "")
    if sign_off.content != content_hash(sign_off.source, sign_off.results):
        forged = "its content hash does not belong to its digests: it was edited"
    standing: Standing = "fails" if forged else "lapsed"
    return VerifiedSignOff(file, sign_off.analysis, person(sign_off), standing, forged or "the analysis is not here")


def _summary(sign_off: SignOff, facts: AnalysisFacts) -> str:
    said = ["approved" if sign_off.decision == "approve" else "asks for changes", sign_off.time[:10]]
    said += [f"{sign_off.checklist} {sign_off.checklist_version}", f"{len(sign_off.answers)} answers"]
    if sign_off.signature:
        verified = (facts.signatures or {}).get(sign_off) == ""
        said.append("SSH signature verified" if verified else "SSH signature not verified: the base lists no signers")
    return ", ".join(said)


def _since_signed(
    root: Path, unchanged: Sequence[AnalysisFacts], valid: dict[str, SignOff]
) -> dict[str, frozenset[str]]:
    """Who wrote the commits that led to each present content, back to the last other content that was signed off.

    For all at once, from git alone: nothing that is kept of earlier times is believed.
    """
    head = git.resolve(root, "HEAD").commit
    touches = timeline(root, head, Timeline()).touches if unchanged else {}
    wrote = commit_authors(root, head) if unchanged else {}
    signed = {one.content for one in valid.values()}
    with git.reading(root) as read:
        return {
            facts.path: frozenset[str]().union(
                *(wrote[one.commit] for one in since_signed(read, touches.get(facts.path, ()), signed).touches)
            )
            for facts in unchanged
        }


def _content(root: Path, version: Version, path: str) -> str | None:
    found = content_of(root, version, path)
    if found is None:
        return None
    source, results = found
    return content_hash(source, results_digest(results.result_set) if results else None)
