from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest

import reviewing
from conftest import GitRepository
from nbpeer.commands.review import open_review, remember
from nbpeer.config import Config
from nbpeer.model.review import Answer
from reviewing import ANALYST, PATH, REVIEWER, SECOND

WORDS = ("diff", "--since-review", REVIEWER)


@pytest.fixture
def signed(repo: GitRepository, nbpeer: Callable[..., Any], tmp_path: Any) -> GitRepository:
    """An analysis that the reviewer signed, and that its author has not touched since."""
    reviewing.begin(repo)
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path))
    assert done.code == 0, done.err
    repo.commit("signed")
    repo.be(ANALYST)
    return repo


def test_what_changed_since_is_shown_and_nothing_before(signed: GitRepository, nbpeer: Callable[..., Any]) -> None:
    assert "no analysis changed" in nbpeer(*WORDS).out
    signed.write(PATH, reviewing.pricing("rate = 0.0412\nprint(rate, 1)\n"))
    signed.commit("edited")
    signed.write(PATH, reviewing.pricing("rate = 0.0412\nprint(rate, 2)\n"))
    done = nbpeer(*WORDS, PATH)
    assert (done.code, done.err) == (0, "")
    assert f"what {REVIEWER} last signed or saw → working tree: 1 analysis changed" in done.out
    assert "- print(rate)" in done.out
    assert "+ print(rate, 2)" in done.out


def test_what_a_reviewer_answered_questions_about_counts_as_seen(
    repo: GitRepository, nbpeer: Callable[..., Any]
) -> None:
    reviewing.begin(repo)
    sheet = open_review(repo.path, Config(), PATH, REVIEWER)
    remember(repo.path, sheet, {"C1": Answer("C1", "yes", "human")})
    assert "no analysis changed" in nbpeer(*WORDS).out
    repo.be(ANALYST)
    repo.write(PATH, reviewing.pricing("rate = 0.0412\nprint(rate, 2)\n"))
    repo.commit("edited")
    done = nbpeer(*WORDS)
    assert (done.code, done.err) == (0, "")
    assert "- print(rate)" in done.out
    assert nbpeer("diff", "--since-review", SECOND).code == 2


def test_a_moved_result_shows_too(signed: GitRepository, nbpeer: Callable[..., Any]) -> None:
    reviewing.record(signed, 0.0373)
    signed.commit("run again")
    assert "conversion  0.0412 % → 0.0373 %" in nbpeer(*WORDS).out


def test_a_reviewer_who_signed_nothing_is_said(signed: GitRepository, nbpeer: Callable[..., Any]) -> None:
    done = nbpeer("diff", "--since-review", SECOND)
    assert (done.code, done.out) == (2, "")
    assert f"{SECOND} has not signed or seen any analysis of this repository" in done.err
    assert f"has not signed or seen {PATH}" in nbpeer("diff", "--since-review", SECOND, PATH).err


def forced(repo: GitRepository) -> None:
    """The author squashes what was signed away, and no object of it is left."""
    first = repo.git("rev-list", "--max-parents=0", "HEAD").strip()
    repo.git("reset", "-q", "--soft", first)
    repo.write(PATH, reviewing.pricing("rate = 0.05\n"))
    repo.commit("squashed and edited")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")


def test_after_a_forced_push_what_was_seen_here_is_still_known(
    signed: GitRepository, nbpeer: Callable[..., Any]
) -> None:
    forced(signed)
    done = nbpeer(*WORDS)
    assert (done.code, done.err) == (0, "")
    assert "- rate = 0.0412" in done.out
    assert "+ rate = 0.05" in done.out


def test_content_that_no_commit_has_is_said(signed: GitRepository, nbpeer: Callable[..., Any]) -> None:
    forced(signed)
    shutil.rmtree(signed.path / ".nbpeer/cache")
    done = nbpeer(*WORDS)
    assert done.code == 2
    assert f"could not be read at what {REVIEWER} signed on" in done.out
    assert "no commit of this clone has that content" in done.out


def test_it_says_itself_what_to_compare_with(signed: GitRepository, nbpeer: Callable[..., Any]) -> None:
    assert "leave BASE and --staged out" in nbpeer("diff", "main", "--since-review", REVIEWER).err
