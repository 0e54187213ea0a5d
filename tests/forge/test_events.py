"""The event files that GitHub hands to a job, from its own examples."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.fake_github import contract
from nbpeer.errors import NbpeerError
from nbpeer.forge.events import Event, event, read_event
from nbpeer.model.pull_request import Person, PullRequest


def example(name: str, place: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(contract.events()[name][place])
    return found


def read(tmp_path: Path, payload: object) -> Event:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload))
    return read_event(file)


@pytest.mark.parametrize("name", ["pull_request.opened", "pull_request.synchronize", "pull_request_review.submitted"])
def test_an_event_of_a_pull_request_says_its_number_head_and_base(tmp_path: Path, name: str) -> None:
    payload = example(name)
    pull, found = payload["pull_request"], read(tmp_path, payload)
    assert f"{found.kind}.{found.action}" == name
    assert (found.number, found.head_sha) == (pull["number"], pull["head"]["sha"])
    assert (found.base_ref, found.base_sha) == (pull["base"]["ref"], pull["base"]["sha"])
    assert found.about_pull_request


def test_a_fork_that_is_gone_has_no_name(tmp_path: Path) -> None:
    payload = example("pull_request.opened")
    payload["pull_request"]["head"]["repo"] = None
    assert read(tmp_path, payload).head_repository == ""


@pytest.mark.parametrize("action", ["created", "edited"])
def test_a_comment_on_a_pull_request_says_its_number_and_one_on_an_issue_none(tmp_path: Path, action: str) -> None:
    payload = example(f"issue_comment.{action}")
    payload["issue"].pop("pull_request", None)
    on_issue = read(tmp_path, payload)
    payload["issue"]["pull_request"] = {"url": "https://github.example"}
    found = read(tmp_path, payload)
    assert (on_issue.number, on_issue.about_pull_request) == (0, False)
    assert (found.kind, found.action) == ("issue_comment", action)
    assert (found.number, found.head_sha) == (payload["issue"]["number"], "")


def test_a_merge_group_names_the_last_pull_request_and_its_own_commits(tmp_path: Path) -> None:
    payload = example("merge_group.checks_requested")
    found = read(tmp_path, payload)
    assert (found.kind, found.number, found.base_ref) == ("merge_group", 104, "main")
    assert found.head_sha == payload["merge_group"]["head_sha"]
    assert found.base_sha == payload["merge_group"]["base_sha"]


def test_a_workflow_run_says_only_its_head_and_where_that_lies(tmp_path: Path) -> None:
    payload = example("workflow_run.completed")
    run = payload["workflow_run"]
    run |= {"event": "pull_request", "pull_requests": [{"number": 666}], "head_branch": "work"}
    found = read(tmp_path, payload)
    assert (found.number, found.head_sha, found.head_ref) == (0, run["head_sha"], "work")
    assert found.about_pull_request
    run["event"] = "push"
    assert not read(tmp_path, payload).about_pull_request


def test_of_two_pull_requests_with_one_head_the_one_from_the_same_place_fits() -> None:
    said = Event("workflow_run", "completed", head_sha="a" * 40, head_repository="bob/analyses", head_ref="work")
    pull = PullRequest(1, "t", Person("bob"), "main", "b" * 40, "work", "a" * 40, "bob/analyses", fork=True)
    other = PullRequest(2, "t", Person("eve"), "main", "b" * 40, "work", "a" * 40, "eve/analyses", fork=True)
    assert (said.fits(pull), said.fits(other)) == (True, False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is no event file"),
        ("[1]", "is no event of a pull request"),
        ("{}", "is no event of a pull request"),
        ('{"pull_request": {"number": "17; rm", "head": {}, "base": {}}}', "is no event of a pull request"),
        ('{"workflow_run": {"head_sha": "--upload-pack=x"}}', "is no commit"),
    ],
)
def test_what_is_no_event_is_one_line_with_exit_2(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "event.json"
    file.write_text(content)
    with pytest.raises(NbpeerError, match=said) as caught:
        read_event(file)
    assert (caught.value.exit_code, "\n" in str(caught.value)) == (2, False)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NbpeerError, match=r"event\.json is not there"):
        read_event(tmp_path / "event.json")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
MEMBERS = st.sampled_from(
    [
        "pull_request",
        "review",
        "issue",
        "comment",
        "merge_group",
        "workflow_run",
        "number",
        "head",
        "base",
        "sha",
        "ref",
    ]
)


@given(st.dictionaries(MEMBERS, st.dictionaries(MEMBERS, VALUES) | VALUES))
def test_any_payload_is_an_event_or_a_known_error(payload: dict[str, Any]) -> None:
    try:
        found = event(payload)
    except (KeyError, TypeError, ValueError, AttributeError):
        return
    assert found.head_sha == "" or len(found.head_sha) in (40, 64)
