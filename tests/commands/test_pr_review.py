"""A reviewer at the terminal: what is posted under their account, and when nothing is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reviewing
from conftest import GitRepository, Outcome
from nbpeer.commands.pr_sync import sync
from nbpeer.model.marks import ticked
from pulling import ALICE, BOB, CAROL, NBPEER, Pulled
from reviewing import PATH
from terminal import terminal

Nbpeer = Callable[..., Outcome]
ASKED = ("C1", "C3", "C6", "C7", "C8")


@pytest.fixture
def pulled(tmp_path: Path) -> Pulled:
    made = Pulled(tmp_path)
    made.post()
    return made


@pytest.fixture
def clone(pulled: Pulled, tmp_path: Path) -> GitRepository:
    """The reviewer's clone, on main, with work of their own lying about."""
    made = GitRepository(tmp_path / "bob")
    made.git("clone", "--quiet", str(pulled.remote), ".")
    made.write("notes.txt", "mine")
    return made


@pytest.fixture
def review(pulled: Pulled, clone: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch) -> Nbpeer:
    """`nbpeer pr review 17` as bob; lines typed are keyword `typed`."""

    def run(*arguments: str, typed: tuple[str, ...] = (), account: str = "bob") -> Outcome:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        return nbpeer("pr", "review", "17", "--folder", pulled.folder, "--account", account, *arguments, cwd=clone.path)

    return run


def file(folder: Path, answers: dict[str, Any]) -> str:
    return str(reviewing.answers_file(folder, answers))


def test_an_approval_from_a_file_ticks_the_boxes_and_opens_the_gate(
    pulled: Pulled, clone: GitRepository, review: Nbpeer, tmp_path: Path
) -> None:
    before = clone.git("status", "--porcelain", "--branch")
    answers = dict.fromkeys(ASKED, "yes") | {"C7": {"answer": "na", "note": "one group"}}
    done = review("--answers", file(tmp_path, answers), "--comment", "Well done.")
    assert (done.code, done.err) == (0, "")
    assert "You approved pull request 17" in done.out
    assert ticked(pulled.checklist().body) == set(ASKED) - {"C7"}
    (posted,) = pulled.as_(NBPEER).reviews(17)
    assert (posted.author.login, posted.state, posted.commit) == ("bob", "approved", pulled.head)
    assert posted.body == f"Well done.\n\n`nbpeer {PATH} C7 na: one group`"
    found = sync(pulled.robot.path, pulled.as_(NBPEER), 17)
    assert found.state == "success"
    assert clone.git("status", "--porcelain", "--branch") == before
    assert len(clone.git("worktree", "list").splitlines()) == 1


def test_a_box_that_the_author_ticked_is_answered_by_a_line(pulled: Pulled, review: Nbpeer, tmp_path: Path) -> None:
    pulled.tick(ALICE, "C1")
    done = review("--answers", file(tmp_path, dict.fromkeys(ASKED, "yes")), "--format", "json")
    assert done.code == 0
    assert (done.json["lines"], set(done.json["ticked"][PATH])) == ({PATH: ["C1"]}, set(ASKED) - {"C1"})
    assert sync(pulled.robot.path, pulled.as_(NBPEER), 17).state == "success"


def test_without_a_checklist_lines_answer_everything(pulled: Pulled, review: Nbpeer, tmp_path: Path) -> None:
    Path(pulled.checklist().url).unlink()
    assert review("--answers", file(tmp_path, dict.fromkeys(ASKED, "yes"))).code == 0
    assert sync(pulled.robot.path, pulled.as_(NBPEER), 17).state == "success"


def test_a_request_for_changes_needs_no_answer_but_says_which(pulled: Pulled, review: Nbpeer, tmp_path: Path) -> None:
    given = ("--answers", file(tmp_path, {}), "--decision", "request-changes")
    silent = review(*given)
    assert (silent.code, pulled.as_(NBPEER).reviews(17)) == (2, ())
    assert "has to say which" in silent.err
    assert review(*given, "--comment", "Which week?").code == 0
    assert sync(pulled.robot.path, pulled.as_(NBPEER), 17).state == "failure"


def test_a_comment_may_answer_part_and_approves_nothing(pulled: Pulled, review: Nbpeer, tmp_path: Path) -> None:
    assert review("--answers", file(tmp_path, {"C1": "yes"}), "--decision", "comment").code == 0
    (posted,) = pulled.as_(NBPEER).reviews(17)
    assert (posted.state, ticked(pulled.checklist().body)) == ("commented", {"C1"})


@pytest.mark.parametrize(
    ("account", "said"),
    [("alice", "is the author of pull request 17"), ("dave", "may not write"), ("nobody", "may not write")],
)
def test_whose_review_would_not_count_is_refused_at_once(
    pulled: Pulled, review: Nbpeer, account: str, said: str, tmp_path: Path
) -> None:
    done = review("--answers", file(tmp_path, dict.fromkeys(ASKED, "yes")), account=account)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert pulled.as_(NBPEER).reviews(17) == ()


def test_an_author_of_a_commit_is_refused(pulled: Pulled, review: Nbpeer, tmp_path: Path) -> None:
    accounts = {"analyst@example.org": {"login": "bob", "id": 12}}
    (pulled.folder / "17/commit-accounts.json").write_text(json.dumps(accounts))
    done = review("--answers", file(tmp_path, dict.fromkeys(ASKED, "yes")))
    assert (done.code, pulled.as_(NBPEER).reviews(17)) == (2, ())
    assert f"bob is an author of the changes to {PATH}" in done.err
    assert ticked(pulled.checklist().body) == frozenset()


def test_an_approval_that_leaves_an_item_open_posts_nothing(pulled: Pulled, review: Nbpeer, tmp_path: Path) -> None:
    done = review("--answers", file(tmp_path, {"C1": "yes"}))
    assert (done.code, pulled.as_(NBPEER).reviews(17)) == (2, ())
    assert "not answered: C3" in done.err
    assert ticked(pulled.checklist().body) == frozenset()


def test_the_sitting_is_that_of_review_and_its_answers_outlive_a_push(
    pulled: Pulled, review: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    quitting = review(typed=("y", "y", "q"))
    assert quitting.code == 0
    again = f"nbpeer pr review 17 --folder {pulled.folder} --account bob"
    assert quitting.out.endswith(f"Nothing is posted. Your answers are kept; go on with: {again}\n")
    assert "Can I restate question and decision" in quitting.out
    again = review(typed=("y", "y", "y", "l"))
    assert "2 of 5 questions are answered from last time" in again.out
    pushes = iter((True,))

    def moved(self: io.StringIO, size: int | None = -1, /) -> str:
        """The author pushes while the reviewer types the last line."""
        if next(pushes, False):
            pulled.author.write("README.md", "more")
            pulled.author.commit("more")
            pulled.push()
        return io.StringIO.readline(self, -1 if size is None else size)

    typed = type("Typed", (io.StringIO,), {"readline": moved})("a\n\n")
    monkeypatch.setattr("sys.stdin", typed)
    from nbpeer.cli.main import run

    assert run(["pr", "review", "17", "--folder", str(pulled.folder), "--account", "bob"]) == 2
    assert pulled.as_(NBPEER).reviews(17) == ()
    assert ticked(pulled.checklist().body) == frozenset()
    done = review(typed=("a", ""))
    assert done.code == 0
    assert sync(pulled.robot.path, pulled.as_(NBPEER), 17).state == "success"


def test_at_a_terminal_single_keys_lead_from_the_pull_request_to_a_posted_review(
    pulled: Pulled, clone: GitRepository
) -> None:
    arguments = ("pr", "review", "17", "--folder", str(pulled.folder), "--account", "bob")
    with terminal(clone.path, *arguments) as screen:
        first = screen.until("quit > ")
        for place in range(2, len(ASKED) + 1):
            screen.press("y")
            screen.until(f"({place} of {len(ASKED)})")
        screen.press("y")
        screen.until("later > ")
        screen.press("a")
        screen.until("none): ")
        screen.type("Read it.")
        last = screen.until("answered by lines")
        assert screen.ended() == 0
    assert first.startswith(f"{pulled.as_(NBPEER).pull_request(17).title} (#17 by alice, work → main)\r\n")
    assert "the summary in the pull request" in first  # a packet made here would be of what is checked out here
    assert "nbpeer packet" not in first
    assert "You approved pull request 17" in last
    assert f"{len(ASKED)} ticked, 0" in last
    assert [(one.author.login, one.state, one.body) for one in pulled.as_(NBPEER).reviews(17)] == [
        ("bob", "approved", "Read it.")
    ]
    assert sync(pulled.robot.path, pulled.as_(NBPEER), 17).state == "success"


def test_in_a_folder_one_has_to_say_who_one_is(pulled: Pulled, clone: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("pr", "review", "17", "--folder", pulled.folder, cwd=clone.path)
    assert done.code == 2
    assert "--folder needs --account LOGIN" in done.err


def test_of_several_analyses_answers_stand_below_their_paths(pulled: Pulled, review: Nbpeer, tmp_path: Path) -> None:
    other = "analyses/churn.ipynb"
    pulled.author.write(other, reviewing.pricing("rate = 0.1\nprint(rate)\n"))
    reviewing.record(pulled.author, path=other)
    pulled.author.commit("churn")
    pulled.push()
    pulled.post(other)
    answers = dict.fromkeys(ASKED, "yes")
    flat = review("--answers", file(tmp_path, answers))
    assert flat.code == 2
    assert "give answers below each of" in flat.err
    both = {other: answers | {"C8": {"answer": "no", "note": "too few"}}, PATH: answers}
    assert review("--answers", file(tmp_path, both)).code == 0
    found = sync(pulled.robot.path, pulled.as_(NBPEER), 17)
    assert (found.state, found.description) == ("success", "approved: 2 analyses")
    assert pulled.as_(CAROL).reviews(17)[0].body == f"`nbpeer {other} C8 no: too few`"
    assert BOB.login == "bob"
