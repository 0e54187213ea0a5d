"""New analyses, parameters as a form, stripping and packets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
import reviewing
from conftest import GitRepository
from lab.conftest import Ask
from nbpeer.model.notebook import parse_notebook
from reviewing import PATH

Golden = Callable[[str, Any], None]
SOURCE = """# What is asked of the data.
alpha: float = 0.05  # one in twenty
countries: list[str] = ["de", "fr"]
split: Literal["day", "week"] = "day"
since: str | None = None
verbose = False
rows = 3 * 4
"""


@pytest.fixture
def notebook(repo: GitRepository) -> Path:
    cells = making.markdown("# Form\n"), making.code(SOURCE, tags=("parameters",))
    return repo.write("form.ipynb", making.notebook(*cells, header=None))


async def test_kinds_come_with_their_typed_parameters(ask: Ask, golden: Golden) -> None:
    found = (await ask("GET", "kinds")).json
    golden("kinds", found)
    kind = next(one for one in found["kinds"] if one["name"] == "ab_test")
    alpha = next(one for one in kind["parameters"] if one["name"] == "alpha")
    assert (alpha["type"], alpha["text"]) == ("number", "0.05")


async def test_a_hostile_template_stays_text(repo: GitRepository, ask: Ask) -> None:
    folder = "nbpeer_templates/evil"
    repo.write(f"{folder}/analysis.ipynb", making.notebook(making.markdown("<script>alert(1)</script>")))
    repo.write(f"{folder}/template.toml", 'title = "<img src=x onerror=alert(1)>"\ndescription = "d"\n')
    repo.write(f"{folder}/checklist.yml", "version: 1\nitems: []\n")
    found = await ask("GET", "kinds")
    assert found.headers["Content-Type"] == "application/json"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "<img src=x onerror=alert(1)>" in [one["title"] for one in found.json["kinds"]]


async def test_a_new_analysis_is_what_the_command_line_makes(
    repo: GitRepository, ask: Ask, golden: Golden, nbpeer: Callable[..., Any]
) -> None:
    given = {"kind": "ab_test", "title": "Price", "parameters": {"alpha": "0.01"}}
    found = await ask("POST", "new", path="analyses/price.ipynb", **given)
    assert found.status == 200, found.json
    golden("new", found.json)
    nbpeer("new", "ab_test", "there.ipynb", "-p", "alpha", "0.01", "--title", "Price")
    assert (repo.path / "analyses/price.ipynb").read_bytes() == (repo.path / "there.ipynb").read_bytes()


async def test_a_notebook_that_is_there_is_not_replaced_unasked(notebook: Path, ask: Ask, golden: Golden) -> None:
    before = notebook.read_bytes()
    found = await ask("POST", "new", path="form.ipynb", kind="ab_test")
    assert found.status == 400
    golden("error-new", found.json)
    assert notebook.read_bytes() == before
    assert (await ask("POST", "new", path="form.ipynb", kind="ab_test", overwrite=True)).status == 200


async def test_a_parameters_cell_is_a_typed_form(notebook: Path, ask: Ask, golden: Golden) -> None:
    found = (await ask("POST", "parameters", path="form.ipynb")).json
    golden("parameters", found)
    assert [(one["name"], one["type"], one["text"]) for one in found["parameters"]] == [
        ("alpha", "number", "0.05"), ("countries", "list", '["de", "fr"]'), ("split", "choice", "day"),
        ("since", "text", "None"), ("verbose", "boolean", "False"), ("rows", "anything", "3 * 4"),
    ]  # fmt: skip


async def test_values_of_the_form_are_written_where_they_stand(notebook: Path, ask: Ask, golden: Golden) -> None:
    values = {"alpha": "0.01", "countries": "[it]", "split": "week", "since": "2026", "verbose": "True"}
    found = await ask("POST", "set-parameters", path="form.ipynb", values=values)
    golden("set-parameters", found.json)
    (cell,) = found.json["cells"]
    assert cell["before"] == SOURCE
    assert cell["after"].splitlines()[:6] == [
        "# What is asked of the data.",
        "alpha: float = 0.01  # one in twenty",
        'countries: list[str] = ["it"]',
        'split: Literal["day", "week"] = "week"',
        'since: str | None = "2026"',
        "verbose = True",
    ]


@pytest.mark.parametrize("values", [{"alpha": "much"}, {"split": "year"}, {"countries": "]"}, {"beta": "1"}])
async def test_a_value_that_does_not_fit_is_refused(notebook: Path, ask: Ask, values: dict[str, str]) -> None:
    found = await ask("POST", "set-parameters", path="form.ipynb", values=values)
    assert (found.status, next(iter(values)) in found.json["message"] + found.json["hint"]) == (400, True), found.json


async def test_without_a_parameters_cell_there_is_no_form(repo: GitRepository, ask: Ask) -> None:
    repo.write("form.ipynb", making.notebook(making.code("x = 1")))
    found = (await ask("POST", "parameters", path="form.ipynb")).json
    assert (found["index"], found["problem"]) == (-1, "no cell is tagged `parameters`")


async def test_a_buffer_is_stripped_for_the_editor(repo: GitRepository, ask: Ask, golden: Golden) -> None:
    value = making.notebook(making.code("print(1)", outputs=[making.stream("1\n")]), header=None)
    file = repo.write("a.ipynb", value)
    before = file.read_bytes()
    found = (await ask("POST", "strip", path="a.ipynb", notebook=value)).json
    golden("strip", found)
    assert found["notebook"]["cells"][0]["outputs"] == []
    assert file.read_bytes() == before
    digest = hashlib.sha256(before).hexdigest()
    found = (await ask("POST", "strip", path="a.ipynb", write=True, sha256=digest)).json
    assert (found["written"], parse_notebook(file.read_bytes()).cells[0].raw_outputs) == (True, ())
    found = (await ask("POST", "strip", path="a.ipynb")).json
    assert (found["changed"], found["notebook"]) == (False, None)


async def test_a_packet_is_served_so_that_nothing_in_it_runs(
    repo: GitRepository, ask: Ask, golden: Golden, jp_fetch: Callable[..., Any]
) -> None:
    reviewing.begin(repo)
    before = (repo.path / PATH).read_bytes()
    assert (await ask("GET", "packet", path=PATH)).status == 404
    built = (await ask("POST", "packet", path=PATH)).json
    golden("packet", built)
    assert (repo.path / built["file"]).is_file()
    found = await ask("GET", "packet", path=PATH)
    assert found.headers["Content-Type"].startswith("text/html")
    policy = found.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "script" not in policy
    assert b"Price test" in found.body
    assert repo.git("status", "--porcelain") == ""
    assert (repo.path / PATH).read_bytes() == before


async def test_a_packet_that_a_repository_brings_along_as_a_link_is_not_served(repo: GitRepository, ask: Ask) -> None:
    reviewing.begin(repo)
    secret = repo.path.parent / "secret.txt"
    secret.write_text("the secret")
    (repo.path / ".nbpeer/runs/analyses").mkdir(parents=True)
    (repo.path / ".nbpeer/runs/analyses/pricing.packet.html").symlink_to(secret)
    for method in ("GET", "POST"):
        found = await ask(method, "packet", path=PATH)
        assert (found.status, b"the secret" in found.body) == (404, False)
    assert secret.read_text() == "the secret"
    assert json.dumps(found.json)
