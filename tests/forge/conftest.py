"""A pull request on the fake GitHub: main has one analysis, `work` changes lines 10 and 40 of it and adds a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from forge.fake_github import FakeGitHub, adapter, served

if TYPE_CHECKING:
    from conftest import GitRepository
    from nbpeer.forge.github import GitHub

LINES = [f"line {number}\n" for number in range(1, 61)]


def changed(*numbers: int) -> str:
    return "".join(f"new {line}" if number in numbers else line for number, line in enumerate(LINES, 1))


@pytest.fixture
def work(repo: GitRepository) -> GitRepository:
    repo.write("a.ipynb", "".join(LINES))
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "work")
    repo.write("a.ipynb", changed(10, 40))
    repo.write("b.ipynb", "one\ntwo\n")
    repo.commit("change")
    return repo


@pytest.fixture
def fake(work: GitRepository) -> Iterator[FakeGitHub]:
    with served(work.path) as found:
        found.open()
        yield found


@pytest.fixture
def github(fake: FakeGitHub) -> GitHub:
    return adapter(fake)
