"""Who touched what when, in one walk: renames followed, co-authors counted, newer commits added to what is known."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import GitRepository
from nbpeer.repo.timeline import Timeline, timeline


def whole(repo: GitRepository, revision: str = "HEAD") -> Timeline:
    return timeline(repo.path, repo.git("rev-parse", revision).strip(), Timeline())


def test_an_analysis_keeps_its_history_when_it_is_renamed(repo: GitRepository) -> None:
    repo.write("a.ipynb", "one\ntwo\nthree\n")
    repo.commit("first", author="Ann <ann@example.org>")
    repo.git("mv", "a.ipynb", "b.ipynb")
    repo.commit("renamed", author="Bo <bo@example.org>")
    repo.write("b.results.json", "{}")
    repo.commit("run", author="Cy <CY@example.org>")
    found = whole(repo)
    assert list(found.touches) == ["b.ipynb"]
    assert [(touch.people, touch.path) for touch in found.touches["b.ipynb"]] == [
        (("cy@example.org",), "b.ipynb"),
        (("bo@example.org",), "b.ipynb"),
        (("ann@example.org",), "a.ipynb"),
    ]
    assert found.names["cy@example.org"] == "Cy"


def test_co_authors_count(repo: GitRepository) -> None:
    repo.write("a.ipynb", "x\n")
    repo.commit("pair\n\nCo-authored-by: Dee D <Dee@example.org>\nCo-authored-by: Ed <ed@example.org>")
    (touch,) = whole(repo).touches["a.ipynb"]
    assert set(touch.people) >= {"dee@example.org", "ed@example.org"}
    assert whole(repo).names["dee@example.org"] == "Dee D"


def test_a_commit_that_touches_notebook_and_results_counts_once(repo: GitRepository) -> None:
    repo.write("a.ipynb", "x\n")
    repo.write("a.results.json", "{}")
    repo.write("readme.md", "x")
    repo.commit()
    assert [len(touches) for touches in whole(repo).touches.values()] == [1]


def test_history_that_was_rewritten_is_read_anew(repo: GitRepository) -> None:
    repo.write("a.ipynb", "x\n")
    repo.commit("one")
    known = whole(repo)
    repo.git("commit", "--quiet", "--amend", "-m", "other")
    head = repo.git("rev-parse", "HEAD").strip()
    assert timeline(repo.path, head, known) == whole(repo)


def test_the_latest_name_of_a_person_counts_however_it_is_read(repo: GitRepository) -> None:
    repo.write("a.ipynb", "x\n")
    repo.commit("one", author="Ann Old <ann@example.org>")
    known = whole(repo)
    repo.write("a.ipynb", "y\n")
    repo.commit("two", author="Ann New <ann@example.org>")
    assert whole(repo).names["ann@example.org"] == "Ann New"
    assert timeline(repo.path, repo.git("rev-parse", "HEAD").strip(), known) == whole(repo)
    known = whole(repo)
    repo.write(".mailmap", "Ann Proper <ann@example.org>\n")
    assert timeline(repo.path, known.head, known).names["ann@example.org"] == "Ann Proper"


def test_a_name_that_was_given_again_keeps_the_two_histories_apart(repo: GitRepository) -> None:
    repo.write("a.ipynb", "the first of this name\n" * 3)
    repo.commit("first a")
    repo.git("mv", "a.ipynb", "b.ipynb")
    repo.commit("a is b")
    repo.write("a.ipynb", "another altogether\n" * 3)
    repo.commit("second a")
    repo.git("mv", "a.ipynb", "c.ipynb")
    repo.commit("a is c")
    assert {path: len(touches) for path, touches in whole(repo).touches.items()} == {"b.ipynb": 2, "c.ipynb": 2}


names = st.sampled_from(["a.ipynb", "b.ipynb", "sub/c é.ipynb", "a.results.json"])
moves = st.tuples(st.sampled_from(["write", "move", "remove", "side", "merge"]), names, names)


def change(repo: GitRepository, what: str, one: str, other: str, text: str) -> None:
    """One commit, on this branch, on another from here, or a merge of that."""
    there = (repo.path / one).exists()
    if what == "side":
        repo.git("branch", "--force", "side")
        repo.git("switch", "--quiet", "side")
        change(repo, "move" if there else "write", one, other, text)
        repo.git("switch", "--quiet", "main")
        return
    if what == "merge" and repo.git("branch", "--list", "side"):
        repo.git("merge", "--quiet", "--no-ff", "--no-edit", "--strategy", "ours", "side")
    elif what == "move" and there and not (repo.path / other).exists():
        (repo.path / other).parent.mkdir(exist_ok=True)
        repo.git("mv", one, other)
    elif what == "remove" and there:
        repo.git("rm", "--quiet", one)
    else:
        repo.write(one, f"{one} is long enough to be known again\n{text}\n")
    repo.commit(text)


@given(st.lists(moves, min_size=2, max_size=7), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_what_is_added_to_what_is_known_is_what_a_whole_walk_finds(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("history")
    repo = GitRepository(folder)
    repo.git("init", "--quiet")
    repo.write("first.ipynb", "first\n")
    repo.commit("first")
    for number, (what, one, other) in enumerate(steps):
        change(repo, what, one, other, str(number))
    head, *older = repo.git("rev-list", "HEAD").split()
    early = timeline(repo.path, data.draw(st.sampled_from([head, *older])), Timeline())
    assert timeline(repo.path, head, early) == timeline(repo.path, head, Timeline())
