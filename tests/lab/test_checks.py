"""Findings in the editor: checked, mended, waived; the file is written only when it is what the editor holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository
from lab.conftest import Answer, Ask

Golden = Callable[[str, Any], None]
MERGE = "import pandas as pd\nb = pd.read_csv('a.csv').merge(pd.read_csv('b.csv'), on='k')\nprint(len(b))\n"
WAIVED = "print(open('/home/owner/a.csv').read())  # nbpeer: waive NBP604 only here\n"


@pytest.fixture
def notebook(repo: GitRepository) -> Path:
    cells = making.markdown("# Prices\n"), making.code(MERGE), making.code(WAIVED)
    return repo.write("prices.ipynb", making.notebook(*cells))


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def of(found: Answer, code: str) -> Any:
    return next(one for one in found.json["findings"] if one["code"] == code)


def buffer(*sources: str) -> Any:
    return making.notebook(*map(making.code, sources), header=None)


async def test_findings_have_their_place_in_the_editor(notebook: Path, ask: Ask, golden: Golden) -> None:
    found = await ask("POST", "check", path="prices.ipynb")
    golden("check", found.json)
    one = of(found, "NBP302")
    assert (one["cell"], one["index"], one["cell_id"], one["line"], one["column"]) == (3, 2, "cell2", 2, 26)
    assert one["fixable"] is one["waivable"] is True
    waived = of(found, "NBP604")
    assert (waived["waived"], waived["waivable"]) == ("only here", False)


async def test_the_command_line_finds_the_same(notebook: Path, ask: Ask, nbpeer: Callable[..., Any]) -> None:
    found = await ask("POST", "check", path="prices.ipynb")
    there = nbpeer("check", "prices.ipynb", "--format", "json").json["findings"]
    assert [(one["code"], one["message"]) for one in found.json["findings"]] == [
        (one["code"], one["message"]) for one in there
    ]


async def test_an_unsaved_buffer_is_checked_in_place_of_the_file(notebook: Path, ask: Ask) -> None:
    found = await ask("POST", "check", path="prices.ipynb", notebook=buffer("open('/home/owner/b.csv')"))
    assert [one["cell"] for one in found.json["findings"] if one["code"] == "NBP604"] == [1]
    assert "NBP302" not in json.dumps(found.json)


async def test_what_is_no_notebook_is_told_and_not_passed(notebook: Path, ask: Ask, golden: Golden) -> None:
    notebook.write_text("<<<<<<< ours\n")
    found = await ask("POST", "check", path="prices.ipynb")
    assert (found.status, found.json["readable"], found.json["clean"]) == (200, False, False)
    golden("check-unreadable", found.json)


async def test_outside_of_a_repository_it_checks_all_the_same(notebook: Path, repo: GitRepository, ask: Ask) -> None:
    (repo.path / ".git").rename(repo.path / "git")
    found = await ask("POST", "check", path="prices.ipynb")
    assert of(found, "NBP302")


async def test_what_the_configuration_excludes_is_not_checked(notebook: Path, repo: GitRepository, ask: Ask) -> None:
    repo.write("nbpeer.toml", 'exclude = ["prices.ipynb"]\n')
    found = await ask("POST", "check", path="prices.ipynb")
    assert (found.json["findings"], found.json["said"]) == ([], "the configuration excludes it: nothing was checked")


async def test_a_fix_is_an_edit_for_the_editor_and_leaves_the_file(notebook: Path, ask: Ask, golden: Golden) -> None:
    before = notebook.read_bytes()
    one = of(await ask("POST", "check", path="prices.ipynb"), "NBP302")
    found = await ask("POST", "fix", path="prices.ipynb", findings=[one["id"]])
    golden("fix", found.json)
    (cell,) = found.json["cells"]
    assert (cell["index"], cell["before"]) == (2, MERGE)
    assert cell["after"] == MERGE.replace("on='k')", "on='k', how=\"inner\")")
    assert notebook.read_bytes() == before


async def test_a_fix_is_written_when_the_editor_has_what_is_on_disk(notebook: Path, ask: Ask) -> None:
    found = await ask("POST", "fix", path="prices.ipynb", write=True, sha256=sha256(notebook))
    assert (found.json["written"], found.json["sha256"]) == (True, sha256(notebook))
    assert 'how=\\"inner\\"' in notebook.read_text()


async def test_a_file_that_changed_on_disk_is_not_written(notebook: Path, ask: Ask, golden: Golden) -> None:
    old = sha256(notebook)
    notebook.write_bytes(notebook.read_bytes() + b"\n")
    before = notebook.read_bytes()
    found = await ask("POST", "fix", path="prices.ipynb", write=True, sha256=old)
    assert found.status == 409
    golden("error-conflict", found.json)
    assert notebook.read_bytes() == before


async def test_a_buffer_is_never_written(notebook: Path, ask: Ask) -> None:
    before = notebook.read_bytes()
    given = {"notebook": buffer(MERGE), "write": True, "sha256": sha256(notebook)}
    found = await ask("POST", "fix", path="prices.ipynb", **given)
    assert found.status == 400
    assert notebook.read_bytes() == before


@pytest.mark.parametrize(("route", "more"), [("fix", {"findings": ["x"]}), ("waive", {"finding": "x", "reason": "y"})])
async def test_a_finding_that_is_gone_is_a_conflict(notebook: Path, ask: Ask, route: str, more: Any) -> None:
    found = await ask("POST", route, path="prices.ipynb", **more)
    assert (found.status, found.json["message"]) == (409, "that finding is not there any more")


async def test_a_waiver_is_an_edit_with_its_reason(notebook: Path, ask: Ask, golden: Golden) -> None:
    one = of(await ask("POST", "check", path="prices.ipynb"), "NBP302")
    found = await ask("POST", "waive", path="prices.ipynb", finding=one["id"], reason="one row a day\nsee above")
    golden("waive", found.json)
    after = found.json["cells"][0]["after"]
    assert after.splitlines()[1] == "# nbpeer: waive NBP302 one row a day see above"
    again = await ask("POST", "check", path="prices.ipynb", notebook=buffer(after))
    assert of(again, "NBP302")["waived"] == "one row a day see above"


async def test_a_waiver_without_a_reason_is_refused(notebook: Path, ask: Ask) -> None:
    one = of(await ask("POST", "check", path="prices.ipynb"), "NBP302")
    found = await ask("POST", "waive", path="prices.ipynb", finding=one["id"], reason=" ")
    assert (found.status, found.json["message"]) == (400, "a waiver needs its reason")


async def test_a_rule_has_its_page(ask: Ask, golden: Golden) -> None:
    golden("rule", (await ask("GET", "rule", code="NBP302")).json)
    assert (await ask("GET", "rule", code="NBP3o2")).status == 400


async def test_what_an_extra_is_missing_is_told(ask: Ask, golden: Golden) -> None:
    golden("about", (await ask("GET", "about")).json)
