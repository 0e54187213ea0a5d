"""What changed between two versions, analysis by analysis: cells, results, and what they were computed with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nbpeer.commands.diff_sides import Read, Side, read_side
from nbpeer.diff.align import align
from nbpeer.errors import NbpeerError
from nbpeer.model.change import INDEX, WORKTREE, AnalysisDiff, ChangedPath, DiffReport, Version, value_changes

if TYPE_CHECKING:
    from nbpeer.config import Config


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
    from nbpeer.repo import git

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

    Outputs are compared where both sides have some, see `commands.outputs`. A notebook in which only noise in outputs,
    ids or formatting differ is left out. A side that cannot be read is the `problem` of its analysis, and the other
    side is still shown.
    """
    from nbpeer.commands.outputs import analysis_with_outputs
    from nbpeer.repo import git

    wanted = [
        change
        for change in git.changed_notebooks(root, before, after)
        if git.selected(change.path, config.include, config.exclude) and _wanted(change, paths)
    ]
    with git.reading(root) as read:
        found = [analysis_with_outputs(compare(read, before, after, change), root) for change in wanted]
    return DiffReport(before, after, tuple(analysis for analysis in found if is_change(analysis)))


def analysis_diff(root: Path, before: Version, after: Version, change: ChangedPath) -> AnalysisDiff:
    """What changed in one analysis between two versions."""
    from nbpeer.repo import git

    with git.reading(root) as read:
        return compare(read, before, after, change)


def files_diff(before: Path, after: Path) -> DiffReport:
    """Two notebooks anywhere with their outputs, and the results files beside them.

    Raises NbpeerError when one is not there.
    """
    from nbpeer.commands.outputs import analysis_with_outputs

    one, other = Version("file", label=str(before)), Version("file", label=str(after))
    for path in (before, after):
        if not path.is_file():
            raise NbpeerError(f"there is no file {path}", "name two notebooks")
    found = compare(read_file, one, other, ChangedPath(str(after), "changed", str(before)))
    found = analysis_with_outputs(found, None)
    return DiffReport(one, other, (found,) if is_change(found) else ())


def read_file(version: Version, path: str) -> bytes | None:
    """The content of a plain file, whatever the version; None when it is not there. Raises NbpeerError."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "name two notebooks") from None


def ignoring_white_space(report: DiffReport) -> DiffReport:
    """The same comparison as if white space inside the lines of cells did not count."""
    from nbpeer.diff.whitespace import ignoring_space

    found = (msgspec.structs.replace(each, cells=ignoring_space(each.cells)) for each in report.analyses)
    return msgspec.structs.replace(report, analyses=tuple(analysis for analysis in found if is_change(analysis)))


def without_outputs(report: DiffReport) -> DiffReport:
    """The same comparison as if outputs did not count."""
    found = (
        msgspec.structs.replace(each, cells=tuple(msgspec.structs.replace(cell, outputs=()) for cell in each.cells))
        for each in report.analyses
    )
    return msgspec.structs.replace(report, analyses=tuple(analysis for analysis in found if is_change(analysis)))


def compare(read: Read, before: Version, after: Version, change: ChangedPath) -> AnalysisDiff:
    """What changed in one analysis between two versions, whose files `read` reads, but for outputs."""
    problems: list[str] = []
    old = read_side(read, before, change.before, problems)
    new = read_side(read, after, "" if change.status == "removed" else change.path, problems)
    found = AnalysisDiff(
        path=change.path,
        status=change.status,
        before_path=change.before,
        cells=align(old.notebook, new.notebook),
        parameters=value_changes(old.parameters, new.parameters) if old.notebook and new.notebook else (),
        problem="; ".join(problems),
    )
    return with_results(found, old, new) if old.recorded or new.recorded else found


def with_results(found: AnalysisDiff, old: Side, new: Side) -> AnalysisDiff:
    """A comparison with the results of two sides compared, and what they were computed with."""
    from nbpeer.results import compare

    _, packages = compare.compare_certificates(old.certificate, new.certificate)
    return msgspec.structs.replace(
        found,
        results=compare.compare_results(old.results, new.results),
        expectations=compare.compare_expectations(old.results, new.results),
        caveats=compare.compare_caveats(old.results, new.results),
        packages=packages,
        inputs=compare.compare_inputs(old.certificate, new.certificate),
        certificate=new.certificate,
    )


def _wanted(change: ChangedPath, paths: tuple[str, ...]) -> bool:
    from nbpeer.repo import git

    names = (change.path, change.before)
    return not paths or any(git.is_below(name, path) for path in paths for name in names if name)


def is_change(analysis: AnalysisDiff) -> bool:
    """Whether there is anything to say. Ids, formatting, and noise in outputs say nothing."""
    return bool(
        analysis.problem
        or analysis.status != "changed"
        or analysis.shown_cells
        or any(change.verdict != "unchanged" for change in analysis.results)
        or analysis.expectations
        or analysis.caveats
        or analysis.parameters
        or analysis.packages
        or analysis.inputs
    )
