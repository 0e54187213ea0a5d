"""What reviewers saw is kept on the machine, by content; a cache that is damaged costs nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec

import reviewing
from conftest import GitRepository
from nbpeer.model.look import Look
from nbpeer.model.review import Answer
from nbpeer.repo.seen import keep_look, keep_seen, looks_at, read_look, read_seen
from nbpeer.strip import strip
from reviewing import PATH, REVIEWER, SECOND

LOOK = Look("sha256:" + "a" * 64, "2026-07-01T10:00:00Z", {"C1": Answer("C1", "no", "which?")})


def cached(repo: GitRepository, folder: str) -> list[Path]:
    return sorted((repo.path / ".nbpeer/cache" / folder).glob("*.json"))


def test_what_was_seen_is_kept_stripped_and_outlives_the_file(repo: GitRepository) -> None:
    reviewing.begin(repo)
    keep_seen(repo.path, PATH, LOOK.content)
    before = (repo.path / PATH).read_bytes()
    results = (repo.path / "analyses/pricing.results.json").read_bytes()
    (repo.path / PATH).unlink()
    seen = read_seen(repo.path, LOOK.content)
    assert seen is not None
    assert (seen.notebook, seen.results) == (strip(before), results)
    assert read_seen(repo.path, "sha256:" + "b" * 64) is None
    assert repo.git("status", "--porcelain", "--", ".nbpeer") == ""


def test_a_look_belongs_to_its_reviewer_and_analysis(repo: GitRepository) -> None:
    keep_look(repo.path, PATH, f" {REVIEWER.upper()}", LOOK)
    theirs = msgspec.structs.replace(LOOK, path=PATH, reviewer=REVIEWER)
    assert read_look(repo.path, PATH, f" {REVIEWER.upper()}") == theirs
    assert looks_at(repo.path, PATH) == (theirs,)
    assert looks_at(repo.path, "other.ipynb") == ()
    assert read_look(repo.path, PATH, SECOND) is None
    assert read_look(repo.path, "other.ipynb", REVIEWER) is None


def test_the_last_look_at_other_content_is_found_behind_one_at_this(repo: GitRepository) -> None:
    now = Look("sha256:now", "2026-07-02T10:00:00Z", before=LOOK)
    assert now.on_other("sha256:now") == LOOK
    assert now.on_other("sha256:later") == now
    assert LOOK.on_other(LOOK.content) is None


def test_a_damaged_cache_is_as_good_as_none(repo: GitRepository) -> None:
    reviewing.begin(repo)
    keep_seen(repo.path, PATH, LOOK.content)
    keep_look(repo.path, PATH, REVIEWER, LOOK)
    for file in (*cached(repo, "seen"), *cached(repo, "looks")):
        file.write_text("{")
    assert read_seen(repo.path, LOOK.content) is None
    assert read_look(repo.path, PATH, REVIEWER) is None


def test_a_notebook_that_is_gone_is_not_kept(repo: GitRepository) -> None:
    keep_seen(repo.path, "gone.ipynb", LOOK.content)
    assert cached(repo, "seen") == []
