"""What the runner understands of GitHub's expressions, and that the workflows read nothing that no event has."""

from __future__ import annotations

import re
from typing import Any

import pytest

from actions.expressions import UnknownExpressionError, evaluated, filled, names, true
from actions.runner import ROOT
from forge.fake_github import contract
from nbpeer.repo import workflows

GITHUB = {
    "github": {"event_name": "push", "event": {"issue": {"pull_request": {}}, "number": 3}},
    "inputs": {"a-b": "x"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event_name == 'push'", True),
        ("${{ github.event_name != 'PUSH' }}", False),
        ("inputs.a-b == 'y' || inputs.a-b", "x"),
        ("!cancelled() && (github.event.issue.pull_request || inputs.a-b)", {}),
        ("github.event.absent.member", None),
        ("github.event.absent || github.event.number", 3),
        ("github.event.absent == 'x'", False),
    ],
)
def test_the_forms_that_occur(text: str, value: object) -> None:
    assert evaluated(text, GITHUB) == value


@pytest.mark.parametrize(
    "text",
    [
        "github.actor",
        "always()",
        "github.event.number == 'x'",
        "a &&",
        "(inputs.a-b",
        "contains(a, b)",
        "1 < 2",
        "a[0]",
    ],
)
def test_whatever_else_fails(text: str) -> None:
    with pytest.raises(UnknownExpressionError):
        evaluated(text, GITHUB)


def test_an_object_is_true_and_a_text_holds_what_is_read() -> None:
    assert true(evaluated("github.event.issue.pull_request", GITHUB))
    assert filled("is ${{ github.event_name }}-${{ github.event.absent }}", GITHUB) == "is push-"


def expressions(text: str) -> list[str]:
    found = re.findall(r"\$\{\{(.*?)\}\}", text)
    return found + re.findall(r"^ +(?:- )?if: (?!>-)(.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("source", ["branches.yml", "forks.yml", "forks-post.yml", "action.yml"])
def test_every_member_of_an_event_that_is_read_is_one_that_some_event_has(source: str) -> None:
    text = (ROOT / "action.yml").read_text() if source == "action.yml" else workflows.text(source)
    read = {name for one in expressions(text) for name in names(one) if name.startswith("github.event.")}
    # An issue of the examples is no pull request, which is why it lacks the member.
    every = [example for examples in contract.events().values() for example in examples]
    every += [{"issue": {"pull_request": {}}}]
    unknown = [name for name in read if not any(has(example, name.split(".")[2:]) for example in every)]
    assert unknown == []
    assert read or source == "action.yml"


def has(value: Any, path: list[str]) -> bool:
    return not path or (isinstance(value, dict) and path[0] in value and has(value[path[0]], path[1:]))
