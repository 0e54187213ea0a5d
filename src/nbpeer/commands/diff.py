"""What changed between two versions, analysis by analysis: cells, results, and what they were computed with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from nbpeer.config import Config
from nbpeer.diff.align import align
from nbpeer.diff.parameters import declared_parameters, value_text
from nbpeer.errors import NbpeerError
from nbpeer.model.change import INDEX, WORKTREE, AnalysisDiff, ChangedPath, DiffReport, Version, value_changes
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import Certificate, ResultSet, ResultsFile
from nbpeer.repo import git
from nbpeer.repo.store import read_notebook, read_results_file
from nbpeer.results.compare import (
    compare_caveats,
    compare_certificates,
    compare_expectations,
    compare_inputs,
    compare_results,
)

Read = TypeVar("Read")


def versions(
    root: Path, config: Config, base: str | None = None, head: str | None = None, staged: bool = False
) -> tuple[Version, Version]:
    """The two versions to compare, in git's words.

    Nothing said: where HEAD left the default base, against the working tree. `base`: exactly that commit against the
    working tree; `A..B`: two commits; `A...B`: where B left A, against B (an empty side is HEAD). `base` and `head`:
    two commits. `staged`: HEAD, or `base`, against the index.

    Raises NbpeerError for a revision git does not know, an unborn branch, a history that a shallow clone lacks, and
    a combination that means nothing.
    """
    if base and ".." in base:
        if head or staged:
            raise NbpeerError(f"{base} already names two versions", "leave the other one out")
        separator = "..." if "..." in base else ".."
        one, _, other = base.partition(separator)
        first, second = git.resolve(root, one or "HEAD"), git.resolve(root, other or "HEAD")
        return (git.merge_base(root, first, second) if separator == "..." else first), second
    if staged:
        if head:
            raise NbpeerError("--staged compares one commit with the index", f"leave {head} out")
        return git.resolve(root, base or "HEAD"), INDEX
    if base and head:
        return git.resolve(root, base), git.resolve(root, head)
    if base:
        return git.resolve(root, base), WORKTREE
    return git.merge_base(root, git.default_base(root, config.base), git.resolve(root, "HEAD")), WORKTREE


def diff(root: Path, config: Config, before: Version, after: Version, paths: tuple[str, ...] = ()) -> DiffReport:
    """Every analysis that differs between two versions, by path; `paths` (files or folders in `root`) narrow it.

    A notebook in which only outputs, ids or formatting differ is left out. A side that cannot be read is the `problem`
    of its analysis, and the other side is still shown.
    """
    found = [
        analysis_diff(root, before, after, change)
        for change in git.changed_notebooks(root, before, after)
        if git.selected(change.path, config.include, config.exclude) and _wanted(change, paths)
    ]
    return DiffReport(before, after, tuple(analysis for analysis in found if _is_change(analysis)))


def analysis_diff(root: Path, before: Version, after: Version, change: ChangedPath) -> AnalysisDiff:
    """What changed in one analysis between two versions."""
    problems: list[str] = []
    old = _side(root, before, change.before, problems)
    new = _side(root, after, "" if change.status == "removed" else change.path, problems)
    _, packages = compare_certificates(old.certificate, new.certificate)
    return AnalysisDiff(
        path=change.path,
        status=change.status,
        before_path=change.before,
        cells=align(old.notebook, new.notebook),
        results=compare_results(old.results, new.results),
        expectations=compare_expectations(old.results, new.results),
        caveats=compare_caveats(old.results, new.results),
        parameters=value_changes(old.parameters, new.parameters) if old.notebook and new.notebook else (),
        packages=packages,
        inputs=compare_inputs(old.certificate, new.certificate),
        certificate=new.certificate,
        problem="; ".join(problems),
    )


class _Side(NamedTuple):
    """One analysis in one version, as far as it could be read."""

    notebook: Notebook | None
    recorded: ResultsFile | None

    @property
    def results(self) -> ResultSet | None:
        return self.recorded.result_set if self.recorded else None

    @property
    def certificate(self) -> Certificate | None:
        return self.recorded.certificate if self.recorded else None

    @property
    def parameters(self) -> dict[str, str]:
        """The values in force: the notebook's own, unless the run replaced them."""
        replaced = self.certificate.parameters if self.certificate else {}
        return declared_parameters(self.notebook) | {name: value_text(value) for name, value in replaced.items()}


def _side(root: Path, version: Version, path: str, problems: list[str]) -> _Side:
    if not path:
        return _Side(None, None)

    def attempt(read: Callable[[Path, Version, str], Read | None]) -> Read | None:
        try:
            return read(root, version, path)
        except NbpeerError as error:
            problems.append(f"in {version.label}: {error}")
            return None

    return _Side(attempt(read_notebook), attempt(read_results_file))


def _wanted(change: ChangedPath, paths: tuple[str, ...]) -> bool:
    names = (change.path, change.before)
    return not paths or any(
        path in ("", ".") or name == path or name.startswith(f"{path}/") for path in paths for name in names if name
    )


def _is_change(analysis: AnalysisDiff) -> bool:
    return bool(
        analysis.problem
        or analysis.status != "changed"
        or analysis.changed_cells
        or any(change.verdict != "unchanged" for change in analysis.results)
        or analysis.expectations
        or analysis.caveats
        or analysis.parameters
        or analysis.packages
        or analysis.inputs
    )
