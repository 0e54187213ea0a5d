"""Answers as they are given: kept by content and reviewer; of many at once none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import reviewing
from conftest import GitRepository
from nbpeer.commands.sittings import Known, SittingChangedError, refuse_changed, save_answers, sitting
from nbpeer.errors import NbpeerError
from nbpeer.model.review import Answer
from reviewing import PATH, REVIEWER, SECOND


def tick(repo: GitRepository, item: str, reviewer: str = REVIEWER) -> None:
    """Tick on top of what is kept, again and again until nobody came between."""
    while True:
        kept = sitting(repo.path, PATH, reviewer)
        try:
            save_answers(repo.path, PATH, reviewer, Known(kept.content, kept.revision), {item: Answer(item, "yes")})
        except SittingChangedError:
            continue
        return


def test_many_ticks_at_once_are_all_kept(repo: GitRepository) -> None:
    reviewing.begin(repo)
    items = [f"C{number}" for number in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        for reviewer in (REVIEWER, SECOND):
            list(pool.map(lambda item, reviewer=reviewer: tick(repo, item, reviewer), items))  # type: ignore[misc]
    found = sitting(repo.path, PATH, REVIEWER.upper())
    assert sorted(found.answers) == items
    assert [(one.reviewer, sorted(one.answers)) for one in found.others] == [(SECOND, items)]


def test_the_revision_is_of_ones_own_answers_only(repo: GitRepository) -> None:
    reviewing.begin(repo)
    before = sitting(repo.path, PATH, REVIEWER)
    tick(repo, "C1", SECOND)
    assert sitting(repo.path, PATH, REVIEWER).revision == before.revision
    tick(repo, "C1", REVIEWER)
    after = sitting(repo.path, PATH, REVIEWER)
    assert after.revision != before.revision
    with pytest.raises(SittingChangedError, match="your answers were changed elsewhere meanwhile"):
        refuse_changed(after, PATH, Known(before.content, before.revision))


def test_what_cannot_be_read_has_no_sitting(repo: GitRepository) -> None:
    reviewing.begin(repo)
    (repo.path / PATH).write_text("{")
    with pytest.raises(NbpeerError, match="could not be read"):
        sitting(repo.path, PATH, REVIEWER)
