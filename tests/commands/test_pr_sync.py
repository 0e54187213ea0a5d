"""A pull request from open to merged: what the commit status says after each thing that people do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import making
import reviewing
import signing
from conftest import GitRepository, Outcome
from nbpeer.commands.pr_sync import Synced, sync
from nbpeer.model.marks import CHECKLIST, ITEM, mark
from nbpeer.model.pull_request import Person
from nbpeer.model.review import encode_sign_off, sign_off_path
from pulling import ALICE, BOB, CAROL, DAVE, NBPEER, Pulled
from reviewing import ANSWERS, PATH

Nbpeer = Callable[..., Outcome]
ITEMS = tuple(ANSWERS)
# The items that the rules do not answer.
ASKED = ("C1", "C3", "C6", "C7", "C8")


@pytest.fixture
def pulled(tmp_path: Path) -> Pulled:
    """Open, with the checklist posted and nobody's word."""
    made = Pulled(tmp_path)
    made.post()
    return made


@pytest.fixture
def approved(pulled: Pulled) -> Pulled:
    pulled.tick(BOB, *ITEMS)
    pulled.review(BOB)
    assert look(pulled).state == "success"
    return pulled


def look(pulled: Pulled, **how: bool) -> Synced:
    """What sync says, which is what the status says."""
    found = sync(pulled.robot.path, pulled.as_(NBPEER), 17, **how)  # type: ignore[arg-type]
    status = pulled.status(found.sha)
    assert (status.state, status.description, status.target_url) == (found.state, found.description, found.target_url)
    return found


def reason(found: Synced) -> str:
    """Why the sign-off is missing, or what it is."""
    (analysis,) = found.verdict.analyses
    return next(one.reason for one in analysis.conditions if one.name == "signed off")


def unmet(found: Synced) -> set[str]:
    return {one.name for gate in found.verdict.analyses for one in gate.conditions if not one.met}


def edit(pulled: Pulled, source: str = "rate = 0.05\nprint(rate)\n", conversion: float = 0.0412) -> str:
    """The author pushes another cell, run again."""
    pulled.author.write(PATH, reviewing.pricing(source))
    reviewing.record(pulled.author, conversion)
    pulled.author.commit("another price")
    return pulled.push()


def test_from_open_to_success(pulled: Pulled) -> None:
    first = look(pulled)
    assert (first.state, unmet(first)) == ("pending", {"signed off"})
    assert first.description == "0 of 1 reviewer; C1, C3, C6 to C8 unticked in pricing.ipynb"
    assert first.target_url == pulled.checklist().url
    pulled.tick(BOB, *ASKED[:-2])
    assert look(pulled).description == "0 of 1 reviewer; C7, C8 unticked in pricing.ipynb"
    pulled.review(BOB)
    half = look(pulled)
    assert (half.state, reason(half)) == (
        "pending",
        "12+bob@users.noreply.github.com left C7, C8 without a reviewer's answer",
    )
    pulled.tick(BOB, *ASKED[-2:])
    done = look(pulled)
    assert (done.state, done.description) == ("success", "approved")
    assert reason(done).startswith("12+bob@users.noreply.github.com approved this content on 2026-07-01")


def test_the_clone_of_the_job_is_left_as_it_was(approved: Pulled) -> None:
    assert approved.robot.git("status", "--porcelain", "--branch").strip() == "## main...origin/main"
    assert len(approved.robot.git("worktree", "list").splitlines()) == 1
    assert not (approved.robot.path / PATH).exists()


def test_a_change_of_the_content_lapses_the_approval_until_it_is_given_again(approved: Pulled) -> None:
    edit(approved)
    approved.post()
    lapsed = look(approved)
    assert (lapsed.state, unmet(lapsed)) == ("pending", {"signed off"})
    assert lapsed.description == "0 of 1 reviewer; approval of bob lapsed: pricing.ipynb changed"
    assert reason(lapsed).endswith("different content on 2026-07-01: cell sources changed since")
    approved.review(BOB)
    assert look(approved).state == "success"


def test_a_changed_result_alone_lapses_the_approval(approved: Pulled) -> None:
    reviewing.record(approved.author, 0.07)
    approved.author.commit("run again")
    approved.push()
    found = look(approved)
    assert found.state == "pending"
    assert reason(found).endswith("results changed since")


def test_an_approval_outlives_a_rebase_and_a_merge_of_the_base(approved: Pulled) -> None:
    author = approved.author
    author.git("switch", "--quiet", "main")
    author.write("README.md", "elsewhere")
    author.commit("main moves on")
    author.git("push", "--quiet", "origin", "main")
    author.git("switch", "--quiet", "work")
    before = approved.head
    author.git("rebase", "--quiet", "main")
    approved.push(force=True)
    assert approved.head != before
    assert look(approved).state == "success"
    author.git("switch", "--quiet", "main")
    author.write("README.md", "again")
    author.commit("main moves on")
    author.git("push", "--quiet", "origin", "main")
    author.git("switch", "--quiet", "work")
    author.git("merge", "--quiet", "--no-edit", "main")
    approved.push()
    assert look(approved).state == "success"


def test_an_approval_of_a_commit_that_is_nowhere_any_more_does_not_count_and_that_is_said(approved: Pulled) -> None:
    approved.review(BOB, commit="1" * 40)
    found = look(approved)
    assert (found.state, reason(found)) == ("pending", "nobody has signed this content off")
    assert any("bob's review of 1111111 does not count" in note for note in found.notes)


def test_an_approval_after_a_force_push_is_of_what_was_pushed_away(approved: Pulled) -> None:
    """The job's clone never had the commit: it is fetched by its hash."""
    approved.author.git("commit", "--quiet", "--amend", "-m", "same content, other words")
    approved.push(force=True)
    fresh = GitRepository(approved.robot.path.parent / "fresh")
    fresh.git("clone", "--quiet", str(approved.remote), ".")
    assert sync(fresh.path, approved.as_(NBPEER), 17).state == "success"


def test_what_an_author_ticks_or_approves_counts_for_nothing_and_that_is_said(pulled: Pulled) -> None:
    pulled.tick(ALICE, *ITEMS)
    pulled.review(ALICE)
    found = look(pulled)
    assert found.state == "pending"
    assert "is an author of the changes, whose sign-off does not count" in reason(found)
    assert f"{PATH}: C1 was ticked by alice, who is an author of the changes" in "\n".join(found.notes)
    pulled.review(BOB)
    assert "C1, C3, C6 to C8 unticked" in look(pulled).description


@pytest.mark.parametrize("how", ["noreply", "matched", "co-author", "old noreply"])
def test_who_wrote_commits_of_the_analysis_is_an_author_by_whatever_address(pulled: Pulled, how: str) -> None:
    addresses = {"noreply": "12+bob@users.noreply.github.com", "old noreply": "bob@users.noreply.github.com"}
    address = addresses.get(how, "bob@example.org")
    message = f"more\n\nCo-authored-by: Bob <{address}>" if how == "co-author" else "more"
    pulled.author.write(PATH, reviewing.pricing("rate = 0.06\nprint(rate)\n"))
    reviewing.record(pulled.author)
    pulled.author.commit(message, author=None if how == "co-author" else f"Bob <{address}>")
    pulled.push()
    accounts = {} if "noreply" in how else {"bob@example.org": {"login": "bob", "id": 12}}
    (pulled.folder / "17/commit-accounts.json").write_text(json.dumps(accounts))
    pulled.tick(CAROL, *ITEMS)
    pulled.review(BOB)
    found = look(pulled)
    assert found.state == "pending"
    assert "is an author of the changes" in reason(found)
    pulled.review(CAROL)
    assert look(pulled).state == "success"


def test_who_may_only_read_ticks_and_approves_nothing(pulled: Pulled) -> None:
    pulled.tick(DAVE, *ITEMS)
    pulled.review(DAVE)
    found = look(pulled)
    assert (found.state, reason(found)) == ("pending", "nobody has signed this content off")
    assert "dave may not write to the repository: their approval does not count" in found.notes
    assert any("C1 was ticked by dave" in note for note in found.notes)


def test_what_an_app_approves_counts_for_nothing(pulled: Pulled) -> None:
    pulled.tick(BOB, *ITEMS)
    pulled.review(Person("helper[bot]", 99, bot=True))
    assert look(pulled).state == "pending"


def test_a_forged_checklist_asks_and_answers_nothing(pulled: Pulled) -> None:
    first = mark(CHECKLIST, path=PATH, content="x", checklist="ab_test", version=pulled.version, tier="medium")
    boxes = "\n".join(f"- [x] **{item}** {mark(ITEM, id=item)}" for item in ITEMS)
    pulled.say(BOB, f"{first}\n{boxes}")
    pulled.review(BOB)
    assert "C1, C3, C6 to C8 unticked" in look(pulled).description


def test_a_tick_written_into_the_text_by_nobody_known_is_not_one(pulled: Pulled) -> None:
    comment = pulled.checklist()
    Path(comment.url).write_text(comment.body.replace("- [ ]", "- [x]"))
    pulled.review(BOB)
    found = look(pulled)
    assert found.state == "pending"
    assert any("nobody known ticked C1 as nbpeer asks it" in note for note in found.notes)


def test_a_box_ticked_below_another_question_than_nbpeers_is_not_ticked(pulled: Pulled) -> None:
    asked = pulled.checklist()
    pulled.as_(ALICE).rewrite(asked, asked.body.replace("question", "Is the sun shining?"))
    pulled.tick(BOB, *ITEMS)
    pulled.review(BOB)
    found = look(pulled)
    assert found.state == "pending"
    assert any("nobody known ticked C1 as nbpeer asks it" in note for note in found.notes)
    pulled.post()
    for_nobody = pulled.checklist()
    pulled.as_(BOB).rewrite(for_nobody, for_nobody.body.replace("- [x]", "- [ ]"))
    pulled.tick(BOB, *ITEMS)
    assert look(pulled).state == "success"


def test_ticks_of_another_reviewer_count_and_the_answer_says_whose_they_are(pulled: Pulled) -> None:
    pulled.tick(CAROL, *ITEMS)
    pulled.review(BOB)
    found = look(pulled)
    assert found.state == "success"
    (sign_off,) = found.sign_offs
    assert all(
        "ticked by carol on 2026-07-01" in answer.evidence for answer in sign_off.answers if answer.by == "human"
    )


def test_a_no_and_a_not_applicable_are_said_by_lines(pulled: Pulled) -> None:
    pulled.tick(BOB, *ITEMS[:-2])
    pulled.say(BOB, "nbpeer C8 na: no personal data")
    pulled.review(BOB, body="Fine.\n\nnbpeer pricing.ipynb C9 no: the chart has no units")
    found = look(pulled)
    assert found.state == "success"
    answers = {answer.item: (answer.answer, answer.note) for answer in found.sign_offs[0].answers}
    assert answers["C8"] == ("na", "no personal data")
    assert answers["C9"] == ("no", "the chart has no units")


def test_a_line_that_an_author_writes_into_a_reviewers_comment_is_not_the_reviewers(pulled: Pulled) -> None:
    pulled.tick(BOB, *ASKED[:-1])
    comment = pulled.say(BOB, "looks good")
    pulled.as_(ALICE).rewrite(comment, "looks good\n\nnbpeer C8 na: no")
    pulled.review(BOB)
    assert "C8 unticked" in look(pulled).description


def test_a_request_for_changes_is_a_failure_that_its_author_alone_takes_back(approved: Pulled) -> None:
    approved.review(BOB, "changes_requested", "Which week?\nMore.")
    found = look(approved)
    assert (found.state, found.description) == ("failure", "bob asked for changes; 0 of 1 reviewer")
    assert reason(found) == "12+bob@users.noreply.github.com asks for changes: Which week?"
    approved.review(BOB, "commented", "I mean the first one")
    approved.review(CAROL)
    assert look(approved).state == "failure"
    approved.review(BOB)
    assert look(approved).state == "success"


def test_a_comment_after_an_approval_does_not_cancel_it(approved: Pulled) -> None:
    approved.review(BOB, "commented", "One more thought.")
    assert look(approved).state == "success"


def test_a_dismissed_approval_is_gone_with_those_before_it(approved: Pulled) -> None:
    second = approved.review(BOB)
    approved.dismiss(second)
    found = look(approved)
    assert (found.state, reason(found)) == ("pending", "nobody has signed this content off")


def test_the_sign_off_is_committed_once_by_the_bot_and_lapses_nothing(approved: Pulled) -> None:
    before = approved.head
    done = look(approved, commit=True)
    assert done.committed
    assert approved.status(done.committed).state == "success"
    approved.author.git("pull", "--quiet", "origin", "work")
    assert approved.author.git("log", "-1", "--format=%an <%ae> %P").strip().startswith("nbpeer <")
    assert before in approved.author.git("log", "-1", "--format=%P")
    (sign_off,) = reviewing.sign_offs(approved.author)
    assert (sign_off.reviewer, sign_off.decision) == ("12+bob@users.noreply.github.com", "approve")
    approved.push()
    again = look(approved, commit=True)
    assert (again.state, again.committed) == ("success", "")


def test_a_dismissed_approval_is_gone_though_it_was_committed(approved: Pulled) -> None:
    look(approved, commit=True)
    approved.author.git("pull", "--quiet", "origin", "work")
    approved.push()
    (review,) = approved.as_(NBPEER).reviews(17)
    approved.dismiss(review)
    assert look(approved).state == "pending"


def test_a_sign_off_of_a_fork_is_not_committed_and_that_is_said(approved: Pulled) -> None:
    pull = approved.as_(NBPEER).pull_request(17)
    approved.as_(NBPEER).open(replace(pull, fork=True, head_repository="alice/prices"))
    found = look(approved, commit=True)
    assert (found.state, found.committed) == ("success", "")
    assert found.notes == ("the sign-offs are not committed: work is in another repository, alice/prices",)


@pytest.mark.parametrize("place", ["folder", "file"])
def test_a_sign_off_is_not_written_through_a_link_that_the_author_put_there(
    pulled: Pulled, place: str, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = pulled.author.path / ".nbpeer" / "signoffs"
    folder.parent.mkdir(exist_ok=True)
    if place == "folder":
        folder.symlink_to(outside)
    else:
        folder.mkdir()
        content = look(pulled).verdict.analyses[0].content.removeprefix("sha256:")[:16]
        (folder / f"{content}-12+bob@users.noreply.github.com.json").symlink_to(outside / "x.json")
    pulled.author.commit("a link")
    pulled.push()
    pulled.tick(BOB, *ITEMS)
    pulled.review(BOB)
    found = look(pulled, commit=True)
    assert found.committed == ""
    assert "the sign-offs are not committed: a link stands at their place in .nbpeer/signoffs" in found.notes
    assert list(outside.iterdir()) == []


def test_a_branch_that_moved_on_is_never_forced(approved: Pulled) -> None:
    """The author pushed, and the forge has not told yet."""
    approved.author.write("README.md", "more")
    pushed = approved.author.commit("more")
    approved.author.git("push", "--quiet", "origin", "work")
    found = look(approved, commit=True)
    assert (found.state, found.committed) == ("success", "")
    assert "work could not be pushed to" in found.notes[0]
    assert approved.author.git("ls-remote", "origin", "work").split()[0] == pushed


def test_an_approval_that_whoever_may_push_could_have_written_does_not_count(
    pulled: Pulled, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    pulled.author.be(reviewing.REVIEWER)
    assert nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), cwd=pulled.author.path).code == 0
    (mine,) = reviewing.sign_offs(pulled.author)
    for signature in ("", "-----BEGIN SSH SIGNATURE-----\nbWFkZSB1cA==\n-----END SSH SIGNATURE-----\n"):
        pulled.author.write(sign_off_path(mine), encode_sign_off(replace(mine, signature=signature)))
        pulled.author.commit("sign-off")
        pulled.push()
        found = look(pulled)
        assert found.state == "pending"
        assert any(note.startswith(f"{PATH}: {reviewing.REVIEWER}'s approval is a file") for note in found.notes)


def test_an_approval_by_a_key_that_the_base_lists_counts(pulled: Pulled, nbpeer: Nbpeer, tmp_path: Path) -> None:
    key = signing.make_key(tmp_path)
    pulled.author.git("switch", "--quiet", "main")
    pulled.author.write(".nbpeer/allowed_signers", signing.listed(key, reviewing.REVIEWER))
    pulled.author.commit("signers")
    pulled.author.git("push", "--quiet", "origin", "main")
    pulled.author.git("switch", "--quiet", "work")
    pulled.author.be(reviewing.REVIEWER)
    answers = reviewing.answers_file(tmp_path)
    done = nbpeer("sign", PATH, "--answers", answers, "--ssh-key", key, cwd=pulled.author.path)
    assert done.code == 0, done.err
    pulled.author.commit("sign-off")
    pulled.push()
    assert look(pulled).state == "success"


def test_a_file_that_asks_for_changes_counts(approved: Pulled, nbpeer: Nbpeer, tmp_path: Path) -> None:
    approved.author.be(reviewing.REVIEWER)
    asked = ("--decision", "request-changes", "--comment", "again")
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path), *asked, cwd=approved.author.path)
    assert done.code == 0, done.err
    approved.author.commit("not yet")
    approved.push()
    assert look(approved).state == "failure"


def test_business_critical_waits_for_the_second_reviewer(pulled: Pulled) -> None:
    pulled.author.write(PATH, reviewing.pricing(header=making.HEADER.replace("medium", "business_critical")))
    reviewing.record(pulled.author)
    pulled.author.commit("more is at stake")
    pulled.push()
    pulled.version = "1.1"
    pulled.tick(BOB, *ITEMS)
    pulled.review(BOB)
    found = look(pulled)
    assert found.state == "pending"
    assert "of 2 reviewers" in found.description


def test_the_label_of_the_gate_follows_reviews_where_the_base_asks_for_it(pulled: Pulled) -> None:
    look(pulled)
    assert pulled.as_(NBPEER).pull_request(17).labels == ()
    pulled.author.git("switch", "--quiet", "main")
    pulled.author.write("nbpeer.toml", "[pr]\nlabel-gate = true\n")
    pulled.author.commit("labels")
    pulled.author.git("push", "--quiet", "origin", "main")
    look(pulled)
    assert pulled.as_(NBPEER).pull_request(17).labels == ("nbpeer: gate open",)
    pulled.tick(BOB, *ITEMS)
    pulled.review(BOB)
    look(pulled)
    assert pulled.as_(NBPEER).pull_request(17).labels == ("nbpeer: gate met",)


def test_no_sign_off_is_committed_while_the_gate_is_not_met(pulled: Pulled) -> None:
    pulled.review(BOB)
    assert look(pulled, commit=True).committed == ""
    assert pulled.remote.exists()


def test_the_status_command_and_sync_say_the_same(approved: Pulled, nbpeer: Nbpeer) -> None:
    """After each step of a life, on the same head with the sign-offs committed, both name the same reasons."""
    look(approved, commit=True)
    steps: list[Callable[[], object]] = [
        lambda: approved.author.git("pull", "--quiet", "origin", "work"),
        lambda: reviewing.record(approved.author, 0.07),
        lambda: reviewing.record(approved.author, 0.07, held=False),
        lambda: approved.author.write(PATH, reviewing.pricing("rate = 0.05\nprint(rate)\n")),
        lambda: approved.author.write(PATH, reviewing.pricing(header="---\ntitle: x\nkind: ab_test\n---\n")),
        lambda: approved.author.write(PATH, "no notebook"),
    ]
    seen = set()
    for step in steps:
        step()
        approved.author.commit("a step")
        approved.push()
        done = nbpeer("status", "--base", "origin/main", "--format", "json", cwd=approved.author.path)
        found = look(approved)
        said = [
            [(one["name"], one["met"], one["reason"]) for one in gate["conditions"]] for gate in done.json["analyses"]
        ]
        assert said == [[(one.name, one.met, one.reason) for one in gate.conditions] for gate in found.verdict.analyses]
        assert done.json["met"] == found.met
        seen |= {frozenset(unmet(found))}
    assert len(seen) >= 4
