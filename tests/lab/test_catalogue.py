"""Where the notebook in front stands in the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import making
import reviewing
from conftest import GitRepository
from lab.conftest import Ask
from reviewing import PATH, answers_file

Golden = Callable[[str, Any], None]


async def test_the_entry_says_what_the_catalogue_says(
    repo: GitRepository, ask: Ask, golden: Golden, nbpeer: Callable[..., Any]
) -> None:
    reviewing.begin(repo)
    assert nbpeer("sign", PATH, "--answers", answers_file(repo.path.parent)).code == 0
    found = (await ask("GET", "catalogue", path=PATH)).json
    golden("catalogue", found)
    entry = found["entry"]
    assert (entry["path"], entry["results"][0]["name"]) == (PATH, "conversion")
    assert [one["decision"] for one in entry["reviews"]] == ["approve"]
    assert nbpeer("catalogue", "--json").json["entries"] == [entry]


@pytest.mark.parametrize("name", ["notes.ipynb", "not-there.ipynb"])
async def test_what_is_no_analysis_has_no_entry(repo: GitRepository, ask: Ask, name: str) -> None:
    reviewing.begin(repo)
    repo.write("notes.ipynb", making.notebook(making.code("1"), header=None))
    found = await ask("GET", "catalogue", path=name)
    assert found.status == 404
    assert name in found.json["message"]
