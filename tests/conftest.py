"""Real repositories and the real command line, for every test."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

import making

# No test fails because the machine is busy.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

# What tells git, or nbpeer about a pull request, where it is; tests say that themselves.
_OF_CI = ("GIT_", "GITHUB_", "CI_", "BITBUCKET_", "SYSTEM_PULLREQUEST_", "CHANGE_TARGET")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class GitRepository:
    """A real git repository in a temporary folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout

    def write(self, name: str, content: str | bytes | dict[str, Any]) -> Path:
        """Write a file; a dict is a notebook."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = making.text(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def commit(self, message: str = "change", *, author: str | None = None) -> str:
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", message, *(["--author", author] if author else []))
        return self.git("rev-parse", "HEAD").strip()

    def be(self, email: str) -> None:
        """Become another person for git."""
        self.git("config", "user.email", email)
        self.git("config", "user.name", email.partition("@")[0])


@pytest.fixture(autouse=True)
def _own_git_configuration(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the person's own git configuration, identity or CI variables."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\nname = analyst\nemail = analyst@example.org\n[init]\ndefaultBranch = main\n"
    )
    for name in [name for name in os.environ if name.startswith(_OF_CI)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def repo(tmp_path: Path) -> GitRepository:
    """A new repository on the unborn branch main; its person is analyst@example.org."""
    made = GitRepository(tmp_path / "repo")
    made.git("init", "--quiet")
    return made


@pytest.fixture
def nbpeer(
    repo: GitRepository, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """The command line, run in `repo` (or in `cwd`): exit code, standard output, standard error."""

    def run(*arguments: str | Path, cwd: Path | None = None) -> Outcome:
        from nbpeer.cli.main import run as run_command_line

        monkeypatch.chdir(cwd or repo.path)
        capfd.readouterr()
        code = run_command_line([str(argument) for argument in arguments])
        return Outcome(code, *capfd.readouterr())

    return run
