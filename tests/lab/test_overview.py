"""The head of the panel, and every plain state in which there is less to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reviewing
from conftest import GitRepository
from lab.conftest import Ask

Golden = Callable[[str, Any], None]


async def test_it_says_what_status_says(repo: GitRepository, ask: Ask, golden: Golden) -> None:
    reviewing.begin(repo)
    found = await ask("GET", "overview", path=reviewing.PATH)
    assert found.status == 200
    golden("overview", found.json)
