"""Inline comments and reviews on GitHub: on the right line, none lost by a bad one, nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge.conftest import LINES, changed
from forge.fake_github import ACTIONS, ALICE, BOB, FakeGitHub, Fault, adapter
from nbpeer.forge.forge import ForgeError
from nbpeer.model.marks import FINDING, mark
from nbpeer.model.pull_request import InlineComment, Person, Placed

if TYPE_CHECKING:
    from conftest import GitRepository
    from nbpeer.forge.github import GitHub

REVIEWS = "/pulls/{pull_number}/reviews"


def finding(line: int, path: str = "a.ipynb") -> InlineComment:
    print_ = f"{path}:{line}"
    return InlineComment(path, line, f"look here\n{mark(FINDING, print=print_)}", print_)


def posted(github: GitHub, fake: FakeGitHub, *comments: InlineComment) -> Placed:
    return github.post_findings(17, fake.head(fake.pulls[17]), comments)


def test_comments_stand_on_their_lines_in_one_review(fake: FakeGitHub, github: GitHub) -> None:
    placed = posted(github, fake, finding(10), finding(41), finding(2, "b.ipynb"))
    assert len(placed.on_line) == 3
    assert len(fake.reviews) == 1
    assert [(one.path, one.line) for one in github.inline_comments(17)] == [
        ("a.ipynb", 10), ("a.ipynb", 41), ("b.ipynb", 2)
    ]  # fmt: skip


def test_one_bad_position_goes_to_its_file_and_costs_no_other(fake: FakeGitHub, github: GitHub) -> None:
    good = [finding(line) for line in (7, 8, 9, 10, 11, 12, 13, 37, 38)]
    bad = finding(25)
    placed = posted(github, fake, *good[:4], bad, *good[4:])
    assert placed == Placed(tuple(good), (bad,), ())
    assert [one.line for one in github.inline_comments(17) if one.line] == [7, 8, 9, 10, 11, 12, 13, 37, 38]


def test_a_path_that_is_not_in_the_diff_is_refused_alone(fake: FakeGitHub, github: GitHub) -> None:
    stray, good = finding(1, "c.ipynb"), finding(10)
    assert posted(github, fake, stray, good) == Placed((good,), (), (stray,))


def test_more_than_thirty_go_to_files_and_more_than_ten_of_those_are_refused(
    fake: FakeGitHub, github: GitHub, work: GitRepository
) -> None:
    work.write("long.ipynb", "line\n" * 60)
    work.commit()
    every = tuple(finding(line, "long.ipynb") for line in range(1, 51))
    assert posted(github, fake, *every) == Placed(every[:30], every[30:40], every[40:])
    assert len(fake.inline) == 40


def test_a_file_comment_has_no_line(fake: FakeGitHub, github: GitHub) -> None:
    assert posted(github, fake, finding(0)) == Placed((), (finding(0),), ())
    assert [one.line for one in github.inline_comments(17)] == [None]


@pytest.mark.parametrize("kind", ["lost", "done", "dropped"])
def test_a_lost_answer_posts_no_comment_twice(fake: FakeGitHub, github: GitHub, kind: str) -> None:
    fake.faults.append(Fault(f"POST /repos/{{owner}}/{{repo}}{REVIEWS}", kind))  # type: ignore[arg-type]
    placed = posted(github, fake, finding(10), finding(40))
    assert len(placed.on_line) == len(fake.inline) == 2


def test_a_force_push_between_read_and_write_refuses_all_and_tries_nothing_more(
    fake: FakeGitHub, github: GitHub, work: GitRepository
) -> None:
    def force_push() -> None:
        work.git("reset", "-q", "--hard", "main")
        work.write("a.ipynb", changed(50))
        work.commit("another")

    fake.meanwhile(REVIEWS, force_push)
    every = tuple(finding(line) for line in (9, 10, 11, 40))
    assert posted(github, fake, *every) == Placed((), (), every)
    assert len(fake.sent("POST /repos")) == 1


def test_a_diff_of_20000_lines_has_no_lines_so_its_comments_go_to_the_file(
    fake: FakeGitHub, github: GitHub, work: GitRepository
) -> None:
    work.write("big.ipynb", "".join(f"{number}\n" for number in range(20_001)))
    work.commit()
    every = tuple(finding(line, "big.ipynb") for line in range(1, 9))
    assert posted(github, fake, *every) == Placed((), every, ())
    assert sum(name.endswith(REVIEWS) for name in fake.requests) == 1


def test_in_a_pull_request_of_300_files_those_past_its_diff_have_no_lines_so_comments_go_to_the_file(
    fake: FakeGitHub, github: GitHub, work: GitRepository
) -> None:
    for number in range(310):
        work.write(f"c/{number:03}.ipynb", "one\n")
    work.commit()
    near, far = finding(1, "c/000.ipynb"), finding(1, "c/309.ipynb")
    assert posted(github, fake, near, far) == Placed((near,), (far,), ())


def test_only_our_own_inline_comment_is_edited_and_only_when_it_differs(fake: FakeGitHub, github: GitHub) -> None:
    posted(github, fake, finding(10))
    (mine,) = github.inline_comments(17)
    github.edit_inline(mine, mine.body)
    assert fake.sent("PATCH") == []
    github.edit_inline(mine, "fixed")
    assert github.inline_comments(17)[0].body == "fixed"
    with pytest.raises(ForgeError, match="github-actions"):
        adapter(fake, "alice").edit_inline(mine, "mine")


def test_an_inline_comment_deleted_by_hand_before_it_is_edited_stays_deleted(fake: FakeGitHub, github: GitHub) -> None:
    posted(github, fake, finding(10))
    (mine,) = github.inline_comments(17)
    fake.inline.clear()
    github.edit_inline(mine, "fixed")
    assert github.inline_comments(17) == ()


def test_reviews_are_read_with_their_commit_state_and_time(fake: FakeGitHub, github: GitHub) -> None:
    head = fake.head(fake.pulls[17])
    fake.review(17, ALICE, "CHANGES_REQUESTED", head, "no\r\nnot yet")
    fake.clock.sleep(60)
    fake.review(17, ALICE, "APPROVED", head)
    first, second = github.reviews(17)
    assert (first.state, first.body, first.commit, first.author.id) == ("changes_requested", "no\nnot yet", head, 2)
    assert (second.state, second.time) == ("approved", "2026-11-25T12:01:00Z")


@pytest.mark.parametrize("kind", ["lost", "done", "dropped"])
def test_a_review_is_submitted_once_whatever_happens_to_the_answer(fake: FakeGitHub, kind: str) -> None:
    fake.faults.append(Fault(f"POST /repos/{{owner}}/{{repo}}{REVIEWS}", kind))  # type: ignore[arg-type]
    head = fake.head(fake.pulls[17])
    found = adapter(fake, "alice").submit_review(17, head, "approved", "good")
    assert (found.state, found.author.login, found.commit) == ("approved", "alice", head)
    assert len(fake.reviews) == 1


def test_ones_own_pull_request_is_not_approved(fake: FakeGitHub) -> None:
    with pytest.raises(ForgeError, match="your own pull request"):
        adapter(fake, "bob").submit_review(17, fake.head(fake.pulls[17]), "approved", "")


def test_people_are_asked_once_and_one_bad_name_does_not_cost_the_others(fake: FakeGitHub, github: GitHub) -> None:
    fake.review(17, ALICE, "COMMENTED", fake.head(fake.pulls[17]), "hm")
    with pytest.raises(ForgeError, match="bob, nobody"):
        github.request_reviewers(17, ("bob", "alice", "nobody", "stranger"))
    assert fake.pulls[17].requested == ["stranger"]
    writes = len(fake.sent("POST /repos"))
    github.request_reviewers(17, ("stranger", "alice"))
    assert len(fake.sent("POST /repos")) == writes


def test_labels_are_added_and_taken_off_only_where_that_changes_something(fake: FakeGitHub, github: GitHub) -> None:
    fake.pulls[17].labels[:] = ["nbpeer: gate open", "keep"]
    github.label(17, add=("nbpeer: gate met", "keep"), remove=("nbpeer: gate open", "absent"))
    assert fake.pulls[17].labels == ["keep", "nbpeer: gate met"]
    assert github.pull_request(17).labels == ("keep", "nbpeer: gate met")
    writes = len(fake.sent("POST /repos"))
    github.label(17, add=("keep",))
    assert len(fake.sent("POST /repos")) == writes


def test_permissions_are_by_role_and_none_for_strangers_to_github(fake: FakeGitHub, github: GitHub) -> None:
    found = [github.permission(login) for login in ("alice", "bob", "stranger", ACTIONS.login, "nobody")]
    assert found == ["write", "admin", "read", "write", "none"]


def test_authors_of_commits_are_told_with_their_accounts(fake: FakeGitHub, github: GitHub, work: GitRepository) -> None:
    work.write("b.ipynb", "three\n")
    work.commit(author="Alice <alice@example.org>")
    work.write("b.ipynb", "four\n")
    last = work.commit("more\n\nCo-authored-by: Bob <Bob@example.org>", author="Unknown <unknown@elsewhere.example>")
    alice, bob = Person("alice", 2), Person("bob", 3)
    assert github.commit_accounts(17, {}) == {"alice@example.org": alice}
    commits = {"alice@example.org": last, "bob@example.org": last, "unknown@elsewhere.example": last}
    assert github.commit_accounts(17, commits) == {"alice@example.org": alice, "bob@example.org": bob}
    assert github.commit_accounts(17, {"carol@example.org": "1" * 40}) == {"alice@example.org": alice}


def test_a_pull_request_is_told_with_its_real_commits(fake: FakeGitHub, github: GitHub, work: GitRepository) -> None:
    found = github.pull_request(17)
    assert found.head_sha == work.git("rev-parse", "work").strip()
    assert found.base_sha == work.git("rev-parse", "main").strip()
    assert (found.author.id, found.head_repository, found.fork, found.open) == (BOB.id, "team/analyses", False, True)
    fake.open(18, fork="bob/analyses")
    assert (github.pull_request(18).fork, github.pull_request(18).head_repository) == (True, "bob/analyses")
    assert len(LINES) == 60
