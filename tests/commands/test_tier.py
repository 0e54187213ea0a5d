"""The tier: asked or read, written with its reasons, and nothing else of the notebook touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.model.front_matter import FrontMatter, parse_front_matter
from nbpeer.model.notebook import parse_notebook
from terminal import terminal

Nbpeer = Callable[..., Outcome]

NONE = ("--not-costly", "--not-main-evidence", "--not-novel", "--not-reused")
HEADER = """---
# who reads this: everybody
title: "Price test"   # short
kind: ab_test
tier: 'medium'   # agreed in March, ümlaut
tags: [pricing, "a: b"]
data_sources:
  - name: orders
    tier: gold   # another tier
---
"""


def front(path: Path) -> FrontMatter:
    found = parse_front_matter(parse_notebook(path.read_bytes()))
    assert found is not None
    return found


def test_tier_and_reasons_are_written_and_said(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", making.notebook(header=HEADER))
    done = nbpeer("tier", "a.ipynb", "--costly", "--main-evidence", "--not-novel", "--reused")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "a.ipynb: high (was medium), because: costly or irreversible, main evidence, reused or long-lived or public",
        "A review takes about 30 minutes: 16 questions, C1 to C10, A1 to A6",
        "The front matter is part of what is reviewed: run it again with `nbpeer run a.ipynb`",
    ]
    found = front(path)
    assert (found.tier, found.other["tier_reasons"][1]) == ("high", "main evidence")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (NONE, "low, because: none of the questions is answered yes\nA review takes about 5 minutes"),
        ((*NONE[:2], "--novel", "--reused"), "medium, because: novel or complex, reused or long-lived or public\nA r"),
        ((*NONE, "--business-critical"), "business-critical, because: business-critical\nA review takes about 30 min"),
    ],
)
def test_each_tier_is_promised_its_minutes(
    repo: GitRepository, nbpeer: Nbpeer, flags: tuple[str, ...], said: str
) -> None:
    repo.write("a.ipynb", making.notebook(header=HEADER.replace("tier: 'medium'", "tier:")))
    assert f"a.ipynb: {said}" in nbpeer("tier", "a.ipynb", *flags).out


@pytest.mark.parametrize("style", [{"indent": 1}, {"indent": 4, "ensure_ascii": False}, {"separators": (",", ":")}])
def test_every_other_byte_stays(repo: GitRepository, nbpeer: Nbpeer, style: dict[str, object]) -> None:
    value = making.notebook(making.code("x = 1.0", outputs=[making.stream("1\n")]), header=HEADER)
    content = json.dumps(value, **style)  # type: ignore[arg-type]
    path = repo.write("a.ipynb", content)
    nbpeer("tier", "a.ipynb", *NONE)
    changed = path.read_text()
    wanted = value["cells"][0]["source"]
    wanted[4] = wanted[4].replace("'medium'", "low")
    wanted.insert(5, "tier_reasons: []\n")
    assert changed == json.dumps(value, **style)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "before",
    [
        "tier: low\ntier_reasons: []\n",
        "tier: low\ntier_reasons:\n  - main evidence\n  - novel or complex\ntags: [x]\n",
        "tier: low\ntier_reasons:\n- main evidence\n- novel or complex\ntags: [x]\n",
        "tier_reasons: [main evidence]  # why\ntier: low\n",
        "title: x\n",
        "tier:\n",
    ],
)
def test_what_was_there_is_replaced_and_once_is_enough(repo: GitRepository, nbpeer: Nbpeer, before: str) -> None:
    path = repo.write("a.ipynb", making.notebook(header=f"---\n{before}---\n"))
    flags = (*NONE[:2], "--novel", "--reused")
    assert nbpeer("tier", "a.ipynb", *flags, "--format", "json").json["written"] is True
    found = front(path)
    assert (found.tier, found.other["tier_reasons"]) == (
        "medium",
        ["novel or complex", "reused or long-lived or public"],
    )
    assert ("tags" in before) == (found.tags == ("x",))
    again = nbpeer("tier", "a.ipynb", *flags, "--format", "json").json
    assert (again["written"], again["was"]) == (False, "medium")


def test_windows_line_ends_stay(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", making.notebook(header=HEADER.replace("\n", "\r\n")))
    assert nbpeer("tier", "a.ipynb", *NONE).code == 0
    lines = json.loads(path.read_text())["cells"][0]["source"]
    assert all(line.endswith("\r\n") for line in lines)
    assert front(path).tier == "low"


def test_a_form_that_cannot_be_changed_safely_is_left_alone(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", making.notebook(header="---\n{title: x, tier: low}\n---\n"))
    before = path.read_bytes()
    done = nbpeer("tier", "a.ipynb", *NONE[:2], "--novel", "--reused")
    assert done.code == 2
    assert "write `tier: medium`" in done.err
    assert path.read_bytes() == before


def test_without_a_terminal_what_is_written_stands_and_flags_win(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", making.notebook(header="---\ntier: low\n---\n"))
    done = nbpeer("tier", "a.ipynb", "--costly")
    assert (done.code, "pass --[not-]main-evidence, --[not-]novel, --[not-]reused" in done.err) == (2, True)
    nbpeer("tier", "a.ipynb", "--costly", "--novel", "--not-main-evidence", "--reused")
    nbpeer("tier", "a.ipynb", "--not-costly")
    assert front(path).other["tier_reasons"] == ["novel or complex", "reused or long-lived or public"]


def test_the_check_compares_tier_and_reasons(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", making.notebook(header="---\ntier: low\n---\n"))
    assert nbpeer("tier", "a.ipynb", "--check").code == 1
    nbpeer("tier", "a.ipynb", "--costly", "--main-evidence", "--novel", "--not-reused")
    assert nbpeer("tier", "a.ipynb", "--check").code == 0
    path.write_text(path.read_text().replace("tier: high", "tier: low"))
    done = nbpeer("tier", "a.ipynb", "--check")
    assert (done.code, done.out) == (1, "a.ipynb: the tier is low, and its reasons come to high\n")


def test_on_a_terminal_the_questions_are_asked(repo: GitRepository) -> None:
    path = repo.write("a.ipynb", making.notebook(header=HEADER))
    with terminal(repo.path, "tier", "a.ipynb", "--costly") as screen:
        for sign, key in (("main evidence", "y"), ("new to the team", "n"), ("reused", "y"), ("reputational", "n")):
            screen.until(sign)
            screen.press(key)
        screen.until("nbpeer run")
        assert screen.ended() == 0
    assert front(path).tier == "high"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (making.text(making.notebook(header=None)), "has no front matter"),
        ("{", "is not JSON"),
        (None, "could not be read"),
    ],
)
def test_what_is_no_analysis_is_refused(repo: GitRepository, nbpeer: Nbpeer, content: str | None, said: str) -> None:
    if content is not None:
        repo.write("a.ipynb", content)
    done = nbpeer("tier", "a.ipynb", *NONE)
    assert (done.code, said in done.err) == (2, True)
