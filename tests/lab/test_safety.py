"""Who may ask, what is told when something breaks, and what a large notebook does to the server."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPResponse

import making
import reviewing
from conftest import GitRepository
from lab.conftest import Ask
from nbpeer.lab.routes import ROUTES
from nbpeer.lab.session import Route
from reviewing import PATH

Fetch = Callable[..., Any]
Golden = Callable[[str, Any], None]
EVERY = [(method, name) for name, methods in ROUTES.items() for method in methods]


async def refused(client: AsyncHTTPClient, address: str, **asked: Any) -> HTTPResponse:
    with pytest.raises(HTTPClientError) as error:
        await client.fetch(address, **asked)
    assert error.value.response is not None
    return error.value.response


@pytest.mark.parametrize(("method", "name"), EVERY)
async def test_nobody_asks_without_signing_in(
    http_server_client: AsyncHTTPClient, jp_base_url: str, golden: Golden, method: str, name: str
) -> None:
    body = "{}" if method in ("POST", "PUT") else None
    found = await refused(http_server_client, f"{jp_base_url}nbpeer/{name}", method=method, body=body)
    assert found.code == 403
    if method == "GET":
        golden("error-forbidden", json.loads(found.body))


@pytest.mark.parametrize(("method", "name"), [one for one in EVERY if one[0] != "GET"])
async def test_a_signed_in_browser_without_the_xsrf_token_changes_nothing(
    http_server_client: AsyncHTTPClient, jp_serverapp: Any, jp_base_url: str, method: str, name: str
) -> None:
    """A cookie signs the browser in, as JupyterLab's does; only the header shows that a page of ours asks."""
    token = jp_serverapp.identity_provider.token
    page = await http_server_client.fetch(f"{jp_base_url}api/status?token={token}")
    cookies = [cookie.partition(";")[0] for cookie in page.headers.get_list("Set-Cookie")]
    assert any(cookie.startswith("username-") for cookie in cookies), cookies
    asked = {"method": method, "headers": {"Cookie": "; ".join(cookies)}}
    body = {"body": "{}"} if method in ("POST", "PUT") else {}
    found = await refused(http_server_client, f"{jp_base_url}nbpeer/{name}", **asked, **body)
    assert (found.code, "_xsrf" in json.loads(found.body)["message"]) == (403, True)


async def test_what_breaks_inside_is_one_line_and_the_log_has_the_rest(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(asked: Any, session: Any) -> None:
        raise ZeroDivisionError("the reason of it")

    rule = ROUTES["rule"]["GET"]
    monkeypatch.setitem(ROUTES["rule"], "GET", Route(rule.asked, breaks))
    found = await ask("GET", "rule", code="NBP302")
    assert (found.status, found.json) == (500, {"message": "internal error: the server's log says more", "hint": ""})
    assert "the reason of it" in caplog.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "missing required field `path`"),
        ({"path": 1}, "`path`|`str`"),
        ({"path": "a.ipynb", "colour": "red"}, "colour"),
    ],
)
async def test_a_request_that_does_not_fit_says_what_is_wrong(ask: Ask, given: Any, said: str) -> None:
    found = await ask("POST", "check", **given)
    assert found.status == 400
    assert re.search(said, found.json["message"]), found.json


async def test_an_address_that_is_asked_the_wrong_way_says_so(ask: Ask) -> None:
    found = await ask("DELETE", "check")
    assert (found.status, set(found.json)) == (405, {"message", "hint"})


async def test_a_notebook_of_fifty_megabytes_is_answered_and_holds_nobody_up(
    repo: GitRepository, ask: Ask, jp_fetch: Fetch
) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 450_000}, "metadata": {}}
    cells = [making.code(f"print({number})", outputs=[picture]) for number in range(10)]
    reviewing.begin(repo, reviewing.pricing())
    value = reviewing.pricing()
    value["cells"] += making.notebook(*cells, header=None)["cells"]
    repo.write(PATH, value)
    assert (repo.path / PATH).stat().st_size > 49_000_000
    asking = [asyncio.create_task(ask(*one, path=PATH)) for one in (("POST", "check"), ("GET", "overview"))]
    waits = []
    while not all(one.done() for one in asking):
        begun = monotonic()
        await jp_fetch("api", "status")
        waits.append(monotonic() - begun)
    assert [(await one).status for one in asking] == [200, 200]
    assert max(waits) < 2, "the event loop was held up"


async def test_a_buffer_that_is_too_large_is_refused(repo: GitRepository, ask: Ask) -> None:
    repo.write("a.ipynb", making.notebook(making.code("1")))
    huge = making.notebook(making.code("1", outputs=[making.stream("x" * 101_000_000)]))
    found = await ask("POST", "check", path="a.ipynb", notebook=huge)
    assert (found.status, "too large" in found.json["message"]) == (413, True)


async def test_every_route_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs/lab.md").read_text()
    for method, name in EVERY:
        assert f"`{method} nbpeer/{name}`" in page, f"docs/lab.md does not tell of {method} {name}"
