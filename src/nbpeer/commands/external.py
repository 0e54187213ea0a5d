"""What other tools found out about the data, by the result files that the configuration names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nbpeer.config import ExpectationsConfig
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.external import ExpectationsFile
from nbpeer.repo import git
from nbpeer.repo.expectations import expectation_files
from nbpeer.results.expectations_files import read_expectations, with_freshness


def external_expectations(root: Path, config: ExpectationsConfig, before: Version) -> tuple[ExpectationsFile, ...]:
    """What the files of the working tree say now, in the order of the configuration.

    One that differs from `before` says so, since whoever proposes the change could have written it. Raises NbpeerError
    for a file outside the repository, and when the file system refuses.
    """
    if not config.files:
        return ()
    now = datetime.now(UTC)
    changed = git.changed_files(root, before, WORKTREE)
    found = []
    for path, content, manifest in expectation_files(root, config.files):
        file = with_freshness(read_expectations(path, content, manifest), now, config.max_age_days)
        notes = (*file.notes, "written by this branch") if path in changed else file.notes
        found.append(msgspec.structs.replace(file, notes=notes))
    return tuple(found)
