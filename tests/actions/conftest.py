"""A pull request on the fake GitHub, from a branch and from a fork."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.story import Story
from conftest import GitRepository
from forge.fake_github import FakeGitHub, served


@pytest.fixture
def github(tmp_path: Path) -> Iterator[FakeGitHub]:
    path = tmp_path / "server.git"
    GitRepository(path).git("init", "--quiet", "--bare", "-b", "main")
    with served(path) as fake:
        yield fake


@pytest.fixture
def story(tmp_path: Path, github: FakeGitHub) -> Story:
    return Story(tmp_path, github)


@pytest.fixture
def forked(tmp_path: Path, github: FakeGitHub) -> Story:
    return Story(tmp_path, github, of_fork=True)
