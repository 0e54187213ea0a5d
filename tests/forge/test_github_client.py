"""What breaks between nbpeer and GitHub: waited out within a bound, said in one line, never done twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge.fake_github import FakeGitHub, Fault, adapter
from nbpeer.forge.forge import ForgeError

if TYPE_CHECKING:
    from nbpeer.forge.github import GitHub

PULL = "GET /repos/{owner}/{repo}/pulls/{pull_number}"
COMMENT = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"


def test_a_502_then_success_is_waited_out_and_said(fake: FakeGitHub) -> None:
    said: list[str] = []
    fake.faults.append(Fault(PULL, "lost", times=2))
    assert adapter(fake, said=said).pull_request(17).number == 17
    assert fake.clock.slept == [1.0, 2.0]
    assert said == ["GitHub answered 502: waiting 1 s", "GitHub answered 502: waiting 2 s"]


def test_a_server_that_stays_down_is_given_up_with_exit_3(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults.append(Fault(PULL, "lost", times=99))
    with pytest.raises(ForgeError, match=r"GitHub answered 502 to GET /pulls/17, 5 times") as caught:
        github.pull_request(17)
    assert caught.value.exit_code == 3
    assert fake.requests == [PULL] * 5


def test_a_server_that_is_not_there_is_given_up_with_exit_3(fake: FakeGitHub) -> None:
    fake.address = "http://127.0.0.1:9/api/v3"
    with pytest.raises(ForgeError, match=r"no answer from GitHub \(ConnectionError\)") as caught:
        adapter(fake).pull_request(17)
    assert caught.value.exit_code == 3


def test_the_primary_limit_is_waited_out_until_it_resets(fake: FakeGitHub) -> None:
    said: list[str] = []
    fake.faults.append(Fault(PULL, "primary", seconds=200))
    assert adapter(fake, said=said).pull_request(17).number == 17
    assert fake.clock.slept == [201.0]
    assert said == ["GitHub's rate limit: waiting 201 s"]


def test_the_primary_limit_of_graphql_is_waited_out_though_it_is_answered_with_200(fake: FakeGitHub) -> None:
    fake.faults.append(Fault("POST graphql", "primary", seconds=200))
    assert adapter(fake, "alice").myself().login == "alice"
    assert fake.clock.slept == [201.0]


def test_a_secondary_limit_is_waited_out_as_long_as_it_says(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults.append(Fault(COMMENT, "secondary", seconds=30))
    github.upsert_comment(17, "mark", lambda now: "mark")
    assert fake.clock.slept == [30.0]
    assert len(fake.comments) == 1


def test_a_limit_that_says_to_wait_no_time_is_waited_out_all_the_same(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults.append(Fault(PULL, "secondary", times=3, seconds=0))
    assert github.pull_request(17).number == 17
    assert fake.clock.slept == [1.0, 1.0, 1.0]


def test_a_secondary_limit_that_says_nothing_is_waited_out_longer_each_time(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults.append(Fault(COMMENT, "secondary unsaid", times=2))
    github.upsert_comment(17, "mark", lambda now: "mark")
    assert fake.clock.slept == [60.0, 120.0]
    assert len(fake.comments) == 1


def test_a_wait_beyond_the_bound_is_refused_at_once_and_says_until_when(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults.append(Fault(PULL, "primary", seconds=1800))
    with pytest.raises(ForgeError, match=r"nothing more until 12:30 UTC") as caught:
        github.pull_request(17)
    assert (caught.value.exit_code, fake.clock.slept) == (3, [])


def test_waits_are_bounded_together(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults.append(Fault(PULL, "secondary", times=99, seconds=400))
    with pytest.raises(ForgeError, match="rate limit"):
        github.pull_request(17)
    assert fake.clock.slept == [400.0, 400.0]


def test_every_request_names_the_version_of_the_api(fake: FakeGitHub, github: GitHub) -> None:
    github.pull_request(17)
    github.myself()
    assert fake.violations == []


def test_the_account_of_a_token_is_told_for_apps_and_people(fake: FakeGitHub) -> None:
    bot, person = adapter(fake).myself(), adapter(fake, "alice").myself()
    assert (bot.login, bot.id, bot.bot) == ("github-actions[bot]", 41898282, True)
    assert (person.login, person.id, person.bot) == ("alice", 2, False)
