"""What the gate knows of analyses: gathered from the working tree, from git, and from the base."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.commands.contents import content_of
from nbpeer.commands.external import external_expectations
from nbpeer.commands.gate_base import GateBase
from nbpeer.commands.metric_facts import METRIC_RULES, has_registry
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, ChangedPath, Version
from nbpeer.model.digests import source_digest
from nbpeer.model.front_matter import FrontMatter, FrontMatterError, parse_front_matter
from nbpeer.model.kind import CommonChecklist, Kind
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import ResultsFile
from nbpeer.model.review import TIERS, Checklist, SignOff, Tier, encode_sign_off, sign_off_path, signed_content
from nbpeer.repo import git
from nbpeer.repo.history import authors_between
from nbpeer.repo.signatures import signature_fault
from nbpeer.repo.store import deleted_objections, read_notebook, read_results_file, read_sign_offs, sign_off_files
from nbpeer.review.checklist import DEFAULT_TIER, checklist_for
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.signed import address, signed_at


def gather(
    base: GateBase, before: Version, changes: tuple[ChangedPath, ...], sign_offs: tuple[SignOff, ...] | None = None
) -> tuple[AnalysisFacts, ...]:
    """What the gate knows of each analysis in the working tree, whose changes are counted since `before`.

    `sign_offs` are those to judge, None for all that are kept. A notebook or a results file that cannot be read is the
    `problem` of its analysis. Raises NbpeerError for an invalid sign-off, kind or checklist.
    """
    from nbpeer.commands.check import applied_rules, check_content, with_baseline
    from nbpeer.commands.check_facts import effective_config

    if not changes:
        return ()
    root, config = base.root, base.config
    signed = _signed(base, before, changes, sign_offs)
    external = external_expectations(root, config.expectations, before)
    report = check_content(root, config, [found for found, _ in signed if isinstance(found, Notebook)], kind=base.kind)
    report = with_baseline(root, config, report, base.version)
    # Without a registry nobody held a number against its definition, so that a person is asked.
    unheld = frozenset() if has_registry(root, config) else METRIC_RULES
    reasons = dict.fromkeys(unheld, "there is no metric registry")
    facts, findings = [], report.by_path
    for _, known in signed:
        if not known.problem:
            known = _with_inputs(root, msgspec.structs.replace(known, external=external))
        applied = applied_rules(effective_config(config.check, known.path, known.front_matter)) - unheld
        found = findings.get(known.path, ())
        facts.append(msgspec.structs.replace(known, findings=found, applied=applied, reasons=reasons))
    return tuple(facts)


def signed_facts(
    base: GateBase, before: Version, changes: tuple[ChangedPath, ...], sign_offs: tuple[SignOff, ...] | None = None
) -> tuple[AnalysisFacts, ...]:
    """What `gather` knows that sign-offs are held against: no rule is applied and no input read, so that it is quick.

    Raises NbpeerError as `gather`.
    """
    return tuple(known for _, known in _signed(base, before, changes, sign_offs)) if changes else ()


def _signed(
    base: GateBase, before: Version, changes: tuple[ChangedPath, ...], sign_offs: tuple[SignOff, ...] | None
) -> list[tuple[Notebook | str, AnalysisFacts]]:
    """Each notebook, or why there is none, with what its sign-offs are held against."""
    root, head = base.root, git.resolve(base.root, "HEAD")
    kept = read_sign_offs(root, WORKTREE) if sign_offs is None else sign_offs
    by_subject = _by_subject((*kept, *deleted_objections(root, before)))
    written = authors_between(root, before, head)
    with git.reading(root) as reader:
        committed = _committed(root, head, reader)
        shared = _Shared(base, cache(base.kind), before, head, base.common(), by_subject, committed, written, reader)
        read = [(change, _read(root, change.path)) for change in changes]
        return [(found, _facts(shared, change, found)) for change, found in read]


def standing_facts(
    base: GateBase, before: Version, found: Iterable[tuple[Notebook, frozenset[str]]], sign_offs: tuple[SignOff, ...]
) -> Iterator[AnalysisFacts]:
    """What the sign-offs of analyses that the base has as they are, each with its authors, are held against.

    No rule is applied and no input read, so that it is quick. Raises NbpeerError as `gather`.
    """
    kept = _by_subject(sign_offs)
    with git.reading(base.root) as reader:
        shared = _Shared(base, cache(base.kind), before, before, base.common(), kept, lambda one: True, {}, reader)
        for notebook, authors in found:
            change = ChangedPath(notebook.path, "added")
            known = _with_sign_offs(shared, change, _about(shared, change, notebook))
            yield msgspec.structs.replace(known, authors=authors, merged=True)


def _by_subject(sign_offs: Iterable[SignOff]) -> dict[str, list[SignOff]]:
    """Sign-offs by the analysis they name and by the content they are of."""
    found: dict[str, list[SignOff]] = {}
    for one in sign_offs:
        for subject in (one.analysis, one.content):
            found.setdefault(subject, []).append(one)
    return found


def _committed(root: Path, head: Version, read: git.Read) -> Callable[[SignOff], bool]:
    """Whether a commit holds a sign-off: under the name it should have, which is one file to look at, or any other."""

    @cache
    def every() -> frozenset[SignOff]:
        return frozenset(one for one in sign_off_files(root, head).values() if isinstance(one, SignOff))

    def found(sign_off: SignOff) -> bool:
        content = read(head, sign_off_path(sign_off))
        return (content is not None and content == encode_sign_off(sign_off)) or sign_off in every()

    return found


class _Shared(NamedTuple):
    """What all analyses of one verdict have in common."""

    base: GateBase
    kind: Callable[[str], Kind | None]
    before: Version
    head: Version
    common: CommonChecklist
    sign_offs: dict[str, list[SignOff]]  # by analysis and by content
    committed: Callable[[SignOff], bool]
    written: dict[str, frozenset[str]]
    read: git.Read

    @property
    def root(self) -> Path:
        return self.base.root


def _read(root: Path, path: str) -> Notebook | str:
    """The notebook, or why there is none."""
    try:
        found = read_notebook(root, WORKTREE, path)
    except NbpeerError as error:
        return str(error)
    return found or f"{path} is not in the working tree"


def _facts(shared: _Shared, change: ChangedPath, notebook: Notebook | str) -> AnalysisFacts:
    if isinstance(notebook, str):
        return AnalysisFacts(change.path, _checklist(shared, None, DEFAULT_TIER), problem=notebook)
    facts = _about(shared, change, notebook)
    if facts.problem:
        return facts
    authors = _authors(shared, change, notebook, facts.results)
    return _with_sign_offs(shared, change, msgspec.structs.replace(facts, authors=authors))


def _about(shared: _Shared, change: ChangedPath, notebook: Notebook) -> AnalysisFacts:
    """What the notebook and its results file say."""
    front_matter = _front_matter(notebook)
    said, tier = _tiers(shared, change, front_matter)
    checklist = _checklist(shared, front_matter, tier)
    try:
        results = read_results_file(shared.root, WORKTREE, change.path)
    except NbpeerError as error:
        return AnalysisFacts(change.path, checklist, problem=str(error), front_matter=front_matter)
    return AnalysisFacts(
        path=change.path,
        checklist=checklist,
        gate=shared.base.config.gate.of(checklist.tier, shared.common.tiers[checklist.tier].rules),
        source=source_digest(notebook),
        front_matter=front_matter,
        results=results,
        notes=() if said == tier else (_lowered(shared, change.path, said, tier),),
    )


def _tiers(shared: _Shared, change: ChangedPath, front_matter: FrontMatter | None) -> tuple[Tier, Tier]:
    """The tier the analysis says it has, and the one it is held to: of what it says and said before the stricter."""
    said = (front_matter.tier if front_matter else None) or DEFAULT_TIER
    try:
        before = shared.read(shared.before, change.before) if change.before else None
        earlier = parse_front_matter(parse_notebook(before, change.before)) if before is not None else None
    except NbpeerError:
        earlier = None
    return said, max(said, (earlier.tier if earlier else None) or said, key=TIERS.index)


def _lowered(shared: _Shared, path: str, said: Tier, tier: Tier) -> str:
    return f"this branch lowers {path} from tier {tier} to {said}: {shared.before.label}'s is used until it is merged"


def _with_sign_offs(shared: _Shared, change: ChangedPath, facts: AnalysisFacts) -> AnalysisFacts:
    subjects = (change.path, change.before, facts.content)
    sign_offs = tuple(dict.fromkeys(one for subject in subjects for one in shared.sign_offs.get(subject, ())))
    return msgspec.structs.replace(
        facts,
        sign_offs=sign_offs,
        uncommitted=tuple(sign_off for sign_off in sign_offs if not shared.committed(sign_off)),
        signatures=signatures(shared.base.signers, sign_offs),
    )


def signatures(signers: bytes | None, sign_offs: tuple[SignOff, ...]) -> dict[SignOff, str] | None:
    """Why each signed sign-off's signature does not vouch for it, "" when it does; None without a list of signers."""
    if signers is None:
        return None
    now = datetime.now(UTC)
    return {
        sign_off: signature_fault(
            signed_content(sign_off), sign_off.signature, address(sign_off), signed_at(sign_off) or now, signers
        )
        for sign_off in sign_offs
        if sign_off.signature
    }


def _front_matter(notebook: Notebook) -> FrontMatter | None:
    try:
        return parse_front_matter(notebook)
    except FrontMatterError:  # rule NBP201 says what is wrong with it
        return None


def _checklist(shared: _Shared, front_matter: FrontMatter | None, tier: Tier) -> Checklist:
    kind = shared.kind(front_matter.kind) if front_matter and front_matter.kind else None
    found = checklist_for(shared.common, kind, tier)
    return msgspec.structs.replace(found, reviewers=shared.base.config.gate.of(tier).reviewers or found.reviewers)


def _with_inputs(root: Path, facts: AnalysisFacts) -> AnalysisFacts:
    """The facts with what the recorded inputs are now."""
    inputs = _inputs(root, facts.results)
    unshared = frozenset(path for path in _recorded(facts.results) - inputs.keys() if git.ignored(root, path))
    return msgspec.structs.replace(facts, inputs=inputs, unshared=unshared)


def _inputs(root: Path, results: ResultsFile | None) -> dict[str, str]:
    """The digests the recorded inputs have now; only files inside the repository are read."""
    found = {}
    for path in _recorded(results):
        file = (root / path).resolve()
        if file.is_relative_to(root.resolve()) and file.is_file():
            with file.open("rb") as content:
                found[path] = "sha256:" + hashlib.file_digest(content, "sha256").hexdigest()
    return found


def _recorded(results: ResultsFile | None) -> set[str]:
    return set(results.certificate.inputs) if results else set()


def _authors(shared: _Shared, change: ChangedPath, notebook: Notebook, results: ResultsFile | None) -> frozenset[str]:
    """Who wrote the changes; what is not committed yet counts as written by whoever git says is here.

    Outputs and formatting are nobody's authorship, so that a reviewer may open and run the notebook.
    """
    found = frozenset[str]().union(*(shared.written.get(name, ()) for name in (change.path, change.before)))
    committed = content_of(shared.root, shared.head, change.path, shared.read)
    return found if committed == (source_digest(notebook), results) else found | {git.identity(shared.root)}
