"""What changed in analyses since one reviewer last signed them."""

from __future__ import annotations

from pathlib import Path

from nbpeer.commands.diff import compare, is_change
from nbpeer.commands.diff_sides import any_notebook
from nbpeer.commands.outputs import analysis_with_outputs
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, AnalysisDiff, ChangedPath, DiffReport, FileStatus, Version
from nbpeer.model.digests import content_hash, results_digest, source_digest
from nbpeer.model.result import decode_results, results_path
from nbpeer.model.review import SignOff
from nbpeer.repo import git
from nbpeer.repo.history import history
from nbpeer.repo.store import read_sign_offs


def since_review(root: Path, config: Config, reviewer: str, paths: tuple[str, ...] = ()) -> DiffReport:
    """Every analysis that `reviewer` (an e-mail address) signed and that differs from what they last signed.

    What they signed is found by its content hash in the commits that touched the analysis. Where no commit has it, that
    is the `problem` of the analysis. `paths` (files or folders in `root`) narrow it.

    Raises NbpeerError when the reviewer signed none of these analyses, and for an invalid sign-off.
    """
    signed = _last_signed(root, config, reviewer, paths)
    if not signed:
        where = f" {', '.join(paths)}" if paths else " any analysis of this repository"
        raise NbpeerError(f"{reviewer} has not signed{where}", "see the files in .nbpeer/signoffs for who has")
    found = [_since(root, sign_off) for sign_off in signed]
    before = Version("commit", label=f"what {reviewer} last signed")
    return DiffReport(before, WORKTREE, tuple(analysis for analysis in found if is_change(analysis)))


def _last_signed(root: Path, config: Config, reviewer: str, paths: tuple[str, ...]) -> list[SignOff]:
    newest: dict[str, SignOff] = {}
    for sign_off in sorted(read_sign_offs(root, WORKTREE), key=lambda sign_off: sign_off.time):
        wanted = not paths or any(git.is_below(sign_off.analysis, path) for path in paths)
        if sign_off.reviewer.lower() == reviewer.strip().lower() and wanted:
            newest[sign_off.analysis] = sign_off
    chosen = [path for path in sorted(newest) if git.selected(path, config.include, config.exclude)]
    return [newest[path] for path in chosen]


def _since(root: Path, sign_off: SignOff) -> AnalysisDiff:
    path = sign_off.analysis
    status: FileStatus = "changed" if (root / path).is_file() else "removed"
    with git.reading(root) as read:
        for entry in history(root, path):
            version = Version("commit", entry.commit, f"what {sign_off.reviewer} last signed")
            if _content(read, version, entry.path) == sign_off.content:
                found = compare(read, version, WORKTREE, ChangedPath(path, status, entry.path))
                return analysis_with_outputs(found, root)
    problem = f"at what {sign_off.reviewer} signed on {sign_off.time[:10]}: no commit of this clone has that content"
    return AnalysisDiff(path, status, path, problem=problem)


def _content(read: git.Read, version: Version, path: str) -> str | None:
    content, recorded = read(version, path), read(version, results_path(path))
    if content is None:
        return None
    try:
        results = results_digest(decode_results(recorded, path).result_set) if recorded is not None else None
        return content_hash(source_digest(any_notebook(content, path)), results)
    except NbpeerError:
        return None
