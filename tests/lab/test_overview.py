"""The head of the panel, and every plain state in which there is less to show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

import making
import reviewing
from conftest import GitRepository, Outcome
from lab.conftest import Ask
from reviewing import PATH

Golden = Callable[[str, Any], None]


async def test_it_says_what_status_says(
    repo: GitRepository, ask: Ask, golden: Golden, nbpeer: Callable[..., Outcome]
) -> None:
    reviewing.begin(repo)
    before = (repo.path / PATH).read_bytes()
    found = await ask("GET", "overview", path=PATH)
    assert found.status == 200
    golden("overview", found.json)
    (there,) = nbpeer("status", "--format", "json").json["analyses"]
    assert found.json["gate"]["conditions"] == there["conditions"]
    assert found.json["content"] == there["content"]
    assert (repo.path / PATH).read_bytes() == before
    assert repo.git("status", "--porcelain") == ""


async def test_what_has_not_changed_has_no_gate(repo: GitRepository, ask: Ask, golden: Golden) -> None:
    reviewing.begin(repo)
    found = (await ask("GET", "overview", path=PATH, base="work")).json
    golden("overview-unchanged", found)
    assert (found["state"], found["changed"], found["gate"], found["base"]) == ("ok", False, None, "work")


async def test_it_tells_whether_the_file_is_what_the_panel_knows(repo: GitRepository, ask: Ask) -> None:
    reviewing.begin(repo)
    digest = hashlib.sha256((repo.path / PATH).read_bytes()).hexdigest()
    for known, same in ((digest, True), ("0" * 64, False), ("", None)):
        assert (await ask("GET", "overview", path=PATH, sha256=known)).json["file"]["same"] is same


async def test_invalid_front_matter_has_its_line_and_the_rest_is_shown(
    repo: GitRepository, ask: Ask, golden: Golden
) -> None:
    reviewing.begin(repo, reviewing.pricing(header=making.HEADER.replace("tier: medium", "tier: huge")))
    found = (await ask("GET", "overview", path=PATH)).json
    golden("overview-invalid-front-matter", found)
    assert (found["state"], found["analysis"], found["front_matter_error"]["line"]) == ("ok", False, 8)
    assert found["gate"]["met"] is False


async def test_a_notebook_without_front_matter_is_no_analysis_and_says_so(repo: GitRepository, ask: Ask) -> None:
    reviewing.begin(repo, reviewing.pricing(header=None))  # type: ignore[arg-type]
    found = (await ask("GET", "overview", path=PATH)).json
    assert (found["analysis"], found["why_not"]) == (False, "it has no front matter in its first cell")


async def test_an_excluded_notebook_says_so(repo: GitRepository, ask: Ask) -> None:
    reviewing.begin(repo)
    repo.write("nbpeer.toml", 'exclude = ["analyses/*"]\n')
    found = (await ask("GET", "overview", path=PATH)).json
    assert (found["analysis"], found["why_not"]) == (False, "the configuration excludes it")


def no_repository(repo: GitRepository) -> None:
    (repo.path / ".git").rename(repo.path / "git")


def no_git(repo: GitRepository) -> None:
    empty = repo.path.parent / "empty"
    empty.mkdir()
    pytest.MonkeyPatch().setenv("PATH", str(empty))


def unborn(repo: GitRepository) -> None:
    no_repository(repo)
    repo.git("init", "--quiet")


def no_base(repo: GitRepository) -> None:
    repo.git("branch", "-D", "--quiet", "main")


def deleted(repo: GitRepository) -> None:
    (repo.path / PATH).unlink()


def renamed(repo: GitRepository) -> None:
    repo.git("mv", PATH, "analyses/other.ipynb")


def broken(repo: GitRepository) -> None:
    (repo.path / PATH).write_text("{")


def misconfigured(repo: GitRepository) -> None:
    repo.write("nbpeer.toml", "colour = 1\n")


def too_large(repo: GitRepository) -> None:
    with (repo.path / PATH).open("ab") as file:
        file.truncate(101_000_000)


STATES = {
    no_repository: "no_repository", no_git: "no_git", unborn: "unborn", no_base: "no_base", deleted: "not_there",
    renamed: "not_there", broken: "invalid_notebook", misconfigured: "invalid_configuration", too_large: "too_large",
}  # fmt: skip


@pytest.mark.parametrize("what", STATES, ids=lambda what: what.__name__)
async def test_what_stands_in_the_way_is_said_in_a_line_with_what_to_do(
    repo: GitRepository, ask: Ask, golden: Golden, monkeypatch: pytest.MonkeyPatch, what: Callable[..., None]
) -> None:
    reviewing.begin(repo)
    monkeypatch.setattr(pytest, "MonkeyPatch", lambda: monkeypatch)
    what(repo)
    found = await ask("GET", "overview", path=PATH)
    assert (found.status, found.json["state"]) == (200, STATES[what])
    assert found.json["message"]
    assert "\n" not in found.json["message"] + found.json["hint"]
    assert str(repo.path) not in json.dumps(found.json)
    golden(f"overview-{what.__name__.replace('_', '-')}", found.json)
