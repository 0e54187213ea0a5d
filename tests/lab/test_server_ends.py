"""A server that ends while a notebook runs: the run stops, its partial notebook is kept, nothing recorded is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository

TOKEN = "token-of-the-test"
FOREVER = "open('begun', 'w').close()\nimport time\nwhile True:\n    time.sleep(0.05)\n"


@pytest.fixture
def server(repo: GitRepository, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A real server of its own, which says on standard error where it listens."""
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    flags = ["--no-browser", "--allow-root", "--port=0", f"--ServerApp.root_dir={repo.path}"]
    extensions = "--ServerApp.jpserver_extensions=nbpeer.lab=True"
    command = [sys.executable, "-m", "jupyter_server", *flags, f"--IdentityProvider.token={TOKEN}", extensions]
    with subprocess.Popen(command, env={**os.environ, **folders}, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def address(server: subprocess.Popen[str]) -> str:
    assert server.stderr
    for line in server.stderr:
        if "http://127.0.0.1:" in line:
            return "http://127.0.0.1:" + line.partition("127.0.0.1:")[2].partition("/")[0]
    raise AssertionError("the server did not start")


def wait_for(server: subprocess.Popen[str], base: str) -> None:
    """A server says where it will listen a moment before it does."""
    while True:
        try:
            ask(base, "GET", "about")
        except urllib.error.URLError:
            assert server.poll() is None
        else:
            return


def ask(base: str, method: str, route: str, body: Any = None) -> Any:
    content = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"{base}/nbpeer/{route}", content, method=method)
    request.add_header("Authorization", f"token {TOKEN}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_a_run_stops_with_its_server_and_keeps_its_partial_notebook(
    server: subprocess.Popen[str], repo: GitRepository
) -> None:
    repo.write("a.ipynb", making.notebook(making.code("print('kept')"), making.code(FOREVER)))
    recorded = repo.write("a.results.json", "{}")
    base = address(server)
    wait_for(server, base)
    run = ask(base, "POST", "run", {"path": "a.ipynb"})
    while not (repo.path / "begun").exists():
        run = ask(base, "GET", f"run?id={run['id']}&since={run['next']}&wait=1")
        assert not run["ended"], run
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=60)
    assert "kept" in (repo.path / ".nbpeer/runs/a.ipynb").read_text()
    assert recorded.read_text() == "{}"
