from __future__ import annotations

import making
from conftest import GitRepository
from nbpeer.repo import git
from nbpeer.repo.history import authors_between, history

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


def test_authors_are_everybody_who_wrote_the_changes_under_any_name(repo: GitRepository) -> None:
    repo.write("old.ipynb", making.notebook(*LONG))
    repo.commit(author="old <old@example.org>")
    before = git.resolve(repo.path, "HEAD")
    repo.write("old.ipynb", making.notebook(*LONG[1:]))
    repo.commit("two\n\nCo-authored-by: pair <Pair@Example.org>\n\nand more", author="one <one@example.org>")
    repo.git("mv", "old.ipynb", "a.ipynb")
    repo.commit(author="two <two@example.org>")
    repo.write("a.results.json", "{}")
    repo.commit(author="three <three@example.org>")
    repo.write("b.ipynb", making.notebook(making.code("b")))
    repo.commit("else \x01 with a control character", author="else <else@example.org>")
    found = authors_between(repo.path, before, git.resolve(repo.path, "HEAD"))
    wrote = {f"{name}@example.org" for name in ("one", "pair", "two", "three")}
    assert found == {"a.ipynb": wrote, "b.ipynb": {"else@example.org"}}
    assert authors_between(repo.path, before, before) == {}


def test_who_settled_a_conflict_in_a_merge_is_an_author(repo: GitRepository) -> None:
    repo.write("a.ipynb", making.notebook(making.code("base")))
    repo.commit()
    before = git.resolve(repo.path, "HEAD")
    repo.git("switch", "--quiet", "-c", "side")
    repo.write("a.ipynb", making.notebook(making.code("theirs")))
    repo.commit(author="side <side@example.org>")
    repo.git("switch", "--quiet", "main")
    repo.write("a.ipynb", making.notebook(making.code("ours")))
    repo.commit(author="main <main@example.org>")
    repo.git("merge", "--quiet", "--no-commit", "--strategy", "ours", "side")
    repo.write("a.ipynb", making.notebook(making.code("neither")))
    repo.commit(author="merger <merger@example.org>")
    found = authors_between(repo.path, before, git.resolve(repo.path, "HEAD"))
    assert found == {"a.ipynb": {f"{name}@example.org" for name in ("side", "main", "merger")}}
