"""Our one comment on GitHub: written once, whoever else writes, whatever breaks on the way; and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge.fake_github import ACTIONS, ALICE, BOB, STRANGER, FakeGitHub, Fault, adapter
from nbpeer.forge.forge import ForgeError, TooLongError
from nbpeer.model.marks import mark

if TYPE_CHECKING:
    from nbpeer.forge.github import GitHub

MARK = mark("summary")
COMMENTS = "/issues/{issue_number}/comments"


def says(text: str) -> str:
    return f"{MARK}\n{text}"


def standing(fake: FakeGitHub) -> list[str]:
    return [one.body for one in fake.comments.values()]


def test_the_first_time_writes_and_the_same_again_sends_nothing(fake: FakeGitHub, github: GitHub) -> None:
    first = github.upsert_comment(17, MARK, lambda now: says("one"))
    writes = len(fake.sent("POST /repos")) + len(fake.sent("PATCH"))
    again = github.upsert_comment(17, MARK, lambda now: now)
    assert (first.id, first.author.login, first.author.bot) == (again.id, "github-actions[bot]", True)
    assert (writes, len(fake.sent("POST /repos")) + len(fake.sent("PATCH"))) == (1, 1)


def test_another_text_edits_the_comment_there_is(fake: FakeGitHub, github: GitHub) -> None:
    github.upsert_comment(17, MARK, lambda now: says("one"))
    assert github.upsert_comment(17, MARK, lambda now: f"{now} two").body == says("one two")
    assert standing(fake) == [says("one two")]


def test_our_comment_is_found_beyond_the_first_page(fake: FakeGitHub, github: GitHub) -> None:
    for number in range(130):
        fake.say(17, ALICE, f"talk {number}")
    fake.say(17, ACTIONS, says("old"))
    github.upsert_comment(17, MARK, lambda now: says("new"))
    assert standing(fake)[-1] == says("new")
    assert len(fake.comments) == 131


def test_a_marker_forged_by_another_account_is_ignored(fake: FakeGitHub, github: GitHub) -> None:
    fake.say(17, STRANGER, says("forged"))
    github.upsert_comment(17, MARK, lambda now: says("ours" + now))
    assert standing(fake) == [says("forged"), says("ours")]


def test_with_a_persons_token_the_comment_is_that_persons(fake: FakeGitHub) -> None:
    fake.say(17, ACTIONS, says("the workflow's"))
    made = adapter(fake, "alice").upsert_comment(17, MARK, lambda now: says("alice's"))
    assert made.author.login == "alice"
    assert standing(fake) == [says("the workflow's"), says("alice's")]


def test_deleted_by_hand_it_is_written_anew(fake: FakeGitHub, github: GitHub) -> None:
    github.upsert_comment(17, MARK, lambda now: says("one"))
    fake.comments.clear()
    github.upsert_comment(17, MARK, lambda now: says("two" + now))
    assert standing(fake) == [says("two")]


def test_deleted_between_reading_and_writing_it_is_written_anew(fake: FakeGitHub, github: GitHub) -> None:
    github.upsert_comment(17, MARK, lambda now: says("one"))
    fake.meanwhile("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", fake.comments.clear)
    github.upsert_comment(17, MARK, lambda now: says("two"))
    assert standing(fake) == [says("two")]


def test_two_posts_racing_leave_one_comment(fake: FakeGitHub, github: GitHub) -> None:
    fake.meanwhile(f"POST /repos/{{owner}}/{{repo}}{COMMENTS}", lambda: fake.say(17, ACTIONS, says("the other job's")))
    made = github.upsert_comment(17, MARK, lambda now: says("mine"))
    assert standing(fake) == [says("mine")]
    assert made.id in fake.comments


def test_a_box_ticked_in_a_double_stays_ticked_when_it_is_folded(fake: FakeGitHub, github: GitHub) -> None:
    fake.say(17, ACTIONS, says("- [ ] A"))
    fake.say(17, ACTIONS, says("- [x] A"))
    github.upsert_comment(17, MARK, lambda now: says("- [x] A" if "[x]" in now else "- [ ] A"))
    assert standing(fake) == [says("- [x] A")]


@pytest.mark.parametrize("kind", ["lost", "done", "dropped"])
def test_a_post_answered_after_the_connection_dropped_or_with_502_makes_no_second_comment(
    fake: FakeGitHub, github: GitHub, kind: str
) -> None:
    fake.faults.append(Fault(f"POST /repos/{{owner}}/{{repo}}{COMMENTS}", kind))  # type: ignore[arg-type]
    github.upsert_comment(17, MARK, lambda now: says("one"))
    assert standing(fake) == [says("one")]
    assert len(fake.sent("POST /repos")) == (2 if kind == "lost" else 1)


def test_a_text_over_the_limit_is_too_long_and_leaves_what_stood_there(fake: FakeGitHub, github: GitHub) -> None:
    github.upsert_comment(17, MARK, lambda now: says("short"))
    with pytest.raises(TooLongError, match="too long") as caught:
        github.upsert_comment(17, MARK, lambda now: says("x" * 70_000))
    assert caught.value.exit_code == 3
    assert standing(fake) == [says("short")]


def test_line_ends_of_the_web_editor_are_no_change(fake: FakeGitHub, github: GitHub) -> None:
    github.upsert_comment(17, MARK, lambda now: says("- [ ] A"))
    fake.rewrite(next(iter(fake.comments.values())), ALICE, says("- [x] A").replace("\n", "\r\n"))
    github.upsert_comment(17, MARK, lambda now: now)
    assert fake.sent("PATCH") == []


def test_the_history_names_who_wrote_each_version(fake: FakeGitHub, github: GitHub) -> None:
    made = github.upsert_comment(17, MARK, lambda now: says("- [ ] A"))
    assert [(edit.editor, edit.body) for edit in github.edits(made)] == [(made.author, made.body)]
    fake.rewrite(fake.comments[made.id], ALICE, says("- [x] A"))
    ticked = github.upsert_comment(17, MARK, lambda now: now + "\nmore")
    found = github.edits(ticked)
    assert [edit.editor and edit.editor.login for edit in found] == [
        "github-actions[bot]", "alice", "github-actions[bot]"
    ]  # fmt: skip
    assert [edit.body for edit in found] == [says("- [ ] A"), says("- [x] A"), says("- [x] A\nmore")]
    assert found[1].editor is not None
    assert (found[1].editor.id, found[1].editor.bot, found[0].editor) == (2, False, made.author)


def test_nobody_is_said_to_have_ticked_what_a_deleted_version_may_have(fake: FakeGitHub, github: GitHub) -> None:
    made = fake.say(17, ACTIONS, "- [ ] A")
    fake.rewrite(made, BOB, "- [x] A")
    fake.rewrite(made, ALICE, "- [x] A\nthanks")
    fake.rewrite(made, ALICE, "- [x] A\nthanks!")
    fake.forget(made, 1)
    found = github.edits(github.comments(17)[0])
    assert [(edit.editor and edit.editor.login, edit.body) for edit in found] == [
        ("github-actions[bot]", "- [ ] A"),
        (None, "- [x] A\nthanks"),
        ("alice", "- [x] A\nthanks!"),
    ]


def test_a_box_ticked_in_the_other_jobs_comment_meanwhile_stays_ticked(fake: FakeGitHub, github: GitHub) -> None:
    fake.meanwhile(f"POST /repos/{{owner}}/{{repo}}{COMMENTS}", lambda: fake.say(17, ACTIONS, says("- [x] A")))
    github.upsert_comment(17, MARK, lambda now: says("- [x] A" if "[x]" in now else "- [ ] A"))
    assert standing(fake) == [says("- [x] A")]


def test_a_person_with_write_access_ticks_in_the_comment_of_the_workflow(fake: FakeGitHub, github: GitHub) -> None:
    made = github.upsert_comment(17, MARK, lambda now: says("- [ ] A"))
    adapter(fake, "alice").rewrite(made, says("- [x] A"))
    assert [edit.editor and edit.editor.login for edit in github.edits(made)] == ["github-actions[bot]", "alice"]
    fake.comments.clear()
    with pytest.raises(ForgeError, match="somebody deleted it"):
        adapter(fake, "alice").rewrite(made, says("- [ ] A"))


def test_a_long_history_is_read_to_its_end(fake: FakeGitHub, github: GitHub) -> None:
    made = fake.say(17, ACTIONS, "0")
    for number in range(1, 240):
        fake.rewrite(made, ALICE, str(number))
    found = github.edits(github.comments(17)[0])
    assert [edit.body for edit in found] == [str(number) for number in range(240)]


def test_an_expired_token_is_one_line_that_says_what_to_do(fake: FakeGitHub) -> None:
    with pytest.raises(ForgeError, match="does not accept the token") as caught:
        adapter(fake, "expired").comments(17)
    assert (caught.value.exit_code, caught.value.status) == (3, 401)
    assert "GITHUB_TOKEN" in caught.value.hint


def test_a_forks_token_that_only_reads_is_one_line_that_says_what_to_do(fake: FakeGitHub) -> None:
    with pytest.raises(ForgeError, match="may not POST") as caught:
        adapter(fake, "fork").upsert_comment(17, MARK, lambda now: says("one"))
    assert (caught.value.exit_code, caught.value.status) == (3, 403)
    assert "workflow_run" in caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_pull_request_that_is_not_there_is_said(github: GitHub) -> None:
    with pytest.raises(ForgeError, match=r"refused GET /pulls/99 \(404") as caught:
        github.pull_request(99)
    assert caught.value.exit_code == 3


def test_a_reviewer_rewrites_our_comment_and_the_history_says_who(fake: FakeGitHub, github: GitHub) -> None:
    ours = github.upsert_comment(17, MARK, lambda now: says("- [ ] C1"))
    written = adapter(fake, "alice").rewrite(ours, says("- [x] C1"))
    assert (written.id, written.body) == (ours.id, says("- [x] C1"))
    assert [(one.editor.login if one.editor else "", one.body) for one in github.edits(ours)] == [
        ("github-actions[bot]", says("- [ ] C1")),
        ("alice", says("- [x] C1")),
    ]


def test_a_comment_that_is_gone_cannot_be_rewritten(fake: FakeGitHub, github: GitHub) -> None:
    ours = github.upsert_comment(17, MARK, lambda now: says("one"))
    fake.comments.clear()
    with pytest.raises(ForgeError, match="is not there"):
        adapter(fake, "alice").rewrite(ours, says("two"))


@pytest.mark.parametrize("before", ["GET /repos/{owner}/{repo}/issues/comments/{comment_id}", "POST graphql"])
def test_a_comment_that_is_deleted_while_its_history_is_read_has_none(
    fake: FakeGitHub, github: GitHub, before: str
) -> None:
    ours = github.upsert_comment(17, MARK, lambda now: says("- [ ] C1"))
    fake.meanwhile(before, fake.comments.clear)
    assert github.edits(ours) == ()
