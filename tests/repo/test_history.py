from __future__ import annotations

import making
from conftest import GitRepository
from nbpeer.repo.history import history

LONG = [making.code(f"value_{number} = load({number})") for number in range(20)]


def test_commits_of_the_notebook_and_of_its_results_newest_first(repo: GitRepository) -> None:
    repo.write("a.ipynb", making.notebook(*LONG))
    first = repo.commit("one", author="ada <ada@example.org>")
    repo.write("b.txt", "x")
    repo.commit("elsewhere")
    repo.write("a.results.json", "{}")
    second = repo.commit("two: a subject")
    found = history(repo.path, "a.ipynb")
    assert [(one.commit, one.parents, one.subject) for one in found] == [
        (second, (first,), "two: a subject"),
        (first, (), "one"),
    ]
    assert (found[1].author, found[1].path) == ("ada", "a.ipynb")
    assert found[0].time >= found[1].time > 1_500_000_000


def test_renames_are_followed_to_each_name(repo: GitRepository) -> None:
    repo.write("old.ipynb", making.notebook(*LONG))
    repo.commit("one")
    repo.git("mv", "old.ipynb", "new.ipynb")
    repo.commit("two")
    repo.write("new.ipynb", making.notebook(*LONG[1:]))
    repo.commit("three")
    assert [(one.subject, one.path) for one in history(repo.path, "new.ipynb")] == [
        ("three", "new.ipynb"),
        ("two", "new.ipynb"),
        ("one", "old.ipynb"),
    ]


def test_a_merge_of_two_sides_has_two_parents(repo: GitRepository) -> None:
    repo.write("a.ipynb", making.notebook(*LONG))
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "side")
    repo.write("a.ipynb", making.notebook(*LONG, making.code("at_the_end = 1")))
    repo.commit("side")
    repo.git("checkout", "-q", "main")
    repo.write("a.ipynb", making.notebook(making.code("at_the_start = 1"), *LONG))
    repo.commit("main")
    repo.git("merge", "-q", "-s", "ours", "--no-commit", "side")
    repo.write("a.ipynb", making.notebook(making.code("at_the_start = 1"), *LONG, making.code("at_the_end = 1")))
    repo.commit("merged")
    found = {one.subject: one for one in history(repo.path, "a.ipynb")}
    assert found["merged"].parents == (found["main"].commit, found["side"].commit)
    assert found["side"].parents == found["main"].parents == (found["base"].commit,)


def test_nothing_committed_is_no_history(repo: GitRepository) -> None:
    assert history(repo.path, "a.ipynb") == ()
    repo.commit()
    assert history(repo.path, "a.ipynb") == ()
