"""Findings mended by machine: only what cannot change a result, and only in files that are as they were checked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from nbpeer.checks.mend import mend, region
from nbpeer.commands.check import DEFAULTS, CheckOptions, check, find_scope, no_progress
from nbpeer.commands.check_many import Progress
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.finding import CheckReport, Finding, Region, Regions
from nbpeer.model.mended import Mended, MendedCell
from nbpeer.model.notebook import Cell, Notebook, parse_notebook


def fix(
    paths: Sequence[Path], options: CheckOptions = DEFAULTS, *, write: bool, progress: Progress = no_progress
) -> tuple[CheckReport, tuple[Mended, ...]]:
    """What a check finds, with the safe suggestions carried out; without `write` they are only worked out.

    The report is that of the mended files, or with no `write` of the files as they are. Raises NbpeerError as `check`,
    and when a file cannot be written; those before it are then written.
    """
    report = check(paths, options, progress)
    files, found = dict(find_scope(paths, options).files), report.by_path
    mended = tuple(done for name in found if (done := _mend(name, files[name], found[name], write=write)))
    if write and mended:
        report = check(paths, options._replace(update_baseline=False), no_progress)
    return report, mended


def fix_regions(paths: Sequence[Path], options: CheckOptions, report: CheckReport) -> Regions:
    """Where in the files the safe suggestions of a report's open findings stand, for editors and code hosts.

    A suggestion that cannot be carried out on the file as it is now has none. Raises NbpeerError as `check`.
    """
    wanted = {
        place: finding
        for place, finding in enumerate(report.findings)
        if finding.open and finding.suggestion and finding.suggestion.safe
    }
    files = dict(find_scope(paths, options).files) if wanted else {}
    contents = {name: files[name].read_bytes() for name in {finding.path for finding in wanted.values()}}
    found: dict[int, Region] = {}
    for place, finding in wanted.items():
        with suppress(ValueError, IndexError):
            found[place] = region(contents[finding.path], finding)
    return found


def mended(content: bytes, name: str, findings: Sequence[Finding]) -> tuple[bytes, Mended] | None:
    """A notebook's bytes with the safe suggestions of its open findings carried out, and what that changed; None when
    there is none. `findings` are of exactly these bytes. Raises NbpeerError when they do not fit.
    """
    wanted = [finding for finding in findings if finding.open and finding.suggestion and finding.suggestion.safe]
    if not wanted:
        return None
    try:
        after = mend(content, wanted)
        old, new = parse_notebook(content, name), parse_notebook(after, name)
    except (ValueError, IndexError) as error:
        raise NbpeerError(f"{name}: its findings cannot be mended ({error})", "check it again") from None
    _prove(name, old, new)
    cells = tuple(_cell(one, other) for one, other in zip(old.cells, new.cells, strict=True) if one != other)
    return after, Mended(name, len(wanted), cells)


def _mend(name: str, path: Path, findings: Sequence[Finding], *, write: bool) -> Mended | None:
    if not any(finding.suggestion for finding in findings):
        return None
    done = mended(path.read_bytes(), name, findings)
    if done and write:
        write_atomic(path, done[0])
    return done[1] if done else None


def _prove(name: str, old: Notebook, new: Notebook) -> None:
    """Raises NbpeerError unless the two have the same cells but for sources and outputs."""
    kept = [(cell.cell_type, cell.id, cell.metadata) for cell in old.cells]
    if kept != [(cell.cell_type, cell.id, cell.metadata) for cell in new.cells] or old.metadata != new.metadata:
        raise NbpeerError(f"{name}: its findings cannot be mended", "nothing was changed: report it", exit_code=3)


def _cell(old: Cell, new: Cell) -> MendedCell:
    return MendedCell(old.number, old.source, new.source, bool(old.raw_outputs) and not new.raw_outputs)
