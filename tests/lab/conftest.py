"""A real Jupyter server over a real repository. pytest-jupyter's fixtures are for this folder only: what they do to the
event loop would break the browser tests."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jupyter_server.auth.identity import IdentityProvider, User
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError, HTTPResponse

from conftest import GitRepository

PERSON = "X-Person"
GOLDEN = Path(__file__).parent / "golden"
# `NBPEER_WRITE_GOLDEN=1 pytest tests/lab` writes the answers anew.
_WRITE = "NBPEER_WRITE_GOLDEN"


class Answer(NamedTuple):
    status: int
    json: Any
    headers: Any
    body: bytes


Ask = Callable[..., Awaitable[Answer]]


# Rules that come later change nothing in the golden answers.
_RULES = "NBP001 NBP002 NBP003 NBP201 NBP202 NBP301 NBP302 NBP308 NBP309 NBP408 NBP604".split()


@pytest.fixture
def repo(repo: GitRepository) -> GitRepository:
    repo.write("nbpeer.toml", f"[check]\nselect = {json.dumps(_RULES)}\n")
    return repo


@pytest.fixture
def jp_root_dir(repo: GitRepository) -> Path:
    return repo.path


@pytest.fixture
def jp_home_dir() -> Path:
    """The home with the tests' own git configuration."""
    return Path(os.environ["HOME"])


class People(IdentityProvider):
    """A server that several people share: each request says whose it is; without a name it is Jupyter's own user."""

    async def _get_user(self, handler: Any) -> User | None:
        user = await super()._get_user(handler)
        person = handler.request.headers.get(PERSON)
        return User(username=person) if user and person else user


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    own = {"jpserver_extensions": {"nbpeer.lab": True}, "identity_provider_class": "lab.conftest.People"}
    return {"ServerApp": own}


@pytest.fixture
def ask(jp_fetch: Callable[..., Awaitable[HTTPResponse]]) -> Ask:
    """Ask a route: the query in keywords for GET and DELETE, else the JSON body; refusals come back as answers."""

    async def asking(method: str, route: str, /, person: str = "", **given: Any) -> Answer:
        asked: dict[str, Any] = {"method": method, "request_timeout": 120, "headers": {PERSON: person}}
        if method in ("GET", "DELETE"):
            asked["params"] = {name: str(value) for name, value in given.items()}
        else:
            asked["body"] = json.dumps(given)
        try:
            response = await jp_fetch("nbpeer", route, **asked)
        except HTTPClientError as error:
            assert error.response is not None
            response = error.response
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.code, json.loads(response.body) if is_json else None, response.headers, response.body)

    return asking


@pytest.fixture
def golden() -> Callable[[str, Any], None]:
    """Hold an answer against `golden/NAME.json`, which the TypeScript tests read too; what is volatile made stable."""

    def compare(name: str, value: Any) -> None:
        text = json.dumps(_stable(value), indent=2, ensure_ascii=False) + "\n"
        file = GOLDEN / f"{name}.json"
        if os.environ.get(_WRITE):
            file.write_text(text, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == text, f"the answer is another: {_WRITE}=1 writes {file.name} anew"

    return compare


_VOLATILE = {
    "last_modified": "2026-11-25T12:00:00.000000Z",
    "time": "2026-11-25T12:00:00Z",
    "started": "2026-11-25T12:00:00Z",
    "seconds": 0.1,
    "size": 2000,
    "sha256": "628e161d7179a330ff705e64ced948a1a58085cd85e7a3ca0f93e54faf3f0a0b",
    "version": "0.1.0.dev0",
}
_CONTENT = re.compile(r"\b[0-9a-f]{64}\b|(?<=signoffs/)[0-9a-f]{16}\b")
_COMMIT = re.compile(r"\b[0-9a-f]{9}\b(?=\))")


def _stable(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        found = {name: _stable(item, name) for name, item in value.items()}
        if "revision" in found:  # another for other answers, and for nothing else
            found["revision"] = hashlib.sha256(json.dumps(found["answers"]).encode()).hexdigest()[:16]
        return found
    if isinstance(value, list):
        return [_stable(item, key) for item in value]
    if key in _VOLATILE and value:
        return _VOLATILE[key]
    if isinstance(value, str):
        today = datetime.now(UTC).date().isoformat()
        value = _CONTENT.sub(lambda match: "91670064e9202df5" * (len(match[0]) // 16), value)
        return _COMMIT.sub("1a2b3c4d5", value).replace(today, "2026-11-25")
    return value
