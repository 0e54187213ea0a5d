"""Runs begun from the panel: real processes, real kernels."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository
from lab.conftest import Ask

Golden = Callable[[str, Any], None]
PUBLISH = "import nbpeer\nnbpeer.result('share', alpha, unit='%', tolerance=0.001)\n"


@pytest.fixture
def notebook(repo: GitRepository) -> Path:
    cells = [
        making.code("alpha = 0.05\ncountries = ['de']\n", tags=("parameters",)),
        making.markdown("## Results\n"),
        making.code(PUBLISH),
    ]
    return repo.write("analyses/share.ipynb", making.notebook(*cells))


def stable(state: Any) -> Any:
    """A run whose identity and duration are always the same."""
    state["id"] = "0123456789abcdef0123456789abcdef"
    if state["result"]:
        first, *others = state["result"]["said"]
        others = [line for line in others if "executed again next time" not in line]  # depends on the machine
        state["result"]["said"] = [first.rpartition(" in ")[0] + " in 0.1 s", *others]
    for event in state["events"]:
        if event["seconds"] is not None and event["kind"] == "cell":
            event["said"] = event["said"].rpartition(", ")[0] + ", 0.1 s"
    return state


async def ended(ask: Ask, name: str) -> Any:
    """Follow a run to its end, as the panel does; all its events."""
    state = (await ask("GET", "run", id=name)).json
    events = state["events"]
    while not state["ended"]:
        state = (await ask("GET", "run", id=name, since=state["next"], wait=30)).json
        events += state["events"]
    return state | {"events": events}


async def test_a_run_is_followed_cell_by_cell_and_records_its_results(
    notebook: Path, repo: GitRepository, ask: Ask, golden: Golden
) -> None:
    before = notebook.read_bytes()
    begun = await ask("POST", "run", path="analyses/share.ipynb", parameters={"alpha": "0.01"})
    assert begun.status == 202, begun.json
    state = await ended(ask, begun.json["id"])
    assert state["result"]["ok"] is True, state
    assert [one["id"] for one in (await ask("GET", "runs")).json["runs"]] == [begun.json["id"]]
    golden("run-begun", stable(begun.json))
    golden("run-ended", stable(state))
    cells = [(event["index"], event["cell_id"]) for event in state["events"] if event["seconds"] is None]
    assert (3, "cell3") in cells
    recorded = json.loads((repo.path / state["result"]["results"]).read_text())
    assert recorded["results"]["share"]["value"] == 0.01
    assert (repo.path / state["result"]["executed"]).is_file()
    assert notebook.read_bytes() == before


async def test_a_failed_cell_has_its_place(notebook: Path, repo: GitRepository, ask: Ask, golden: Golden) -> None:
    repo.write("analyses/share.ipynb", making.notebook(making.code("print(1)\n1 / 0\n")))
    state = await ended(ask, (await ask("POST", "run", path="analyses/share.ipynb")).json["id"])
    golden("run-failed", stable(state))
    result = state["result"]
    assert (result["status"], result["ok"], result["index"], result["line"]) == ("failed", False, 1, 2)
    assert "ZeroDivisionError" in result["problem"]


async def test_a_run_can_be_cancelled_and_keeps_its_partial_notebook(
    notebook: Path, repo: GitRepository, ask: Ask, golden: Golden
) -> None:
    forever = "open('begun', 'w').close()\nimport time\nwhile True:\n    time.sleep(0.05)\n"
    repo.write("analyses/share.ipynb", making.notebook(making.code("print('kept')"), making.code(forever)))
    begun = (await ask("POST", "run", path="analyses/share.ipynb")).json
    state = begun
    while not (repo.path / "analyses/begun").exists():
        state = (await ask("GET", "run", id=begun["id"], since=state["next"], wait=0.2)).json
        assert not state["ended"], state
    again = await ask("POST", "run", path="analyses/share.ipynb")
    assert (again.status, again.json["current"]["id"]) == (409, begun["id"])
    assert (await ask("DELETE", "run", id=begun["id"])).json["cancelled"] is True
    state = await ended(ask, begun["id"])
    assert (state["result"]["status"], state["result"]["ok"]) == ("stopped", False)
    assert "kept" in (repo.path / state["result"]["executed"]).read_text()
    assert not (repo.path / "analyses/share.results.json").exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"alfa": "1"}, "declares no parameter 'alfa'"),
        ({"alpha": "much"}, "parameter alpha is 'much'"),
        ({"countries": "de"}, "has to be a list"),
    ],
)
async def test_what_does_not_fit_is_refused_before_anything_runs(
    notebook: Path, ask: Ask, given: dict[str, str], message: str
) -> None:
    found = await ask("POST", "run", path="analyses/share.ipynb", parameters=given)
    assert (found.status, message in found.json["message"]) == (400, True), found.json
    assert (await ask("GET", "runs")).json == {"runs": []}


async def test_a_run_of_an_earlier_server_is_unknown_and_says_so(ask: Ask, golden: Golden) -> None:
    for method in ("GET", "DELETE"):
        found = await ask(method, "run", id="0123456789abcdef")
        assert found.status == 404
    golden("error-run", found.json)


async def test_a_notebook_gets_no_token_of_the_server(
    notebook: Path, repo: GitRepository, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("JUPYTER_TOKEN", "JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "JPY_COOKIE_SECRET", "JUPYTERHUB_CRYPT_KEY")
    for name in names:
        monkeypatch.setenv(name, "secret-of-the-server")
    show = "import os\nopen('seen', 'w').write('\\n'.join(sorted(os.environ.values())))\n"
    repo.write("analyses/share.ipynb", making.notebook(making.code(show)))
    state = await ended(ask, (await ask("POST", "run", path="analyses/share.ipynb")).json["id"])
    assert state["result"]["ok"] is True, state
    seen = (repo.path / "analyses/seen").read_text()
    assert os.environ["HOME"] in seen
    assert "secret-of-the-server" not in seen


async def test_a_module_beside_the_notebook_does_not_stand_in_for_ours(
    notebook: Path, repo: GitRepository, ask: Ask
) -> None:
    for folder in ("", "analyses/"):
        repo.write(f"{folder}msgspec.py", "raise SystemExit('somebody else ran')\n")
    repo.write("analyses/share.ipynb", making.notebook(making.code("print(1)")))
    state = await ended(ask, (await ask("POST", "run", path="analyses/share.ipynb")).json["id"])
    assert state["result"]["ok"] is True, state
