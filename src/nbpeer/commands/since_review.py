"""What changed in analyses since one reviewer last signed or saw them."""

from __future__ import annotations

from pathlib import Path

from nbpeer.commands.contents import content_at
from nbpeer.commands.diff import compare, is_change, versions
from nbpeer.commands.looks import changes_since
from nbpeer.commands.outputs import analysis_with_outputs
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, AnalysisDiff, ChangedPath, DiffReport, FileStatus, Version
from nbpeer.model.review import SignOff
from nbpeer.repo import git
from nbpeer.repo.history import history
from nbpeer.repo.seen import read_look, read_seen
from nbpeer.repo.store import read_sign_offs


def since_review(root: Path, config: Config, reviewer: str, paths: tuple[str, ...] = ()) -> DiffReport:
    """Every analysis that `reviewer` (an e-mail address) signed or saw and that differs from what they last did.

    They signed what their newest sign-off names. They saw what they answered questions about; the machine that they did
    it on keeps it, so that no rewritten history takes it away. What they signed elsewhere is found by its content hash
    in the commits that touched the analysis; where no commit has it, that is the `problem` of the analysis. `paths`
    (files or folders in `root`) narrow it.

    Raises NbpeerError when the reviewer neither signed nor saw any of these analyses, and for an invalid sign-off.
    """
    reviewer = reviewer.strip().lower()
    signed = _last_signed(root, reviewer)
    looked = [path for path in _under_review(root, config) if read_look(root, path, reviewer)]
    known = [path for path in sorted({*signed, *looked}) if git.selected(path, config.include, config.exclude)]
    wanted = [path for path in known if not paths or any(git.is_below(path, one) for one in paths)]
    found = [since for path in wanted if (since := _since(root, path, reviewer, signed.get(path)))]
    if not found:
        where = f" {', '.join(paths)}" if paths else " any analysis of this repository"
        raise NbpeerError(f"{reviewer} has not signed or seen{where}", "see the files in .nbpeer/signoffs for who has")
    before = Version("commit", label=_label(reviewer))
    return DiffReport(before, WORKTREE, tuple(analysis for analysis in found if is_change(analysis)))


def _label(reviewer: str) -> str:
    return f"what {reviewer} last signed or saw"


def _last_signed(root: Path, reviewer: str) -> dict[str, SignOff]:
    """The reviewer's newest sign-off by analysis."""
    every = sorted(read_sign_offs(root, WORKTREE), key=lambda sign_off: sign_off.time)
    return {sign_off.analysis: sign_off for sign_off in every if sign_off.reviewer.lower() == reviewer}


def _under_review(root: Path, config: Config) -> tuple[str, ...]:
    try:
        before, after = versions(root, config)
    except NbpeerError:  # no base: nothing is under review
        return ()
    return tuple(change.path for change in git.changed_notebooks(root, before, after))


def _since(root: Path, path: str, reviewer: str, sign_off: SignOff | None) -> AnalysisDiff | None:
    """What changed in one analysis; None when the reviewer never saw it."""
    look = read_look(root, path, reviewer)
    if look is None and sign_off is None:
        return None
    signed_later = sign_off is not None and (look is None or sign_off.time > look.time)
    last = sign_off.content if sign_off is not None and signed_later else look.content if look else ""
    with git.reading(root) as read:
        if content_at(read, WORKTREE, path) == last:
            return AnalysisDiff(path, "changed", path)
        if seen := read_seen(root, last):
            return analysis_with_outputs(changes_since(root, path, seen, _label(reviewer)), root)
        found = _in_history(root, read, path, reviewer, last)
    return found or _lost(root, path, reviewer, sign_off)


def _in_history(root: Path, read: git.Read, path: str, reviewer: str, content: str) -> AnalysisDiff | None:
    """What changed since the newest commit that has this content; None when no commit has it."""
    status: FileStatus = "changed" if (root / path).is_file() else "removed"
    for entry in history(root, path):
        version = Version("commit", entry.commit, _label(reviewer))
        if content_at(read, version, entry.path) == content:
            return analysis_with_outputs(compare(read, version, WORKTREE, ChangedPath(path, status, entry.path)), root)
    return None


def _lost(root: Path, path: str, reviewer: str, sign_off: SignOff | None) -> AnalysisDiff:
    status: FileStatus = "changed" if (root / path).is_file() else "removed"
    did = f"signed on {sign_off.time[:10]}" if sign_off else "saw"
    return AnalysisDiff(
        path, status, path, problem=f"at what {reviewer} {did}: no commit of this clone has that content"
    )
