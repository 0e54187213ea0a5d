"""Which forge a command talks to, and that no token goes where it does not belong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forge.fake_github import FakeGitHub
from nbpeer.errors import NbpeerError
from nbpeer.forge.connect import connect, where
from nbpeer.forge.folder import Folder

if TYPE_CHECKING:
    from conftest import GitRepository


def test_a_folder_that_was_named_needs_no_token(tmp_path: Path) -> None:
    found = connect(tmp_path, tmp_path / "review", account="alice")
    assert isinstance(found, Folder)
    assert found.myself().login == "alice"
    assert connect(tmp_path, tmp_path / "review").myself().login == "nbpeer"


def test_the_environment_of_a_workflow_is_enough(fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", fake.address)
    monkeypatch.setenv("GITHUB_REPOSITORY", fake.name)
    monkeypatch.setenv("GITHUB_TOKEN", "actions")
    assert connect(fake.path).pull_request(17).number == 17


def test_without_a_token_one_line_says_what_to_set(repo: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GH_TOKEN", raising=False)
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/analyses")
    with pytest.raises(NbpeerError, match="set GITHUB_TOKEN"):
        connect(repo.path)


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/team/analyses.git",
        "https://github.com/team/analyses",
        "https://someone:secret@github.com/team/analyses",
        "git@github.com:team/analyses.git",
        "ssh://git@github.com/team/analyses.git",
        "ssh://git@ssh.github.com:443/team/analyses.git",
    ],
)
def test_the_repository_is_read_from_the_remote(repo: GitRepository, remote: str) -> None:
    repo.git("remote", "add", "origin", remote)
    assert where(repo.path, {}) == ("https://api.github.com", "team/analyses")


def test_a_fork_names_its_upstream(repo: GitRepository) -> None:
    repo.git("remote", "add", "origin", "git@github.com:me/analyses.git")
    repo.git("remote", "add", "upstream", "git@github.com:team/analyses.git")
    assert where(repo.path, {})[1] == "team/analyses"


def test_a_remote_on_another_host_gets_no_token_unless_the_api_is_named(repo: GitRepository) -> None:
    repo.git("remote", "add", "origin", "https://git.example.com/team/analyses.git")
    with pytest.raises(NbpeerError, match=r"set GITHUB_API_URL to https://git\.example\.com/api/v3"):
        where(repo.path, {})
    server = "https://git.example.com/api/v3"
    assert where(repo.path, {"GITHUB_API_URL": server}) == (server, "team/analyses")


def test_a_token_is_not_sent_unencrypted(repo: GitRepository) -> None:
    environment = {"GITHUB_API_URL": "http://git.example.com/api/v3", "GITHUB_REPOSITORY": "team/analyses"}
    with pytest.raises(NbpeerError, match="unencrypted"):
        where(repo.path, environment)


@pytest.mark.parametrize("name", ["team", "team/../x", "team/analyses/pulls", "te am/x"])
def test_what_is_no_repository_is_refused(repo: GitRepository, name: str) -> None:
    with pytest.raises(NbpeerError, match="is no repository"):
        where(repo.path, {"GITHUB_REPOSITORY": name})


def test_without_remote_or_environment_one_line_says_what_to_set(repo: GitRepository) -> None:
    with pytest.raises(NbpeerError, match="set GITHUB_REPOSITORY to OWNER/NAME"):
        where(repo.path, {})


def test_the_folder_and_the_interface_load_no_library_of_github() -> None:
    program = (
        "import sys, nbpeer.forge.forge, nbpeer.forge.connect, nbpeer.forge.events; "
        "print(*{name.partition('.')[0] for name in sys.modules} & {'github', 'requests', 'urllib3'})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
