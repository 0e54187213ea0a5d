"""The server's root, as Jupyter writes it: a folder below the home begins with a tilde."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import reviewing
from conftest import GitRepository
from lab.conftest import Ask


@pytest.fixture
def repo(jp_home_dir: Path) -> GitRepository:
    made = GitRepository(jp_home_dir / "work")
    made.git("init", "--quiet")
    return made


async def test_a_root_below_the_home_is_found(repo: GitRepository, ask: Ask, jp_serverapp: Any) -> None:
    assert jp_serverapp.web_app.settings["server_root_dir"] == "~/work"
    reviewing.begin(repo)
    before = (repo.path / reviewing.PATH).read_bytes()
    overview = await ask("GET", "overview", path=reviewing.PATH)
    assert (overview.status, overview.json["state"]) == (200, "ok"), overview
    assert (await ask("POST", "new", path="analyses/price.ipynb", kind="exploratory")).status == 200
    assert (repo.path / "analyses/price.ipynb").is_file()
    refused = await ask("POST", "new", path="analyses/price.ipynb", kind="exploratory")
    assert refused.status == 400
    assert str(repo.path) not in str(refused.json), "the server's own folder is not told"
    assert (repo.path / reviewing.PATH).read_bytes() == before
