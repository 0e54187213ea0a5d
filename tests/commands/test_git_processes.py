"""How many git processes a command starts: as many for many analyses as for few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

import making
import reviewing
from nbpeer.model.digests import content_hash, results_digest, source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import Certificate, ResultsFile, encode_results, results_path
from nbpeer.model.review import Answer, SignOff, encode_sign_off, sign_off_path

if TYPE_CHECKING:
    from conftest import GitRepository


def write(repo: GitRepository, number: int) -> None:
    """An analysis with results and an approval."""
    path = f"analyses/{number}.ipynb"
    content = repo.write(path, making.notebook(making.code(f"x = {number}"))).read_bytes()
    source = source_digest(parse_notebook(content, path))
    found = ResultsFile(Certificate(source))
    repo.write(results_path(path), encode_results(found))
    digest = results_digest(found.result_set)
    made = SignOff(
        path, content_hash(source, digest), source, digest, reviewing.REVIEWER, "ab_test", "1", "medium",
        (Answer("C1", "yes"),), "approve", "2026-03-01T12:00:00+00:00",
    )  # fmt: skip
    repo.write(sign_off_path(made), encode_sign_off(made))


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Counts the git processes that start meanwhile, as git itself tells."""
    log = tmp_path / "git.log"
    monkeypatch.setenv("GIT_TRACE", str(log))

    @contextmanager
    def counting() -> Iterator[list[int]]:
        log.write_text("")
        count = [0]
        yield count
        count[0] = log.read_text(errors="replace").count("trace: built-in:")

    return counting


def test_checking_many_analyses_starts_as_many_git_processes_as_checking_few(
    repo: GitRepository, nbpeer: Callable[..., Any], started: Callable[[], Any]
) -> None:
    counts = []
    for numbers in (range(3), range(3, 13)):
        for number in numbers:
            write(repo, number)
        repo.commit("analyses")
        with started() as count:
            assert len(nbpeer("check", "--format", "json").json["checked"]) == numbers.stop
        counts.append(count[0])
    assert counts[0] == counts[1] < 15


def test_after_a_commit_what_did_not_change_is_answered_from_the_cache(
    repo: GitRepository, nbpeer: Callable[..., Any]
) -> None:
    for number in range(3):
        write(repo, number)
    repo.commit("analyses")
    assert nbpeer("check", "--format", "json").json["findings"]
    (kept,) = (repo.path / ".nbpeer/cache/check").glob("*.msgpack")
    entries = msgspec.msgpack.decode(kept.read_bytes())
    kept.write_bytes(msgspec.msgpack.encode({name: entry | {"findings": []} for name, entry in entries.items()}))
    repo.write("analyses/2.ipynb", making.notebook(making.code("x = 'changed'")))
    repo.commit("one changed")
    found = nbpeer("check", "--format", "json").json
    assert len(found["checked"]) == 3
    assert {finding["path"] for finding in found["findings"]} == {"analyses/2.ipynb"}


def test_the_gate_of_one_analysis_starts_no_more_git_processes_with_more_sign_offs(
    repo: GitRepository, nbpeer: Callable[..., Any], started: Callable[[], Any]
) -> None:
    counts = []
    for numbers in (range(3), range(3, 13)):
        if counts:
            repo.git("switch", "--quiet", "main")
        for number in numbers:
            write(repo, number)
        repo.commit("analyses")
        repo.git("switch", "--quiet", "-c", f"work-{numbers.stop}")
        repo.write("analyses/0.ipynb", making.notebook(making.code("x = 'changed'")))
        repo.commit("one")
        with started() as count:
            nbpeer("status", "--base", "main")
        counts.append(count[0])
    assert counts[0] == counts[1]


@pytest.mark.parametrize("command", [("verify",), ("status", "--base", "begun")])
def test_many_signed_analyses_are_verified_and_judged_by_as_many_git_processes_as_few(
    repo: GitRepository, nbpeer: Callable[..., Any], started: Callable[[], Any], command: tuple[str, ...]
) -> None:
    repo.write("README.md", "begun")
    repo.commit("begun")
    repo.git("branch", "begun")
    counts = []
    for numbers in (range(3), range(3, 13)):
        for number in numbers:
            write(repo, number)
            repo.commit(f"analysis {number}")
        with started() as count:
            assert nbpeer(*command, "--format", "json").code < 2
        counts.append(count[0])
    assert counts[0] == counts[1]
