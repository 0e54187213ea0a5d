"""Paths from outside stay below the server's root, whatever they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
import reviewing
from conftest import GitRepository
from lab.conftest import Ask
from nbpeer.lab.place import below, confined
from nbpeer.lab.refused import RefusedError
from nbpeer.lab.routes import ROUTES

LONG = "x" * 300 + ".ipynb"
OUTSIDE = [
    "../secret.ipynb", "a/../../secret.ipynb", "/etc/passwd", "//host/share/a.ipynb", "C:/a.ipynb", "C:a.ipynb",
    "a\\..\\..\\secret.ipynb", "a\0.ipynb", ".git/a.ipynb", ".nbpeer/runs/a.ipynb", "a//b.ipynb", "./a.ipynb",
    "a/./b.ipynb", "link/secret.ipynb", "secret-link.ipynb", "loop/a.ipynb", "up/../a.ipynb", LONG, "\ud800.ipynb",
    " /../secret.ipynb", "..", "a/..", "a/",
]  # fmt: skip


@pytest.fixture(scope="module")
def folders() -> Iterator[Path]:
    """A root with a sibling that is not to be reached, and links that lead there."""
    with TemporaryDirectory() as found:
        root = Path(found, "root")
        (root / "a").mkdir(parents=True)
        (root / "a/b.ipynb").write_text("{}")
        outside = Path(found, "outside")
        outside.mkdir()
        (outside / "secret.ipynb").write_text("{}")
        (root / "link").symlink_to(outside)
        (root / "secret-link.ipynb").symlink_to(outside / "secret.ipynb")
        (root / "loop").symlink_to(root / "loop")
        (root / "within").symlink_to(root / "a")
        yield root


@pytest.mark.parametrize("path", OUTSIDE, ids=ascii)
def test_what_leads_outside_is_refused(folders: Path, path: str) -> None:
    with pytest.raises(RefusedError, match="no such file below the folder") as refused:
        confined(folders, path)
    assert refused.value.status == 404
    assert str(folders) not in str(refused.value)


def test_links_inside_are_followed_and_the_root_is_its_own(folders: Path) -> None:
    assert confined(folders, "within/b.ipynb").resolve() == (folders / "a/b.ipynb").resolve()
    assert confined(folders, "") == folders
    assert below(folders, folders / "a/b.ipynb") == "a/b.ipynb"
    assert below(folders, folders.parent / "outside/secret.ipynb") == ""


PARTS = [
    "a",
    "b.ipynb",
    "..",
    ".",
    "",
    "link",
    "loop",
    "within",
    "secret.ipynb",
    "~",
    "C:",
    "%2e%2e",
    "..%2f",
    "\u2024\u2024",
]


@given(path=st.lists(st.sampled_from(PARTS) | st.text(max_size=8), max_size=7).map("/".join))
def test_whatever_the_path_it_is_refused_or_it_is_below_the_root(folders: Path, path: str) -> None:
    try:
        found = confined(folders, path)
    except RefusedError:
        return
    assert found.resolve().is_relative_to(folders.resolve())
    assert ".." not in found.relative_to(folders).parts


GIVEN = {
    "check": {}, "fix": {}, "parameters": {}, "strip": {}, "packet": {}, "run": {},
    "waive": {"finding": "x", "reason": "y"}, "set-parameters": {"values": {}}, "new": {"kind": "exploratory"},
    "sign": {"content": "", "revision": "", "decision": "approve"},
    "sitting": {"content": "", "revision": "", "answers": {}},
}  # fmt: skip
ABOUT_A_NOTEBOOK = [
    (method, name)
    for name, methods in ROUTES.items()
    for method, route in methods.items()
    if "path" in route.asked.__struct_fields__ and name != "runs"
]


@pytest.mark.parametrize(("method", "name"), ABOUT_A_NOTEBOOK)
async def test_no_route_reads_or_writes_outside_of_the_root(
    repo: GitRepository, ask: Ask, method: str, name: str
) -> None:
    reviewing.begin(repo)
    outside = repo.path.parent / "outside"
    outside.mkdir()
    secret = outside / "secret.ipynb"
    secret.write_text(making.text(making.notebook(making.code("print('the secret')"))))
    (repo.path / "link").symlink_to(outside)
    before = sorted(path for path in outside.rglob("*"))
    for path in ("../outside/secret.ipynb", "link/secret.ipynb", str(secret), "link/new.ipynb"):
        found = await ask(method, name, path=path, **(GIVEN.get(name, {}) if method != "GET" else {}))
        if name == "overview":
            assert (found.status, found.json["state"]) == (200, "outside")
        else:
            assert found.status == 404, found
        assert b"the secret" not in found.body
        assert str(repo.path.parent) not in str({**found.json, "path": ""})
    assert sorted(path for path in outside.rglob("*")) == before


async def test_a_repository_that_begins_above_the_root_is_not_looked_into(
    repo: GitRepository, ask: Ask, jp_serverapp: object
) -> None:
    repo.write("analyses/a.ipynb", making.notebook(making.code("1")))
    (repo.path / ".git").rename(repo.path.parent / ".git")
    found = await ask("GET", "overview", path="analyses/a.ipynb")
    assert found.json["state"] == "repository_above"
    assert (await ask("POST", "check", path="analyses/a.ipynb")).status == 400


async def test_what_nbpeer_keeps_is_not_written_through_a_link_that_leads_out(repo: GitRepository, ask: Ask) -> None:
    reviewing.begin(repo)
    outside = repo.path.parent / "outside"
    outside.mkdir()
    (repo.path / ".nbpeer").mkdir()
    (repo.path / ".nbpeer/signoffs").symlink_to(outside)
    found = await ask("GET", "overview", path=reviewing.PATH)
    assert (found.json["state"], ".nbpeer" in found.json["message"]) == ("outside", True)
    assert list(outside.iterdir()) == []
