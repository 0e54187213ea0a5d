"""The folder adapter: what a person finds in the folder, and that it answers as a forge does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from nbpeer.errors import NbpeerError
from nbpeer.forge.folder import Folder
from nbpeer.forge.folder_files import Member
from nbpeer.forge.forge import ForgeError, TooLongError
from nbpeer.model.marks import mark
from nbpeer.model.pull_request import (
    Annotation,
    CheckRun,
    CommitStatus,
    InlineComment,
    Person,
    PullRequest,
)

ALICE = Person("alice", 2)
HEAD = "a" * 40
PULL = PullRequest(17, "Lower price", Person("bob", 3), "main", "b" * 40, "work", HEAD)
MARK = mark("summary")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path, clock=lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))
    made.open(PULL)
    made.join(Member("alice", "write", 2), Member("bob", "admin", 3))
    return made


def says(text: str) -> str:
    return f"{MARK}\n{text}"


def test_a_pull_request_is_read_as_it_was_written_and_found_by_its_head(folder: Folder) -> None:
    assert folder.pull_request(17) == PULL
    assert folder.pull_requests_of(HEAD) == (PULL,)
    assert folder.pull_requests_of("c" * 40) == ()
    folder_of_another = folder.root / "17-old"
    folder_of_another.mkdir()
    (folder_of_another / "pull-request.json").write_text("{}")
    assert folder.pull_requests_of(HEAD) == (PULL,)


def test_an_unknown_pull_request_is_one_line_with_exit_3(folder: Folder) -> None:
    with pytest.raises(ForgeError, match=r"18/pull-request.json is not there") as caught:
        folder.pull_request(18)
    assert caught.value.exit_code == 3


def test_what_is_not_json_is_named_with_exit_2(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "17" / "pull-request.json").write_text("{")
    with pytest.raises(NbpeerError, match=r"pull-request\.json is not what nbpeer wrote") as caught:
        folder.pull_request(17)
    assert caught.value.exit_code == 2


def test_our_comment_is_a_text_with_a_number_and_an_author_and_is_written_once(folder: Folder, tmp_path: Path) -> None:
    first = folder.upsert_comment(17, MARK, lambda now: says("one"))
    again = folder.upsert_comment(17, MARK, lambda now: says("two"))
    assert (tmp_path / "17" / "comments" / "0001-nbpeer.md").read_text() == says("two")
    assert first.id == again.id
    assert [edit.body for edit in folder.edits(again)] == [says("one"), says("two")]


def test_the_same_text_again_writes_nothing(folder: Folder, tmp_path: Path) -> None:
    folder.upsert_comment(17, MARK, lambda now: says("one"))
    files = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()}
    folder.upsert_comment(17, MARK, lambda now: now)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()} == files


def test_a_marker_that_somebody_else_wrote_does_not_count(folder: Folder, tmp_path: Path) -> None:
    Folder(tmp_path, ALICE).comment(17, says("forged"))
    folder.upsert_comment(17, MARK, lambda now: says("ours" + now))
    assert [comment.body for comment in folder.comments(17)] == [says("forged"), says("ours")]


def test_doubles_are_folded_into_the_oldest_which_sees_their_text(folder: Folder) -> None:
    folder.comment(17, says("- [ ] A"))
    folder.comment(17, says("- [x] A"))
    kept = folder.upsert_comment(17, MARK, lambda now: says("ticked" if "[x]" in now else "open"))
    assert [(comment.id, comment.body) for comment in folder.comments(17)] == [(1, says("ticked"))]
    assert kept.id == 1


def test_a_comment_deleted_by_hand_is_written_anew(folder: Folder, tmp_path: Path) -> None:
    folder.upsert_comment(17, MARK, lambda now: says("one"))
    (tmp_path / "17" / "comments" / "0001-nbpeer.md").unlink()
    assert folder.comments(17) == ()
    assert folder.upsert_comment(17, MARK, lambda now: says(f"new{now}")).body == says("new")


def test_a_box_ticked_by_a_person_names_them_and_by_hand_names_nobody(folder: Folder, tmp_path: Path) -> None:
    made = folder.upsert_comment(17, MARK, lambda now: says("- [ ] A\n- [ ] B"))
    ticked = Folder(tmp_path, ALICE).rewrite(made, says("- [x] A\n- [ ] B"))
    (tmp_path / "17" / "comments" / "0001-nbpeer.md").write_bytes(says("- [x] A\n- [x] B").encode())
    found = folder.edits(ticked)
    assert [edit.editor and edit.editor.login for edit in found] == ["nbpeer", "alice", None]
    folder.upsert_comment(17, MARK, lambda now: now + "\nmore")
    assert [edit.editor and edit.editor.login for edit in folder.edits(made)] == ["nbpeer", "alice", None, "nbpeer"]


def test_a_text_that_is_too_long_is_refused_and_leaves_what_stood_there(folder: Folder, tmp_path: Path) -> None:
    folder.upsert_comment(17, MARK, lambda now: says("short"))
    settings = json.loads((tmp_path / "forge.json").read_text())
    (tmp_path / "forge.json").write_text(json.dumps(settings | {"longest": 60}))
    with pytest.raises(TooLongError):
        folder.upsert_comment(17, MARK, lambda now: says("x" * 60))
    assert folder.comments(17)[0].body == says("short")


def test_inline_comments_stand_on_their_line_and_only_their_author_edits_them(folder: Folder, tmp_path: Path) -> None:
    on_line = InlineComment("a.ipynb", 12, "look", "f1")
    on_file = InlineComment("a.ipynb", 0, "whole", "f2")
    placed = folder.post_findings(17, HEAD, (on_line, on_file))
    assert (placed.on_line, placed.on_file, placed.refused) == ((on_line,), (on_file,), ())
    first, second = folder.inline_comments(17)
    assert (first.line, second.line, first.author.login) == (12, None, "nbpeer")
    folder.edit_inline(first, "fixed")
    assert (tmp_path / "17" / "inline" / "0001-nbpeer.md").read_text() == "fixed"
    with pytest.raises(ForgeError, match="nbpeer's"):
        Folder(tmp_path, ALICE).edit_inline(first, "mine")


def test_what_somebody_deleted_meanwhile_has_no_versions_and_is_not_edited(folder: Folder, tmp_path: Path) -> None:
    comment = folder.comment(17, "nbpeer C1 yes")
    folder.post_findings(17, HEAD, (InlineComment("a.ipynb", 3, "look", "k"),))
    (inline,) = folder.inline_comments(17)
    for file in tmp_path.glob("17/*/0001-*.md"):
        file.unlink()
    folder.edit_inline(inline, "fixed")
    assert (folder.edits(comment), folder.inline_comments(17)) == ((), ())


def test_check_runs_and_statuses_lie_by_commit(folder: Folder, tmp_path: Path) -> None:
    run = CheckRun("nbpeer", HEAD, "neutral", "2 findings", "…", (Annotation("a.ipynb", 3, "warning", "t", "m"),))
    status = CommitStatus("nbpeer/sign-off", HEAD, "pending", "1 of 2 analyses")
    folder.annotate(run)
    folder.set_status(status)
    assert folder.check_runs(HEAD) == (run,)
    assert folder.statuses(HEAD) == (status,)
    assert (tmp_path / "commits" / HEAD / "statuses" / "nbpeer-sign-off.json").exists()


def test_reviews_keep_their_order_commit_and_author(folder: Folder, tmp_path: Path) -> None:
    Folder(tmp_path, ALICE).submit_review(17, HEAD, "changes_requested", "no")
    Folder(tmp_path, ALICE).submit_review(17, "c" * 40, "approved", "yes")
    assert [(one.author, one.state, one.commit) for one in folder.reviews(17)] == [
        (ALICE, "changes_requested", HEAD),
        (ALICE, "approved", "c" * 40),
    ]


def test_reviewers_labels_and_permissions(folder: Folder) -> None:
    folder.request_reviewers(17, ("alice",))
    folder.request_reviewers(17, ("carol", "alice"))
    folder.label(17, add=("one", "two"))
    folder.label(17, add=("three", "two"), remove=("one", "none"))
    assert folder.requested(17) == ("alice", "carol")
    assert folder.pull_request(17).labels == ("two", "three")
    assert [folder.permission(login) for login in ("Alice", "bob", "stranger")] == ["write", "admin", "none"]


def test_a_push_is_written_down_and_leaves_the_comments(folder: Folder) -> None:
    folder.upsert_comment(17, MARK, lambda now: says("one"))
    folder.open(msgspec.structs.replace(PULL, head_sha="c" * 40))
    assert folder.pull_request(17).head_sha == "c" * 40
    assert len(folder.comments(17)) == 1


def test_an_image_has_an_address(folder: Folder, tmp_path: Path) -> None:
    assert folder.upload_image("../trend 1.png", b"png") == (tmp_path / "images" / "trend-1.png").as_uri()


def test_a_comment_that_is_no_text_is_named(folder: Folder, tmp_path: Path) -> None:
    folder.comment(17, "one")
    (tmp_path / "17" / "comments" / "0001-nbpeer.md").write_bytes(b"\xff\xfe")
    with pytest.raises(NbpeerError, match=r"0001-nbpeer\.md is no UTF-8 text"):
        folder.comments(17)
