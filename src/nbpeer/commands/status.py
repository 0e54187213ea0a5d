"""The gate: what it knows of each changed analysis, and its verdict."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, ChangedPath, Version
from nbpeer.model.digests import source_digest
from nbpeer.model.front_matter import FrontMatter, FrontMatterError, parse_front_matter
from nbpeer.model.kind import CommonChecklist
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import ResultsFile
from nbpeer.model.review import Checklist, GateVerdict, Question, SignOff
from nbpeer.repo import git
from nbpeer.repo.store import read_notebook, read_results_file, read_sign_offs
from nbpeer.repo.templates import find_kind, load_common
from nbpeer.review.checklist import DEFAULT_TIER, checklist_for, questions
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.gate import judge, results_fresh


def status(root: Path, config: Config, base: str | None, paths: tuple[str, ...] = ()) -> GateVerdict:
    """The gate's verdict on the analyses that differ between the base and the working tree.

    `base` is a revision (None finds one); the comparison is with its merge base with HEAD. `paths` (notebooks or
    folders, relative to `root`) narrow it. Raises NbpeerError for an unborn branch, a base that is not here and a
    path that does not exist.
    """
    before = compared_with(root, config, base)
    changes = changed_analyses(root, config, before)
    _refuse_missing(root, paths, before)
    wanted = tuple(change for change in changes if not paths or any(_within(change.path, path) for path in paths))
    verdicts = tuple(judge(facts, config.gate) for facts in _gather(root, config, before, wanted))
    return GateVerdict(before.label, verdicts)


def compared_with(root: Path, config: Config, base: str | None) -> Version:
    """The commit changes are measured against: the merge base of HEAD and `base` (None: the configured or usual one).

    Raises NbpeerError for an unborn branch, and a base that this clone does not have or shares no history with.
    """
    head = git.resolve(root, "HEAD")
    one = git.resolve(root, base) if base else git.default_base(root, config.base)
    return git.merge_base(root, one, head)


def changed_analyses(root: Path, config: Config, before: Version) -> tuple[ChangedPath, ...]:
    """The analyses whose source or results file says something else than in `before`, by path.

    A notebook that was only stripped, reformatted or moved is left out, and so is one that was removed.
    """
    changes = git.changed_notebooks(root, before, WORKTREE)
    return tuple(
        change
        for change in changes
        if change.status != "removed"
        and git.selected(change.path, config.include, config.exclude)
        and _differs(root, before, change)
    )


def facts_for(root: Path, config: Config, path: str, before: Version) -> AnalysisFacts:
    """What the gate knows of one analysis in the working tree, changed since `before` or not.

    Raises NbpeerError when there is no such notebook.
    """
    if not (root / path).is_file():
        raise NbpeerError(f"{path} is not there", "name a notebook of this repository")
    changes = git.changed_notebooks(root, before, WORKTREE)
    found = next((change for change in changes if change.path == path), ChangedPath(path, "changed", path))
    return _gather(root, config, before, (found,))[0]


def questions_for(facts: AnalysisFacts, config: Config) -> tuple[Question, ...]:
    """The checklist of an analysis with the evidence, answered by the machine where it can be."""
    return questions(facts.checklist, facts.findings, facts.applied, results_fresh(facts, config.gate))


class _Shared(NamedTuple):
    """What all analyses of one verdict have in common."""

    root: Path
    config: Config
    before: Version
    head: Version
    common: CommonChecklist
    sign_offs: tuple[SignOff, ...]
    committed: tuple[SignOff, ...]


def _gather(root: Path, config: Config, before: Version, changes: tuple[ChangedPath, ...]) -> tuple[AnalysisFacts, ...]:
    from nbpeer.commands.check import applied_rules, check_content

    if not changes:
        return ()
    head = git.resolve(root, "HEAD")
    kept = read_sign_offs(root, WORKTREE)
    shared = _Shared(root, config, before, head, load_common(root, config), kept, read_sign_offs(root, head))
    read = [_read(root, change.path) for change in changes]
    report = check_content(root, config, [found for found in read if isinstance(found, Notebook)])
    applied = applied_rules(config.check)
    facts = []
    for change, found in zip(changes, read, strict=True):
        known = _facts(shared, change, found)
        facts.append(msgspec.structs.replace(known, findings=report.of(change.path), applied=applied))
    return tuple(facts)


def _read(root: Path, path: str) -> Notebook | str:
    """The notebook, or why there is none."""
    try:
        found = read_notebook(root, WORKTREE, path)
    except NbpeerError as error:
        return str(error)
    return found or f"{path} is not in the working tree"


def _facts(shared: _Shared, change: ChangedPath, notebook: Notebook | str) -> AnalysisFacts:
    if isinstance(notebook, str):
        return AnalysisFacts(change.path, checklist_for(shared.common, None, DEFAULT_TIER), problem=notebook)
    front_matter = _front_matter(notebook)
    checklist = _checklist(shared, front_matter)
    try:
        results = read_results_file(shared.root, WORKTREE, change.path)
    except NbpeerError as error:
        return AnalysisFacts(change.path, checklist, problem=str(error), front_matter=front_matter)
    inputs = _inputs(shared.root, results)
    facts = AnalysisFacts(
        path=change.path,
        checklist=checklist,
        source=source_digest(notebook),
        front_matter=front_matter,
        results=results,
        inputs=inputs,
        unshared=frozenset(path for path in _recorded(results) - inputs.keys() if git.ignored(shared.root, path)),
        authors=_authors(shared, change, notebook, results),
    )
    sign_offs = tuple(
        sign_off
        for sign_off in shared.sign_offs
        if sign_off.analysis in (change.path, change.before) or sign_off.content == facts.content
    )
    uncommitted = tuple(sign_off for sign_off in sign_offs if sign_off not in shared.committed)
    return msgspec.structs.replace(facts, sign_offs=sign_offs, uncommitted=uncommitted)


def _front_matter(notebook: Notebook) -> FrontMatter | None:
    try:
        return parse_front_matter(notebook)
    except FrontMatterError:  # rule NBP201 says what is wrong with it
        return None


def _checklist(shared: _Shared, front_matter: FrontMatter | None) -> Checklist:
    if front_matter is None:
        return checklist_for(shared.common, None, DEFAULT_TIER)
    kind = find_kind(shared.root, shared.config, front_matter.kind) if front_matter.kind else None
    return checklist_for(shared.common, kind, front_matter.tier or DEFAULT_TIER)


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
    names = {change.path, change.before} - {""}
    found = frozenset[str]().union(*(git.authors(shared.root, shared.before, shared.head, name) for name in names))
    committed = _content(shared.root, shared.head, change.path)
    return found if committed == (source_digest(notebook), results) else found | {git.identity(shared.root)}


def _differs(root: Path, before: Version, change: ChangedPath) -> bool:
    if not change.before:
        return True
    was = _content(root, before, change.before)
    return was is None or was != _content(root, WORKTREE, change.path)


def _content(root: Path, version: Version, path: str) -> tuple[str, ResultsFile | None] | None:
    """What a version says of an analysis; None when it is not there or not readable."""
    try:
        notebook = read_notebook(root, version, path)
        return (source_digest(notebook), read_results_file(root, version, path)) if notebook else None
    except NbpeerError:
        return None


def _refuse_missing(root: Path, paths: tuple[str, ...], before: Version) -> None:
    for path in paths:
        if not (root / path).exists() and git.read(root, before, path) is None:
            raise NbpeerError(
                f"{path} is neither in the working tree nor in {before.label}", "name a notebook or folder"
            )


def _within(path: str, place: str) -> bool:
    return place in (".", path) or path.startswith(f"{place.rstrip('/')}/")
