"""What stands on a commit: check runs with any number of annotations, statuses, merge queues, pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge.fake_github import FakeGitHub, Fault, adapter
from forge.fake_github.repository import git, queue
from nbpeer.forge.forge import ForgeError
from nbpeer.model.pull_request import Annotation, CheckRun, CommitStatus

if TYPE_CHECKING:
    from conftest import GitRepository
    from nbpeer.forge.github import GitHub


def run(fake: FakeGitHub, many: int) -> CheckRun:
    found = tuple(Annotation("a.ipynb", number + 1, "warning", "NBP101", f"finding {number}") for number in range(many))
    return CheckRun("nbpeer", fake.head(fake.pulls[17]), "neutral", f"{many} findings", "summary", found)


def messages(fake: FakeGitHub) -> list[list[str]]:
    return [[one["message"] for one in held] for held in fake.annotations.values()]


@pytest.mark.parametrize("many", [0, 50, 51, 250])
def test_all_annotations_arrive_in_batches_of_fifty(fake: FakeGitHub, github: GitHub, many: int) -> None:
    assert github.annotate(run(fake, many)).startswith("https://github.example/team/analyses/runs/")
    assert messages(fake) == [[f"finding {number}" for number in range(many)]]


def test_the_same_check_run_again_sends_nothing_and_another_is_a_new_one(fake: FakeGitHub, github: GitHub) -> None:
    first = github.annotate(run(fake, 60))
    writes = len(fake.sent("POST")) + len(fake.sent("PATCH"))
    assert github.annotate(run(fake, 60)) == first
    assert len(fake.sent("POST")) + len(fake.sent("PATCH")) == writes
    assert github.annotate(run(fake, 61)) != first


@pytest.mark.parametrize("kind", ["lost", "done", "dropped"])
@pytest.mark.parametrize("ends", ["POST /repos/{owner}/{repo}/check-runs", "check-runs/{check_run_id}"])
def test_no_annotation_is_lost_or_doubled_when_an_answer_is(
    fake: FakeGitHub, github: GitHub, ends: str, kind: str
) -> None:
    fake.faults.append(Fault(ends, kind))  # type: ignore[arg-type]
    github.annotate(run(fake, 120))
    assert messages(fake) == [[f"finding {number}" for number in range(120)]]


def test_a_check_run_that_broke_off_is_completed(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults.append(Fault("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", "lost", times=9))
    with pytest.raises(ForgeError, match="502"):
        github.annotate(run(fake, 120))
    fake.faults.clear()
    github.annotate(run(fake, 120))
    assert messages(fake) == [[f"finding {number}" for number in range(120)]]


@pytest.mark.parametrize("token", ["alice", "fork"])
def test_a_token_that_may_not_write_check_runs_gives_no_address(fake: FakeGitHub, token: str) -> None:
    assert adapter(fake, token).annotate(run(fake, 1)) == ""
    assert fake.checks == {}


def test_a_status_is_set_once_and_its_description_fits(fake: FakeGitHub, github: GitHub) -> None:
    head = fake.head(fake.pulls[17])
    for _ in range(2):
        github.set_status(CommitStatus("nbpeer/sign-off", head, "pending", "x" * 300, "https://github.example/run"))
    (found,) = fake.statuses
    assert (found["shown"]["description"], found["shown"]["state"]) == ("x" * 139 + "…", "pending")
    github.set_status(CommitStatus("nbpeer/sign-off", head, "success", "done"))
    github.set_status(CommitStatus("nbpeer/other", head, "success", "done"))
    assert [one["shown"]["context"] for one in fake.statuses] == ["nbpeer/sign-off", "nbpeer/sign-off", "nbpeer/other"]


def test_a_commit_that_is_not_there_is_refused_in_one_line(github: GitHub) -> None:
    with pytest.raises(ForgeError, match="No commit found"):
        github.set_status(CommitStatus("nbpeer/sign-off", "0" * 40, "success", "done"))


def test_a_head_leads_to_its_pull_requests_and_an_inner_commit_to_none(
    fake: FakeGitHub, github: GitHub, work: GitRepository
) -> None:
    inner = work.git("rev-parse", "work").strip()
    work.write("b.ipynb", "three\n")
    head = work.commit()
    fake.open(18)
    assert [one.number for one in github.pull_requests_of(head)] == [17, 18]
    assert github.pull_requests_of(inner) == github.pull_requests_of("0" * 40) == ()
    fake.pulls[18].state = "closed"
    assert [one.number for one in github.pull_requests_of(head)] == [17]


def test_a_forks_head_leads_to_its_pull_request(fake: FakeGitHub, github: GitHub) -> None:
    fake.pulls[17].fork = "bob/analyses"
    assert [one.number for one in github.pull_requests_of(fake.head(fake.pulls[17]))] == [17]


def test_a_merge_queues_commit_leads_to_every_pull_request_it_holds(
    fake: FakeGitHub, github: GitHub, work: GitRepository
) -> None:
    work.git("checkout", "-q", "-b", "second", "main")
    work.write("c.ipynb", "c\n")
    work.commit()
    fake.open(18, "second")
    heads = [(number, fake.head(fake.pulls[number])) for number in (17, 18)]
    last = queue(work.path, "main", heads)
    assert [one.number for one in github.pull_requests_of(last)] == [17, 18]
    first = work.git("rev-parse", f"{last}^1").strip()
    assert [one.number for one in github.pull_requests_of(first)] == [17]
    github.set_status(CommitStatus("nbpeer/sign-off", last, "success", "done"))
    assert fake.statuses[0]["sha"] == last


def test_pictures_are_kept_on_a_branch_of_their_own_at_an_address_that_names_the_commit(
    fake: FakeGitHub, github: GitHub, work: GitRepository
) -> None:
    first = github.upload_image("trend 1.png", b"picture")
    second = github.upload_image("trend 2.png", b"another")
    commit, path = first.split("/")[-2:]
    assert first.startswith("https://github.example/team/analyses/raw/")
    assert git(work.path, "show", f"{commit}:{path}") == "picture"
    assert git(work.path, "ls-tree", "--name-only", "nbpeer-assets").count("trend-") == 2
    assert git(work.path, "rev-list", "--count", "nbpeer-assets") == "2"
    writes = len(fake.sent("POST /repos"))
    again = github.upload_image("trend 1.png", b"picture")
    assert again.split("/")[-2] == second.split("/")[-2]
    assert len(fake.sent("POST /repos")) == writes


def test_two_jobs_that_add_pictures_at_once_both_keep_theirs(fake: FakeGitHub, github: GitHub) -> None:
    github.upload_image("0.png", b"0")
    fake.meanwhile("PATCH /repos/{owner}/{repo}/git/refs/{ref}", lambda: _other_picture(fake))
    github.upload_image("1.png", b"1")
    assert len(git(fake.path, "ls-tree", "--name-only", "nbpeer-assets").split()) == 3


def test_pictures_of_a_private_repository_are_not_uploaded(fake: FakeGitHub, github: GitHub) -> None:
    fake.private = True
    assert github.upload_image("trend.png", b"picture") == ""
    assert fake.sent("POST /repos") == []


def _other_picture(fake: FakeGitHub) -> None:
    blob = git(fake.path, "hash-object", "-w", "--stdin", given=b"other")
    parent = git(fake.path, "rev-parse", "nbpeer-assets")
    listed = git(fake.path, "ls-tree", parent)
    tree = git(fake.path, "mktree", given=f"{listed}\n100644 blob {blob}\tother.png\n".encode())
    made = git(fake.path, "commit-tree", tree, "-p", parent, "-m", "other")
    git(fake.path, "update-ref", "refs/heads/nbpeer-assets", made)
