"""Changes of cells and results against the base, and since this reviewer last looked."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

import making
import reviewing
from conftest import GitRepository, Outcome
from lab.conftest import Ask
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.repo.store import keep_run
from reviewing import ANALYST, PATH, REVIEWER

Golden = Callable[[str, Any], None]
OLD = ("rate = 0.0412\nprint(rate)\n", "print('that one goes')\n", "print('this one stays')\n")
NEW = ("rate = 0.05\nprint(rate)\n", "print('this one stays')\n", "print('this one is new')\n")


def png(colour: str) -> str:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


def analysis_of(sources: tuple[str, ...], outputs: list[Any] | None = None) -> dict[str, Any]:
    cells = [making.code(source, outputs=outputs if not at else None) for at, source in enumerate(sources)]
    found = making.notebook(making.markdown("# Results\n"), *cells)
    for cell in found["cells"]:
        cell["id"] = f"c{abs(hash_of(cell['source'])) % 1000:03}"
    return found


def keep(repo: GitRepository, sources: tuple[str, ...], data: dict[str, Any]) -> None:
    """Keep a run of these sources whose first code cell showed `data`."""
    executed = analysis_of(sources, [{"output_type": "display_data", "data": data, "metadata": {}}])
    executed["cells"][2]["execution_count"] = 1
    content = making.text(executed).encode()
    keep_run(repo.path, source_digest(parse_notebook(content)), content)


def hash_of(lines: list[str]) -> int:
    return sum(ord(character) * (place + 1) for place, character in enumerate("".join(lines)))


@pytest.fixture
def changed(repo: GitRepository) -> GitRepository:
    """main holds the analysis; on the branch its first cell is edited, the second goes, another comes."""
    repo.write("analyses/orders.csv", "user,price\n1,9.5\n")
    repo.write(PATH, analysis_of(OLD))
    reviewing.record(repo)
    repo.commit("price test", author="Maintainer <maintainer@example.org>")
    repo.git("switch", "--quiet", "-c", "work")
    repo.write(PATH, analysis_of(NEW))
    reviewing.record(repo, 0.05, held=False)
    repo.commit("other rate")
    repo.be(REVIEWER)
    return repo


async def test_cells_that_changed_have_their_place_in_the_editor(
    changed: GitRepository, ask: Ask, golden: Golden
) -> None:
    found = (await ask("GET", "changes", path=PATH)).json
    golden("changes", found)
    now = json.loads((changed.path / PATH).read_text())["cells"]
    places = [(one["kind"], [place["index"] for place in one["cells"]], one["after_index"]) for one in found["cells"]]
    assert places == [("changed", [2], -1), ("removed", [], 3), ("added", [4], -1)]
    assert found["cells"][0]["cells"][0]["cell_id"] == now[2]["id"]


async def test_the_summary_is_the_terminals(changed: GitRepository, ask: Ask, nbpeer: Callable[..., Outcome]) -> None:
    found = (await ask("GET", "changes", path=PATH)).json
    assert found["summary"] in nbpeer("diff", "--stat").out


async def test_results_before_and_after_are_in_the_terminals_words(
    changed: GitRepository, ask: Ask, golden: Golden
) -> None:
    found = (await ask("GET", "results", path=PATH)).json
    golden("results", found)
    (row,) = found["results"]
    assert (row["verdict"], row["before"], row["after"]) == ("changed", "0.0412", "0.05")
    assert [group["title"] for group in found["groups"]] == ["Expectations"]
    assert found["expectations"][0]["passed"] is False


async def test_what_did_not_change_shows_its_results_all_the_same(changed: GitRepository, ask: Ask) -> None:
    found = (await ask("GET", "results", path=PATH, base="work")).json
    assert [(row["verdict"], row["after"]) for row in found["results"]] == [("unchanged", "0.05")]
    assert (await ask("GET", "changes", path=PATH, base="work")).json["status"] == "unchanged"


async def test_a_run_of_another_source_is_said_to_be_stale(changed: GitRepository, ask: Ask) -> None:
    changed.write(PATH, analysis_of(OLD))
    assert "source" in (await ask("GET", "results", path=PATH)).json["stale"]


async def test_since_the_last_look_only_what_is_new_is_shown(changed: GitRepository, ask: Ask, golden: Golden) -> None:
    assert (await ask("GET", "changes", path=PATH, since="look")).json["before"] == ""
    seen = (await ask("GET", "sitting", path=PATH)).json
    asked = {"path": PATH, "content": seen["content"], "revision": seen["revision"]}
    await ask("PUT", "sitting", **asked, answers={"C1": {"answer": "yes"}})
    changed.write(PATH, analysis_of((*NEW, "print('newest')\n")))
    found = (await ask("GET", "changes", path=PATH, since="look")).json
    golden("changes-look", found)
    assert [one["kind"] for one in found["cells"]] == ["added"]
    nbdime = (await ask("GET", "nbdime", path=PATH, since="look")).json
    (cells,) = nbdime["diff"]
    assert [op["op"] for op in cells["diff"]] == ["addrange"]


async def test_pictures_are_png_only_and_nothing_else_gets_through(changed: GitRepository, ask: Ask) -> None:
    hostile = {"text/html": ["<img src=x onerror=alert(1)>"], "application/javascript": ["alert(1)"]}
    keep(changed, OLD, {"image/png": png("red"), "text/plain": ["<Figure>"]})
    keep(changed, NEW, {"image/png": png("blue"), "text/plain": ["<Figure>"], **hostile})
    found = (await ask("GET", "changes", path=PATH)).json
    pictures = found["cells"][0]["outputs"][0]["pictures"]
    assert [picture["label"].partition(":")[0] for picture in pictures] == ["before", "after", "difference"]
    assert all(picture["uri"].startswith("data:image/png;base64,iVBORw0KGgo") for picture in pictures)
    assert "alert(1)" not in json.dumps(found)


async def test_what_says_it_is_a_png_and_is_none_is_not_shown(changed: GitRepository, ask: Ask) -> None:
    fake = base64.b64encode(b"<svg onload=alert(1)>").decode()
    keep(changed, OLD, {"image/png": png("red")})
    keep(changed, NEW, {"image/png": fake})
    found = (await ask("GET", "changes", path=PATH)).json
    assert [picture["label"] for picture in found["cells"][0]["outputs"][0]["pictures"]] == ["before"]
    assert fake not in json.dumps(found)


async def test_nbdimes_operations_make_the_new_notebook_and_hold_nothing_that_runs(
    changed: GitRepository, ask: Ask, golden: Golden
) -> None:
    golden("nbdime", (await ask("GET", "nbdime", path=PATH)).json)
    hostile = {"text/html": ["<script>alert(1)</script>"], "text/plain": ["fine"]}
    output = {"output_type": "display_data", "data": hostile, "metadata": {}}
    changed.write(PATH, analysis_of(NEW, [output]))
    found = json.dumps((await ask("GET", "nbdime", path=PATH)).json)
    assert "fine" in found
    assert "alert(1)" not in found


async def test_a_new_analysis_is_added_whole(repo: GitRepository, ask: Ask) -> None:
    reviewing.begin(repo)
    found = (await ask("GET", "changes", path=PATH)).json
    assert (found["status"], found["before_path"]) == ("added", "")
    assert {one["kind"] for one in found["cells"]} == {"added"}


async def test_a_renamed_analysis_names_its_old_path(changed: GitRepository, ask: Ask) -> None:
    changed.be(ANALYST)
    changed.git("mv", PATH, "analyses/rate.ipynb")
    found = (await ask("GET", "changes", path="analyses/rate.ipynb")).json
    assert (found["status"], found["before_path"]) == ("renamed", PATH)


async def test_two_versions_given_as_texts_are_paired_in_the_same_way(repo: GitRepository, ask: Ask) -> None:
    reviewing.begin(repo)
    before = (repo.path / PATH).read_text(encoding="utf-8")
    reviewing.edit(repo, lambda value: value["cells"][2].update(source="rate = 0.05\n"))
    after = (repo.path / PATH).read_text(encoding="utf-8")
    found = (await ask("POST", "nbdime", before=before, after=after)).json
    assert found == (await ask("GET", "nbdime", path=PATH, base="HEAD")).json
    added = (await ask("POST", "nbdime", before="", after=after)).json
    assert (added["base"]["cells"], added["diff"][0]["op"]) == ([], "patch")
    broken = await ask("POST", "nbdime", before=before, after="{")
    assert broken.status == 400
    assert "notebook.ipynb" in broken.json["message"]
